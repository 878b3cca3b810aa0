/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/admin-file.h"
#include "compat/messages.h"
#include "engine/system/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

const char *const admin_file_field_names[GIVEN_FIELDS] = {
        "package",  "type",        "offset",   "magic",      "mask",      "interpreter",
        "detector", "credentials", "preserve", "fix_binary", "extension",
};

void admin_file_clear(struct admin_file *a) {
        for (size_t i = 0; i < ADMIN_FIELDS; i++)
                free(a->fields[i]);
        *a = (struct admin_file){ 0 };
}

void given_clear(struct given *g) {
        for (size_t i = 0; i < GIVEN_FIELDS; i++)
                free(g->values[i]);
        *g = (struct given){ 0 };
}

/* Returns the next line, NUL-terminated in place and without blanks at its end; NULL at the end. */
static char *split_line(char **rest) {
        char *line = *rest, *end;

        if (!*line)
                return NULL;
        end = strchrnul(line, '\n');
        *rest = *end ? end + 1 : end;
        *end = '\0';
        while (end > line && isspace((unsigned char) end[-1]))
                *--end = '\0';
        return line;
}

static bool out_of_memory(void) {
        return complain_errno(-ENOMEM, "unable to go on");
}

static bool given_set_line(struct given *g, char *line) {
        char *value = strchr(line, ' '), *copy;

        if (value)
                *value++ = '\0';
        for (size_t i = 0; i < GIVEN_FIELDS; i++) {
                if (strcasecmp(line, admin_file_field_names[i]) != 0)
                        continue;
                copy = value ? strdup(value) : NULL;
                if (value && !copy)
                        return out_of_memory();
                free(g->values[i]);
                g->values[i] = copy;
        }
        return true;
}

bool given_read(const char *path, struct given *ret) {
        _cleanup_(file_clear) struct file f = { 0 };
        struct given g = { 0 };
        char *rest, *line;
        int r = file_read(AT_FDCWD, path, FILE_SIZE_MAX, &f);

        if (r < 0)
                return complain_errno(r, "unable to open %s", path);
        rest = f.data;
        while ((line = split_line(&rest)))
                if (!given_set_line(&g, line)) {
                        given_clear(&g);
                        return false;
                }
        *ret = g;
        return f.n > 0;
}

/* The type, found out from the other fields if it was not given; NULL after complaining. */
static const char *given_type(const char *what, const struct given *g) {
        bool magic = g->values[ADMIN_MAGIC], extension = g->values[ADMIN_EXTENSION];

        if (g->values[ADMIN_TYPE])
                return g->values[ADMIN_TYPE];
        if (magic && extension)
                complain("%s: can't use both --magic and --extension", what);
        else if (!magic && !extension)
                complain("%s: either --magic or --extension is required", what);
        else
                return magic ? "magic" : "extension";
        return NULL;
}

static bool given_check(const char *what, const struct given *g, bool extension) {
        for (size_t i = 0; i < GIVEN_FIELDS; i++)
                if (g->values[i] && strchr(g->values[i], '\n'))
                        return complain("newlines prohibited in binfmt files (%s)", g->values[i]);
        if (extension && g->values[ADMIN_MASK])
                return complain("%s: can't use --mask with --extension", what);
        if (extension && g->values[ADMIN_OFFSET])
                return complain("%s: can't use --offset with --extension", what);
        return true;
}

bool admin_file_make(const char *what, const struct given *given, struct admin_file *ret) {
        const char *type = given_type(what, given);
        bool extension = type && streq(type, "extension");
        struct admin_file made = { 0 };

        if (!type || !given_check(what, given, extension))
                return false;
        for (size_t i = 0; i < ADMIN_FIELDS; i++) {
                const char *value = i == ADMIN_TYPE                 ? type
                                    : i == ADMIN_MAGIC && extension ? given->values[ADMIN_EXTENSION]
                                                                    : given->values[i];

                if (i == ADMIN_OFFSET && (!value || !*value))
                        value = "0";
                made.fields[i] = strdup(value ? value : "");
                if (!made.fields[i]) {
                        admin_file_clear(&made);
                        return out_of_memory();
                }
        }
        *ret = made;
        return true;
}

bool admin_file_read(const char *path, bool quiet, struct admin_file *ret) {
        _cleanup_(file_clear) struct file f = { 0 };
        struct admin_file made = { 0 };
        char *rest;
        int r = file_read(AT_FDCWD, path, FILE_SIZE_MAX, &f);

        if (r < 0)
                return complain_errno(r, "unable to open %s", path);
        rest = f.data;
        for (size_t i = 0; i < ADMIN_FIELDS; i++) {
                const char *line = split_line(&rest);

                if (!line && i < ADMIN_DETECTOR) {
                        admin_file_clear(&made);
                        return quiet ? false
                                     : complain("%s corrupt: out of binfmt data reading %s", path,
                                                admin_file_field_names[i]);
                }
                made.fields[i] = strdup(line ? line : "");
                if (!made.fields[i]) {
                        admin_file_clear(&made);
                        return out_of_memory();
                }
        }
        *ret = made;
        return true;
}

static int write_new_file(const char *path, const struct text *t) {
        _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        ssize_t n;

        if (fd < 0)
                return -errno;
        n = write(fd, t->data, t->length);
        return n < 0 ? -errno : (size_t) n < t->length ? -ENOSPC : 0;
}

static bool install_text(const char *path, const char *temporary, const struct text *t) {
        int r;

        if (unlink(temporary) < 0 && errno != ENOENT)
                return complain_errno(-errno, "unable to ensure %s nonexistent", temporary);
        r = write_new_file(temporary, t);
        if (r < 0)
                return complain_errno(r, "unable to open %s for writing", temporary);
        if (rename(temporary, path) < 0)
                return complain_errno(-errno, "unable to install %s as %s", temporary, path);
        return true;
}

bool admin_file_write(const struct admin_file *a, const char *path) {
        _cleanup_(text_clear) struct text t = { 0 };
        _cleanup_free_ char *temporary = NULL;

        for (size_t i = 0; i < ADMIN_FIELDS; i++)
                text_printf(&t, "%s\n", a->fields[i]);
        if (asprintf(&temporary, "%s.tmp", path) < 0)
                temporary = NULL;
        if (t.failed || !temporary)
                return out_of_memory();
        if (install_text(path, temporary, &t))
                return true;
        unlink(temporary);
        return false;
}

void admin_file_print(const struct admin_file *a) {
        for (size_t i = 0; i < ADMIN_FIELDS; i++)
                printf("%12s = %s\n", admin_file_field_names[i], a->fields[i]);
}

void admin_file_append_string(const struct admin_file *a, const char *name, const char *interpreter,
                              struct text *t) {
        static const struct {
                enum admin_file_field field;
                char letter;
        } flags[] = { { ADMIN_CREDENTIALS, 'C' }, { ADMIN_PRESERVE, 'P' }, { ADMIN_FIX_BINARY, 'F' } };

        text_printf(t, ":%s:%c:%s:%s:%s:%s:", name, streq(a->fields[ADMIN_TYPE], "magic") ? 'M' : 'E',
                    a->fields[ADMIN_OFFSET], a->fields[ADMIN_MAGIC], a->fields[ADMIN_MASK], interpreter);
        for (size_t i = 0; i < ELEMENTSOF(flags); i++)
                if (streq(a->fields[flags[i].field], "yes"))
                        text_append_char(t, flags[i].letter);
        text_append_char(t, '\n');
}
