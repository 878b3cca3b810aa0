/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/inquiry.h"
#include "engine/pass/reconcile.h"
#include "engine/system/namespace.h"
#include "engine/system/surroundings.h"
#include "model/plan/rank.h"

#include <errno.h>
#include <sys/prctl.h>

static void inquiry_set_question(struct inquiry *i, const char *path, explain_look look, void *userdata) {
        host_probe(&i->host);
        i->question.path = path;
        i->question.host = &i->host;
        i->question.look = look;
        i->question.userdata = userdata;
}

/* `error` says why there is no instance. */
static void inquiry_set_table(struct inquiry *i, const char *instance, int error, bool off) {
        i->setting.instance = instance;
        if (error < 0)
                i->setting.unavailable = table_error_sentence(error, &i->setting.unavailable_hint);
        i->question.off = error < 0 || off;
        i->question.entries = i->entries;
        i->question.n_entries = i->n_entries;
}

/* A format that is declared is of interest where no entry takes the file, though they could be read. */
static bool lacks_entry(const struct inquiry *i) {
        const struct explain_step *first = &i->explanation.steps[0];

        return first->taker == TAKER_NONE && first->n_off == 0 && !i->setting.unavailable;
}

static int inquiry_conclude(struct inquiry *i, const struct pass *declared) {
        if (declared && lacks_entry(i))
                i->setting.declared = rank_best_match(&declared->formats, i->question.program->header,
                                                      i->question.path);
        return verdict_reach(&i->question, &i->explanation, &i->setting, &i->verdict);
}

static int inquiry_read_table(struct inquiry *i, const struct options *options) {
        int r = table_open(options->instance, &i->table);

        if (r >= 0)
                r = table_set_root(i->table, options->root);
        if (r >= 0)
                r = table_read_unmarked(i->table, &i->entries, &i->n_entries);
        if (r == -ENOMEM)
                return r;
        inquiry_set_table(i, options->instance, r, r >= 0 && table_status(i->table) == 0);
        return 0;
}

static int look_around(struct inquiry *i, const char *root, const char *instance) {
        const struct program *dpkg;
        int r = examiner_new(root, &i->examiner);

        if (r >= 0)
                r = examiner_look(i->examiner, "/usr/bin/dpkg", NULL, &dpkg);
        if (r < 0)
                return r;
        i->setting.root = root;
        i->setting.contained = !namespace_is_initial();
        i->setting.mmap_min_addr = examine_mmap_min_addr();
        i->setting.around = !*root && instance_owner_is_around(surroundings_find_owner(instance));
        i->setting.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
        i->setting.dpkg = dpkg->error == 0;
        return 0;
}

/* Whether an entry is ours is only asked of those that matter. *ret_pinned: what F opened may be known now
 * to be another file than the one that was looked at. */
static int inquiry_ask_marks(struct inquiry *i, bool *ret_pinned) {
        for (unsigned k = 0; k < i->explanation.n; k++) {
                const struct explain_step *step = &i->explanation.steps[k];

                for (size_t m = 0; m < step->n_matching; m++) {
                        struct entry *e = (struct entry *) step->matching[m]; /* one of i->entries */
                        int r = table_ask_mark(i->table, e);

                        if (r < 0)
                                return r;
                        *ret_pinned = *ret_pinned || e->pin != 0;
                }
        }
        return 0;
}

static int explain_with_marks(struct inquiry *i) {
        bool pinned = false;
        int r = explain(&i->question, &i->explanation);

        if (r >= 0)
                r = inquiry_ask_marks(i, &pinned);
        if (r < 0 || !pinned)
                return r;
        explanation_clear(&i->explanation);
        examiner_forget(i->examiner);
        r = examiner_look(i->examiner, i->question.path, NULL, &i->question.program);
        return r < 0 ? r : explain(&i->question, &i->explanation);
}

int inquire(const struct options *options, const char *path, struct inquiry *ret) {
        /* The table was read already; without it, what the kernel lacks is only called unavailable. */
        struct table absent = { .error = -ENODATA };
        int r = look_around(ret, options->root, options->instance);

        if (r >= 0)
                r = inquiry_read_table(ret, options);
        if (r < 0)
                return r;
        inquiry_set_question(ret, path, examiner_look, ret->examiner);
        r = examiner_look(ret->examiner, path, NULL, &ret->question.program);
        if (r >= 0)
                r = explain_with_marks(ret);
        if (r >= 0 && lacks_entry(ret))
                r = reconcile_plan(options, &absent, &ret->declared);
        return r < 0 ? r : inquiry_conclude(ret, &ret->declared);
}

static int compare_entries_newest(const void *x, const void *y) {
        const struct format *a = *(struct format *const *) x, *b = *(struct format *const *) y;

        return (a->serial < b->serial) - (a->serial > b->serial);
}

static int inquiry_list_entries(struct inquiry *i, const struct formats *formats) {
        _cleanup_free_ struct format **registered = calloc(formats->n + 1, sizeof *registered);

        i->entries = calloc(formats->n + 1, sizeof *i->entries);
        if (!registered || !i->entries)
                return -ENOMEM;
        for (size_t k = 0; k < formats->n; k++)
                if (formats->items[k]->have)
                        registered[i->n_entries++] = formats->items[k];
        qsort(registered, i->n_entries, sizeof *registered, compare_entries_newest);
        for (size_t k = 0; k < i->n_entries; k++)
                i->entries[k] = registered[k]->have;
        return 0;
}

static struct program *program_new(const char *path) {
        struct program *p = calloc(1, sizeof *p);

        if (p && (p->path = strdup(path))) {
                p->lowest = UINT64_MAX;
                return p;
        }
        return program_free(p);
}

/* Only what the client's own #! line names is its choice, of all that the chain may come to. */
static bool is_clients_choice(const struct inquiry *i, const char *path) {
        struct script_line line;

        if (!script_line_parse(i->program->header, &line) || !streq(line.interpreter, path))
                return false;
        for (size_t k = 0; k < i->n_entries; k++)
                if (streq_ptr(i->entries[k]->interpreter, path))
                        return false;
        return true;
}

static int look_for_client(void *userdata, const char *path, const struct entry *pinned_by,
                           const struct program **ret) {
        struct inquiry *i = userdata;

        if (!pinned_by && is_clients_choice(i, path)) {
                *ret = i->unseen;
                return 0;
        }
        return examiner_look(i->examiner, path, pinned_by, ret);
}

static int inquiry_take_header(struct inquiry *i, const char *path, const void *header, size_t n) {
        i->program = program_new(path);
        i->unseen = program_new("");
        if (!i->program || !i->unseen)
                return -ENOMEM;
        i->program->readable = true;
        i->program->size = n;
        memcpy(i->program->header, header, n < PATTERN_HEADER_SIZE ? n : PATTERN_HEADER_SIZE);
        i->question.program = i->program;
        return 0;
}

int inquire_header(const struct options *options, const struct pass *pass, const char *path,
                   const void *header, size_t n, struct inquiry *ret) {
        int r = examiner_new("", &ret->examiner);

        if (r >= 0)
                r = inquiry_take_header(ret, path, header, n);
        if (r >= 0)
                r = inquiry_list_entries(ret, &pass->formats);
        if (r < 0)
                return r;
        inquiry_set_question(ret, path, look_for_client, ret);
        /* Entries name interpreters as the running kernel finds them, whatever the daemon's --root is. */
        ret->setting.root = "";
        ret->setting.mmap_min_addr = examine_mmap_min_addr();
        inquiry_set_table(ret, options->instance, pass->unavailable, pass->switched_off);
        r = explain(&ret->question, &ret->explanation);
        return r < 0 ? r : inquiry_conclude(ret, pass);
}

void inquiry_clear(struct inquiry *i) {
        verdict_clear(&i->verdict);
        explanation_clear(&i->explanation);
        pass_clear(&i->declared);
        examiner_free(i->examiner);
        program_free(i->program);
        program_free(i->unseen);
        if (i->table)
                entries_free(i->entries, i->n_entries);
        else
                free(i->entries);
        table_free(i->table);
        *i = (struct inquiry){ 0 };
}
