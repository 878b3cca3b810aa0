/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl platforms: the platforms whose containers run here. A container is a chroot with its own files,
 * so a program of each platform is run in a chroot where nothing else is. */

#include "api/json.h"
#include "ctl/context.h"
#include "engine/system/trial.h"

#include <errno.h>
#include <stdio.h>

/* A trial for each platform: the machine's own first, then in the order of the samples. */
static int plan_trials(struct trial **ret, size_t *ret_n) {
        const struct sample *p;
        struct host host;
        size_t n = 0;

        while (sample_at(n))
                n++;
        *ret = calloc(n, sizeof **ret);
        if (!*ret)
                return -ENOMEM;
        host_probe(&host);
        for (int native = 1; native >= 0; native--)
                for (size_t i = 0; (p = sample_at(i)); i++)
                        if ((sample_machine(p) == host.native) == native)
                                (*ret)[(*ret_n)++] = (struct trial){ .sample = p, .in_chroot = true };
        return 0;
}

static json_t *json_supported(const struct trial *trials, size_t n) {
        json_auto_t *array = json_array();

        for (size_t i = 0; array && i < n; i++)
                if (trials[i].run.end == RUN_PROVED &&
                    api_push(array, json_string(trials[i].sample->platform)) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

/* The names of all entries that are switched on, as docker's helper prints them. */
static json_t *json_emulators(const struct pass *pass) {
        json_auto_t *array = json_array();

        for (size_t i = 0; array && i < pass->formats.n; i++) {
                const struct format *f = pass->formats.items[i];

                if (f->have && f->have->enabled && api_push(array, api_text(f->name)) < 0)
                        return NULL;
        }
        return TAKE_PTR(array);
}

int verb_platforms(struct context *c, int argc, char **argv) {
        _cleanup_free_ struct trial *trials = NULL;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        const char *why = NULL, *hint = NULL;
        size_t n = 0;
        int r = plan_trials(&trials, &n);

        (void) argc;
        (void) argv;
        if (r < 0)
                return complain_errno(c, r, "cannot find out");
        r = trial_run(trials, n, c->timeout, &why, &hint);
        if (r < 0)
                return complain(c, hint, "cannot test: %s: %s", why, strerror(-r));
        if (c->json) {
                if (context_plan(c, &pass, NULL) < 0)
                        return EXIT_FAILURE;
                r = api_print(json_pack("{s:o, s:o}", "supported", json_supported(trials, n), "emulators",
                                        json_emulators(&pass)));
                return r < 0 ? complain_errno(c, r, "cannot print the platforms") : EXIT_SUCCESS;
        }
        for (size_t i = 0; i < n; i++)
                if (trials[i].run.end == RUN_PROVED)
                        puts(trials[i].sample->platform);
        return EXIT_SUCCESS;
}
