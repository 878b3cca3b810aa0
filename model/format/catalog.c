/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which definition counts for a name, and what its overrides make of it. One sort puts all of a name side by
 * side, the best first; everything after that is a walk or a binary search. */

#include "model/format/catalog.h"
#include "model/base/search.h"
#include "model/base/similar.h"

#include <errno.h>
#include <stdio.h>

/* Suggesting a name compares it with all names, so only so many are suggested: enough for people's mistakes,
 * and a bound for everything else. */
#define SUGGESTIONS_MAX 16u

static int list_append(struct definition ***list, size_t *n, struct definition *d) {
        if (!ARRAY_GROW(*list, *n)) {
                definition_free(d);
                return -ENOMEM;
        }
        d->misread = d->invalid;
        (*list)[(*n)++] = d;
        return 0;
}

int catalog_add(struct catalog *c, struct definition *d) {
        return list_append(&c->definitions, &c->n, d);
}

int catalog_add_override(struct catalog *c, struct definition *d) {
        return list_append(&c->overrides, &c->n_overrides, d);
}

/* The file of one source that is read later is the greater one. */
static int compare_files(const struct definition *a, const struct definition *b) {
        int c;

        if (a->rank != b->rank)
                return a->rank < b->rank ? -1 : 1;
        c = strcmp(base_name(a->file), base_name(b->file));
        return c != 0 ? c : strcmp(a->file, b->file);
}

/* In a file of ours the first section of a name counts. systemd-binfmt, however, removes an entry of the
 * same name before it registers a line, so in its files the last line counts. */
static int compare_lines(const struct definition *a, const struct definition *b) {
        int c = (a->line > b->line) - (a->line < b->line);

        return a->source == SOURCE_BINFMT_D ? -c : c;
}

/* Sorts by name, and puts first what counts. */
static int compare_precedence(const struct definition *a, const struct definition *b) {
        int c = strcmp(a->name, b->name);

        if (c != 0)
                return c;
        if (a->source != b->source)
                return a->source < b->source ? -1 : 1;
        c = compare_files(b, a);
        return c != 0 ? c : compare_lines(a, b);
}

/* Sorts by name, and by the order of application: what is named on the command line comes last, and wins. */
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
static size_t list_seek(struct definition *const *list, size_t n, const struct definition *d,
                        compare_t compare) {
        return LOWER_BOUND(i, n, compare(list[i], d) < 0);
}

static int list_insert(struct definition ***list, size_t *n, struct definition *d, compare_t compare) {
        size_t at = list_seek(*list, *n, d, compare);
        int r = list_append(list, n, d);

        if (r < 0)
                return r;
        memmove(*list + at + 1, *list + at, (*n - 1 - at) * sizeof **list);
        (*list)[at] = d;
        return 0;
}

int catalog_insert(struct catalog *c, struct definition *d) {
        return list_insert(&c->definitions, &c->n, d, compare_precedence);
}

int catalog_insert_override(struct catalog *c, struct definition *d) {
        return list_insert(&c->overrides, &c->n_overrides, d, compare_application);
}

/* The list may hold, in place of d, the copy of it that overrides amended. */
static void list_remove(struct definition **list, size_t *n, struct definition *d, compare_t compare) {
        for (size_t i = list_seek(list, *n, d, compare); i < *n && streq(list[i]->name, d->name); i++)
                if (list[i] == d || list[i]->pristine == d) {
                        definition_free(list[i]);
                        memmove(list + i, list + i + 1, (--*n - i) * sizeof *list);
                        return;
                }
}

void catalog_remove(struct catalog *c, struct definition *d) {
        list_remove(c->definitions, &c->n, d, compare_precedence);
}

void catalog_remove_override(struct catalog *c, struct definition *d) {
        list_remove(c->overrides, &c->n_overrides, d, compare_application);
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
        return LOWER_BOUND(i, n, strcmp(list[i]->name, name) < 0);
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

struct definition *catalog_next(const struct catalog *c, size_t *index) {
        /* Only the first definition of a name counts. */
        while (*index > 0 && *index < c->n &&
               streq(c->definitions[*index]->name, c->definitions[*index - 1]->name))
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

static const char *duplicate_hint(const struct definition *loser, const struct definition *winner) {
        if (streq(loser->file, winner->file))
                return "remove one of the two";
        if (loser->source == SOURCE_BINFMTD)
                return "remove or rename one of the two; to change single keys of a format, use an override in binfmtd/override.d";
        return "remove or rename one of the two, or mask the file with an empty one of the same name in a higher directory";
}

/* `all` holds the definitions of one name, the best first. */
static int report_duplicates(struct definition *const *all, size_t n, struct diagnostics *diagnostics) {
        const struct definition *best = all[0];

        for (size_t i = 1; i < n; i++) {
                const struct definition *d = all[i];
                int r;

                if (best->source != d->source) {
                        best = d;
                        continue;
                }
                /* A section repeated within one file was reported where it was read. */
                if (d->source <= SOURCE_BINFMTD && streq(best->file, d->file))
                        continue;
                r = diagnostics_add(diagnostics, SEVERITY_WARNING, "duplicate-name", definition_location(d),
                                    d->name, duplicate_hint(d, best),
                                    "the name is defined twice, and the definition in %s:%u counts instead",
                                    best->file, best->line);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* All names, once each; borrowed. */
static int list_names(const struct catalog *c, const char ***ret, size_t *ret_n) {
        const char **names = calloc(c->n + 1, sizeof *names);
        struct definition *d;
        size_t n = 0;

        if (!names)
                return -ENOMEM;
        for (size_t i = 0; (d = catalog_next(c, &i));)
                names[n++] = d->name;
        *ret = names;
        *ret_n = n;
        return 0;
}

static int report_unknown(const struct catalog *c, const struct definition *patch,
                          struct diagnostics *diagnostics, size_t *n_unknown) {
        _cleanup_free_ const char **names = NULL;
        _cleanup_free_ char *hint = NULL;
        const char *near = NULL;
        size_t n;
        int r;

        if ((*n_unknown)++ < SUGGESTIONS_MAX) {
                r = list_names(c, &names, &n);
                if (r < 0)
                        return r;
                near = similar_word(patch->name, names, n);
        }
        if (near && asprintf(&hint, "did you mean [%s]?", near) < 0) {
                hint = NULL;
                return -ENOMEM;
        }
        return diagnostics_add(diagnostics, SEVERITY_WARNING, "override-unknown", definition_location(patch),
                               patch->name,
                               hint ? hint : "remove the override, or define the format in binfmtd/conf.d",
                               "the override amends nothing, as no format has its name");
}

static int report_pattern(const struct definition *d, const struct definition *patch,
                          struct diagnostics *diagnostics) {
        if (!(patch->set & FIELD_PATTERN) || !patch->pattern || !d->pattern ||
            pattern_equal(d->pattern, patch->pattern))
                return 0;
        return diagnostics_add(diagnostics, SEVERITY_NOTE, "override-pattern", definition_location(patch),
                               patch->name, "to match other files besides, define a format of another name",
                               "the override replaces the pattern given in %s:%u by a different one",
                               d->file, d->line);
}

/* Puts the definition back as it was read, since everything else is found out anew. */
static void restore_pristine(struct definition **slot) {
        struct definition *d = *slot;

        if (d->pristine) {
                *slot = TAKE_PTR(d->pristine);
                definition_free(d);
                d = *slot;
        }
        d->invalid = d->misread;
        if (!d->misread)
                free(TAKE_PTR(d->mistake));
}

static int keep_pristine(struct definition **slot) {
        struct definition *copy;
        int r;

        if ((*slot)->pristine)
                return 0;
        r = definition_copy(*slot, &copy);
        if (r < 0)
                return r;
        copy->pristine = *slot;
        *slot = copy;
        return 0;
}

static int amend_definition(struct definition **slot, const struct definition *patch,
                            struct diagnostics *diagnostics) {
        int r = keep_pristine(slot);

        if (r >= 0)
                r = report_pattern(*slot, patch, diagnostics);
        if (r < 0)
                return r;
        /* Nobody knows what a mistaken override was meant to say, so the definition without it is not what
         * anybody asked for either. */
        if (patch->invalid)
                (*slot)->invalid = true;
        if (patch->mistake && !(*slot)->mistake && !((*slot)->mistake = strdup(patch->mistake)))
                return -ENOMEM;
        return definition_amend(*slot, patch);
}

int catalog_resolve_at(struct catalog *c, size_t *index, struct diagnostics *diagnostics,
                       struct definition **ret) {
        struct definition **all = c->definitions + *index;
        size_t n = 0, o;
        int r;

        while (definitions_have(c->definitions, c->n, *index + n, all[0]->name))
                restore_pristine(&all[n++]);
        r = report_duplicates(all, n, diagnostics);
        o = c->n_overrides > 0 ? definitions_seek(c->overrides, c->n_overrides, all[0]->name) : 0;
        for (; r >= 0 && definitions_have(c->overrides, c->n_overrides, o, all[0]->name); o++)
                r = amend_definition(&all[0], c->overrides[o], diagnostics);
        if (r < 0)
                return r;
        *index += n;
        *ret = all[0];
        return 0;
}

int catalog_resolve_name(struct catalog *c, const char *name, struct diagnostics *diagnostics,
                         struct definition **ret) {
        size_t index = definitions_seek(c->definitions, c->n, name);

        if (definitions_have(c->definitions, c->n, index, name))
                return catalog_resolve_at(c, &index, diagnostics, ret);
        *ret = NULL;
        return 0;
}

int catalog_report_unknown(const struct catalog *c, struct diagnostics *diagnostics) {
        size_t n_unknown = 0;
        int r = 0;

        for (size_t i = 0; i < c->n_overrides && r >= 0; i++) {
                const struct definition *patch = c->overrides[i];
                size_t at = definitions_seek(c->definitions, c->n, patch->name);

                if (!definitions_have(c->definitions, c->n, at, patch->name))
                        r = report_unknown(c, patch, diagnostics, &n_unknown);
        }
        return r;
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
