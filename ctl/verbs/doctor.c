/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl doctor: the state of the whole machine on one page, and what to do about it. */

#include "model/health/doctor.h"
#include "api/json.h"
#include "api/org-binfmtd.h"
#include "ctl/context.h"
#include "ctl/render.h"
#include "engine/pass/machine-facts.h"
#include "engine/system/file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

/* In addition to the exit codes of ctl/context.h; binfmtctl(1) has them all. */
#define EXIT_WARNINGS 3

struct page {
        struct machine_facts machine;
        struct diagnostics findings;
        size_t ours, foreign; /* entries */
};

/* Does somebody listen at the socket of binfmtd? */
static bool somebody_listens(const char *root) {
        _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        struct sockaddr_un a = { .sun_family = AF_UNIX };
        int n = snprintf(a.sun_path, sizeof a.sun_path, "%s%s", root, BINFMTD_SOCKET);

        return fd >= 0 && n < (int) sizeof a.sun_path &&
               (connect(fd, (const struct sockaddr *) &a, sizeof a) == 0 || errno == EAGAIN);
}

/* Entries hold paths as the kernel finds them, whatever --root says, so their interpreters are probed again
 * without a root. */
static int doctor_examine(const struct context *c, const struct pass *pass, struct page *ret) {
        _cleanup_(prober_freep) struct prober *prober = NULL;
        _cleanup_free_ const struct interpreter **interpreters = NULL;
        struct doctor_facts doctor_facts = { .machine = &ret->machine, .formats = &pass->formats };
        struct host host;
        int r;

        machine_facts_read(c->options.root, c->options.instance, pass, &ret->machine);
        ret->machine.answers = somebody_listens(c->options.root);
        for (size_t i = 0; i < pass->formats.n; i++)
                if (pass->formats.items[i]->have)
                        *(pass->formats.items[i]->have->ours ? &ret->ours : &ret->foreign) += 1;
        host_probe(&host);
        r = prober_new("", &prober);
        if (r >= 0)
                r = machine_facts_interpreters(pass, prober, &interpreters);
        if (r < 0)
                return r;
        doctor_facts.host = &host;
        doctor_facts.interpreters = interpreters;
        r = doctor_findings(&doctor_facts, &ret->findings);
        diagnostics_sort(&ret->findings);
        return r;
}

static const char *owner_name(enum instance_owner owner) {
        if (instance_owner_is_around(owner))
                return "outside";
        return owner == INSTANCE_OWN ? "own" : "machine";
}

static void doctor_print_head(const struct page *page) {
        static const char *const owners[] = {
                [INSTANCE_MACHINE] = "the machine's",
                [INSTANCE_OWN] = "this container's own",
                [INSTANCE_AROUND_EMULATOR] = "the machine's around, seen by an emulated program",
                [INSTANCE_AROUND_CHROOT] = "the machine's around, seen from a chroot",
                [INSTANCE_AROUND_CONTAINER] = "the machine's around, seen from a container",
                [INSTANCE_AROUND_NAMESPACE] = "the machine's around, seen from a user namespace",
        };
        const struct machine_facts *m = &page->machine;

        printf("    Instance: ");
        print_quoted(stdout, m->instance);
        if (m->why)
                printf(", unavailable\n");
        else
                printf(", switched %s, %s\n     Entries: %zu of ours, %zu of others\n",
                       m->switched_off ? "off" : "on", owners[m->owner], page->ours, page->foreign);
        printf("     binfmtd: %s\n", m->answers ? "answers" : "does not answer");
}

static void doctor_print_summary(const struct diagnostics *findings) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append_count(&t, diagnostics_count(findings, SEVERITY_ERROR), "error");
        text_append(&t, ", ");
        text_append_count(&t, diagnostics_count(findings, SEVERITY_WARNING), "warning");
        text_append(&t, ", ");
        text_append_count(&t, diagnostics_count(findings, SEVERITY_NOTE), "note");
        if (!t.failed)
                puts(t.data);
}

static json_t *json_unit(const struct unit_facts *m) {
        return json_pack("{s:b, s:b, s:b}", "installed", (int) m->installed, "enabled", (int) m->enabled,
                         "active", (int) m->active);
}

static json_t *json_page(const struct page *page) {
        const struct machine_facts *m = &page->machine;

        return json_pack("{s:o, s:b, s:o, s:b, s:s, s:I, s:I, s:b, s:o, s:o, s:b, s:o, s:o}", "instance",
                         api_text(m->instance), "available", !m->why, "reason", api_text(m->why), "enabled",
                         !m->why && !m->switched_off, "owner", owner_name(m->owner), "ours",
                         (json_int_t) page->ours, "foreign", (json_int_t) page->foreign, "daemonAnswers",
                         (int) m->answers, "binfmtd", json_unit(&m->binfmtd), "systemdBinfmt",
                         json_unit(&m->systemd_binfmt), "systemdBinfmtWithheld", (int) m->withheld,
                         "binfmtSupport", json_unit(&m->binfmt_support), "findings",
                         api_diagnostics(&page->findings, NULL));
}

static int doctor_print(const struct context *c, const struct page *page) {
        if (c->json)
                return api_print(json_page(page));
        if (!c->no_legend)
                doctor_print_head(page);
        print_diagnostics(stdout, c->color_output, &page->findings, SEVERITY_NOTE, NULL);
        if (!c->no_legend)
                doctor_print_summary(&page->findings);
        return 0;
}

int verb_doctor(struct context *c, int argc, char **argv) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        struct page page = { 0 };
        int r;

        (void) argc;
        (void) argv;
        if (context_plan(c, &pass, NULL) < 0)
                return EXIT_FAILURE;
        r = doctor_examine(c, &pass, &page);
        if (r >= 0)
                r = doctor_print(c, &page);
        if (r < 0)
                r = complain_errno(c, r, "cannot examine the machine");
        else if (diagnostics_count(&page.findings, SEVERITY_ERROR) > 0)
                r = EXIT_FAILURE;
        else
                r = diagnostics_count(&page.findings, SEVERITY_WARNING) > 0 ? EXIT_WARNINGS : EXIT_SUCCESS;
        diagnostics_clear(&page.findings);
        return r;
}
