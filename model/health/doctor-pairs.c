/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Findings on pairs of entries that take the same file: which one wins, and why. A magic and an extension
 * always overlap, as a file can have both; that says nothing. */

#include "model/health/doctor.h"
#include "model/plan/rank.h"

#include <errno.h>
#include <stdio.h>

static const struct location nowhere = { .file = NULL };

/* Our ranking has a say only where both are declared, and stand there as declared. */
static bool is_ranked(const struct format *f) {
        return f->have->ours && f->definition && f->definition->pattern &&
               pattern_equal(f->definition->pattern, f->have->pattern);
}

static int append_why(const struct format *winner, const struct format *loser, struct text *t) {
        const struct definition *w = winner->definition, *l = loser->definition;

        if (!is_ranked(winner) || !is_ranked(loser))
                text_append(t, "it was registered later");
        else if (w->priority != l->priority)
                text_printf(t, "its Priority=%d is above %d", w->priority, l->priority);
        else if (pattern_bits(w->pattern) != pattern_bits(l->pattern))
                text_append(t, "its pattern is more specific");
        else
                text_append(t, "of equals, the name that sorts first counts");
        return t->failed ? -ENOMEM : 0;
}

static int report_order(const struct format *winner, const struct format *loser, struct diagnostics *ret) {
        return diagnostics_add(ret, SEVERITY_WARNING, "wrong-order", nowhere, loser->name, "binfmtctl apply",
                               "%s is asked before it, though it should be the other way round",
                               winner->name);
}

static int report_shadowed(const struct format *winner, const struct format *loser,
                           struct diagnostics *ret) {
        _cleanup_(text_clear) struct text why = { 0 }, hint = { 0 };
        int r = append_why(winner, loser, &why);

        text_printf(&hint, "binfmtctl show %s %s", winner->name, loser->name);
        if (r < 0 || hint.failed)
                return -ENOMEM;
        return diagnostics_add(ret, SEVERITY_WARNING, "shadowed", nowhere, loser->name, hint.data,
                               "it is never asked: %s takes all of its files, as %s", winner->name,
                               why.data);
}

static int report_overlap(const struct format *winner, const struct format *loser, struct diagnostics *ret) {
        _cleanup_(text_clear) struct text why = { 0 };
        int r = append_why(winner, loser, &why);

        if (r < 0)
                return r;
        return diagnostics_add(ret, SEVERITY_NOTE, "overlap", nowhere, loser->name, NULL,
                               "%s takes some of the same files, and wins, as %s", winner->name, why.data);
}

static bool takes_from(const struct format *winner, const struct format *loser) {
        return winner->serial > loser->serial && winner->have->pattern->type == loser->have->pattern->type &&
               pattern_overlaps(winner->have->pattern, loser->have->pattern);
}

/* If an entry is never asked, the first that takes all of its files says enough. */
static int check_loser(const struct format *const *asked, size_t n, const struct format *f,
                       struct diagnostics *ret) {
        const struct format *cover = NULL;
        int r = 0;

        for (size_t i = 0; i < n; i++)
                if (takes_from(asked[i], f) && pattern_covers(asked[i]->have->pattern, f->have->pattern) &&
                    (!cover || asked[i]->serial > cover->serial))
                        cover = asked[i];
        if (cover && !(is_ranked(cover) && is_ranked(f) && rank_compare(cover, f) > 0))
                return report_shadowed(cover, f, ret);
        for (size_t i = 0; r >= 0 && i < n; i++) {
                const struct format *w = asked[i];

                if (takes_from(w, f))
                        r = is_ranked(w) && is_ranked(f) && rank_compare(w, f) > 0
                                            ? report_order(w, f, ret)
                                            : report_overlap(w, f, ret);
        }
        return r;
}

/* Copies the formats whose entries are asked at all; *ret is owned. */
static int select_asked(const struct formats *formats, const struct format ***ret, size_t *ret_n) {
        const struct format **asked = calloc(formats->n + 1, sizeof *asked);
        size_t n = 0;

        if (!asked)
                return -ENOMEM;
        for (size_t i = 0; i < formats->n; i++) {
                const struct entry *e = formats->items[i]->have;

                if (e && e->pattern && e->enabled)
                        asked[n++] = formats->items[i];
        }
        *ret = asked;
        *ret_n = n;
        return 0;
}

int doctor_check_pairs(const struct doctor_facts *c, struct diagnostics *ret) {
        _cleanup_free_ const struct format **asked = NULL;
        size_t n;
        int r = select_asked(c->formats, &asked, &n);

        for (size_t i = 0; r >= 0 && i < n; i++)
                r = check_loser(asked, n, asked[i], ret);
        return r;
}
