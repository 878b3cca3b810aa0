/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/read/source-families.h"
#include "model/format/registration.h"

const char *const source_directories[] = {
        "/etc/binfmtd/conf.d",
        "/run/binfmtd/conf.d",
        "/usr/local/lib/binfmtd/conf.d",
        "/usr/lib/binfmtd/conf.d",
        "/etc/binfmtd/override.d",
        "/run/binfmtd/override.d",
        "/etc/binfmt.d",
        "/run/binfmt.d",
        "/usr/local/lib/binfmt.d",
        "/usr/lib/binfmt.d",
        "/var/lib/binfmts",
        "/var/lib/binfmtd/binfmts",
        "/usr/share/binfmts",
        NULL,
};

_Static_assert(ELEMENTSOF(source_directories) == SOURCE_DIRECTORIES + 1, "each directory has a state");

const struct source_family source_families[] = {
        { SOURCE_BINFMTD, false, 0, 0, 4 },        { SOURCE_BINFMTD, true, 1, 4, 1 },
        { SOURCE_BINFMTD, true, 2, 5, 1 },         { SOURCE_BINFMT_D, false, 0, 6, 4 },
        { SOURCE_BINFMTS_ADMIN, false, 0, 10, 2 }, { SOURCE_BINFMTS, false, 0, 12, 1 },
};

static bool name_ends_with(const char *name, const char *suffix) {
        size_t n = strlen(name), n_suffix = strlen(suffix);

        return n > n_suffix && streq(name + n - n_suffix, suffix);
}

int source_filter_conf(const struct dirent *entry) {
        return entry->d_name[0] != '.' && name_ends_with(entry->d_name, ".conf");
}

int source_filter_binfmts(const struct dirent *entry) {
        const char *name = entry->d_name, *reason;

        return entry->d_type != DT_DIR && name[0] != '.' && !strstr(name, ".dpkg-") &&
               !name_ends_with(name, "~") && !name_ends_with(name, ".tmp") &&
               registration_check_name(name, &reason) >= 0;
}

int (*source_family_filter(const struct source_family *f))(const struct dirent *entry) {
        return f->source <= SOURCE_BINFMT_D ? source_filter_conf : source_filter_binfmts;
}

bool source_locate(const char *path, unsigned *ret_family, const char **ret_name) {
        const char *slash = strrchr(path, '/');
        struct dirent entry = { .d_type = DT_REG };

        if (!slash || strlen(slash + 1) >= sizeof entry.d_name)
                return false;
        strcpy(entry.d_name, slash + 1);
        for (unsigned i = 0; i < SOURCE_FAMILIES; i++) {
                const struct source_family *f = &source_families[i];

                for (unsigned j = f->first; j < f->first + f->n; j++) {
                        size_t n = strlen(source_directories[j]);

                        if (n != (size_t) (slash - path) || memcmp(path, source_directories[j], n) != 0 ||
                            !source_family_filter(f)(&entry))
                                continue;
                        *ret_family = i;
                        *ret_name = slash + 1;
                        return true;
                }
        }
        return false;
}
