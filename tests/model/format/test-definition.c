/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/definition.h"
#include "tests/test.h"

static struct definition *define(const char *name) {
        struct definition *d;

        assert_ok(definition_new(name, SOURCE_BINFMTD, (struct location){ "f.conf", 4 }, &d));
        return d;
}

static struct pattern *extension(const char *e) {
        struct pattern *p;

        assert_ok(pattern_new_extension(e, &p));
        return p;
}

static void set_string(char **s, const char *value) {
        free(*s);
        *s = strdup(value);
}

/* A definition with every field given. */
static struct definition *full(void) {
        struct definition *d = define("full");

        set_string(&d->description, "base description");
        set_string(&d->machine, "arm");
        set_string(&d->extra_flags, "T");
        set_string(&d->detector, "/base/detector");
        set_string(&d->platform, "linux/arm");
        d->pattern = extension("base");
        assert_ok(definition_add_interpreter(d, "/base/1"));
        assert_ok(definition_add_interpreter(d, "/base/2"));
        d->flags = ENTRY_PRESERVE_ARGV0 | ENTRY_FIX_BINARY;
        d->priority = 5;
        d->set = FIELD_DESCRIPTION | FIELD_PATTERN | FIELD_INTERPRETER | FIELD_PRIORITY;
        return d;
}

START_TEST(a_new_definition_has_the_defaults)
{
        char name[] = "wine", file[] = "f.conf";
        _cleanup_(definition_freep) struct definition *d = NULL;

        assert_ok(definition_new(name, SOURCE_BINFMTS, (struct location){ file, 7 }, &d));
        name[0] = file[0] = '?';
        ck_assert_str_eq(d->name, "wine");
        ck_assert_str_eq(d->file, "f.conf");
        ck_assert_uint_eq(d->line, 7);
        ck_assert_int_eq(d->source, SOURCE_BINFMTS);
        ck_assert(d->enabled);
        ck_assert(!d->allow_native);
        ck_assert(!d->invalid);
        ck_assert_int_eq(d->priority, 0);
        ck_assert_uint_eq(d->set, 0);
        ck_assert_uint_eq(d->flags, 0);
        ck_assert_ptr_null(d->pattern);
        ck_assert_ptr_null(d->interpreters);
        ck_assert_str_eq(definition_location(d).file, "f.conf");
        ck_assert_uint_eq(definition_location(d).line, 7);
}
END_TEST

START_TEST(freeing_nothing_is_allowed)
{ ck_assert_ptr_null(definition_free(NULL)); }
END_TEST

START_TEST(interpreters_keep_their_order)
{
        _cleanup_(definition_freep) struct definition *d = define("x");
        char path[16];

        for (int i = 0; i < 20; i++) {
                snprintf(path, sizeof path, "/i/%d", i);
                assert_ok(definition_add_interpreter(d, path));
        }
        for (int i = 0; i < 20; i++) {
                snprintf(path, sizeof path, "/i/%d", i);
                ck_assert_str_eq(d->interpreters[i], path);
        }
        ck_assert_ptr_null(d->interpreters[20]);
}
END_TEST

START_TEST(an_empty_override_changes_nothing)
{
        _cleanup_(definition_freep) struct definition *d = full(), *patch = define("full");
        struct pattern *pattern = d->pattern;
        unsigned set = d->set;

        patch->enabled = false;
        patch->allow_native = true;
        patch->priority = 9;
        patch->flags = ENTRY_CREDENTIALS;
        assert_ok(definition_amend(d, patch));
        ck_assert_str_eq(d->description, "base description");
        ck_assert_str_eq(d->machine, "arm");
        ck_assert_str_eq(d->extra_flags, "T");
        ck_assert_str_eq(d->detector, "/base/detector");
        ck_assert_str_eq(d->platform, "linux/arm");
        ck_assert_ptr_eq(d->pattern, pattern);
        ck_assert_str_eq(d->interpreters[1], "/base/2");
        ck_assert_uint_eq(d->flags, ENTRY_PRESERVE_ARGV0 | ENTRY_FIX_BINARY);
        ck_assert_int_eq(d->priority, 5);
        ck_assert(d->enabled);
        ck_assert(!d->allow_native);
        ck_assert_uint_eq(d->set, set);
}
END_TEST

START_TEST(an_override_changes_just_the_fields_it_sets)
{
        _cleanup_(definition_freep) struct definition *d = full(), *patch = define("full");

        set_string(&patch->description, "new");
        set_string(&patch->platform, "linux/new");
        patch->priority = -3;
        patch->enabled = false;
        patch->allow_native = true;
        patch->set = FIELD_DESCRIPTION | FIELD_PRIORITY | FIELD_ENABLED | FIELD_ALLOW_NATIVE;
        assert_ok(definition_amend(d, patch));
        ck_assert_str_eq(d->description, "new");
        ck_assert_str_eq(d->platform, "linux/arm");
        ck_assert_int_eq(d->priority, -3);
        ck_assert(!d->enabled);
        ck_assert(d->allow_native);
        ck_assert_str_eq(d->interpreters[0], "/base/1");
        ck_assert(d->set & FIELD_ENABLED);
        ck_assert(d->set & FIELD_PATTERN);
        ck_assert_str_eq(d->file, "f.conf");
}
END_TEST

START_TEST(interpreters_are_replaced_as_a_list)
{
        _cleanup_(definition_freep) struct definition *d = full(), *patch = define("full");

        assert_ok(definition_add_interpreter(patch, "/only"));
        patch->set = FIELD_INTERPRETER;
        assert_ok(definition_amend(d, patch));
        ck_assert_str_eq(d->interpreters[0], "/only");
        ck_assert_ptr_null(d->interpreters[1]);
        ck_assert_ptr_ne(d->interpreters[0], patch->interpreters[0]);
}
END_TEST

START_TEST(an_override_can_take_values_away)
{
        _cleanup_(definition_freep) struct definition *d = full(), *patch = define("full");

        patch->set = FIELD_DESCRIPTION | FIELD_INTERPRETER | FIELD_EXTRA_FLAGS | FIELD_DETECTOR |
                     FIELD_PLATFORM | FIELD_PATTERN;
        assert_ok(definition_amend(d, patch));
        ck_assert_ptr_null(d->description);
        ck_assert_ptr_null(d->interpreters);
        ck_assert_ptr_null(d->extra_flags);
        ck_assert_ptr_null(d->detector);
        ck_assert_ptr_null(d->platform);
        ck_assert_ptr_null(d->pattern);
        ck_assert_ptr_null(d->machine);
}
END_TEST

START_TEST(the_pattern_is_shared_and_outlives_the_override)
{
        _cleanup_(definition_freep) struct definition *d = full();
        struct definition *patch = define("full");

        patch->pattern = extension("new");
        patch->set = FIELD_PATTERN;
        assert_ok(definition_amend(d, patch));
        ck_assert_ptr_eq(d->pattern, patch->pattern);
        ck_assert_ptr_null(d->machine);
        definition_free(patch);
        ck_assert_str_eq((const char *) d->pattern->data, "new");
        ck_assert_uint_eq(d->pattern->n_ref, 1);
}
END_TEST

/* All combinations of base and override of the four flags. */
START_TEST(each_flag_is_amended_by_itself_and_c_brings_o)
{
        static const unsigned fields[] = { FIELD_PRESERVE_ARGV0, FIELD_OPEN_BINARY, FIELD_CREDENTIALS,
                                           FIELD_FIX_BINARY };

        for (unsigned all = 0; all < 1u << 12; all++) {
                _cleanup_(definition_freep) struct definition *d = define("x"), *patch = define("x");
                unsigned base = all & 15, given = all >> 4 & 15, value = all >> 8 & 15, expected;

                d->flags = base | (base & ENTRY_CREDENTIALS ? ENTRY_OPEN_BINARY : 0);
                patch->flags = value;
                for (size_t i = 0; i < ELEMENTSOF(fields); i++) {
                        d->set |= base & 1u << i ? fields[i] : 0;
                        patch->set |= given & 1u << i ? fields[i] : 0;
                }
                expected = (base & ~given) | (value & given);
                expected |= expected & ENTRY_CREDENTIALS ? ENTRY_OPEN_BINARY : 0;
                assert_ok(definition_amend(d, patch));
                ck_assert_msg(d->flags == expected, "base %u given %u value %u: %u, not %u", base, given,
                              value, d->flags, expected);
        }
}
END_TEST

START_TEST(the_later_override_wins)
{
        _cleanup_(definition_freep) struct definition *d = full(), *first = define("full"),
                                                      *second = define("full");

        first->set = second->set = FIELD_ENABLED;
        first->enabled = false;
        assert_ok(definition_amend(d, first));
        assert_ok(definition_amend(d, second));
        ck_assert(d->enabled);
}
END_TEST

START_TEST(every_source_has_a_name_of_its_own)
{
        for (int i = 0; i <= SOURCE_BINFMTS; i++)
                for (int j = 0; j < i; j++)
                        ck_assert_str_ne(source_kind_name((enum source_kind) i),
                                         source_kind_name((enum source_kind) j));
}
END_TEST

TEST_MAIN("definition", a_new_definition_has_the_defaults, freeing_nothing_is_allowed,
          interpreters_keep_their_order, an_empty_override_changes_nothing,
          an_override_changes_just_the_fields_it_sets, interpreters_are_replaced_as_a_list,
          an_override_can_take_values_away, the_pattern_is_shared_and_outlives_the_override,
          each_flag_is_amended_by_itself_and_c_brings_o, the_later_override_wins,
          every_source_has_a_name_of_its_own)
