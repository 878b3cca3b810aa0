/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/interpreter.h"
#include "tests/test.h"

START_TEST(an_interpreter_is_told_by_what_its_file_is)
{
        static const struct {
                struct interpreter interpreter;
                const char *expected;
        } cases[] = {
                { { .error = -ENOENT }, "not there" },
                { { .error = -EACCES }, "not an executable file" },
                { { .error = -ELOOP }, "Too many levels of symbolic links" },
                { { .kind = INTERPRETER_ELF_STATIC }, "statically linked" },
                { { .kind = INTERPRETER_SCRIPT, .needs = (char *) "/bin/sh" }, "a script, needs /bin/sh" },
                { { .kind = INTERPRETER_ELF_DYNAMIC, .needs = (char *) "/lib/ld.so" },
                  "dynamically linked, needs /lib/ld.so" },
                { { .kind = INTERPRETER_OTHER }, "neither a program nor a script" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                append_interpreter_facts(&cases[i].interpreter, &t);
                ck_assert_str_eq(t.data, cases[i].expected);
        }
}
END_TEST

START_TEST(an_error_reads_alone_and_behind_the_path)
{
        static const struct {
                int error;
                const char *words, *predicate;
        } cases[] = {
                { -ENOENT, "not there", "is not there" },
                { -EACCES, "not an executable file", "is not an executable file" },
                { -ELOOP, "Too many levels of symbolic links", "is a loop of symbolic links" },
                { -EIO, "Input/output error", "Input/output error" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ck_assert_str_eq(interpreter_error_words(cases[i].error), cases[i].words);
                ck_assert_str_eq(interpreter_error_predicate(cases[i].error), cases[i].predicate);
        }
        ck_assert_ptr_null(interpreter_error_words(0));
}
END_TEST

TEST_MAIN("interpreter", an_interpreter_is_told_by_what_its_file_is,
          an_error_reads_alone_and_behind_the_path)
