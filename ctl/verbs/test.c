/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl test: do the formats work? The kernel's table is read first; it decides which programs are run,
 * and what their exit means. */

#include "api/json.h"
#include "ctl/columns.h"
#include "ctl/context.h"
#include "ctl/name-args.h"
#include "ctl/render.h"
#include "engine/system/trial.h"

#include <errno.h>
#include <stdio.h>

/* In addition to the exit codes of ctl/context.h; binfmtctl(1) has them all. */
#define EXIT_OUTSIDE    3
#define EXIT_UNTESTABLE 4

struct test {
        const struct format *format;
        const struct sample *sample; /* NULL: none was run */
        struct trial *trials;        /* two: one where we are, one in a chroot; NULL: none is needed */
        struct proof proof;
};

struct tests {
        struct test *items;
        size_t n;
        struct trial *trials;
        size_t n_trials;
};

static void tests_clear(struct tests *t) {
        for (size_t i = 0; i < t->n; i++)
                proof_clear(&t->items[i].proof);
        free(t->items);
        free(t->trials);
}

/* Concludes at once if no run is needed, else plans the two trials. */
static int plan_test(struct tests *tests, const struct pass *pass, const struct format *f) {
        struct test *t = &tests->items[tests->n];
        const struct format *rival = NULL;
        const struct sample *p = f->have ? proof_sample(&pass->formats, f, &rival) : NULL;
        int r = proof_without_run(f, p, rival, pass->switched_off, &t->proof);

        if (r < 0)
                return r;
        t->format = f;
        t->sample = p;
        tests->n++;
        if (r > 0) {
                t->trials = &tests->trials[tests->n_trials];
                tests->trials[tests->n_trials++] = (struct trial){ .sample = p };
                tests->trials[tests->n_trials++] = (struct trial){ .sample = p, .in_chroot = true };
        }
        return 0;
}

/* `all`: formats without an entry too, because they were named. */
static int plan_tests(struct tests *tests, const struct pass *pass, const struct format *const *formats,
                      size_t n, bool all) {
        int r = 0;

        tests->items = calloc(n + 1, sizeof *tests->items);
        tests->trials = calloc(2 * n + 1, sizeof *tests->trials);
        if (!tests->items || !tests->trials)
                return -ENOMEM;
        for (size_t i = 0; r >= 0 && i < n; i++)
                if (all || formats[i]->have)
                        r = plan_test(tests, pass, formats[i]);
        return r;
}

static int conclude_all(struct tests *tests, struct prober *prober) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < tests->n; i++) {
                struct test *t = &tests->items[i];
                const struct interpreter *interpreter;

                if (!t->trials)
                        continue;
                r = prober_look(prober, t->format->have->interpreter, &interpreter);
                if (r >= 0)
                        r = proof_conclude(t->format->have, interpreter, &t->trials[0].run,
                                           &t->trials[1].run, &t->proof);
        }
        return r;
}

/* Makes all planned runs, and concludes. 0, or an exit code after complaining. */
static int run_tests(const struct context *c, struct tests *tests) {
        _cleanup_(prober_freep) struct prober *prober = NULL;
        const char *why = NULL, *hint = NULL;
        int r = 0;

        if (tests->n_trials > 0)
                r = trial_run(tests->trials, tests->n_trials, c->timeout, &why, &hint);
        if (r < 0)
                return complain(c, hint, "cannot test: %s: %s", why, strerror(-r));
        /* Entries hold paths as the kernel finds them, whatever --root says. */
        r = prober_new("", &prober);
        if (r >= 0)
                r = conclude_all(tests, prober);
        return r < 0 ? complain_errno(c, r, "cannot judge the test") : 0;
}

enum {
        COLUMN_NAME,
        COLUMN_RESULT,
        COLUMN_PLATFORM,
        COLUMN_REASON,
        _COLUMN_MAX,
};

static const struct column columns[_COLUMN_MAX] = {
        [COLUMN_NAME] = { .name = "NAME", .width = 8 },
        [COLUMN_RESULT] = { .name = "RESULT", .width = 8 },
        [COLUMN_PLATFORM] = { .name = "PLATFORM", .width = 8 },
        [COLUMN_REASON] = { .name = "REASON", .width = 0.5 },
};

static void test_append_cell(const void *line, size_t column, struct text *t, enum style *ret_style) {
        static const enum style styles[] = {
                [PROOF_WORKS] = STYLE_GREEN,
                [PROOF_OUTSIDE] = STYLE_YELLOW,
                [PROOF_FAILS] = STYLE_RED,
                [PROOF_UNTESTABLE] = STYLE_FAINT,
        };
        const struct test *test = line;

        switch (column) {
        case COLUMN_NAME:
                text_append(t, test->format->name);
                break;
        case COLUMN_RESULT:
                text_append(t, proof_result_name(test->proof.result));
                *ret_style = styles[test->proof.result];
                break;
        case COLUMN_PLATFORM:
                text_append(t, test->sample ? test->sample->platform : "-");
                break;
        default:
                if (test->proof.reason)
                        text_append(t, test->proof.reason);
        }
}

static int test_print_table(const struct context *c, const struct tests *tests) {
        _cleanup_free_ const void **lines = calloc(tests->n + 1, sizeof *lines);
        struct column_choice choice = { .columns = { 0, 1, 2, 3 }, .n = _COLUMN_MAX };
        int r;

        if (!lines)
                return -ENOMEM;
        for (size_t i = 0; i < tests->n; i++)
                lines[i] = &tests->items[i];
        r = tests->n > 0 ? columns_print(c, columns, &choice, test_append_cell, lines, tests->n) : 0;
        for (size_t i = 0; r >= 0 && i < tests->n; i++) {
                const struct test *t = &tests->items[i];
                _cleanup_free_ char *hint = NULL;

                if (!t->proof.hint)
                        continue;
                if (asprintf(&hint, "%s: %s", t->format->name, t->proof.hint) < 0)
                        return -ENOMEM;
                print_hint(stdout, c->color_output, hint);
        }
        return r;
}

static json_t *json_run(const struct run *run) {
        static const char *const ends[] = {
                [RUN_PROVED] = "proved", [RUN_REFUSED] = "refused",    [RUN_EXITED] = "exited",
                [RUN_KILLED] = "killed", [RUN_TIMED_OUT] = "timedOut",
        };

        return json_pack("{s:s, s:o, s:o, s:o, s:o}", "end", ends[run->end], "error",
                         api_text(run->end == RUN_REFUSED ? strerror(-run->error) : NULL), "status",
                         run->end == RUN_EXITED ? json_integer(run->status) : json_null(), "signal",
                         run->end == RUN_KILLED ? json_integer(run->status) : json_null(), "said",
                         api_text(*run->said ? run->said : NULL));
}

static json_t *json_test(const struct test *t) {
        return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "name", api_text(t->format->name), "result",
                         proof_result_name(t->proof.result), "platform",
                         api_text(t->sample ? t->sample->platform : NULL), "reason",
                         api_text(t->proof.reason), "hint", api_text(t->proof.hint), "here",
                         t->trials ? json_run(&t->trials[0].run) : json_null(), "inChroot",
                         t->trials ? json_run(&t->trials[1].run) : json_null());
}

static json_t *json_tests(const struct tests *tests) {
        json_auto_t *array = json_array();

        for (size_t i = 0; array && i < tests->n; i++)
                if (api_push(array, json_test(&tests->items[i])) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

/* The worst result decides; untestable formats count only if no format was tested. */
static int exit_code(const struct tests *tests) {
        size_t counts[PROOF_UNTESTABLE + 1] = { 0 };

        for (size_t i = 0; i < tests->n; i++)
                counts[tests->items[i].proof.result]++;
        if (counts[PROOF_FAILS] > 0)
                return EXIT_FAILURE;
        if (counts[PROOF_OUTSIDE] > 0)
                return EXIT_OUTSIDE;
        return counts[PROOF_WORKS] > 0 ? EXIT_SUCCESS : EXIT_UNTESTABLE;
}

int verb_test(struct context *c, int argc, char **argv) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_(tests_clear) struct tests tests = { 0 };
        _cleanup_free_ const struct format **formats = NULL;
        bool missing;
        size_t n;
        int r;

        if (context_plan(c, &pass, NULL) < 0)
                return EXIT_FAILURE;
        if (pass.unavailable < 0)
                return complain_unavailable(c, pass.unavailable);
        r = name_args_of_pass(c, &pass.formats, argv, &formats, &n, &missing);
        if (r >= 0)
                r = plan_tests(&tests, &pass, formats, n, argc > 0);
        if (r < 0)
                return complain_errno(c, r, "cannot test");
        r = run_tests(c, &tests);
        if (r != 0)
                return r;
        r = c->json ? api_print(json_tests(&tests)) : test_print_table(c, &tests);
        if (r < 0)
                return complain_errno(c, r, "cannot print the results");
        return missing ? EXIT_FAILURE : exit_code(&tests);
}
