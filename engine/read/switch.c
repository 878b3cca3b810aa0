/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/read/switch.h"
#include "engine/system/file.h"
#include "engine/system/write-file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#define HEADER                                                                                              \
        "# Formats that were switched on or off: binfmtctl enable, binfmtctl disable. binfmtd-conf(5)\n"

/* Only root can open it, so nobody else can hold it. Who holds it for longer was stopped, perhaps for ever.
 */
#define LOCK_DIRECTORY "/run/binfmtd"
#define LOCK_NAME      ".switching"
#define LOCK_USEC      10000u
#define LOCK_TRIES     500u

static const char blanks[] = " \t\r";

/* One line without its newline and the blanks around it. */
struct line {
        const char *start;
        size_t n;
};

static struct line line_at(const char *text, const char **ret_next) {
        const char *end = strchrnul(text, '\n');
        struct line l = { text, (size_t) (end - text) };

        *ret_next = *end ? end + 1 : end;
        while (l.n > 0 && strchr(blanks, *l.start)) {
                l.start++;
                l.n--;
        }
        while (l.n > 0 && strchr(blanks, l.start[l.n - 1]))
                l.n--;
        return l;
}

static bool is_comment(struct line l) {
        return l.n == 0 || *l.start == '#' || *l.start == ';';
}

static bool is_header(struct line l) {
        return l.n > 0 && *l.start == '[';
}

static bool is_header_of(struct line l, const char *name) {
        size_t n = strlen(name);

        return l.n >= n + 2 && is_header(l) && memcmp(l.start + 1, name, n) == 0 && l.start[n + 1] == ']';
}

static bool is_enabled_key(struct line l) {
        static const char key[] = "Enabled";
        size_t n = strlen(key);

        if (l.n <= n || memcmp(l.start, key, n) != 0)
                return false;
        while (n < l.n && strchr(blanks, l.start[n]))
                n++;
        return n < l.n && (l.start[n] == '=' || l.start[n] == ':');
}

/* Copies a section up to the next header, but for its Enabled=; with `value`, that instead. Where nothing
 * but comments is left, the header goes, and comments above the next one stay. Returns the next header. */
static const char *copy_section(const char *text, const char *value, struct text *ret) {
        _cleanup_(text_clear) struct text rest = { 0 };
        const char *next, *header = text;
        bool keys = false;

        (void) line_at(text, &next);
        for (text = next; *text; text = next) {
                struct line l = line_at(text, &next);

                if (is_header(l))
                        break;
                if (is_enabled_key(l))
                        continue;
                keys = keys || !is_comment(l);
                text_append_bytes(&rest, text, (size_t) (next - text));
        }
        if (keys || value) {
                struct line l = line_at(header, &next);

                text_append_bytes(ret, l.start, l.n);
                text_append_char(ret, '\n');
        }
        if (value)
                text_printf(ret, "Enabled=%s\n", value);
        if (rest.data)
                text_append_bytes(ret, rest.data, rest.length);
        ret->failed = ret->failed || rest.failed;
        return text;
}

void switch_edit(const char *text, const char *name, const char *value, struct text *ret) {
        bool found = false;
        const char *next;

        while (*text) {
                struct line l = line_at(text, &next);

                /* Only the first section of a name counts. */
                if (!found && is_header_of(l, name)) {
                        found = true;
                        text = copy_section(text, value, ret);
                        continue;
                }
                text_append_bytes(ret, text, (size_t) (next - text));
                text = next;
        }
        if (!value || found)
                return;
        if (ret->length > 0 && ret->data[ret->length - 1] != '\n')
                text_append_char(ret, '\n');
        text_printf(ret, "%s[%s]\nEnabled=%s\n", ret->length > 0 ? "\n" : HEADER "\n", name, value);
}

bool switch_can_name(const char *name) {
        size_t n = strlen(name);

        return n > 0 && !strpbrk(name, "]\n\r") && !strchr(blanks, name[0]) && !strchr(blanks, name[n - 1]);
}

/* Reads the text of the file; "" if there is none. */
static int read_switch_file(const char *root, const char *path, char **ret) {
        _cleanup_close_ int root_fd = *root ? open(root, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1, fd = -1;
        struct file f = { 0 };
        int r;

        if (*root && root_fd < 0)
                return -errno;
        fd = file_open_in_root(root_fd, path, O_RDONLY);
        r = fd < 0 ? fd : file_read_fd(fd, FILE_SIZE_MAX, &f);
        if (r < 0 && r != -ENOENT)
                return r;
        if (r >= 0 && strlen(f.data) != f.n) {
                file_clear(&f);
                return -EBADMSG;
        }
        *ret = r < 0 ? strdup("") : f.data;
        return *ret ? 0 : -ENOMEM;
}

/* Has it any line but comments? */
static bool has_content(const char *text) {
        for (const char *next; *text; text = next)
                if (!is_comment(line_at(text, &next)))
                        return true;
        return false;
}

static bool stands_at(const struct definition *d, const char *root, const char *path) {
        size_t n = strlen(root);

        return strncmp(d->file, root, n) == 0 && streq(d->file + n, path);
}

/* Would the format be on if this file said nothing (and, of a lasting one, neither that below /run)? */
static bool is_on_without(const struct catalog *c, const struct switches *s, const char *name,
                          const char *root) {
        struct definition **all;
        size_t n;
        bool on;

        catalog_find(c, name, &all, &n);
        on = n == 0 || (all[0]->pristine ? all[0]->pristine : all[0])->enabled;
        for (size_t i = definitions_seek(c->overrides, c->n_overrides, name);
             definitions_have(c->overrides, c->n_overrides, i, name); i++) {
                const struct definition *o = c->overrides[i];

                if ((o->set & FIELD_ENABLED) && !stands_at(o, root, SWITCH_PATH_RUNTIME) &&
                    (s->runtime || !stands_at(o, root, SWITCH_PATH_LASTING)))
                        on = o->enabled;
        }
        return on;
}

/* Sets Enabled= of each name. It is taken out instead with `take_back`, or if the name is to be on and is so
 * without it. */
static int rewrite_file(const char *root, const char *path, const struct catalog *c,
                        const struct switches *s, bool take_back) {
        _cleanup_free_ char *before = NULL, *text = NULL;
        int r = read_switch_file(root, path, &before);

        if (r < 0)
                return r;
        text = strdup(before);
        for (size_t i = 0; text && i < s->n; i++) {
                const char *name = s->names[i], *value = NULL;
                struct text t = { 0 };

                if (!take_back && !s->enabled)
                        value = "no";
                else if (!take_back && !is_on_without(c, s, name, root))
                        value = "yes";
                switch_edit(text, name, value, &t);
                free(text);
                text = text_take(&t);
        }
        if (!text)
                return -ENOMEM;
        if (streq(before, text))
                return 0;
        return has_content(text) ? write_file(root, path, text, strlen(text)) : write_nothing(root, path);
}

/* Where there is none, as in an image, or it cannot be had, one goes on without: -1. */
static int lock_switches(const char *root) {
        _cleanup_close_ int root_fd = *root ? open(root, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1,
                            directory = -1, fd = -1;

        if (*root && root_fd < 0)
                return -1;
        directory = file_open_in_root(root_fd, LOCK_DIRECTORY, O_RDONLY | O_DIRECTORY);
        if (directory < 0)
                return -1;
        fd = openat(directory, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
                return -1;
        for (unsigned i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
                if (i == LOCK_TRIES)
                        return -1;
                usleep(LOCK_USEC);
        }
        return TAKE_FD(fd);
}

int switch_formats(const char *root, const struct catalog *catalog, const struct switches *switches) {
        _cleanup_close_ int lock = -1;
        int r;

        for (size_t i = 0; i < switches->n; i++)
                if (!switch_can_name(switches->names[i]))
                        return -EINVAL;
        lock = lock_switches(root);
        r = rewrite_file(root, switches->runtime ? SWITCH_PATH_RUNTIME : SWITCH_PATH_LASTING, catalog,
                         switches, false);
        if (r < 0 || switches->runtime)
                return r;
        return rewrite_file(root, SWITCH_PATH_RUNTIME, catalog, switches, true);
}
