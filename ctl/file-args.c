/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/file-args.h"
#include "engine/read/sources.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>

/* Each list was made for as many words as there are. */
static int choose(struct choice *choice, const char *path) {
        if (!ARRAY_GROW(choice->files, choice->n_files + 1))
                return -ENOMEM;
        choice->files[choice->n_files + 1] = NULL;
        choice->files[choice->n_files] = strdup(path);
        return choice->files[choice->n_files++] ? 0 : -ENOMEM;
}

/* The word as a path without the root in front; NULL for a basename. */
static const char *path_of(const char *root, const char *word, char buffer[static PATH_MAX]) {
        size_t n = strlen(root);
        const char *path;

        if (!strchr(word, '/'))
                return NULL;
        path = word[0] == '/' ? word : realpath(word, buffer);
        if (!path)
                return word;
        return n > 0 && strncmp(path, root, n) == 0 && path[n] == '/' ? path + n : path;
}

/* 1 if the word means files in source directories (or would, if there was one of the name), 0 if not. */
static int choose_sources(const struct context *c, const struct source_files *all, const char *word,
                          struct choice *choice) {
        char buffer[PATH_MAX];
        const char *path = path_of(c->options.root, word, buffer), *name = word;
        unsigned family = 0;
        size_t before = choice->n_files;

        if (path && !source_locate(path, &family, &name))
                return 0;
        for (size_t i = 0; i < all->n; i++) {
                const char *other;
                unsigned of;
                int r;

                if (!source_locate(all->items[i].path + strlen(c->options.root), &of, &other) ||
                    (path ? of != family || !streq(other, name) : fnmatch(word, other, 0) != 0))
                        continue;
                r = choose(choice, all->items[i].path);
                if (r < 0)
                        return r;
        }
        return path || choice->n_files > before;
}

static int choose_word(const struct context *c, const struct source_files *all, char *word,
                       struct choice *choice) {
        size_t before = choice->n_files;
        struct stat st;
        int r = choose_sources(c, all, word, choice);

        if (r < 0 || choice->n_files > before)
                return r;
        if (r == 0 && stat(word, &st) >= 0 && !S_ISDIR(st.st_mode)) {
                choice->added[choice->n_added++] = word;
                return choose(choice, word);
        }
        complain(c, "binfmtctl cat-config shows those that count", "%s: there is no such definition file",
                 word);
        choice->incomplete = true;
        return 0;
}

static size_t count(char *const *list) {
        size_t n = 0;

        while (list && list[n])
                n++;
        return n;
}

int choice_make(const struct context *c, char *const *words, struct choice *ret) {
        _cleanup_(source_files_clear) struct source_files all = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics ignored = { 0 };
        _cleanup_(choice_clear) struct choice choice = { 0 };
        size_t n_added = count(c->options.added);
        bool incomplete;
        int r = 0;

        choice.added = calloc(n_added + count(words) + 1, sizeof *choice.added);
        choice.files = calloc(array_size(0) + 1, sizeof *choice.files);
        if (!choice.added || !choice.files)
                return -ENOMEM;
        for (; choice.n_added < n_added; choice.n_added++)
                choice.added[choice.n_added] = c->options.added[choice.n_added];
        /* What is wrong with the files is said when they are read. */
        if (!c->options.only_added)
                r = sources_list(c->options.root, &all, &incomplete, &ignored);
        for (; *words && r >= 0; words++)
                r = choose_word(c, &all, *words, &choice);
        if (r < 0)
                return r;
        *ret = choice;
        choice = (struct choice){ 0 };
        return 0;
}

bool choice_has(const struct choice *choice, const char *file) {
        for (size_t i = 0; i < choice->n_files; i++)
                if (streq_ptr(choice->files[i], file))
                        return true;
        return false;
}

void choice_clear(struct choice *choice) {
        for (size_t i = 0; i < choice->n_files; i++)
                free(choice->files[i]);
        free(choice->files);
        free(choice->added);
        *choice = (struct choice){ 0 };
}
