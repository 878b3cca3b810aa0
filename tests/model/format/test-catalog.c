/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/catalog.h"
#include "tests/model/format/resolve.h"
#include "tests/test.h"

#include <inttypes.h>

static struct definition *define(const char *name, enum source_kind source, const char *file,
                                 unsigned line) {
        struct definition *d;

        assert_ok(definition_new(name, source, (struct location){ file, line }, &d));
        return d;
}

static struct definition *add(struct catalog *c, const char *name, enum source_kind source, const char *file,
                              unsigned line) {
        struct definition *d = define(name, source, file, line);

        assert_ok(catalog_add(c, d));
        return d;
}

static struct definition * override(struct catalog *c, const char *name, unsigned line) {
        struct definition *d = define(name, SOURCE_BINFMTD, "override.conf", line);

        assert_ok(catalog_add_override(c, d));
        return d;
}

static struct definition *best(const struct catalog *c, const char *name) {
        struct definition **found;
        size_t n;

        catalog_find(c, name, &found, &n);
        return n > 0 ? found[0] : NULL;
}

START_TEST(an_empty_catalog_resolves_to_nothing)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        struct definition **found = (void *) &c;
        size_t index = 0, n = 5;

        assert_ok(catalog_resolve(&c, &d));
        ck_assert_ptr_null(catalog_next(&c, &index));
        catalog_find(&c, "x", &found, &n);
        ck_assert_uint_eq(n, 0);
        ck_assert_uint_eq(d.n, 0);
}
END_TEST

START_TEST(ours_wins_over_binfmt_d_over_binfmt_support_in_silence)
{
        static const enum source_kind order[] = { SOURCE_BINFMTS, SOURCE_BINFMT_D, SOURCE_ADDED,
                                                  SOURCE_BINFMTS_ADMIN, SOURCE_BINFMTD };
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        struct definition **found;
        size_t n;

        for (size_t i = 0; i < ELEMENTSOF(order); i++)
                add(&c, "wine", order[i], source_kind_name(order[i]), 1)->rank = (unsigned) i;
        assert_ok(catalog_resolve(&c, &d));
        catalog_find(&c, "wine", &found, &n);
        ck_assert_uint_eq(n, ELEMENTSOF(order));
        for (size_t i = 0; i < n; i++)
                ck_assert_int_eq(found[i]->source, (enum source_kind) i);
        ck_assert_uint_eq(d.n, 0);
}
END_TEST

START_TEST(within_a_source_the_later_file_wins_and_the_loser_is_told)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&c, "wine", SOURCE_BINFMTD, "/etc/90.conf", 3)->rank = 2;
        add(&c, "wine", SOURCE_BINFMTD, "/etc/10.conf", 8)->rank = 1;
        assert_ok(catalog_resolve(&c, &d));
        ck_assert_str_eq(best(&c, "wine")->file, "/etc/90.conf");
        ck_assert_uint_eq(d.n, 1);
        ck_assert_str_eq(d.items[0].code, "duplicate-name");
        ck_assert_int_eq(d.items[0].severity, SEVERITY_WARNING);
        ck_assert_str_eq(d.items[0].file, "/etc/10.conf");
        ck_assert_uint_eq(d.items[0].line, 8);
        ck_assert_str_eq(d.items[0].name, "wine");
        ck_assert_ptr_nonnull(strstr(d.items[0].message, "/etc/90.conf:3"));
        ck_assert_ptr_nonnull(d.items[0].hint);
}
END_TEST

START_TEST(a_section_repeated_in_one_file_of_ours_keeps_the_first_in_silence)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&c, "wine", SOURCE_BINFMTD, "f", 9);
        add(&c, "wine", SOURCE_BINFMTD, "f", 2);
        add(&c, "wine", SOURCE_BINFMTD, "f", 5);
        assert_ok(catalog_resolve(&c, &d));
        ck_assert_uint_eq(best(&c, "wine")->line, 2);
        ck_assert_uint_eq(d.n, 0);
}
END_TEST

START_TEST(a_name_repeated_in_one_binfmt_d_file_keeps_the_last_as_systemd_does)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&c, "wine", SOURCE_BINFMT_D, "f", 2);
        add(&c, "wine", SOURCE_BINFMT_D, "f", 9);
        assert_ok(catalog_resolve(&c, &d));
        ck_assert_uint_eq(best(&c, "wine")->line, 9);
        ck_assert_uint_eq(d.n, 1);
        ck_assert_uint_eq(d.items[0].line, 2);
}
END_TEST

START_TEST(losers_are_compared_with_the_best_of_their_own_source)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&c, "wine", SOURCE_BINFMTD, "ours", 1);
        add(&c, "wine", SOURCE_BINFMT_D, "a", 1)->rank = 1;
        add(&c, "wine", SOURCE_BINFMT_D, "b", 1)->rank = 2;
        add(&c, "wine", SOURCE_BINFMT_D, "c", 1)->rank = 3;
        assert_ok(catalog_resolve(&c, &d));
        ck_assert_uint_eq(d.n, 2);
        for (size_t i = 0; i < d.n; i++)
                ck_assert_ptr_nonnull(strstr(d.items[i].message, "c:1"));
}
END_TEST

START_TEST(overrides_amend_the_one_that_counts_in_their_order)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        struct definition *loser = add(&c, "qemu-arm", SOURCE_BINFMTS, "s", 1),
                          *other = add(&c, "qemu-armeb", SOURCE_BINFMTS, "s", 1),
                          *winner = add(&c, "qemu-arm", SOURCE_BINFMT_D, "d", 1), *found;

        for (int priority = 1; priority <= 3; priority++) {
                struct definition *o = override(&c, "qemu-arm", (unsigned) priority);

                o->priority = priority;
                o->set = FIELD_PRIORITY;
        }
        assert_ok(catalog_resolve(&c, &d));
        ck_assert_int_eq(best(&c, "qemu-arm")->priority, 3);
        ck_assert_ptr_eq(best(&c, "qemu-arm")->pristine, winner);
        ck_assert_int_eq(winner->priority, 0);
        ck_assert_int_eq(loser->priority, 0);
        ck_assert_int_eq(other->priority, 0);
        ck_assert_uint_eq(d.n, 0);

        /* Removing the overrides undoes their changes. */
        while (c.n_overrides > 0)
                catalog_remove_override(&c, c.overrides[0]);
        assert_ok(catalog_resolve_name(&c, "qemu-arm", &d, &found));
        ck_assert_ptr_eq(found, winner);
        ck_assert_ptr_eq(best(&c, "qemu-arm"), winner);
        ck_assert_ptr_null(winner->pristine);
        ck_assert_int_eq(winner->priority, 0);
}
END_TEST

START_TEST(an_override_of_nothing_is_told_with_the_nearest_name)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&c, "qemu-arm", SOURCE_BINFMTD, "f", 1);
        add(&c, "wine", SOURCE_BINFMTD, "f", 2);
        override(&c, "qemu-amr", 7);
        override(&c, "something-else", 8);
        assert_ok(catalog_resolve(&c, &d));
        ck_assert_uint_eq(d.n, 2);
        for (size_t i = 0; i < d.n; i++) {
                ck_assert_str_eq(d.items[i].code, "override-unknown");
                ck_assert_int_eq(d.items[i].severity, SEVERITY_WARNING);
                ck_assert_str_eq(d.items[i].file, "override.conf");
                ck_assert_uint_eq(d.items[i].line, 7 + (unsigned) i);
        }
        ck_assert_ptr_nonnull(strstr(d.items[0].hint, "qemu-arm"));
        ck_assert_ptr_null(strstr(d.items[1].hint, "wine"));
}
END_TEST

START_TEST(an_override_with_a_different_pattern_is_noted)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        static const char *const patterns[] = { "same", "different" };

        assert_ok(pattern_new_extension("same", &add(&c, "x", SOURCE_BINFMTD, "f", 4)->pattern));
        for (unsigned i = 0; i < ELEMENTSOF(patterns); i++) {
                struct definition *o = override(&c, "x", i + 1);

                o->set = FIELD_PATTERN;
                assert_ok(pattern_new_extension(patterns[i], &o->pattern));
        }
        assert_ok(catalog_resolve(&c, &d));
        ck_assert_str_eq((const char *) best(&c, "x")->pattern->data, "different");
        ck_assert_uint_eq(d.n, 1);
        ck_assert_str_eq(d.items[0].code, "override-pattern");
        ck_assert_int_eq(d.items[0].severity, SEVERITY_NOTE);
        ck_assert_uint_eq(d.items[0].line, 2);
        ck_assert_ptr_nonnull(strstr(d.items[0].message, "f:4"));
}
END_TEST

START_TEST(an_invalid_override_makes_invalid_what_it_amends)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&c, "x", SOURCE_BINFMTD, "f", 1);
        add(&c, "y", SOURCE_BINFMTD, "f", 2);
        override(&c, "x", 1)->invalid = true;
        assert_ok(catalog_resolve(&c, &d));
        ck_assert(best(&c, "x")->invalid);
        ck_assert(!best(&c, "y")->invalid);
}
END_TEST

START_TEST(what_was_found_out_since_it_was_read_is_found_out_anew)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        struct definition *valid = add(&c, "x", SOURCE_BINFMTD, "f", 1), *misread, *found;

        misread = define("y", SOURCE_BINFMTD, (char *) "f", 2);
        misread->invalid = true;
        misread->mistake = strdup("it is wrong");
        assert_ok(catalog_add(&c, misread));
        assert_ok(catalog_resolve(&c, &d));
        valid->invalid = true;
        valid->mistake = strdup("found later");

        assert_ok(catalog_resolve_name(&c, "x", &d, &found));
        ck_assert(!found->invalid && !found->mistake);
        assert_ok(catalog_resolve_name(&c, "y", &d, &found));
        ck_assert(found->invalid);
        ck_assert_str_eq(found->mistake, "it is wrong");
        assert_ok(catalog_resolve_name(&c, "z", &d, &found));
        ck_assert_ptr_null(found);
}
END_TEST

START_TEST(each_definition_remembers_the_first_mistake_of_its_own_file)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        struct definition *before = add(&c, "x", SOURCE_BINFMTD, "f", 1), *x, *y;
        struct catalog_mark from;

        before->invalid = true;
        assert_ok(diagnostics_add(&d, SEVERITY_ERROR, "c", (struct location){ "f", 1 }, "x", NULL,
                                  "other file"));
        from = catalog_mark(&c, &d);
        x = add(&c, "x", SOURCE_BINFMTD, "g", 1);
        y = override(&c, "y", 2);
        x->invalid = y->invalid = true;
        assert_ok(diagnostics_add(&d, SEVERITY_WARNING, "c", (struct location){ "g", 1 }, "x", NULL,
                                  "warning"));
        assert_ok(diagnostics_add(&d, SEVERITY_ERROR, "c", (struct location){ "g", 1 }, "y", NULL,
                                  "y is wrong"));
        assert_ok(diagnostics_add(&d, SEVERITY_ERROR, "c", (struct location){ "g", 1 }, "x", NULL, "first"));
        assert_ok(diagnostics_add(&d, SEVERITY_ERROR, "c", (struct location){ "g", 1 }, "x", NULL,
                                  "second"));
        assert_ok(catalog_note_mistakes(&c, &from, &d));
        ck_assert_ptr_null(before->mistake);
        ck_assert_str_eq(x->mistake, "first");
        ck_assert_str_eq(y->mistake, "y is wrong");
}
END_TEST

/* One of few, with what tells it apart in its rank. */
static struct definition *random_definition(uint64_t *state, unsigned serial, bool patch) {
        char name[] = { (char) ('a' + test_below(state, 6)), '\0' },
             file[] = { '/', (char) ('a' + test_below(state, 4)), '\0' };
        struct definition *d = define(name,
                                      patch ? SOURCE_BINFMTD
                                            : (enum source_kind) test_below(state, SOURCE_BINFMTS + 1),
                                      file, serial);

        d->priority = (int) test_below(state, 100);
        d->set = patch ? FIELD_PRIORITY : 0;
        return d;
}

static void copy_all(struct definition *const *list, size_t n, struct catalog *to,
                     int (*put)(struct catalog *, struct definition *)) {
        for (size_t i = 0; i < n; i++) {
                struct definition *copy;

                assert_ok(definition_copy(list[i]->pristine ? list[i]->pristine : list[i], &copy));
                assert_ok(put(to, copy));
        }
}

static struct definition *pick(uint64_t *state, struct definition *const *list, size_t n) {
        struct definition *d = list[test_below(state, n)];

        return d->pristine ? d->pristine : d;
}

static void change_at_random(struct catalog *c, uint64_t *state, unsigned serial, char name[static 2]) {
        struct definition *d;

        switch (test_below(state, 4)) {
        case 0:
                d = random_definition(state, serial, false);
                strcpy(name, d->name);
                assert_ok(catalog_insert(c, d));
                break;
        case 1:
                d = random_definition(state, serial, true);
                strcpy(name, d->name);
                assert_ok(catalog_insert_override(c, d));
                break;
        case 2:
                if (c->n == 0)
                        break;
                d = pick(state, c->definitions, c->n);
                strcpy(name, d->name);
                catalog_remove(c, d);
                break;
        default:
                if (c->n_overrides == 0)
                        break;
                d = pick(state, c->overrides, c->n_overrides);
                strcpy(name, d->name);
                catalog_remove_override(c, d);
        }
}

START_TEST(what_comes_and_goes_leaves_what_a_fresh_catalog_has)
{
        uint64_t seed = test_seed(), state = seed;
        _cleanup_(catalog_clear) struct catalog c = { 0 };

        for (unsigned round = 1; round <= test_rounds(4000); round++) {
                _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
                _cleanup_(catalog_clear) struct catalog fresh = { 0 };
                char name[2] = "a";
                struct definition *found;

                change_at_random(&c, &state, round, name);
                assert_ok(catalog_resolve_name(&c, name, &d, &found));
                ck_assert_ptr_eq(found, best(&c, name));
                copy_all(c.definitions, c.n, &fresh, catalog_add);
                copy_all(c.overrides, c.n_overrides, &fresh, catalog_add_override);
                assert_ok(catalog_resolve(&fresh, &d));
                for (size_t i = 0; i < c.n; i++)
                        ck_assert_msg(c.definitions[i]->line == fresh.definitions[i]->line &&
                                                      c.definitions[i]->priority ==
                                                                      fresh.definitions[i]->priority &&
                                                      !c.definitions[i]->pristine ==
                                                                      !fresh.definitions[i]->pristine,
                                      "seed %" PRIu64 ", round %u", seed, round);
        }
}
END_TEST

START_TEST(next_gives_each_name_once_and_from_any_index)
{
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
        static const char names[] = "bababcbaccc";
        struct definition *d;
        char seen[8] = "";

        for (unsigned i = 0; names[i]; i++)
                add(&c, (char[]){ names[i], '\0' }, SOURCE_BINFMT_D, "f", i)->rank = i;
        assert_ok(catalog_resolve(&c, &diagnostics));
        for (size_t i = 0; (d = catalog_next(&c, &i));) {
                strcat(seen, d->name);
                ck_assert_ptr_eq(d, best(&c, d->name));
        }
        ck_assert_str_eq(seen, "abc");
        for (size_t start = 0; start <= c.n; start++) {
                size_t i = start;

                d = catalog_next(&c, &i);
                for (size_t j = start; j < c.n; j++)
                        if (c.definitions[j] == best(&c, c.definitions[j]->name)) {
                                ck_assert_ptr_eq(d, c.definitions[j]);
                                ck_assert_uint_eq(i, j + 1);
                                break;
                        }
                if (start > 0 && streq(c.definitions[start - 1]->name, "c"))
                        ck_assert_ptr_null(d);
        }
}
END_TEST

/* Against the plainest reading of the rules. */
static bool beats(const struct definition *a, const struct definition *b) {
        return a->source != b->source ? a->source < b->source : a->rank > b->rank;
}

START_TEST(thousands_of_definitions_resolve_by_the_same_rules)
{
        uint64_t seed = test_seed(), state = seed;
        size_t n = test_rounds(10000), n_names = n / 3 + 1, found = 0;
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
        struct definition **expected = calloc(n_names, sizeof *expected), *d;

        for (unsigned i = 0; i < n; i++) {
                size_t which = test_below(&state, n_names);
                char name[32];

                snprintf(name, sizeof name, "format-%zu", which);
                d = add(&c, name, (enum source_kind) test_below(&state, SOURCE_BINFMTS + 1), "f", 1);
                d->rank = i;
                if (!expected[which] || beats(d, expected[which]))
                        expected[which] = d;
        }
        assert_ok(catalog_resolve(&c, &diagnostics));
        for (size_t i = 0; (d = catalog_next(&c, &i)); found++) {
                size_t which = strtoul(strchr(d->name, '-') + 1, NULL, 10);

                ck_assert_msg(d == expected[which], "seed %" PRIu64 ": %s", seed, d->name);
                ck_assert_msg(d == best(&c, d->name), "seed %" PRIu64 ": %s", seed, d->name);
                expected[which] = NULL;
        }
        for (size_t i = 0; i < n_names; i++)
                ck_assert_msg(!expected[i], "seed %" PRIu64, seed);
        ck_assert_ptr_null(best(&c, "format-"));
        ck_assert_ptr_null(best(&c, "a"));
        ck_assert_ptr_null(best(&c, "z"));
        free(expected);
}
END_TEST

TEST_MAIN("catalog", an_empty_catalog_resolves_to_nothing,
          ours_wins_over_binfmt_d_over_binfmt_support_in_silence,
          within_a_source_the_later_file_wins_and_the_loser_is_told,
          a_section_repeated_in_one_file_of_ours_keeps_the_first_in_silence,
          a_name_repeated_in_one_binfmt_d_file_keeps_the_last_as_systemd_does,
          losers_are_compared_with_the_best_of_their_own_source,
          overrides_amend_the_one_that_counts_in_their_order,
          an_override_of_nothing_is_told_with_the_nearest_name,
          an_override_with_a_different_pattern_is_noted, an_invalid_override_makes_invalid_what_it_amends,
          what_was_found_out_since_it_was_read_is_found_out_anew,
          each_definition_remembers_the_first_mistake_of_its_own_file,
          what_comes_and_goes_leaves_what_a_fresh_catalog_has, next_gives_each_name_once_and_from_any_index,
          thousands_of_definitions_resolve_by_the_same_rules)
