/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/unmanaged.h"
#include "compat/match.h"
#include "compat/messages.h"
#include "engine/system/canary.h"
#include "engine/system/file.h"
#include "engine/system/table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>

/* The kernel takes a registration only as one write(2). */
static int write_control_file(const struct place *p, const char *name, const char *bytes, size_t n) {
        _cleanup_free_ char *path = place_path(p->procdir, name);
        _cleanup_close_ int fd = -1;

        if (!path)
                return -ENOMEM;
        fd = open(path, O_WRONLY | O_CLOEXEC);
        return fd < 0 || write(fd, bytes, n) < 0 ? -errno : 0;
}

static int read_formats(struct pass *pass, const struct place *p) {
        int r = match_read_directory(p->admindir, pass);

        for (size_t i = 0; i < pass->formats.n && r >= 0; i++) {
                struct format *f = pass->formats.items[i];

                if (f->definition && !f->definition->invalid && f->definition->pattern)
                        r = pattern_index_add(&pass->pattern_index, f);
        }
        return r;
}

static bool needs_dispatcher(const struct pass *pass, const struct format *f) {
        return definition_has_detector(f->definition) || pattern_index_next(&pass->pattern_index, f, NULL);
}

/* The reason why it must not be registered, allocated, or NULL. */
static char *find_objection(const struct format *f, const struct host *host) {
        const struct definition *d = f ? f->definition : NULL;
        const char *hint;
        char *reason = NULL;

        if (!d || d->invalid || !d->pattern || !d->interpreters)
                return strdup(d && d->mistake ? d->mistake : "its file is broken");
        return guard_host(d->pattern, host, &reason, &hint) < 0 ? strdup(strerror(ENOMEM)) : reason;
}

static bool demonstrate_register(const struct place *p, const struct pass *pass, const struct format *f) {
        _cleanup_(admin_file_clear) struct admin_file admin_file = { 0 };
        _cleanup_(text_clear) struct text t = { 0 };

        if (!place_load(p, f->name, false, &admin_file))
                return false;
        admin_file_append_string(&admin_file, f->name,
                                 needs_dispatcher(pass, f) ? DISPATCHER_PATH
                                                           : admin_file.fields[ADMIN_INTERPRETER],
                                 &t);
        printf("enable %s with the following format string:\n %s", f->name, t.failed ? "" : t.data);
        return true;
}

/* As engine/pass/apply does it: -ENOEXEC if native programs did not run any more, and it was taken back. */
static int register_string(const struct place *p, const char *name, const char *bytes, size_t n,
                           bool may_take_natives) {
        unsigned before = 0, after;
        int r;

        if (may_take_natives && canary_run(CANARY_ALL, &before) < 0)
                before = 0;
        r = write_control_file(p, "register", bytes, n);
        if (r < 0 || before == 0 || canary_run(before, &after) < 0 || after == before)
                return r;
        r = write_control_file(p, name, "-1", 2);
        return r < 0 ? r : -ENOEXEC;
}

static bool register_format(const struct place *p, const struct pass *pass, const struct host *host,
                            const char *name) {
        const struct format *f = formats_find(&pass->formats, name);
        _cleanup_free_ char *objection = find_objection(f, host);
        char buf[REGISTRATION_MAX + 1];
        const struct definition *d;
        size_t n;
        int r;

        if (objection)
                return complain("unable to enable binary format %s: %s", name, objection);
        if (p->test)
                return demonstrate_register(p, pass, f);
        d = f->definition;
        r = registration_format(name, d->pattern,
                                needs_dispatcher(pass, f) ? DISPATCHER_PATH : d->interpreters[0], d->flags,
                                d->extra_flags, buf, &n);
        if (r >= 0)
                r = guard_may_take_natives(d->pattern, host);
        if (r >= 0)
                r = register_string(p, name, buf, n, r > 0);
        if (r == -ENOEXEC)
                return complain("unable to enable binary format %s: programs of this machine did not run while it was registered, so it was taken back",
                                name);
        return r >= 0 || complain("unable to enable binary format %s: %s", name,
                                  table_refusal_sentence(r, d->flags & ENTRY_FIX_BINARY));
}

bool unmanaged_register(const struct place *p, char *const *names) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        bool worked = true;
        struct host host;
        int r = read_formats(&pass, p);

        if (r < 0)
                return complain_errno(r, "unable to open %s", p->admindir);
        host_probe(&host);
        for (; *names; names++)
                if (!place_has(p->procdir, *names))
                        worked = register_format(p, &pass, &host, *names) && worked;
        return worked;
}

bool unmanaged_unregister(const struct place *p, const char *name) {
        int r;

        if (!place_has(p->procdir, name))
                return true;
        if (p->test) {
                printf("disable %s\n", name);
                return true;
        }
        r = place_is_reserved(name) ? -EINVAL : write_control_file(p, name, "-1", 2);
        if (r < 0 && r != -ENOENT)
                return complain_errno(r, "unable to open %s/%s for writing", p->procdir, name);
        return !place_has(p->procdir, name) ||
               complain("removal of %s/%s ignored by kernel!", p->procdir, name);
}

static int is_entry(const struct dirent *e) {
        return e->d_name[0] != '.' && !streq(e->d_name, "register") && !streq(e->d_name, "status");
}

static bool is_empty(const char *directory) {
        struct dirent **entries = NULL;
        int n = scandir(directory, &entries, is_entry, NULL);

        for (int i = 0; i < n; i++)
                free(entries[i]);
        free(entries);
        return n == 0;
}

/* A table in user space is unmounted by a program of its own. */
static bool unmount_fuse(const char *directory) {
        char *const argv[] = { (char *) "fusermount", (char *) "-u", (char *) directory, NULL };
        int status = 0;
        pid_t pid;

        return posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) == 0 &&
               waitpid(pid, &status, 0) == pid && status == 0;
}

void unmanaged_unmount(const struct place *p) {
        _cleanup_(table_freep) struct table *k = NULL;
        bool real = table_open(p->procdir, &k) >= 0;

        if (streq(p->procdir, PLACE_PROCDIR))
                return;
        if (p->test) {
                puts("unload binfmt_misc");
                return;
        }
        if (!is_empty(p->procdir))
                return;
        k = table_free(k);
        if ((real || !unmount_fuse(p->procdir)) && umount(p->procdir) < 0)
                complain("Couldn't unmount the binfmt_misc filesystem from %s.", p->procdir);
}
