/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl explain: why a file runs, or does not. */

#include "api/explanation.h"
#include "ctl/render.h"
#include "ctl/verbs/explain-private.h"
#include "engine/pass/inquiry.h"
#include "model/explain/suggestion.h"

#include <errno.h>
#include <stdio.h>

#define EXIT_UNKNOWN 2

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
        int r = inquire(&c->options, argv[0], &i);

        (void) argc;
        if (r < 0)
                return complain_errno(c, r, "cannot explain");
        if (c->suggest)
                return print_suggestion(c, &i);
        if (c->json) {
                r = print_json(&i);
                if (r < 0)
                        return complain_errno(c, r, "cannot print the explanation");
        } else
                print_explanation(c, &i.question, &i.explanation, &i.setting, &i.verdict);
        return codes[i.verdict.outcome];
}
