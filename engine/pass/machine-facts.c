/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/machine-facts.h"
#include "engine/system/file.h"
#include "engine/system/surroundings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/utsname.h>

#define MODULE_LIST_MAX (64u * 1024u * 1024u)

/* systemd's directories of units, the strongest first. */
static const char *const unit_directories[] = {
        "/etc/systemd/system",     "/run/systemd/system", "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system", "/lib/systemd/system",
};

static const char *const targets[] = { "sysinit.target.wants", "multi-user.target.wants" };

static bool path_exists(const char *root, const char *directory, const char *name) {
        char path[PATH_MAX];
        struct stat st;

        return snprintf(path, sizeof path, "%s%s/%s", root, directory, name) < (int) sizeof path &&
               lstat(path, &st) == 0;
}

/* The first file of that name decides; empty, or a link to /dev/null, it masks the unit. */
static bool unit_is_installed(const char *root, const char *name) {
        for (size_t i = 0; i < ELEMENTSOF(unit_directories); i++) {
                char path[PATH_MAX], target[16] = "";
                struct stat st;

                if (snprintf(path, sizeof path, "%s%s/%s", root, unit_directories[i], name) >=
                                    (int) sizeof path ||
                    lstat(path, &st) < 0)
                        continue;
                if (S_ISLNK(st.st_mode))
                        return readlink(path, target, sizeof target - 1) < 0 || !streq(target, "/dev/null");
                return st.st_size > 0;
        }
        return false;
}

static bool unit_is_wanted(const char *root, const char *name) {
        for (size_t i = 0; i < ELEMENTSOF(unit_directories); i++)
                for (size_t j = 0; j < ELEMENTSOF(targets); j++) {
                        char path[PATH_MAX];

                        snprintf(path, sizeof path, "%s/%s", unit_directories[i], targets[j]);
                        if (path_exists(root, path, name))
                                return true;
                }
        return false;
}

static struct unit_facts read_unit_facts(const char *root, const char *name) {
        bool installed = unit_is_installed(root, name);
        char link[NAME_MAX];

        /* systemd keeps such a link for each unit that is not inactive, for journald to read. */
        snprintf(link, sizeof link, "invocation:%s", name);
        return (struct unit_facts){
                .installed = installed,
                .enabled = installed && unit_is_wanted(root, name),
                .active = path_exists(root, "/run/systemd/units", link),
        };
}

/* Our drop-in keeps systemd-binfmt from starting as long as binfmtd is enabled. */
static bool systemd_binfmt_is_withheld(const char *root, const struct unit_facts *binfmtd) {
        for (size_t i = 0; binfmtd->enabled && i < ELEMENTSOF(unit_directories); i++) {
                char path[PATH_MAX];

                snprintf(path, sizeof path, "%s/systemd-binfmt.service.d", unit_directories[i]);
                if (path_exists(root, path, "50-binfmtd.conf"))
                        return true;
        }
        return false;
}

static bool file_mentions(const char *path, const char *word) {
        _cleanup_(file_clear) struct file f = { 0 };

        return file_read(AT_FDCWD, path, MODULE_LIST_MAX, &f) >= 0 &&
               memmem(f.data, f.n, word, strlen(word));
}

static bool module_is_installed(void) {
        char path[PATH_MAX];
        struct utsname u;

        if (uname(&u) < 0)
                return false;
        snprintf(path, sizeof path, "/lib/modules/%s/modules.dep", u.release);
        return file_mentions(path, "/binfmt_misc.ko");
}

void machine_facts_read(const char *root, const char *instance, const struct pass *pass,
                        struct machine_facts *ret) {
        struct machine_facts m = {
                .instance = instance,
                .module_known = file_mentions("/proc/filesystems", "binfmt_misc"),
                .module_there = module_is_installed(),
                .switched_off = pass->unavailable >= 0 && pass->switched_off,
                .owner = surroundings_find_owner(instance),
                .systemd_binfmt = read_unit_facts(root, "systemd-binfmt.service"),
                .binfmt_support = read_unit_facts(root, "binfmt-support.service"),
                .binfmtd = read_unit_facts(root, "binfmtd.service"),
                .changes = pass->plan.n,
                .mistakes = diagnostics_count(&pass->diagnostics, SEVERITY_ERROR),
        };

        m.withheld = systemd_binfmt_is_withheld(root, &m.binfmtd);
        if (pass->unavailable < 0)
                m.why = table_error_sentence(pass->unavailable, &m.what_to_do);
        *ret = m;
}

int machine_facts_interpreters(const struct pass *pass, struct prober *prober,
                               const struct interpreter ***ret) {
        const struct formats *formats = &pass->formats;
        _cleanup_free_ const struct interpreter **interpreters =
                        calloc(formats->n + 1, sizeof *interpreters);
        int r = 0;

        if (!interpreters)
                return -ENOMEM;
        for (size_t i = 0; r >= 0 && i < formats->n; i++)
                if (formats->items[i]->have && formats->items[i]->have->interpreter)
                        r = prober_look(prober, formats->items[i]->have->interpreter, &interpreters[i]);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(interpreters);
        return 0;
}
