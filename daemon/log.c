/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/log.h"
#include "daemon/names.h"
#include "model/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

static struct {
        int level;
        bool structured;
} target = { .level = LOG_INFO };

/* systemd sets JOURNAL_STREAM to the device and inode of the standard error that is connected to the
 * journal; standard error may have been redirected since. */
static bool stderr_is_journal(void) {
        const char *stream = getenv("JOURNAL_STREAM");
        unsigned long long dev, ino;
        struct stat st;

        return stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 && fstat(STDERR_FILENO, &st) == 0 &&
               st.st_dev == dev && st.st_ino == ino;
}

void log_open(int level) {
        target.level = level;
        target.structured = stderr_is_journal();
}

bool log_takes(int level) {
        return level <= target.level;
}

/* The record is written at once, so that lines of other processes do not tear it apart. Characters that
 * could control a terminal become question marks. */
static void write_plain(const struct log_record *r, const char *message) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_printf(&t, "binfmtd: %s", message);
        if (r->hint && r->level <= LOG_WARNING)
                text_printf(&t, " (hint: %s)", r->hint);
        if (t.failed)
                return;
        for (char *c = t.data; *c; c++)
                if (iscntrl((unsigned char) *c))
                        *c = '?';
        text_append_char(&t, '\n');
        if (!t.failed && write(STDERR_FILENO, t.data, t.length) < 0)
                return; /* there is no other place to report it */
}

struct fields {
        struct iovec items[9];
        int n;
};

static void add_field(struct fields *f, const char *name, const char *value) {
        char *s;

        if (!value || asprintf(&s, "%s=%s", name, value) < 0)
                return;
        f->items[f->n++] = (struct iovec){ .iov_base = s, .iov_len = strlen(s) };
}

static void write_structured(const struct log_record *r, const char *message) {
        struct fields f = { 0 };
        char number[16];

        add_field(&f, "MESSAGE", message);
        snprintf(number, sizeof number, "%d", r->level);
        add_field(&f, "PRIORITY", number);
        add_field(&f, "MESSAGE_ID", r->id);
        add_field(&f, FIELD_NAME, r->name);
        add_field(&f, FIELD_STATE, r->state);
        add_field(&f, FIELD_FILE, r->file);
        snprintf(number, sizeof number, "%u", r->line);
        add_field(&f, FIELD_LINE, r->line > 0 ? number : NULL);
        add_field(&f, FIELD_HINT, r->hint);
        if (sd_journal_sendv(f.items, f.n) < 0)
                write_plain(r, message);
        for (int i = 0; i < f.n; i++)
                free(f.items[i].iov_base);
}

void log_write(const struct log_record *r, const char *format, ...) {
        _cleanup_free_ char *message = NULL;
        va_list ap;
        int n;

        if (!log_takes(r->level))
                return;
        va_start(ap, format);
        n = vasprintf(&message, format, ap);
        va_end(ap);
        if (n < 0)
                message = NULL;
        (target.structured ? write_structured : write_plain)(r, message ? message : "out of memory");
}

int log_level_from_name(const char *name) {
        static const struct {
                const char *name;
                int level;
        } levels[] = {
                { "err", LOG_ERR },
                { "warning", LOG_WARNING },
                { "info", LOG_INFO },
                { "debug", LOG_DEBUG },
        };

        for (size_t i = 0; i < ELEMENTSOF(levels); i++)
                if (streq(name, levels[i].name))
                        return levels[i].level;
        return -EINVAL;
}
