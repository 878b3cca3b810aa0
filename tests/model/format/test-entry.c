/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/entry.h"
#include "tests/test.h"

static struct entry *parse_bytes(const char *text, size_t n) {
        struct entry *e = NULL;

        assert_ok(entry_parse("name", text, n, &e));
        ck_assert_str_eq(e->name, "name");
        ck_assert(!e->ours);
        ck_assert_uint_eq(e->pin, 0);
        return e;
}

static struct entry *parse(const char *text) {
        return parse_bytes(text, strlen(text));
}

START_TEST(magic_is_read)
{
        _cleanup_(entry_freep) struct entry
                        *e = parse("enabled\n"
                                   "interpreter /usr/bin/a b\n"
                                   "flags: POCF\n"
                                   "offset 7\n"
                                   "magic 7f454c46\n"
                                   "mask ffff00fe\n"),
                        *f = parse("disabled\ninterpreter i\nflags: \noffset 0\nmagic 00\n");

        ck_assert(e->enabled);
        ck_assert_str_eq(e->interpreter, "/usr/bin/a b");
        ck_assert_uint_eq(e->flags,
                          ENTRY_PRESERVE_ARGV0 | ENTRY_OPEN_BINARY | ENTRY_CREDENTIALS | ENTRY_FIX_BINARY);
        ck_assert_ptr_null(e->extra_flags);
        ck_assert_uint_eq(e->pattern->offset, 7);
        ck_assert_uint_eq(e->pattern->size, 4);
        ck_assert_mem_eq(pattern_magic(e->pattern),
                         "\x7f"
                         "ELF",
                         4);
        ck_assert_mem_eq(pattern_mask(e->pattern), "\xff\xff\0\xfe", 4);

        ck_assert(!f->enabled);
        ck_assert_str_eq(f->interpreter, "i");
        ck_assert_uint_eq(f->flags, 0);
        ck_assert_ptr_null(pattern_mask(f->pattern));
        ck_assert_uint_eq(pattern_magic(f->pattern)[0], 0);
}
END_TEST

START_TEST(an_extension_is_read)
{
        _cleanup_(entry_freep) struct entry
                        *e = parse("enabled\ninterpreter /i\nflags: O\nextension .jar\n"),
                        *f = parse("enabled\ninterpreter /i\nflags: \nextension ..a b\n");

        ck_assert_int_eq(e->pattern->type, PATTERN_EXTENSION);
        ck_assert_str_eq((const char *) e->pattern->data, "jar");
        ck_assert_uint_eq(e->flags, ENTRY_OPEN_BINARY);
        ck_assert_str_eq((const char *) f->pattern->data, ".a b");
}
END_TEST

START_TEST(letters_of_a_newer_kernel_are_kept)
{
        _cleanup_(entry_freep) struct entry *e =
                        parse("enabled\ninterpreter /i\nflags: PTOL\nextension .e\n");

        ck_assert_uint_eq(e->flags, ENTRY_PRESERVE_ARGV0 | ENTRY_OPEN_BINARY);
        ck_assert_str_eq(e->extra_flags, "TL");
}
END_TEST

static void assert_opaque(const char *text, size_t n, bool enabled) {
        _cleanup_(entry_freep) struct entry *e = parse_bytes(text, n);

        ck_assert_msg(!e->pattern && !e->interpreter && e->flags == 0 && !e->extra_flags, "%s", text);
        ck_assert_msg(e->enabled == enabled, "%s", text);
}

START_TEST(what_is_ambiguous_or_unknown_is_opaque)
{
        static const char *const texts[] = {
                "",
                "\n",
                "enabled",
                "enabled\n",
                "enabled \ninterpreter /i\nflags: \nextension .e\n",
                "Enabled\ninterpreter /i\nflags: \nextension .e\n",
                "enabled\ninterpreter \nflags: \nextension .e\n",
                "enabled\ninterpreter /i\nflags:\nextension .e\n",
                "enabled\ninterpreter /i\nflags: 7\nextension .e\n",
                "enabled\ninterpreter /i\nflags: P \nextension .e\n",
                "enabled\ninterpreter /i\nflags: \n",
                "enabled\ninterpreter /i\nflags: \nextension e\n",
                "enabled\ninterpreter /i\nflags: \nextension .\n",
                "enabled\ninterpreter /i\nflags: \nextension .a/b\n",
                "enabled\ninterpreter /i\nflags: PT\nextension .e",
                "enabled\ninterpreter /i\nflags: PT\nextension .e\nmore\n",
                "enabled\ninterpreter /i\nflags: PT\nhandler x\n",
                "enabled\ninterpreter /i\nflags: \noffset \nmagic 00\n",
                "enabled\ninterpreter /i\nflags: \noffset -1\nmagic 00\n",
                "enabled\ninterpreter /i\nflags: \noffset 1000\nmagic 00\n",
                "enabled\ninterpreter /i\nflags: \noffset 256\nmagic 00\n",
                "enabled\ninterpreter /i\nflags: \noffset 255\nmagic 0000\n",
                "enabled\ninterpreter /i\nflags: \noffset 0\nmagic \n",
                "enabled\ninterpreter /i\nflags: \noffset 0\nmagic 0\n",
                "enabled\ninterpreter /i\nflags: \noffset 0\nmagic 0g\n",
                "enabled\ninterpreter /i\nflags: \noffset 0\n",
                "enabled\ninterpreter /i\nflags: PT\noffset 0\nmagic 00\nmask ffff\n",
                "enabled\ninterpreter /i\nflags: PT\noffset 0\nmagic 00\nmask \n",
                "enabled\ninterpreter /i\nflags: PT\noffset 0\nmagic 00\nmask ff\nmask ff\n",
                "enabled\ninterpreter /i\nflags: PT\noffset 0\nmagic 00\n\n",
                /* newlines in fields */
                "enabled\ninterpreter /i\nflags: P\nextension .x\nflags: \nextension .e\n",
                "enabled\ninterpreter /i\nflags: P\noffset 0\nflags: \noffset 0\nmagic 00\n",
                "enabled\ninterpreter /i\nflags: P\noffset 0\nmagic 41\nflags: \noffset 0\nmagic 00\n",
                "enabled\ninterpreter /i\nflags: \nextension .e\n\n",
                "enabled\ninterpreter /i\nflags: \nextension .e\nextension .f\n",
        };
        static const char disabled[] = "disabled\ninterpreter /i\nj\nflags: \nextension .e\n";
        static const char nul[] = "enabled\ninterpreter /i\nflags: \nextension .e\0e\n";

        for (size_t i = 0; i < ELEMENTSOF(texts); i++)
                assert_opaque(texts[i], strlen(texts[i]), true);
        assert_opaque(nul, sizeof nul - 1, true);
        assert_opaque(disabled, sizeof disabled - 1, false);
}
END_TEST

/* Any text is read as the entry that it was printed from, or is opaque. */
START_TEST(no_text_is_misread)
{
        static const char *const parts[] = { "a",           "\n",       "flags: ",  "P",
                                             "extension .", "offset 0", "magic 41", "interpreter ",
                                             "mask ff",     "enabled" };
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(100000), clear = 0;

        for (size_t i = 0; i < rounds; i++) {
                _cleanup_(text_clear) struct text interpreter = { 0 }, extension = { 0 }, t = { 0 };
                _cleanup_(entry_freep) struct entry *e = NULL;
                bool magic = test_below(&state, 2);

                for (size_t n = 1 + test_below(&state, 8); n > 0; n--)
                        text_append(&interpreter, parts[test_below(&state, ELEMENTSOF(parts))]);
                for (size_t n = 1 + test_below(&state, 8); n > 0; n--)
                        text_append(&extension, parts[test_below(&state, ELEMENTSOF(parts))]);
                text_printf(&t, "enabled\ninterpreter %s\nflags: \n", interpreter.data);
                text_printf(&t, magic ? "offset 0\nmagic 42\n" : "extension .%s\n", extension.data);

                e = parse_bytes(t.data, t.length);
                if (strchr(interpreter.data, '\n') || (!magic && strchr(extension.data, '\n'))) {
                        if (e->pattern)
                                ck_abort_msg("seed %#jx, round %zu: not opaque:\n%s", (uintmax_t) seed, i,
                                             t.data);
                        continue;
                }
                clear++;
                if (!e->pattern || e->pattern->type != (magic ? PATTERN_MAGIC : PATTERN_EXTENSION) ||
                    !streq(e->interpreter, interpreter.data) || e->flags != 0 ||
                    memcmp(e->pattern->data, magic ? "B" : extension.data, e->pattern->size) != 0)
                        ck_abort_msg("seed %#jx, round %zu: misread:\n%s", (uintmax_t) seed, i, t.data);
        }
        ck_assert_uint_gt(clear, rounds / 20);
}
END_TEST

static struct entry *entry(const char *extension, const char *interpreter, unsigned flags,
                           const char *extra) {
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        struct entry *e = NULL;

        assert_ok(pattern_new_extension(extension, &p));
        assert_ok(entry_new("name", p, interpreter, flags, extra, &e));
        return e;
}

START_TEST(a_new_entry_is_on_and_not_yet_ours)
{
        _cleanup_(entry_freep) struct entry *e = entry("e", "/i", ENTRY_CREDENTIALS, "TL"),
                                            *f = entry("e", "/i", ENTRY_FIX_BINARY, "");

        ck_assert_str_eq(e->name, "name");
        ck_assert_str_eq(e->interpreter, "/i");
        ck_assert_uint_eq(e->pattern->n_ref, 1);
        ck_assert_uint_eq(e->flags, ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY);
        ck_assert_str_eq(e->extra_flags, "TL");
        ck_assert(e->enabled && !e->ours && e->pin == 0);
        ck_assert_uint_eq(f->flags, ENTRY_FIX_BINARY);
        ck_assert_ptr_null(f->extra_flags);
        ck_assert_ptr_null(entry_free(NULL));
}
END_TEST

static void assert_same(struct entry *a, struct entry *b, bool expected) {
        ck_assert(entry_same(a, b) == expected);
        ck_assert(entry_same(b, a) == expected);
        entry_free(a);
        entry_free(b);
}

START_TEST(entries_are_the_same_if_the_kernel_would_do_the_same)
{
        struct entry *named = entry("e", "/i", 0, NULL);

        free(named->name);
        named->name = strdup("other");
        named->enabled = false;
        named->ours = true;
        named->pin = 7;
        assert_same(named, entry("e", "/i", 0, NULL), true);
        assert_same(entry("e", "/i", 0, NULL), entry("f", "/i", 0, NULL), false);
        assert_same(entry("e", "/i", 0, NULL), entry("e", "/j", 0, NULL), false);
        assert_same(entry("e", "/i", 0, NULL), entry("e", "/i", ENTRY_FIX_BINARY, NULL), false);
        assert_same(entry("e", "/i", ENTRY_CREDENTIALS, NULL),
                    entry("e", "/i", ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY, NULL), true);
        assert_same(entry("e", "/i", 0, "L"), entry("e", "/i", 0, NULL), false);
        assert_same(entry("e", "/i", 0, "Lz"), entry("e", "/i", 0, "zLL"), true);
        /* The kernel never prints D, and prints O where T is. */
        assert_same(entry("e", "/i", 0, "D"), entry("e", "/i", 0, NULL), true);
        assert_same(entry("e", "/i", 0, "T"), entry("e", "/i", ENTRY_OPEN_BINARY, "T"), true);
}
END_TEST

START_TEST(what_is_opaque_is_the_same_as_nothing)
{
        _cleanup_(entry_freep) struct entry *opaque = parse("enabled\n"), *e = entry("e", "/i", 0, NULL);

        ck_assert(!entry_same(opaque, e));
        ck_assert(!entry_same(e, opaque));
        ck_assert(!entry_same(opaque, opaque));
}
END_TEST

START_TEST(shadows_have_names_of_their_own)
{
        char name[300], buf[NAME_LENGTH_MAX + 1];
        size_t n = 99;

        ck_assert(!entry_name_is_stand_in("qemu-arm", &n));
        ck_assert(!entry_name_is_stand_in("", &n));
        ck_assert(!entry_name_is_stand_in("~binfmt", &n));
        ck_assert(!entry_name_is_stand_in("a~binfmtd2", &n));
        /* It would stand for no name. */
        ck_assert(!entry_name_is_stand_in(ENTRY_STAND_IN_SUFFIX, &n));
        ck_assert_uint_eq(n, 99);

        entry_stand_in_name("qemu-arm", buf);
        ck_assert_str_eq(buf, "qemu-arm" ENTRY_STAND_IN_SUFFIX);
        ck_assert(entry_name_is_stand_in(buf, &n));
        ck_assert_uint_eq(n, 8);
        ck_assert(entry_name_is_stand_in(buf, NULL));

        for (size_t length = 240; length <= 255; length++) {
                memset(name, 'n', length);
                name[length] = '\0';
                entry_stand_in_name(name, buf);
                ck_assert_uint_eq(strlen(buf), length < 247 ? length + 8 : 255);
                ck_assert(entry_name_is_stand_in(buf, &n));
                ck_assert_uint_eq(n, length < 247 ? length : 247);
        }
}
END_TEST

TEST_MAIN("entry", magic_is_read, an_extension_is_read, letters_of_a_newer_kernel_are_kept,
          what_is_ambiguous_or_unknown_is_opaque, no_text_is_misread, a_new_entry_is_on_and_not_yet_ours,
          entries_are_the_same_if_the_kernel_would_do_the_same, what_is_opaque_is_the_same_as_nothing,
          shadows_have_names_of_their_own)
