/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/select.h"
#include "core/suggest.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>

/* A name may hold glob characters itself. */
static bool means(const char *word, const char *name) {
        return streq(word, name) || fnmatch(word, name, 0) == 0;
}

bool select_matches(char *const *words, const char *name) {
        for (; *words; words++)
                if (means(*words, name))
                        return true;
        return false;
}

static int complain_unknown(const struct context *c, const struct formats *formats, const char *word) {
        _cleanup_free_ const char **names = calloc(formats->n + 1, sizeof *names);
        _cleanup_free_ char *hint = NULL;
        const char *near;

        if (!names)
                return -ENOMEM;
        for (size_t i = 0; i < formats->n; i++)
                names[i] = formats->items[i]->name;
        near = suggest(word, names, formats->n);
        if (near && asprintf(&hint, "did you mean %s?", near) < 0)
                return -ENOMEM;
        complain(c, hint ? hint : "binfmtctl list shows all formats", "there is no format '%s'", word);
        return 0;
}

/* Marks what the word means; false if that is nothing. */
static bool mark(const struct formats *formats, const char *word, bool *chosen) {
        bool any = false;

        for (size_t i = 0; i < formats->n; i++)
                if (means(word, formats->items[i]->name))
                        any = chosen[i] = true;
        return any;
}

int select_formats(const struct context *c, const struct formats *formats, char *const *words,
                   const struct format ***ret, size_t *ret_n, bool *ret_missing) {
        _cleanup_free_ const struct format **found = calloc(formats->n + 1, sizeof *found);
        _cleanup_free_ bool *chosen = calloc(formats->n + 1, sizeof *chosen);
        bool missing = false;
        size_t n = 0;

        if (!found || !chosen)
                return -ENOMEM;
        for (char *const *word = words; *word; word++)
                if (!mark(formats, *word, chosen)) {
                        if (complain_unknown(c, formats, *word) < 0)
                                return -ENOMEM;
                        missing = true;
                }
        for (size_t i = 0; i < formats->n; i++)
                if (!*words || chosen[i])
                        found[n++] = formats->items[i];

        *ret = TAKE_PTR(found);
        *ret_n = n;
        *ret_missing = missing;
        return 0;
}
