/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/test.h"
#include "varlink/parameters.h"

struct target {
        bool boolean;
        int64_t integer;
        const char *string, *name;
        json_t *strings, *array, *object;
};

static const struct varlink_field fields[] = {
        { "boolean", VARLINK_BOOLEAN, offsetof(struct target, boolean), false },
        { "integer", VARLINK_INTEGER, offsetof(struct target, integer), false },
        { "string", VARLINK_STRING, offsetof(struct target, string), false },
        { "strings", VARLINK_STRINGS, offsetof(struct target, strings), false },
        { "array", VARLINK_ARRAY, offsetof(struct target, array), false },
        { "object", VARLINK_OBJECT, offsetof(struct target, object), false },
        { "name", VARLINK_STRING, offsetof(struct target, name), true },
};

static json_t *json(const char *text) {
        json_error_t error;
        json_t *value = json_loads(text, 0, &error);

        ck_assert_msg(value != NULL, "%s: %s", text, error.text);
        return value;
}

START_TEST(all_that_is_there_is_read)
{
        json_t *p = json("{\"boolean\":true,\"integer\":-9223372036854775808,\"string\":\"s\",\"strings\":["
                         "\"a\",\"b\"],"
                         "\"array\":[1,null],\"object\":{\"a\":1},\"name\":\"n\"}");
        struct target t = { 0 };

        ck_assert_ptr_null(varlink_fields_read(p, fields, ELEMENTSOF(fields), &t));
        ck_assert(t.boolean);
        ck_assert_int_eq(t.integer, INT64_MIN);
        ck_assert_str_eq(t.string, "s");
        ck_assert_str_eq(t.name, "n");
        ck_assert_uint_eq(json_array_size(t.strings), 2);
        ck_assert_uint_eq(json_array_size(t.array), 2);
        ck_assert_uint_eq(json_object_size(t.object), 1);
        json_decref(p);
}
END_TEST

START_TEST(absence_and_null_leave_the_default)
{
        static const char *const texts[] = {
                "{\"name\":\"n\"}",
                "{\"boolean\":null,\"integer\":null,\"string\":null,\"strings\":null,\"array\":null,"
                "\"object\":null,"
                "\"name\":\"n\"}",
        };

        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                json_t *p = json(texts[i]), *before = json_array();
                struct target t = { true, 42, "before", NULL, before, before, before };

                ck_assert_ptr_null(varlink_fields_read(p, fields, ELEMENTSOF(fields), &t));
                ck_assert(t.boolean && t.integer == 42 && t.strings == before && t.array == before &&
                          t.object == before);
                ck_assert_str_eq(t.string, "before");
                ck_assert_str_eq(t.name, "n");
                json_decref(before);
                json_decref(p);
        }
}
END_TEST

START_TEST(what_is_wrong_is_named_and_nothing_is_written)
{
        static const struct {
                const char *text, *wrong;
        } cases[] = {
                { "{}", "name" },
                { "{\"name\":null}", "name" },
                { "{\"name\":1}", "name" },
                { "{\"name\":\"n\",\"boolean\":1}", "boolean" },
                { "{\"name\":\"n\",\"boolean\":\"true\"}", "boolean" },
                { "{\"name\":\"n\",\"integer\":1.0}", "integer" },
                { "{\"name\":\"n\",\"integer\":\"1\"}", "integer" },
                { "{\"name\":\"n\",\"integer\":true}", "integer" },
                { "{\"name\":\"n\",\"string\":[]}", "string" },
                { "{\"name\":\"n\",\"strings\":\"a\"}", "strings" },
                { "{\"name\":\"n\",\"strings\":{}}", "strings" },
                { "{\"name\":\"n\",\"strings\":[\"a\",1]}", "strings" },
                { "{\"name\":\"n\",\"strings\":[null]}", "strings" },
                { "{\"name\":\"n\",\"array\":{}}", "array" },
                { "{\"name\":\"n\",\"object\":[]}", "object" },
                { "{\"name\":\"n\",\"other\":1}", "other" },
                { "{\"name\":\"n\",\"Name\":null}", "Name" },
                { "{\"name\":\"n\",\"\":null}", "" },
                { "{\"boolean\":true,\"integer\":1,\"string\":\"s\",\"name\":[]}", "name" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                json_t *p = json(cases[i].text);
                struct target t = { 0 }, untouched = { 0 };
                const char *wrong = varlink_fields_read(p, fields, ELEMENTSOF(fields), &t);

                ck_assert_msg(streq_ptr(wrong, cases[i].wrong), "%s: %s", cases[i].text,
                              wrong ? wrong : "right");
                ck_assert_msg(memcmp(&t, &untouched, sizeof t) == 0, "%s", cases[i].text);
                json_decref(p);
        }
}
END_TEST

START_TEST(a_method_without_parameters_takes_none)
{
        json_t *none = json("{}"), *some = json("{\"a\":null}");

        ck_assert_ptr_null(varlink_fields_read(none, NULL, 0, NULL));
        ck_assert_str_eq(varlink_fields_read(some, NULL, 0, NULL), "a");
        json_decref(none);
        json_decref(some);
}
END_TEST

TEST_MAIN("parameters", all_that_is_there_is_read, absence_and_null_leave_the_default,
          what_is_wrong_is_named_and_nothing_is_written, a_method_without_parameters_takes_none)
