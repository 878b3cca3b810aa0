/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl explain: why a file runs, or does not. The kernel's own entries are asked, whatever is declared;
 * what is declared is read only where no entry takes the file. */

#include "ctl/verbs/explain.h"
#include "api/explanation.h"
#include "ctl/render.h"
#include "engine/system/examine.h"
#include "model/explain/suggestion.h"
#include "model/plan/rank.h"

#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>

#define EXIT_UNKNOWN 2

struct inquiry {
        struct table *table;
        struct entry **entries;
        size_t n_entries;
        struct examiner *examiner;
        struct host host;
        struct pass pass;
        struct question question;
        struct explanation explanation;
        struct setting setting;
        struct verdict verdict;
};

static void inquiry_clear(struct inquiry *i) {
        verdict_clear(&i->verdict);
        explanation_clear(&i->explanation);
        pass_clear(&i->pass);
        examiner_free(i->examiner);
        entries_free(i->entries, i->n_entries);
        table_free(i->table);
}

/* That there is no instance is part of the answer. */
static int read_table(const struct context *c, struct inquiry *i) {
        int r = table_open(c->options.instance, &i->table);

        if (r >= 0)
                r = table_read_unmarked(i->table, &i->entries, &i->n_entries);
        if (r == -ENOMEM)
                return r;
        if (r < 0)
                i->setting.unavailable = table_error_sentence(r, &i->setting.unavailable_hint);
        i->question.off = r < 0 || table_status(i->table) == 0;
        return 0;
}

static int look_around(const struct context *c, struct inquiry *i) {
        const struct program *dpkg;
        int r = examiner_new(c->options.root, &i->examiner);

        if (r >= 0)
                r = examiner_look(i->examiner, "/usr/bin/dpkg", NULL, &dpkg);
        if (r < 0)
                return r;
        host_probe(&i->host);
        i->setting.root = c->options.root;
        i->setting.instance = c->options.instance;
        i->setting.contained = examine_is_contained();
        i->setting.mmap_min_addr = examine_mmap_min_addr();
        i->setting.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
        i->setting.dpkg = dpkg->error == 0;
        return 0;
}

/* Whose the entries are is only asked of those that matter. What F opened may then be known to be another
 * file than the one that was looked at: true. */
static int ask_marks(struct inquiry *i, bool *ret_news) {
        for (unsigned k = 0; k < i->explanation.n; k++) {
                const struct explain_step *step = &i->explanation.steps[k];

                for (size_t m = 0; m < step->n_matching; m++) {
                        struct entry *e = (struct entry *) step->matching[m]; /* one of i->entries */
                        int r = table_ask_mark(i->table, e);

                        if (r < 0)
                                return r;
                        *ret_news = *ret_news || e->pin != 0;
                }
        }
        return 0;
}

static int explain_all(struct inquiry *i) {
        bool news = false;
        int r = explain(&i->question, &i->explanation);

        if (r >= 0)
                r = ask_marks(i, &news);
        if (r < 0 || !news)
                return r;
        explanation_clear(&i->explanation);
        examiner_forget(i->examiner);
        r = examiner_look(i->examiner, i->question.path, NULL, &i->question.program);
        return r < 0 ? r : explain(&i->question, &i->explanation);
}

static int find_declared(const struct context *c, struct inquiry *i) {
        const struct explain_step *first = &i->explanation.steps[0];
        int r;

        if (first->taker != TAKER_NONE || first->n_off > 0 || i->setting.unavailable)
                return 0;
        /* Without the table, which was read already: what the kernel lacks is then called unavailable. */
        r = reconcile_plan(&c->options, NULL, -ENODATA, &i->pass);
        if (r >= 0)
                i->setting.declared = rank_best_match(&i->pass.formats, i->question.program->header,
                                                      i->question.path);
        return r;
}

static int inquire(const struct context *c, const char *path, struct inquiry *i) {
        int r = look_around(c, i);

        if (r >= 0)
                r = read_table(c, i);
        if (r < 0)
                return r;
        i->question.path = path;
        i->question.entries = i->entries;
        i->question.n_entries = i->n_entries;
        i->question.host = &i->host;
        i->question.look = examiner_look;
        i->question.userdata = i->examiner;
        r = examiner_look(i->examiner, path, NULL, &i->question.program);
        if (r >= 0)
                r = explain_all(i);
        if (r >= 0)
                r = find_declared(c, i);
        return r >= 0 ? verdict_reach(&i->question, &i->explanation, &i->setting, &i->verdict) : r;
}

/* NULL with *ret_why set: there is nothing to suggest; with *ret_why NULL: no memory. */
static char *make_suggestion(const struct inquiry *i, const char **ret_why) {
        const struct explain_step *first = &i->explanation.steps[0];
        _cleanup_(text_clear) struct text t = { 0 };

        *ret_why = NULL;
        if (!first->program->readable)
                *ret_why = "it cannot be read";
        else if (first->n_matching > 0 || first->n_off > 0)
                *ret_why = "a registered format matches it already";
        if (*ret_why || !suggestion_append(first->program, first->path, &i->host, &t, ret_why))
                return NULL;
        return text_take(&t);
}

static int print_suggestion(const struct context *c, const struct inquiry *i) {
        const char *why;
        _cleanup_free_ char *suggestion = make_suggestion(i, &why);

        if (suggestion)
                fputs(suggestion, stdout);
        else if (why)
                return complain(c, "binfmtctl explain without --suggest tells more", "%s: %s",
                                i->question.path, why);
        else
                return complain_errno(c, -ENOMEM, "cannot suggest anything");
        return EXIT_SUCCESS;
}

static int print_json(const struct inquiry *i) {
        const char *why;
        _cleanup_free_ char *suggestion = make_suggestion(i, &why);

        return api_print(api_explanation(&i->question, &i->explanation, &i->setting, &i->verdict,
                                         i->verdict.outcome == OUTCOME_RUNS ? NULL : suggestion));
}

int verb_explain(struct context *c, int argc, char **argv) {
        static const int codes[] = {
                [OUTCOME_RUNS] = EXIT_SUCCESS,
                [OUTCOME_FAILS] = EXIT_FAILURE,
                [OUTCOME_UNKNOWN] = EXIT_UNKNOWN,
        };
        _cleanup_(inquiry_clear) struct inquiry i = { 0 };
        int r = inquire(c, argv[0], &i);

        (void) argc;
        if (r < 0)
                return complain_errno(c, r, "cannot explain");
        if (c->similar_word)
                return print_suggestion(c, &i);
        if (c->json) {
                r = print_json(&i);
                if (r < 0)
                        return complain_errno(c, r, "cannot print the explanation");
        } else
                print_explanation(c, &i.question, &i.explanation, &i.setting, &i.verdict);
        return codes[i.verdict.outcome];
}
