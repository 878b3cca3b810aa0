/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/name-args.h"
#include "api/json.h"
#include "ctl/fields.h"
#include "model/base/quote.h"
#include "model/base/similar.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>

/* A name may hold glob characters itself, so it is compared as a string too. The names of JSON objects are
 * escaped if they are no UTF-8. */
static bool is_name(const char *word, const char *name) {
        _cleanup_(text_clear) struct text t = { 0 };

        if (streq(word, name))
                return true;
        quote_as_utf8(&t, word);
        return t.data && !t.failed && streq(t.data, name);
}

static bool word_means(const char *word, const char *name) {
        return is_name(word, name) || fnmatch(word, name, 0) == 0;
}

bool name_args_match(char *const *words, const char *name) {
        for (; *words; words++)
                if (word_means(*words, name))
                        return true;
        return false;
}

bool name_args_have(char *const *words, const char *name) {
        for (; *words; words++)
                if (is_name(*words, name))
                        return true;
        return false;
}

static int complain_unknown(const struct context *c, const char *const *names, size_t n, const char *word) {
        const char *near = similar_word(word, names, n);
        _cleanup_free_ char *hint = NULL;

        if (near && asprintf(&hint, "did you mean %s?", near) < 0)
                return -ENOMEM;
        complain(c, hint ? hint : "binfmtctl list shows all formats", "there is no format '%s'", word);
        return 0;
}

/* Fills `chosen`: which of the names are meant. All are if there are no words. */
static int choose_names(const struct context *c, const char *const *names, size_t n, char *const *words,
                        bool *chosen, bool *ret_missing) {
        *ret_missing = false;
        for (size_t i = 0; i < n; i++)
                chosen[i] = !*words;
        for (; *words; words++) {
                bool any = false;

                for (size_t i = 0; i < n; i++)
                        if (word_means(*words, names[i]))
                                any = chosen[i] = true;
                if (any)
                        continue;
                if (complain_unknown(c, names, n, *words) < 0)
                        return -ENOMEM;
                *ret_missing = true;
        }
        return 0;
}

int name_args_formats(const struct context *c, const json_t *formats, char *const *words, json_t **ret,
                      bool *ret_missing) {
        size_t n = json_array_size(formats);
        _cleanup_free_ const char **names = calloc(n + 1, sizeof *names);
        _cleanup_free_ bool *chosen = calloc(n + 1, sizeof *chosen);
        json_auto_t *found = json_array();
        bool missing;

        if (!found || !names || !chosen)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                names[i] = field_string(json_array_get(formats, i), "name");
        if (choose_names(c, names, n, words, chosen, &missing) < 0)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                if (chosen[i] && api_push(found, json_incref(json_array_get(formats, i))) < 0)
                        return -ENOMEM;
        *ret = TAKE_PTR(found);
        *ret_missing = missing;
        return 0;
}

int name_args_of_pass(const struct context *c, const struct formats *formats, char *const *words,
                      const struct format ***ret, size_t *ret_n, bool *ret_missing) {
        _cleanup_free_ const char **names = calloc(formats->n + 1, sizeof *names);
        _cleanup_free_ const struct format **found = calloc(formats->n + 1, sizeof *found);
        _cleanup_free_ bool *chosen = calloc(formats->n + 1, sizeof *chosen);
        bool missing;
        size_t n = 0;

        if (!found || !names || !chosen)
                return -ENOMEM;
        for (size_t i = 0; i < formats->n; i++)
                names[i] = formats->items[i]->name;
        if (choose_names(c, names, formats->n, words, chosen, &missing) < 0)
                return -ENOMEM;
        for (size_t i = 0; i < formats->n; i++)
                if (chosen[i])
                        found[n++] = formats->items[i];
        *ret = TAKE_PTR(found);
        *ret_n = n;
        *ret_missing = missing;
        return 0;
}
