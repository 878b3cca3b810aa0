/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/place.h"
#include "compat/messages.h"
#include "engine/read/sources.h"
#include "engine/system/write-file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* The text of the link that packages make of the admin directory: it is right below any root. */
#define TRUEDIR_LINK "binfmtd/binfmts"

void names_free(char **names) {
        for (char **n = names; n && *n; n++)
                free(*n);
        free(names);
}

char *place_path(const char *directory, const char *name) {
        char *path;

        return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

static int stat_in(const char *directory, const char *name, struct stat *ret) {
        _cleanup_free_ char *path = place_path(directory, name);

        if (!path)
                return -ENOMEM;
        return stat(path, ret) < 0 ? -errno : 0;
}

bool place_has(const char *directory, const char *name) {
        struct stat st;

        return stat_in(directory, name, &st) >= 0;
}

static bool is_file(const char *directory, const char *name) {
        struct stat st;

        return stat_in(directory, name, &st) >= 0 && S_ISREG(st.st_mode);
}

static int names_compare(const void *a, const void *b) {
        return strcmp(*(char *const *) a, *(char *const *) b);
}

bool place_list(const struct place *p, const char *directory, char ***ret) {
        struct dirent **entries = NULL;
        int n = scandir(directory, &entries, source_filter_binfmts, NULL), error = -errno;
        char **names;
        size_t kept = 0;
        bool complete;

        if (n < 0 && error == -ENOENT)
                n = 0;
        names = n < 0 ? NULL : calloc((size_t) n + 1, sizeof *names);
        complete = names;

        for (int i = 0; i < n; i++) {
                const char *name = entries[i]->d_name;

                if (complete && is_file(directory, name)) {
                        names[kept] = strdup(name);
                        complete = names[kept++];
                }
                free(entries[i]);
        }
        free(entries);
        if (n < 0 && directory == p->admindir)
                die_errno(error, "unable to open %s", directory);
        if (!complete) {
                names_free(names);
                return complain_errno(n < 0 ? error : -ENOMEM, "unable to open %s", directory);
        }
        qsort(names, kept, sizeof *names, names_compare);
        *ret = names;
        return true;
}

void place_find_admindir(struct place *p) {
        struct stat st;

        if (!streq(p->admindir, PLACE_ADMINDIR) || stat(PLACE_ADMINDIR, &st) >= 0 ||
            stat(PLACE_TRUEDIR, &st) < 0)
                return;
        if (p->test || symlink(TRUEDIR_LINK, PLACE_ADMINDIR) < 0)
                p->admindir = PLACE_TRUEDIR;
}

/* Makes the directory that a link is to lead to. */
static int make_truedir(const char *admindir) {
        char target[sizeof TRUEDIR_LINK];
        ssize_t n = streq(admindir, PLACE_ADMINDIR) ? readlink(admindir, target, sizeof target) : -1;

        return n == (ssize_t) strlen(TRUEDIR_LINK) && memcmp(target, TRUEDIR_LINK, (size_t) n) == 0
                               ? write_directory("", PLACE_TRUEDIR)
                               : 0;
}

bool place_make_admindir(const struct place *p) {
        _cleanup_free_ char *cwd = NULL, *path = NULL;
        int r = make_truedir(p->admindir);

        if (r < 0)
                return complain_errno(r, "unable to make the directory %s", PLACE_TRUEDIR);
        r = -ENOMEM;
        if (*p->admindir == '/')
                r = write_directory("", p->admindir);
        else if ((cwd = getcwd(NULL, 0)) && (path = place_path(cwd, p->admindir)))
                r = write_directory("", path);
        return r >= 0 || complain_errno(r, "unable to make the directory %s", p->admindir);
}

bool name_is_reserved(const char *name) {
        return streq(name, ".") || streq(name, "..") || streq(name, "register") || streq(name, "status");
}

bool place_is_reserved(const char *name) {
        if (!name_is_reserved(name))
                return false;
        complain("binary format name '%s' is reserved", name);
        return true;
}

bool place_load(const struct place *p, const char *name, bool quiet, struct admin_file *ret) {
        _cleanup_free_ char *path = NULL;

        if (!is_file(p->admindir, name))
                return false;
        path = place_path(p->admindir, name);
        if (!path)
                return complain_errno(-ENOMEM, "unable to open %s", name);
        return admin_file_read(path, quiet, ret);
}

bool place_is_mounted(const struct place *p) {
        return !p->apart && is_file(p->procdir, "register");
}

bool place_mount(const struct place *p) {
        if (p->test) {
                puts("load binfmt_misc");
                return true;
        }
        if (p->apart)
                return false;
        if (place_is_mounted(p))
                return true;
        if (mount("binfmt_misc", p->procdir, "binfmt_misc", MS_NODEV | MS_NOEXEC | MS_NOSUID, NULL) < 0)
                return complain_errno(-errno, "Couldn't mount the binfmt_misc filesystem on %s", p->procdir);
        return place_is_mounted(p) ||
               complain("binfmt_misc initialised, but %s/register missing!  Giving up.", p->procdir);
}
