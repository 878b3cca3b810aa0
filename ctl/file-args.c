/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/file-args.h"
#include "engine/read/sources.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>

static int choose_file(struct file_args *file_args, const char *path) {
        if (!ARRAY_GROW(file_args->files, file_args->n_files + 1))
                return -ENOMEM;
        file_args->files[file_args->n_files + 1] = NULL;
        file_args->files[file_args->n_files] = strdup(path);
        return file_args->files[file_args->n_files++] ? 0 : -ENOMEM;
}

/* The word as a path without the root in front; NULL for a basename. */
static const char *path_below_root(const char *root, const char *word, char buffer[static PATH_MAX]) {
        size_t n = strlen(root);
        const char *path;

        if (!strchr(word, '/'))
                return NULL;
        path = word[0] == '/' ? word : realpath(word, buffer);
        if (!path)
                return word;
        return n > 0 && strncmp(path, root, n) == 0 && path[n] == '/' ? path + n : path;
}

/* Chooses the files in source directories that the word means. 1 if it means some, or is a path in a source
 * directory; 0 if it is anything else. */
static int choose_sources(const struct context *c, const struct source_files *all, const char *word,
                          struct file_args *file_args) {
        char buffer[PATH_MAX];
        const char *path = path_below_root(c->options.root, word, buffer), *name = word;
        unsigned family = 0;
        size_t before = file_args->n_files;

        if (path && !source_locate(path, &family, &name))
                return 0;
        for (size_t i = 0; i < all->n; i++) {
                const char *other;
                unsigned of;
                int r;

                if (!source_locate(all->items[i].path + strlen(c->options.root), &of, &other) ||
                    (path ? of != family || !streq(other, name) : fnmatch(word, other, 0) != 0))
                        continue;
                r = choose_file(file_args, all->items[i].path);
                if (r < 0)
                        return r;
        }
        return path || file_args->n_files > before;
}

static int choose_word(const struct context *c, const struct source_files *all, char *word,
                       struct file_args *file_args) {
        size_t before = file_args->n_files;
        struct stat st;
        int r = choose_sources(c, all, word, file_args);

        if (r < 0 || file_args->n_files > before)
                return r;
        if (r == 0 && stat(word, &st) >= 0 && !S_ISDIR(st.st_mode)) {
                file_args->added[file_args->n_added++] = word;
                return choose_file(file_args, word);
        }
        complain(c, "binfmtctl cat-config shows those that count", "%s: there is no such definition file",
                 word);
        file_args->incomplete = true;
        return 0;
}

static size_t count_strings(char *const *list) {
        size_t n = 0;

        while (list && list[n])
                n++;
        return n;
}

int file_args_make(const struct context *c, char *const *words, struct file_args *ret) {
        _cleanup_(source_files_clear) struct source_files all = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics ignored = { 0 };
        _cleanup_(file_args_clear) struct file_args file_args = { 0 };
        size_t n_added = count_strings(c->options.added);
        bool incomplete;
        int r = 0;

        file_args.added = calloc(n_added + count_strings(words) + 1, sizeof *file_args.added);
        file_args.files = calloc(array_size(0) + 1, sizeof *file_args.files);
        if (!file_args.added || !file_args.files)
                return -ENOMEM;
        for (; file_args.n_added < n_added; file_args.n_added++)
                file_args.added[file_args.n_added] = c->options.added[file_args.n_added];
        /* The same diagnostics come again when the files are read. */
        if (!c->options.only_added)
                r = sources_list(c->options.root, &all, &incomplete, &ignored);
        for (; *words && r >= 0; words++)
                r = choose_word(c, &all, *words, &file_args);
        if (r < 0)
                return r;
        *ret = file_args;
        file_args = (struct file_args){ 0 };
        return 0;
}

bool file_args_have(const struct file_args *file_args, const char *file) {
        for (size_t i = 0; i < file_args->n_files; i++)
                if (streq_ptr(file_args->files[i], file))
                        return true;
        return false;
}

void file_args_clear(struct file_args *file_args) {
        for (size_t i = 0; i < file_args->n_files; i++)
                free(file_args->files[i]);
        free(file_args->files);
        free(file_args->added);
        *file_args = (struct file_args){ 0 };
}
