/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which definition counts for a name. One sort puts all of a name side by side, the best first; everything
 * after that is a walk or a binary search. */

#include "model/format/catalog.h"

#include <errno.h>

static int append(struct definition ***list, size_t *n, struct definition *d) {
        if (!ARRAY_GROW(*list, *n)) {
                definition_free(d);
                return -ENOMEM;
        }
        d->misread = d->invalid;
        (*list)[(*n)++] = d;
        return 0;
}

int catalog_add(struct catalog *c, struct definition *d) {
        return append(&c->definitions, &c->n, d);
}

int catalog_add_override(struct catalog *c, struct definition *d) {
        return append(&c->overrides, &c->n_overrides, d);
}

static const char *base_name(const char *path) {
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

/* Of two files of one source, the one that is read later is greater. */
static int compare_files(const struct definition *a, const struct definition *b) {
        int c;

        if (a->rank != b->rank)
                return a->rank < b->rank ? -1 : 1;
        c = strcmp(base_name(a->file), base_name(b->file));
        return c != 0 ? c : strcmp(a->file, b->file);
}

/* In one file of ours the first section of a name stands. systemd-binfmt, however, removes what has the name
 * before it registers a line, so in a file of its kind the last one stands. */
static int compare_lines(const struct definition *a, const struct definition *b) {
        int c = (a->line > b->line) - (a->line < b->line);

        return a->source == SOURCE_BINFMT_D ? -c : c;
}

/* By name, and what counts first. */
static int compare_precedence(const struct definition *a, const struct definition *b) {
        int c = strcmp(a->name, b->name);

        if (c != 0)
                return c;
        if (a->source != b->source)
                return a->source < b->source ? -1 : 1;
        c = compare_files(b, a);
        return c != 0 ? c : compare_lines(a, b);
}

/* By name, and in the order of application: what is named on the command line comes last, and wins. */
static int compare_application(const struct definition *a, const struct definition *b) {
        int c = strcmp(a->name, b->name);

        if (c != 0)
                return c;
        if (a->source != b->source)
                return a->source > b->source ? -1 : 1;
        c = compare_files(a, b);
        return c != 0 ? c : (a->line > b->line) - (a->line < b->line);
}

static int compare_definitions(const void *a, const void *b) {
        return compare_precedence(*(struct definition *const *) a, *(struct definition *const *) b);
}

static int compare_overrides(const void *a, const void *b) {
        return compare_application(*(struct definition *const *) a, *(struct definition *const *) b);
}

typedef int (*compare_t)(const struct definition *a, const struct definition *b);

/* The first index that does not stand before d. */
static size_t seek(struct definition *const *list, size_t n, const struct definition *d, compare_t compare) {
        size_t low = 0;

        while (low < n) {
                size_t middle = low + (n - low) / 2;

                if (compare(list[middle], d) < 0)
                        low = middle + 1;
                else
                        n = middle;
        }
        return low;
}

static int insert(struct definition ***list, size_t *n, struct definition *d, compare_t compare) {
        size_t at = seek(*list, *n, d, compare);
        int r = append(list, n, d);

        if (r < 0)
                return r;
        memmove(*list + at + 1, *list + at, (*n - 1 - at) * sizeof **list);
        (*list)[at] = d;
        return 0;
}

int catalog_insert(struct catalog *c, struct definition *d) {
        return insert(&c->definitions, &c->n, d, compare_precedence);
}

int catalog_insert_override(struct catalog *c, struct definition *d) {
        return insert(&c->overrides, &c->n_overrides, d, compare_application);
}

/* What stands for d is d, or the copy of it that overrides amended. */
static void take_out(struct definition **list, size_t *n, struct definition *d, compare_t compare) {
        for (size_t i = seek(list, *n, d, compare); i < *n && streq(list[i]->name, d->name); i++)
                if (list[i] == d || list[i]->pristine == d) {
                        definition_free(list[i]);
                        memmove(list + i, list + i + 1, (--*n - i) * sizeof *list);
                        return;
                }
}

void catalog_remove(struct catalog *c, struct definition *d) {
        take_out(c->definitions, &c->n, d, compare_precedence);
}

void catalog_remove_override(struct catalog *c, struct definition *d) {
        take_out(c->overrides, &c->n_overrides, d, compare_application);
}

void catalog_sort(struct catalog *c) {
        if (c->n > 1)
                qsort(c->definitions, c->n, sizeof *c->definitions, compare_definitions);
        if (c->n_overrides > 1)
                qsort(c->overrides, c->n_overrides, sizeof *c->overrides, compare_overrides);
}

bool definitions_have(struct definition *const *list, size_t n, size_t i, const char *name) {
        return i < n && streq(list[i]->name, name);
}

/* The first index whose name is not less. */
size_t definitions_seek(struct definition *const *list, size_t n, const char *name) {
        size_t low = 0;

        while (low < n) {
                size_t middle = low + (n - low) / 2;

                if (strcmp(list[middle]->name, name) < 0)
                        low = middle + 1;
                else
                        n = middle;
        }
        return low;
}

static int note_mistakes(struct definition *const *list, size_t begin, size_t end,
                         const struct diagnostics *diagnostics, size_t from) {
        int r = 0;

        for (size_t i = begin; i < end && r >= 0 && from < diagnostics->n; i++)
                if (list[i]->invalid)
                        r = definition_note_mistake(list[i], diagnostics, from);
        return r;
}

int catalog_note_mistakes(struct catalog *c, const struct catalog_mark *from,
                          const struct diagnostics *diagnostics) {
        int r = note_mistakes(c->definitions, from->n, c->n, diagnostics, from->n_diagnostics);

        if (r >= 0)
                r = note_mistakes(c->overrides, from->n_overrides, c->n_overrides, diagnostics,
                                  from->n_diagnostics);
        return r;
}

struct catalog_mark catalog_mark(const struct catalog *c, const struct diagnostics *diagnostics) {
        return (struct catalog_mark){ c->n, c->n_overrides, diagnostics->n };
}

static bool is_loser(const struct catalog *c, size_t i) {
        return i > 0 && streq(c->definitions[i]->name, c->definitions[i - 1]->name);
}

struct definition *catalog_next(const struct catalog *c, size_t *index) {
        while (*index < c->n && is_loser(c, *index))
                (*index)++;
        return *index < c->n ? c->definitions[(*index)++] : NULL;
}

void catalog_find(const struct catalog *c, const char *name, struct definition ***ret, size_t *ret_n) {
        size_t first = definitions_seek(c->definitions, c->n, name), n = 0;

        while (definitions_have(c->definitions, c->n, first + n, name))
                n++;
        *ret = n > 0 ? c->definitions + first : NULL;
        *ret_n = n;
}

static void definitions_free(struct definition **list, size_t n) {
        for (size_t i = 0; i < n; i++)
                definition_free(list[i]);
        free(list);
}

void catalog_clear(struct catalog *c) {
        definitions_free(c->definitions, c->n);
        definitions_free(c->overrides, c->n_overrides);
        *c = (struct catalog){ 0 };
}
