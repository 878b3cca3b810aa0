/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/model/scene.h"
#include "tests/test.h"

#include <inttypes.h>
#include <limits.h>

/* A scene by hand, and the plan for it. */
struct stage {
        struct cast wants, table;
        struct scene scene;
};

static void stage_set(struct stage *s, const char *const *wants, const char *const *table) {
        *s = (struct stage){ 0 };
        for (; *wants; wants++)
                cast_add(&s->wants, *wants);
        for (; *table; table++)
                cast_add(&s->table, *table);
        scene_make(&s->wants, s->table.items, s->table.n, &s->scene);
        scene_plan(&s->scene);
}

static void stage_clear(struct stage *s) {
        scene_clear(&s->scene);
        cast_clear(&s->wants);
        cast_clear(&s->table);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static const char *target(const struct change *c) {
        return c->type == CHANGE_SWEEP ? c->have->name : c->format->name;
}

/* The plan as "type NAME cause[>above]", joined with "; ". */
static char *plan_text(const struct plan *p) {
        struct text t = { 0 };

        for (size_t i = 0; i < p->n; i++) {
                const struct change *c = &p->changes[i];

                text_printf(&t, "%s%s %s %s", i > 0 ? "; " : "", change_type_name(c->type), target(c),
                            change_cause_name(c->cause));
                if (c->above)
                        text_printf(&t, ">%s", c->above);
        }
        return text_take(&t);
}

static void check_stage(struct stage *s, const char *expected) {
        _cleanup_free_ char *text = NULL;

        scene_plan(&s->scene);
        text = plan_text(&s->scene.plan);
        ck_assert_str_eq(text, expected);
}

#define assert_plan(expected, wants, table)                                                                 \
        do {                                                                                                \
                _cleanup_(stage_clear) struct stage _s;                                                     \
                                                                                                            \
                stage_set(&_s, wants, table);                                                               \
                check_stage(&_s, expected);                                                                 \
        } while (0)

START_TEST(nothing_is_planned_for_nothing)
{
        assert_plan("", LIST(), LIST());
        assert_plan("", LIST(), LIST("other:ab:", "more:ab:F"));
}
END_TEST

START_TEST(a_first_run_adds_all_from_the_worst_to_the_best)
{
        assert_plan("add c new; add b new; add a new", LIST("a:ab:", "b:a:", "c:x:"), LIST());
        assert_plan("add b new; add a new", LIST("a:ab:", "b:a:"), LIST("other:ab:"));
}
END_TEST

START_TEST(a_first_run_compares_no_patterns)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:", "b:a:", "c:a:"), LIST());
        for (size_t i = 0; i < s.scene.n_ranked; i++) {
                pattern_unref(s.scene.ranked[i]->want->pattern);
                s.scene.ranked[i]->want->pattern = NULL;
        }
        check_stage(&s, "add c new; add b new; add a new");
}
END_TEST

START_TEST(what_stands_as_wanted_needs_nothing)
{
        assert_plan("", LIST("a:ab:", "b:a:P", "c:x:OC"), LIST("a:ab:o", "b:a:oP", "c:x:oOC"));
        assert_plan("", LIST("a:ab:", "b:a:"), LIST("x:ab:", "a:ab:o", "y:a:", "b:a:o", "z:a:d"));
}
END_TEST

START_TEST(what_differs_is_replaced)
{
        assert_plan("replace a changed", LIST("a:ab:"), LIST("a:ac:o"));
        assert_plan("replace a changed", LIST("a:ab:"), LIST("a:ab:oP"));
        assert_plan("replace a changed", LIST("a:.ab:"), LIST("a:ab:o"));
}
END_TEST

START_TEST(an_upgraded_interpreter_is_pinned_anew)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:F", "b:x:"), LIST("a:ab:oF", "b:x:o"));
        check_stage(&s, "");
        formats_find(&s.scene.formats, "a")->want->pin = UINT64_MAX;
        formats_find(&s.scene.formats, "b")->want->pin = 7; /* without F a pin means nothing */
        check_stage(&s, "replace a pin");
        s.table.items[0]->pin = UINT64_MAX;
        check_stage(&s, "");
}
END_TEST

START_TEST(an_entry_of_others_is_adopted_or_taken_over)
{
        assert_plan("adopt a takeover", LIST("a:ab:POC"), LIST("a:ab:POC"));
        assert_plan("replace a takeover", LIST("a:ab:"), LIST("a:ac:"));
        assert_plan("replace a takeover", LIST("a:ab:"), LIST("a:ab:d"));
        assert_plan("replace a takeover", LIST("a:ab:F"), LIST("a:ab:F")); /* who knows what it pins */
}
END_TEST

START_TEST(an_opaque_entry_is_taken_over)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:ab:"));
        s.table.items[0]->pattern = pattern_unref(s.table.items[0]->pattern);
        free(TAKE_PTR(s.table.items[0]->interpreter));
        check_stage(&s, "replace a takeover");
}
END_TEST

START_TEST(what_was_switched_off_is_switched_on)
{
        assert_plan("enable a switched-off", LIST("a:ab:"), LIST("a:ab:do"));
        assert_plan("replace a changed", LIST("a:ab:"), LIST("a:ac:do"));
}
END_TEST

START_TEST(what_is_not_wanted_goes_last)
{
        assert_plan("add b new; add a new; remove old unwanted", LIST("a:ab:", "b:a:"),
                    LIST("old:ab:o", "other:ab:"));
}
END_TEST

START_TEST(only_disabling_removes_what_others_registered)
{
        _cleanup_(stage_clear) struct stage s;
        struct format *ours, *theirs;

        stage_set(&s, LIST(), LIST("ours:a:o", "theirs:b:"));
        ours = formats_find(&s.scene.formats, "ours");
        theirs = formats_find(&s.scene.formats, "theirs");
        theirs->keep = false;

        ours->state = theirs->state = FORMAT_DISABLED;
        check_stage(&s, "remove ours disabled; remove theirs disabled");
        ours->state = theirs->state = FORMAT_SHADOWED;
        check_stage(&s, "remove ours shadowed");
        ours->state = theirs->state = FORMAT_INACTIVE;
        check_stage(&s, "remove ours unwanted");
}
END_TEST

START_TEST(what_is_kept_is_left_alone)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:", "b:a:", "c:q:"), LIST("b:x:o", "a:y:o", "old:z:o", "c~binfmtd:q:"));
        for (size_t i = 0; i < s.scene.formats.n; i++)
                s.scene.formats.items[i]->keep = true;
        check_stage(&s, "");
}
END_TEST

START_TEST(what_overlaps_a_change_below_is_registered_again)
{
        assert_plan("replace wine changed; replace ape order>wine", LIST("ape:MZq:", "jar:PK:", "wine:MZ:"),
                    LIST("ape:MZq:o", "jar:PK:o", "wine:M:o"));
        /* better than the change, but nothing can match both; worse than the change */
        assert_plan("replace b changed", LIST("a:ab:", "b:b:", "c:bb:"), LIST("a:ab:o", "b:x:o", "c:bb:o"));
        assert_plan("add c new; replace b order>c; replace a order>b", LIST("a:aaab:", "b:?a:", "c:?a?a:"),
                    LIST("a:aaab:o", "b:?a:o"));
}
END_TEST

START_TEST(what_stands_too_low_is_registered_again)
{
        assert_plan("replace a order>b", LIST("a:ab:", "b:a:"), LIST("b:a:o", "a:ab:o"));
        assert_plan("", LIST("a:ab:", "b:x:"), LIST("b:x:o", "a:ab:o"));
        assert_plan("replace a takeover>b", LIST("a:ab:", "b:a:"), LIST("b:a:o", "a:ab:"));
        assert_plan("replace a order>b", LIST("a:ab:", "b:a:"), LIST("b:a:o", "a:ab:od"));
        assert_plan("replace b order>c; replace a order>c", LIST("a:a:", "b:a?:", "c:a??:"),
                    LIST("c:a??:o", "b:a?:o", "a:a:o"));
}
END_TEST

START_TEST(a_shadow_beside_its_entry_goes_first)
{
        assert_plan("sweep a~binfmtd leftover", LIST("a:ab:"), LIST("a~binfmtd:ab:", "a:ab:o"));
        assert_plan("sweep a~binfmtd leftover; add b new; replace a changed", LIST("a:ab:", "b:x:"),
                    LIST("a~binfmtd:ab:o", "a:a:o"));
        assert_plan("sweep a~binfmtd leftover; remove a unwanted", LIST(), LIST("a~binfmtd:a:", "a:ab:o"));
        assert_plan("sweep a~binfmtd leftover", LIST(), LIST("a~binfmtd:a:", "a:ab:"));
}
END_TEST

START_TEST(a_shadow_that_serves_goes_when_its_entry_is_there)
{
        assert_plan("add c new; finish b leftover; replace a order>c", LIST("a:ab:", "b:b:", "c:a:"),
                    LIST("b~binfmtd:b:", "a:ab:o"));
}
END_TEST

START_TEST(a_shadow_of_nothing_that_is_wanted_goes_last)
{
        assert_plan("add a new; remove x unwanted; sweep b~binfmtd leftover", LIST("a:ab:"),
                    LIST("b~binfmtd:ab:", "x:b:o"));
}
END_TEST

START_TEST(a_shadow_with_a_cut_name_finds_its_entry)
{
        static const char *const last[] = { "1", "2" };
        char name[2][NAME_LENGTH_MAX + 1], spec[2][NAME_LENGTH_MAX + 8], stand_in[NAME_LENGTH_MAX + 1];
        char shadow_spec[NAME_LENGTH_MAX + 8];

        for (int i = 0; i < 2; i++) {
                memset(name[i], 'n', NAME_LENGTH_MAX);
                strcpy(name[i] + NAME_LENGTH_MAX - 1, last[i]);
                snprintf(spec[i], sizeof spec[i], "%s:ab:o", name[i]);
        }
        entry_stand_in_name(name[0], stand_in);
        snprintf(shadow_spec, sizeof shadow_spec, "%s:ab:", stand_in);

        for (int i = 0; i < 2; i++) {
                _cleanup_(stage_clear) struct stage s, alone;

                stage_set(&alone, LIST(spec[i]), LIST(shadow_spec));
                ck_assert_uint_eq(alone.scene.plan.n, 1);
                ck_assert_int_eq(alone.scene.plan.changes[0].type, CHANGE_FINISH);
                ck_assert_ptr_eq(alone.scene.plan.changes[0].have, alone.table.items[0]);

                /* Of two formats that fit the stand-in, the one whose entry is gone is finished. */
                stage_set(&s, LIST(spec[0], spec[1]), LIST(shadow_spec, spec[i]));
                ck_assert_int_eq(s.scene.plan.changes[0].type, CHANGE_FINISH);
                ck_assert_str_eq(s.scene.plan.changes[0].format->name, name[!i]);
        }
}
END_TEST

START_TEST(the_plan_counts_its_writes)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:", "b:b:", "c:c:", "d:d:", "e:e:"),
                  LIST("a~binfmtd:ab:", "a:ab:o", "b:c:o", "c~binfmtd:c:", "d:d:", "old:x:o", "e:e:od"));
        check_stage(&s,
                    "sweep a~binfmtd leftover; enable e switched-off; adopt d takeover; finish c leftover; "
                    "replace b changed; remove old unwanted");
        ck_assert_uint_eq(plan_writes(&s.scene.plan), 1 + 1 + 0 + 2 + 4 + 1);
}
END_TEST

START_TEST(changes_are_described_in_words)
{
        static const char *const expected[] = {
                "sweep a~binfmtd: an earlier replacement broke off",
                "add c",
                "replace b: has to stand above c",
                "replace a: it was registered by somebody else",
                "remove old: it is no longer wanted",
        };
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:x:", "b:ab:", "c:a:"), LIST("a~binfmtd:ab:", "a:y:", "b:ab:o", "old:z:o"));
        ck_assert_uint_eq(s.scene.plan.n, ELEMENTSOF(expected));
        for (size_t i = 0; i < ELEMENTSOF(expected); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                change_describe(&s.scene.plan.changes[i], &t);
                ck_assert_str_eq(t.data, expected[i]);
        }
}
END_TEST

/* The table after a change that comes off. */
static void carry_out(const struct change *c, struct cast *table) {
        char stand_in[NAME_LENGTH_MAX + 1];
        size_t kept = 0;

        if (c->format)
                entry_stand_in_name(c->format->name, stand_in);
        for (size_t i = 0; i < table->n; i++) {
                struct entry *e = table->items[i];

                e->ours |= c->type == CHANGE_ADOPT && streq(e->name, target(c));
                e->enabled |= c->type == CHANGE_ENABLE && streq(e->name, target(c));
                if (c->type == CHANGE_ADOPT || c->type == CHANGE_ENABLE || c->type == CHANGE_ADD ||
                    !streq(e->name, c->type == CHANGE_FINISH ? stand_in : target(c)))
                        table->items[kept++] = e;
                else
                        entry_free(e);
        }
        table->n = kept;
        if (c->type != CHANGE_ADD && c->type != CHANGE_REPLACE && c->type != CHANGE_FINISH)
                return;
        memmove(table->items + 1, table->items, table->n++ * sizeof *table->items);
        table->items[0] = entry_copy(c->format->want);
        table->items[0]->ours = true;
}

static void cast_copy(const struct cast *from, struct cast *to) {
        for (to->n = 0; to->n < from->n; to->n++)
                to->items[to->n] = entry_copy(from->items[to->n]);
}

static size_t position(const struct cast *table, const char *name) {
        for (size_t i = 0; i < table->n; i++)
                if (streq(table->items[i]->name, name))
                        return i;
        return SIZE_MAX;
}

/* Does registering just this set (bits by rank) again give the right order? */
static bool set_suffices(const struct cast *wants, const struct cast *table, unsigned set) {
        for (size_t better = 0; better < wants->n; better++)
                for (size_t worse = better + 1; worse < wants->n; worse++) {
                        bool up = set & 1u << better, down = set & 1u << worse;

                        if (!up &&
                            (down || position(table, wants->items[better]->name) >
                                                     position(table, wants->items[worse]->name)) &&
                            pattern_overlaps(wants->items[better]->pattern, wants->items[worse]->pattern))
                                return false;
                }
        return true;
}

static bool must_register(const struct entry *want, const struct entry *have) {
        bool fixed = want->flags & ENTRY_FIX_BINARY;

        return !have || !entry_same(have, want) || (fixed && (!have->ours || have->pin != want->pin)) ||
               (!have->ours && !have->enabled);
}

/* The smallest set that suffices, by trying all. */
static unsigned fewest(const struct cast *wants, const struct cast *table) {
        unsigned needed = 0, best = UINT_MAX;

        for (size_t i = 0; i < wants->n; i++)
                if (must_register(wants->items[i], cast_find(table, wants->items[i]->name)))
                        needed |= 1u << i;
        for (unsigned set = 0; set < 1u << wants->n; set++)
                if ((set & needed) == needed && set_suffices(wants, table, set) &&
                    (best == UINT_MAX || __builtin_popcount(set) < __builtin_popcount(best)))
                        best = set;
        return best;
}

static unsigned registered_set(const struct cast *wants, const struct plan *plan) {
        unsigned set = 0;

        for (size_t i = 0; i < plan->n; i++)
                if (plan->changes[i].type <= CHANGE_FINISH)
                        set |= 1u << position(wants, plan->changes[i].format->name);
        return set;
}

/* The early sweeps, then by rank from the worst to the best, then removals, then the other sweeps. */
static bool in_order(const struct cast *wants, const struct plan *plan) {
        size_t i = 0, last = SIZE_MAX;

        while (i < plan->n && plan->changes[i].type == CHANGE_SWEEP)
                i++;
        for (; i < plan->n && plan->changes[i].type < CHANGE_REMOVE; i++) {
                size_t rank = position(wants, plan->changes[i].format->name);

                if (rank >= last)
                        return false;
                last = rank;
        }
        while (i < plan->n && plan->changes[i].type == CHANGE_REMOVE)
                i++;
        while (i < plan->n && plan->changes[i].type == CHANGE_SWEEP)
                i++;
        return i == plan->n;
}

static void check_foreign(const struct cast *before, const struct cast *after, const struct cast *wants) {
        size_t next = 0;

        for (size_t i = 0; i < before->n; i++) {
                const struct entry *e = before->items[i];

                if (e->ours || cast_find(wants, e->name) || entry_name_is_stand_in(e->name, NULL))
                        continue;
                while (next < after->n && !streq(after->items[next]->name, e->name))
                        next++;
                ck_assert_msg(next < after->n, "%s was removed, or moved", e->name);
        }
}

START_TEST(random_plans_are_right_minimal_and_final)
{
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(20000); round++) {
                struct cast wants, table, after;
                struct scene scene, again;
                const char *complaint;

                scene_random(&state, 1 + test_below(&state, 7), &wants, &table);
                scene_make(&wants, table.items, table.n, &scene);
                scene_plan(&scene);
                cast_copy(&table, &after);
                for (size_t i = 0; i < scene.plan.n; i++)
                        carry_out(&scene.plan.changes[i], &after);

                complaint = scene_complaint(&wants, after.items, after.n);
                ck_assert_msg(!complaint, "%s (seed %#" PRIx64 ", round %zu)", complaint, seed, round);
                ck_assert_msg(registered_set(&wants, &scene.plan) == fewest(&wants, &table),
                              "not minimal (seed %#" PRIx64 ", round %zu)", seed, round);
                ck_assert_msg(in_order(&wants, &scene.plan), "seed %#" PRIx64 ", round %zu", seed, round);
                check_foreign(&table, &after, &wants);
                scene_make(&wants, after.items, after.n, &again);
                scene_plan(&again);
                ck_assert_msg(again.plan.n == 0, "not final (seed %#" PRIx64 ", round %zu)", seed, round);

                scene_clear(&again);
                scene_clear(&scene);
                cast_clear(&after);
                cast_clear(&table);
                cast_clear(&wants);
        }
}
END_TEST

/* Brings something about one want or its entry out of order, and says whose name that is. */
static const char *disturb(uint64_t *state, struct cast *wants, struct cast *table) {
        size_t i = test_below(state, wants->n), j = test_below(state, wants->n);
        struct entry *want = wants->items[i];
        struct entry *have = cast_find(table, want->name);

        switch (test_below(state, 4)) {
        case 0: /* another rank */
                wants->items[i] = wants->items[j];
                wants->items[j] = want;
                return NULL;
        case 1:
                want->flags ^= ENTRY_PRESERVE_ARGV0;
                break;
        case 2:
                have->enabled = false;
                break;
        default:
                for (size_t k = 0, kept = 0; k < table->n; k++) {
                        if (table->items[k] != have)
                                table->items[kept++] = table->items[k];
                        if (k + 1 == table->n)
                                table->n = kept;
                }
                entry_free(have);
        }
        return want->name;
}

/* The format, now, that had that rank before. */
static const struct format *scene_at(const struct scene *before, const struct scene *now, size_t rank) {
        return formats_find(&now->formats, before->ranked[rank]->name);
}

static char *plan_names(const struct plan *p) {
        struct text t = { 0 };

        for (size_t i = 0; i < p->n; i++)
                text_printf(&t, "%s %s; ", change_type_name(p->changes[i].type), target(&p->changes[i]));
        return text_take(&t);
}

START_TEST(a_plan_for_what_was_touched_is_the_plan_for_all)
{
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(20000); round++) {
                _cleanup_free_ char *all = NULL, *few = NULL;
                struct cast wants, table, after;
                struct format *dirty[2];
                struct scene scene, again;
                _cleanup_(overlaps_clear) struct overlaps overlaps = { 0 };
                struct plan_scope scope;
                const char *name;
                size_t n = 0;

                scene_random(&state, 1 + test_below(&state, 12), &wants, &table);
                scene_make(&wants, table.items, table.n, &scene);
                scene_plan(&scene);
                cast_copy(&table, &after);
                for (size_t i = 0; i < scene.plan.n; i++)
                        carry_out(&scene.plan.changes[i], &after);

                name = wants.n > 0 ? disturb(&state, &wants, &after) : NULL;
                scene_make(&wants, after.items, after.n, &again);
                scene_plan(&again);
                all = plan_names(&again.plan);
                /* If two formats swapped ranks, those between them have other neighbours now, but only the
                 * two moved. */
                for (size_t i = 0; i < again.n_ranked; i++)
                        if (name ? streq(again.ranked[i]->name, name)
                                 : again.ranked[i] != scene_at(&scene, &again, i))
                                dirty[n++] = again.ranked[i];
                for (size_t i = 0; i < again.n_ranked; i++)
                        assert_ok(overlaps_add(&overlaps, again.ranked[i]));
                scope = (struct plan_scope){ again.ranked,
                                             again.n_ranked,
                                             &again.formats,
                                             NULL,
                                             0,
                                             dirty,
                                             n,
                                             round % 2 ? &overlaps : NULL };
                plan_clear(&again.plan);
                assert_ok(plan_make(&scope, &again.plan));
                few = plan_names(&again.plan);
                ck_assert_msg(streq(all, few), "\"%s\" instead of \"%s\" (seed %#" PRIx64 ", round %zu)",
                              few, all, seed, round);

                scene_clear(&again);
                scene_clear(&scene);
                cast_clear(&after);
                cast_clear(&table);
                cast_clear(&wants);
        }
}
END_TEST

TEST_MAIN("plan", nothing_is_planned_for_nothing, a_first_run_adds_all_from_the_worst_to_the_best,
          a_first_run_compares_no_patterns, what_stands_as_wanted_needs_nothing, what_differs_is_replaced,
          an_upgraded_interpreter_is_pinned_anew, an_entry_of_others_is_adopted_or_taken_over,
          an_opaque_entry_is_taken_over, what_was_switched_off_is_switched_on, what_is_not_wanted_goes_last,
          only_disabling_removes_what_others_registered, what_is_kept_is_left_alone,
          what_overlaps_a_change_below_is_registered_again, what_stands_too_low_is_registered_again,
          a_shadow_beside_its_entry_goes_first, a_shadow_that_serves_goes_when_its_entry_is_there,
          a_shadow_of_nothing_that_is_wanted_goes_last, a_shadow_with_a_cut_name_finds_its_entry,
          the_plan_counts_its_writes, changes_are_described_in_words,
          random_plans_are_right_minimal_and_final, a_plan_for_what_was_touched_is_the_plan_for_all)
