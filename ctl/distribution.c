/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/distribution.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

/* Commands by the words of ID= and ID_LIKE= in os-release(5). */
static const struct {
        const char *id, *command;
        bool by_machine; /* each machine has a package, and `command` ends with the beginning of its name */
} distributions[] = {
        { "debian", "apt-get install qemu-user-static", false },
        { "ubuntu", "apt-get install qemu-user-static", false },
        { "fedora", "dnf install qemu-user-static", false },
        { "rhel", "dnf install qemu-user-static", false },
        { "suse", "zypper install qemu-linux-user", false },
        { "opensuse", "zypper install qemu-linux-user", false },
        { "arch", "pacman -S qemu-user-static", false },
        { "alpine", "apk add qemu-", true },
};

static bool has_word(const char *list, size_t n, const char *word) {
        size_t length = strlen(word);

        for (const char *p = list; p + length <= list + n; p++)
                if (memcmp(p, word, length) == 0 && (p == list || strchr(" \"'", p[-1])) &&
                    (p + length == list + n || strchr(" \"'", p[length])))
                        return true;
        return false;
}

/* The index of the first distribution that a value of this key names; -1: none. */
static int find_distribution(const char *text, const char *key) {
        for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
                size_t n = strcspn(line, "\n"), n_key = strlen(key);

                if (n <= n_key || memcmp(line, key, n_key) != 0)
                        continue;
                for (size_t i = 0; i < ELEMENTSOF(distributions); i++)
                        if (has_word(line + n_key, n - n_key, distributions[i].id))
                                return (int) i;
        }
        return -1;
}

int distribution_install_command(const char *root, const char *machine, char **ret) {
        static const char *const paths[] = { "/etc/os-release", "/usr/lib/os-release" };
        int found = -1;

        for (size_t i = 0; i < ELEMENTSOF(paths) && found < 0; i++) {
                _cleanup_(file_clear) struct file f = { 0 };
                _cleanup_free_ char *path = NULL;

                if (asprintf(&path, "%s%s", root, paths[i]) < 0) {
                        path = NULL;
                        return -ENOMEM;
                }
                if (file_read(AT_FDCWD, path, FILE_SIZE_MAX, &f) < 0)
                        continue;
                /* ID_LIKE= only names relatives. */
                found = find_distribution(f.data, "ID=");
                if (found < 0)
                        found = find_distribution(f.data, "ID_LIKE=");
        }
        *ret = NULL;
        if (found < 0)
                return 0;
        if (asprintf(ret, "%s%s", distributions[found].command,
                     distributions[found].by_machine ? machine : "") >= 0)
                return 0;
        *ret = NULL;
        return -ENOMEM;
}
