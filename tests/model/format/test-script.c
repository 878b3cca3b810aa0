/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/script.h"
#include "tests/test.h"

#define S(literal) (literal), sizeof(literal) - 1

/* `fill`: the last byte is repeated to the end of the header. */
static bool parse(const char *text, size_t n, bool fill, struct script_line *ret) {
        uint8_t header[PATTERN_HEADER_SIZE] = { 0 };

        memcpy(header, text, n);
        if (fill)
                memset(header + n, text[n - 1], sizeof header - n);
        return script_line_parse(header, ret);
}

START_TEST(interpreter_and_argument_are_told_apart)
{
        static const struct {
                const char *text;
                size_t n;
                const char *interpreter, *argument;
        } rows[] = {
                { S("#!/bin/sh\n"), "/bin/sh", NULL },
                { S("#!/bin/sh"), "/bin/sh", NULL },
                { S("#! \t/bin/sh \t\n"), "/bin/sh", NULL },
                { S("#!/bin/sh -e -u \nrest\n"), "/bin/sh", "-e -u" },
                { S("#!/bin/sh\t-e"), "/bin/sh", "-e" },
                { S("#!sh\n"), "sh", NULL },
                { S("#!/bin/sh\r\n"), "/bin/sh\r", NULL },
                { S("#!/bin/sh\0x\n"), "/bin/sh", NULL },
                { S("#!/bin/sh a\0b\n"), "/bin/sh", "a" },
                { S("#!/bin/sh \0a\n"), "/bin/sh", "" },
                { S("#!"), "", NULL },
                { S("#! "), "", NULL },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                struct script_line line;

                ck_assert_msg(parse(rows[i].text, rows[i].n, false, &line), "row %zu", i);
                ck_assert_str_eq(line.interpreter, rows[i].interpreter);
                ck_assert_int_eq(line.has_argument, rows[i].argument != NULL);
                ck_assert_str_eq(line.argument, rows[i].argument ? rows[i].argument : "");
        }
}
END_TEST

START_TEST(what_names_nothing_is_no_script)
{
        struct script_line line = { .interpreter = "untouched" };

        ck_assert(!parse(S("#!\n"), false, &line));
        ck_assert(!parse(S("#! \t\n"), false, &line));
        ck_assert(!parse(S("#! "), true, &line));
        ck_assert(!parse(S(" #!/bin/sh\n"), false, &line));
        ck_assert(!parse(S("#"), false, &line));
        ck_assert_str_eq(line.interpreter, "untouched");
}
END_TEST

/* A path that was cut would be another one; an argument may be. */
START_TEST(a_long_line_may_be_cut_behind_the_interpreter_only)
{
        struct script_line line;

        ck_assert(!parse(S("#!/bin/sh"), true, &line));
        ck_assert(parse(S("#!/bin/sh "), true, &line));
        ck_assert_str_eq(line.interpreter, "/bin/sh");
        ck_assert(!line.has_argument);
        ck_assert(parse(S("#!/bin/sh x"), true, &line));
        ck_assert_uint_eq(strlen(line.argument), PATTERN_HEADER_SIZE - 1 - strlen("#!/bin/sh "));
}
END_TEST

TEST_MAIN("script", interpreter_and_argument_are_told_apart, what_names_nothing_is_no_script,
          a_long_line_may_be_cut_behind_the_interpreter_only)
