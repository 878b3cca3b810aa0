/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/format.h"

#include <errno.h>

/* The name lives behind the format: most are short, and there are many. */
struct format *format_new(const char *name) {
        size_t n = strlen(name) + 1;
        struct format *f = calloc(1, sizeof *f + n);

        if (!f)
                return NULL;
        f->name = memcpy(f + 1, name, n);
        f->keeper.is_new = true;
        return f;
}

struct format *format_free(struct format *f) {
        if (!f)
                return NULL;
        entry_free(f->want);
        entry_free(f->have);
        free(f->reason);
        diagnostics_clear(&f->said);
        free(f);
        return NULL;
}

void formats_clear(struct formats *f) {
        for (size_t i = 0; i < f->n; i++)
                format_free(f->items[i]);
        free(f->items);
        *f = (struct formats){ 0 };
}

size_t formats_seek(const struct formats *f, const char *name) {
        size_t low = 0, high = f->n;

        /* Names mostly come in order. */
        if (high > 0 && strcmp(f->items[high - 1]->name, name) < 0)
                return high;
        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (strcmp(f->items[middle]->name, name) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

struct format *formats_find(const struct formats *f, const char *name) {
        size_t i = formats_seek(f, name);

        return i < f->n && streq(f->items[i]->name, name) ? f->items[i] : NULL;
}

int formats_obtain(struct formats *f, const char *name, struct format **ret) {
        size_t i = formats_seek(f, name);
        struct format *new;

        if (i < f->n && streq(f->items[i]->name, name)) {
                *ret = f->items[i];
                return 0;
        }
        if (!ARRAY_GROW(f->items, f->n) || !(new = format_new(name)))
                return -ENOMEM;
        memmove(f->items + i + 1, f->items + i, (f->n++ - i) * sizeof *f->items);
        *ret = f->items[i] = new;
        return 0;
}

struct format *formats_take(struct formats *f, const char *name) {
        size_t i = formats_seek(f, name);
        struct format *found;

        if (i == f->n || !streq(f->items[i]->name, name))
                return NULL;
        found = f->items[i];
        memmove(f->items + i, f->items + i + 1, (--f->n - i) * sizeof *f->items);
        return found;
}

const char *format_state_name(enum format_state state) {
        static const char *const names[_FORMAT_STATE_MAX] = {
                [FORMAT_REGISTERED] = "registered", [FORMAT_PENDING] = "pending",
                [FORMAT_DISABLED] = "disabled",     [FORMAT_INACTIVE] = "inactive",
                [FORMAT_SHADOWED] = "shadowed",     [FORMAT_SHARED] = "shared",
                [FORMAT_STALE] = "stale",           [FORMAT_INVALID] = "invalid",
                [FORMAT_REFUSED] = "refused",       [FORMAT_FAILED] = "failed",
                [FORMAT_CONTENDED] = "contended",   [FORMAT_UNAVAILABLE] = "unavailable",
                [FORMAT_FOREIGN] = "foreign",
        };

        return names[state];
}
