/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/text.h"

#include <stdarg.h>
#include <stdio.h>

static bool text_reserve(struct text *t, size_t extra) {
        size_t need;
        char *data;

        if (t->failed || __builtin_add_overflow(t->length, extra + 1, &need)) {
                t->failed = true;
                return false;
        }
        if (need <= t->size)
                return true;

        need = need < 64 ? 64 : need + need / 2;
        data = realloc(t->data, need);
        if (!data) {
                t->failed = true;
                return false;
        }
        t->data = data;
        t->size = need;
        return true;
}

void text_append_bytes(struct text *t, const void *bytes, size_t n) {
        if (!text_reserve(t, n))
                return;
        if (n > 0)
                memcpy(t->data + t->length, bytes, n);
        t->length += n;
        t->data[t->length] = '\0';
}

void text_append(struct text *t, const char *string) {
        text_append_bytes(t, string, strlen(string));
}

void text_append_char(struct text *t, char c) {
        text_append_bytes(t, &c, 1);
}

void text_printf(struct text *t, const char *format, ...) {
        size_t room;
        va_list ap;
        int n;

        if (!text_reserve(t, 0))
                return;
        room = t->size - t->length;
        va_start(ap, format);
        n = vsnprintf(t->data + t->length, room, format, ap);
        va_end(ap);
        if (n < 0 || !text_reserve(t, (size_t) n)) {
                t->data[t->length] = '\0';
                t->failed = true;
                return;
        }
        if ((size_t) n >= room) {
                va_start(ap, format);
                vsnprintf(t->data + t->length, (size_t) n + 1, format, ap);
                va_end(ap);
        }
        t->length += (size_t) n;
}

char *text_take(struct text *t) {
        char *data;

        text_reserve(t, 0);
        if (t->failed) {
                text_clear(t);
                return NULL;
        }
        t->data[t->length] = '\0';
        data = t->data;
        *t = (struct text){ 0 };
        return data;
}

void text_clear(struct text *t) {
        free(t->data);
        *t = (struct text){ 0 };
}

const char *base_name(const char *path) {
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}
