/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* update-binfmts --display, --find. */

#include "compat/managed.h"
#include "compat/match.h"
#include "compat/messages.h"
#include "compat/update-binfmts.h"
#include "engine/pass/steps.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

static bool is_enabled(const struct place *p, const char *name) {
        return place_has(p->procdir, name) || (p->machine && managed_is_shared(name));
}

static void print_admin_file(const struct place *p, const char *name, const struct admin_file *a) {
        printf("%s (%s):\n", name, is_enabled(p, name) ? "enabled" : "disabled");
        for (size_t i = 0; i <= ADMIN_DETECTOR; i++)
                printf("%12s = %s\n", admin_file_field_names[i],
                       i == ADMIN_PACKAGE ? package_name(a->fields[i]) : a->fields[i]);
}

bool act_display(const struct place *p, const char *name) {
        _cleanup_(names_freep) char **names = NULL;

        if (name) {
                _cleanup_(admin_file_clear) struct admin_file admin_file = { 0 };

                if (!place_load(p, name, false, &admin_file))
                        return complain("%s not in database of installed binary formats.", name);
                print_admin_file(p, name, &admin_file);
                return true;
        }
        if (!place_list(p, p->admindir, &names))
                return false;
        for (char **n = names; *n; n++) {
                _cleanup_(admin_file_clear) struct admin_file admin_file = { 0 };

                if (place_load(p, *n, false, &admin_file))
                        print_admin_file(p, *n, &admin_file);
        }
        return true;
}

static bool find_interpreters(const struct place *p, const char *path,
                              const uint8_t header[static PATTERN_HEADER_SIZE]) {
        static const struct options options = { .root = "", .dispatcher = "" };
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_(text_clear) struct text why = { 0 };
        _cleanup_free_ struct format **formats = NULL;
        size_t n = 0;
        int r = match_read_directory(p->admindir, &pass);

        if (r >= 0)
                r = pass_begin(&pass, &options);
        if (r < 0)
                die_errno(r, "unable to open %s", p->admindir);
        r = match_formats(&pass, header, path, &formats, &n);
        if (r < 0)
                return complain_errno(r, "unable to find interpreters for %s", path);
        for (size_t i = 0; i < n; i++)
                if (is_enabled(p, formats[i]->name) && match_ask(&pass, formats[i], path, &why))
                        puts(formats[i]->definition->interpreters[0]);
        return true;
}

bool act_find(const struct place *p, const char *executable) {
        _cleanup_close_ int fd = open(executable, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        uint8_t header[PATTERN_HEADER_SIZE];
        int r = fd < 0 ? -errno : match_header(fd, header);

        if (r < 0)
                die_errno(r, "unable to open %s", executable);
        return find_interpreters(p, executable, header);
}
