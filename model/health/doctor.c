/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/doctor.h"
#include "model/explain/remedy.h"

#include <errno.h>

static const struct location nowhere = { .file = NULL };

static size_t count_entries(const struct formats *formats, bool ours_alone) {
        size_t n = 0;

        for (size_t i = 0; i < formats->n; i++) {
                const struct entry *e = formats->items[i]->have;

                n += e && (e->ours || !ours_alone);
        }
        return n;
}

static int check_instance(const struct machine_facts *m, struct diagnostics *ret) {
        if (!m->why)
                return 0;
        if (!m->module_known && m->module_there)
                return diagnostics_add(ret, SEVERITY_ERROR, "module-not-loaded", nowhere, NULL,
                                       "modprobe binfmt_misc", "the module binfmt_misc is not loaded");
        if (!m->module_known)
                return diagnostics_add(
                                ret, SEVERITY_ERROR, "no-module", nowhere, NULL,
                                "install the package with the rest of this kernel's modules, or a kernel with CONFIG_BINFMT_MISC",
                                "this kernel has no binfmt_misc");
        return diagnostics_add(ret, SEVERITY_ERROR, "unavailable", nowhere, NULL, m->what_to_do, "%s: %s",
                               m->instance, m->why);
}

/* It goes before all that is said of the instance: nothing of it is to be changed from here. */
static int check_owner(const struct machine_facts *m, struct diagnostics *ret) {
        const char *hint = NULL, *sentence = instance_owner_sentence(instance_owner_error(m->owner), &hint);

        if (sentence)
                return diagnostics_add(ret, SEVERITY_NOTE, "outside-instance", nowhere, NULL,
                                       "for a table of your own: binfmtctl exec", "%s", sentence);
        if (m->why || m->owner == INSTANCE_MACHINE)
                return 0;
        return diagnostics_add(
                        ret, SEVERITY_NOTE, "own-instance", nowhere, NULL, NULL,
                        "this is a container with a table of its own: what stands in it holds for this container alone");
}

static int check_switch(const struct machine_facts *m, struct diagnostics *ret) {
        _cleanup_(text_clear) struct text hint = { 0 };

        if (m->why || !m->switched_off)
                return 0;
        remedy_write(&hint, "echo 1 >", m->instance, "status");
        if (hint.failed)
                return -ENOMEM;
        return diagnostics_add(ret, SEVERITY_ERROR, "switched-off", nowhere, NULL, hint.data,
                               "binfmt_misc as a whole is switched off: no entry is asked");
}

/* The unit flushes everybody's entries whenever it is stopped or restarted. */
static int check_systemd_binfmt(const struct doctor_facts *c, struct diagnostics *ret) {
        const struct machine_facts *m = c->machine;

        if (!m->systemd_binfmt.active || m->withheld || count_entries(c->formats, true) == 0)
                return 0;
        return diagnostics_add(
                        ret, SEVERITY_WARNING, "systemd-binfmt", nowhere, NULL,
                        m->binfmtd.enabled ? "systemctl mask systemd-binfmt.service"
                                           : "systemctl enable --now binfmtd.service",
                        "systemd-binfmt.service is active: when it is stopped or restarted, it removes all entries, whoever registered them");
}

static int check_binfmt_support(const struct machine_facts *m, struct diagnostics *ret) {
        if (!m->binfmt_support.active && !m->binfmt_support.enabled)
                return 0;
        return diagnostics_add(
                        ret, SEVERITY_WARNING, "binfmt-support", nowhere, NULL,
                        "systemctl disable --now binfmt-support.service",
                        "binfmt-support registers the same formats, at each boot and whenever a package changes: two managers replace each other's entries");
}

static int check_daemon(const struct machine_facts *m, struct diagnostics *ret) {
        if (m->answers)
                return 0;
        return diagnostics_add(ret, SEVERITY_NOTE, "binfmtd-not-running", nowhere, NULL,
                               "systemctl enable --now binfmtd.service",
                               "binfmtd does not answer: what changes on disk waits for binfmtctl apply");
}

static int check_definitions(const struct machine_facts *m, struct diagnostics *ret) {
        int r = 0;

        if (!m->why && m->changes > 0 && !instance_owner_is_around(m->owner))
                r = diagnostics_add(ret, SEVERITY_WARNING, "pending", nowhere, NULL, "binfmtctl apply",
                                    "the table is not what is declared: %zu %s would be made", m->changes,
                                    m->changes == 1 ? "change" : "changes");
        if (r >= 0 && m->mistakes > 0)
                r = diagnostics_add(ret, SEVERITY_WARNING, "definition-errors", nowhere, NULL,
                                    "binfmtctl lint", "the definitions have %zu %s", m->mistakes,
                                    m->mistakes == 1 ? "error" : "errors");
        return r;
}

/* Every entry is asked at every exec, whether it is switched on or not. */
static int check_number(const struct doctor_facts *c, struct diagnostics *ret) {
        size_t n = count_entries(c->formats, false);

        if (n <= DOCTOR_ENTRIES_MAX)
                return 0;
        return diagnostics_add(
                        ret, SEVERITY_WARNING, "many-entries", nowhere, NULL, "binfmtctl list",
                        "%zu entries are asked whenever a program is started, which is felt from some hundreds on",
                        n);
}

/* What is to be done about the table and about who writes to it. */
static int check_keeping(const struct doctor_facts *c, struct diagnostics *ret) {
        const struct machine_facts *m = c->machine;
        int r = check_instance(m, ret);

        if (r >= 0)
                r = check_switch(m, ret);
        if (r >= 0)
                r = check_systemd_binfmt(c, ret);
        if (r >= 0)
                r = check_binfmt_support(m, ret);
        return r < 0 ? r : check_daemon(m, ret);
}

/* Where the table is that of a machine around, nothing about it is for us to put right. */
int doctor_check_machine(const struct doctor_facts *c, struct diagnostics *ret) {
        const struct machine_facts *m = c->machine;
        int r = check_owner(m, ret);

        if (r >= 0 && !instance_owner_is_around(m->owner))
                r = check_keeping(c, ret);
        if (r >= 0)
                r = check_definitions(m, ret);
        return r < 0 ? r : check_number(c, ret);
}

/* What is wrong with an entry of a machine around is put right there. */
static int send_around(struct diagnostics *findings) {
        for (size_t i = 0; i < findings->n; i++) {
                struct diagnostic *d = &findings->items[i];
                char *hint = d->name && d->hint ? strdup("on the machine around: binfmtctl doctor") : NULL;

                if (!d->name || !d->hint)
                        continue;
                if (!hint)
                        return -ENOMEM;
                free(d->hint);
                d->hint = hint;
        }
        return 0;
}

int doctor_findings(const struct doctor_facts *c, struct diagnostics *ret) {
        int r = doctor_check_machine(c, ret);

        if (r >= 0)
                r = doctor_check_entries(c, ret);
        if (r >= 0)
                r = doctor_check_pairs(c, ret);
        return r >= 0 && instance_owner_is_around(c->machine->owner) ? send_around(ret) : r;
}
