/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/managed.h"
#include "api/org-binfmtd.h"
#include "compat/messages.h"
#include "engine/pass/affected.h"
#include "engine/pass/reconcile.h"
#include "engine/pass/steps.h"
#include "engine/read/switch.h"
#include "engine/system/file.h"
#include "engine/system/write-file.h"
#include "varlink/client.h"

#include <errno.h>
#include <fcntl.h>

#define DAEMON_USEC (60 * UINT64_C(1000000))

static const struct options options = { .root = "", .instance = PLACE_PROCDIR };

static size_t count_names(char *const *names) {
        size_t n = 0;

        while (names[n])
                n++;
        return n;
}

/* A name that no section can have cannot be switched off for good; the format is only disabled until
 * somebody registers it again. */
static size_t select_switchable(char *const *names, bool enabled, const char **ret) {
        size_t n = 0;

        for (; *names; names++)
                if (switch_can_name(*names))
                        ret[n++] = *names;
                else if (!enabled)
                        complain("%s cannot be switched off for good: no section of a file can be called so",
                                 *names);
        return n;
}

static bool switch_all(char *const *names, bool enabled, bool runtime) {
        _cleanup_free_ const char **selected = calloc(count_names(names) + 1, sizeof *selected);
        struct switches switches = { .names = selected, .enabled = enabled, .runtime = runtime };
        _cleanup_(pass_clear) struct pass pass = { 0 };
        int r;

        if (!selected)
                return complain_errno(-ENOMEM, "unable to go on");
        switches.n = select_switchable(names, enabled, selected);
        if (switches.n == 0)
                return true;
        r = reconcile_read(&options, &pass);
        if (r >= 0)
                r = switch_formats("", &pass.catalog, &switches);
        return r >= 0 ||
               complain_errno(r, "unable to write %s", runtime ? SWITCH_PATH_RUNTIME : SWITCH_PATH_LASTING);
}

bool managed_switch(char *const *names, bool enabled) {
        return switch_all(names, enabled, false);
}

/* A format that is switched off for good stays so: no file is written that overrules it, only what was
 * written for now is removed. */
static int take_back(char *const *names) {
        _cleanup_(file_clear) struct file f = { 0 };
        _cleanup_free_ char *text = NULL;
        int r = file_read(AT_FDCWD, SWITCH_PATH_RUNTIME, FILE_SIZE_MAX, &f);

        if (r < 0)
                return r == -ENOENT ? 0 : r;
        text = strdup(f.data);
        for (; text && *names; names++) {
                _cleanup_(text_clear) struct text t = { 0 };

                switch_edit(text, *names, NULL, &t);
                free(text);
                text = text_take(&t);
        }
        if (!text)
                return -ENOMEM;
        return streq(text, f.data) ? 0 : write_file("", SWITCH_PATH_RUNTIME, text, strlen(text));
}

bool managed_switch_for_now(char *const *names, bool enabled) {
        int r;

        if (!enabled)
                return switch_all(names, false, true);
        r = take_back(names);
        return r >= 0 || complain_errno(r, "unable to write %s", SWITCH_PATH_RUNTIME);
}

/* Has the daemon brought the table up to date? One that cannot be asked is as good as none. */
static bool ask_daemon(void) {
        _cleanup_(varlink_client_freep) struct varlink_client *c = NULL;
        const char *error = NULL;
        json_t *reply;

        return varlink_client_connect(BINFMTD_SOCKET, DAEMON_USEC, &c) >= 0 &&
               varlink_client_call(c, BINFMTD_METHOD("Reload"), json_object(), &reply, &error) >= 0 &&
               !error;
}

/* Plans for these names alone, and for what has to be registered again above them. */
static int plan_for(struct pass *pass, char *const *names) {
        _cleanup_free_ const char **chosen = calloc(count_names(names) + 1, sizeof *chosen);
        _cleanup_free_ struct format **affected = NULL;
        size_t n = 0, n_affected;
        int r;

        if (!chosen)
                return -ENOMEM;
        for (; *names; names++)
                if (formats_find(&pass->formats, *names))
                        chosen[n++] = *names;
        r = affected_find(pass, chosen, &affected, &n_affected);
        if (r < 0)
                return r;
        plan_clear(&pass->plan);
        return pass_plan(pass, affected, n_affected);
}

/* Complains if f cannot be used. That its interpreter is not there yet is no failure, nor that another
 * format is better. */
static bool check_usable(const struct format *f) {
        switch (f->state) {
        case FORMAT_STALE:
        case FORMAT_INVALID:
        case FORMAT_REFUSED:
        case FORMAT_FAILED:
        case FORMAT_CONTENDED:
        case FORMAT_UNAVAILABLE:
                return complain("unable to enable binary format %s: %s", f->name,
                                f->reason ? f->reason : format_state_name(f->state));
        default:
                return true;
        }
}

bool managed_settle(char *const *names) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_(table_freep) struct table *table = NULL;
        bool done = ask_daemon(), worked = true;
        int r = reconcile_plan_instance(&options, &pass, &table);

        if (r >= 0 && table && !done)
                r = plan_for(&pass, names);
        if (r >= 0 && table && !done)
                r = apply_plan(table, &pass.plan, &pass.result);
        if (r < 0)
                return complain_errno(r, "unable to find out what is registered");
        if (pass.switched_off)
                complain("binfmt_misc as a whole is switched off: write 1 into its file 'status'");
        for (; *names; names++) {
                const struct format *f = formats_find(&pass.formats, *names);

                worked = (!f || !f->definition || check_usable(f)) && worked;
        }
        return worked;
}

bool managed_is_shared(const char *name) {
        static struct pass pass;
        static bool known;
        struct table absent = { .error = -ENOENT };
        const struct format *f;

        if (!known) {
                known = true;
                if (reconcile_plan(&options, &absent, &pass) < 0)
                        return false;
        }
        f = formats_find(&pass.formats, name);
        return f && f->state == FORMAT_SHARED && place_has(PLACE_PROCDIR, f->shadowed_by->name);
}

/* The one that counts, as the caller's own report has it; NULL. */
static const struct definition *read_definition(struct pass *pass, const char *name) {
        const struct format *f;

        if (reconcile_read(&options, pass) < 0)
                return NULL;
        f = formats_find(&pass->formats, name);
        return f ? f->definition : NULL;
}

bool managed_declares(const char *name) {
        _cleanup_(pass_clear) struct pass pass = { 0 };

        return read_definition(&pass, name);
}

bool managed_retains(const char *name) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        const struct definition *d = read_definition(&pass, name);

        return d && (d->source != SOURCE_BINFMTS || ask_daemon());
}
