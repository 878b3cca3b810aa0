/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/entry.h"
#include "model/plan/validate.h"
#include "tests/test.h"

#include <inttypes.h>

struct pattern_case {
        const char *extension; /* NULL: magic */
        size_t offset;
        const char *magic, *mask; /* raw bytes; mask NULL: none */
        size_t n;
};

#define MAGIC(string) ((struct pattern_case){ .magic = string, .n = sizeof(string) - 1 })
#define MASKED(string, mask_)                                                                               \
        ((struct pattern_case){ .magic = string, .mask = mask_, .n = sizeof(string) - 1 })
#define MAGIC_AT(at, string)                                                                                \
        ((struct pattern_case){ .offset = at, .magic = string, .n = sizeof(string) - 1 })
#define EXTENSION(extension_) ((struct pattern_case){ .extension = extension_ })
#define NO_PATTERN            ((struct pattern_case){ 0 })
#define ELF(class_, data, rest)                                                                             \
        "\x7f"                                                                                              \
        "ELF" class_ data "\1\0\0\0\0\0\0\0\0\0" rest
#define FF4 "\xff\xff\xff\xff"

struct example {
        const char *name;
        struct pattern_case pattern;
        const char *interpreter;
        unsigned flags;
        const char *extra_flags;
        const char *detector;
        const char *codes; /* "error:code warning:code …", in order */
};

static struct pattern *make_pattern(const struct pattern_case *c) {
        struct pattern *p = NULL;

        if (c->extension)
                assert_ok(pattern_new_extension(c->extension, &p));
        else if (c->magic)
                assert_ok(pattern_new_magic(c->offset, (const uint8_t *) c->magic, (const uint8_t *) c->mask,
                                            c->n, &p));
        return p;
}

static struct definition *define(const struct example *c, enum source_kind source) {
        struct definition *d;

        assert_ok(definition_new(c->name, source, (struct location){ "f.conf", 5 }, &d));
        d->pattern = make_pattern(&c->pattern);
        if (c->interpreter)
                assert_ok(definition_add_interpreter(d, c->interpreter));
        d->flags = c->flags;
        d->extra_flags = c->extra_flags ? strdup(c->extra_flags) : NULL;
        d->detector = c->detector ? strdup(c->detector) : NULL;
        return d;
}

static char *codes(const struct diagnostics *diagnostics) {
        struct text t = { 0 };

        for (size_t i = 0; i < diagnostics->n; i++)
                text_printf(&t, "%s%s:%s", i > 0 ? " " : "", severity_name(diagnostics->items[i].severity),
                            diagnostics->items[i].code);
        return text_take(&t);
}

static void check_one(const struct example *c) {
        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
        _cleanup_(definition_freep) struct definition *d = define(c, SOURCE_BINFMTD);
        _cleanup_free_ char *found = NULL;

        assert_ok(validate_definition(d, &diagnostics));
        found = codes(&diagnostics);
        ck_assert_msg(streq(found, c->codes), "%s %s: got \"%s\", not \"%s\"", c->name,
                      c->interpreter ? c->interpreter : "-", found, c->codes);
        ck_assert_msg(d->invalid == (strstr(c->codes, "error:") != NULL), "%s: invalid", c->name);
}

#define P ENTRY_PRESERVE_ARGV0
#define C (ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY)
#define F ENTRY_FIX_BINARY

static char long_name[257], longest_name[256];

START_TEST(each_mistake_has_its_code)
{
        const struct example cases[] = {
                { "", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name" },
                { ".", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name" },
                { "..", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name" },
                { "...", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "" },
                { "a/b", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name" },
                { "register", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name" },
                { "status", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name" },
                { "Status", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "" },
                { long_name, MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name" },
                { longest_name, MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "" },
                { "a\nb", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name-newline" },
                { "a b:\xff%s", MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "" },
                { "x" ENTRY_STAND_IN_SUFFIX, MAGIC("PK\3\4"), "/i", 0, NULL, NULL, "error:name-reserved" },

                { "x", NO_PATTERN, "/i", 0, NULL, NULL, "error:pattern-missing" },
                { "x", EXTENSION("jar"), "/i", 0, NULL, NULL, "" },
                { "x", EXTENSION("tar.gz"), "/i", 0, NULL, NULL, "warning:extension-dot" },
                { "x", EXTENSION("a\nb"), "/i", 0, NULL, NULL, "error:extension-newline" },
                { "x", EXTENSION("a:|,b"), "/i", 0, NULL, NULL, "" },
                { "x", MASKED("\0\0\0\0", "\0\0\0\0"), "/i", 0, NULL, NULL, "error:mask-zero" },
                { "x", MASKED("PK\3\4", "\0\0\0\0"), "/i", 0, NULL, NULL, "error:mask-zero" },
                { "x", MASKED("PK\3\4", "\0\0\1\0"), "/i", 0, NULL, NULL, "note:magic-unmasked" },
                { "x", MASKED("PK\3\4", "\xff\xff\1\xff"), "/i", 0, NULL, NULL, "" },
                { "x", MASKED("PK\0\4", "\xff\xff\0\xff"), "/i", 0, NULL, NULL, "" },

                { "x", MAGIC("BC"), "/i", 0, NULL, NULL, "note:short-text" },
                { "x", MAGIC("B"), "/i", 0, NULL, NULL, "note:short-text" },
                { "x", MASKED("BC", "\xff\xff"), "/i", 0, NULL, NULL, "note:short-text" },
                { "x", MAGIC("BC\xc0\xde"), "/i", 0, NULL, NULL, "" },
                { "x", MAGIC("\x60\x1a"), "/i", 0, NULL, NULL, "" },
                { "x", MAGIC_AT(8, "AI"), "/i", 0, NULL, NULL, "" },

                { "x", MAGIC("PK\3\4"), NULL, 0, NULL, NULL, "error:interpreter-missing" },
                { "x", MAGIC("PK\3\4"), "", 0, NULL, NULL, "error:interpreter-missing" },
                { "x", MAGIC("PK\3\4"), "/a\nb", 0, NULL, NULL, "error:interpreter-newline" },
                { "x", MAGIC("PK\3\4"), "i", 0, NULL, NULL, "warning:interpreter-relative" },
                { "x", MAGIC("PK\3\4"), "./i", F | P, NULL, NULL, "warning:interpreter-relative" },
                { "x", MAGIC("PK\3\4"), "./i", C, NULL, NULL, "error:credentials-relative" },
                { "x", MAGIC("PK\3\4"), "./i", C | F, NULL, NULL, "error:credentials-relative" },
                { "x", MAGIC("PK\3\4"), "/i", C, NULL, NULL, "warning:credentials" },
                { "x", MAGIC("PK\3\4"), "/i", C | F | P, NULL, NULL, "warning:credentials" },
                { "x", MAGIC("PK\3\4"), "/i", ENTRY_OPEN_BINARY, NULL, NULL, "" },

                { "x", MAGIC("PK\3\4"), "/i", 0, "", NULL, "" },
                { "x", MAGIC("PK\3\4"), "/i", 0, "TL", NULL, "warning:flags-unknown" },
                { "x", MAGIC("PK\3\4"), "/i", 0, "T,L", NULL, "error:flags" },
                { "x", MAGIC("PK\3\4"), "/i", 0, "1", NULL, "error:flags" },
                { "x", MAGIC("PK\3\4"), "/i", 0, "T:", NULL, "error:flags" },
                { "x", MAGIC("PK\3\4"), "/i", 0, "TC", NULL, "error:flags-known" },
                { "x", MAGIC("PK\3\4"), "i", 0, "C", NULL,
                  "warning:interpreter-relative error:flags-known" },
                { "x", MAGIC("PK\3\4"), "/i", 0, NULL, "", "" },
                { "x", MAGIC("PK\3\4"), "/i", 0, NULL, "/d", "" },
                { "x", MAGIC("PK\3\4"), "/i", C | F, NULL, "/d", "warning:credentials" },
                { "x", MAGIC("PK\3\4"), "/i", 0, NULL, "d", "warning:detector-relative" },
                { "x", MAGIC("PK\3\4"), "/i", C, NULL, "d", "error:credentials-relative" },
                { "x", MAGIC("PK\3\4"), "/i", 0, NULL, "/a\nb", "error:detector-newline" },
        };

        memset(long_name, 'n', 256);
        memset(longest_name, 'n', 255);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                check_one(&cases[i]);
}
END_TEST

START_TEST(the_patterns_of_qemu_are_beyond_reproach)
{
        static const char
                        i386[] = "\xff\xff\xff\xff\xff\xfe\xfe\0" FF4 FF4 "\xfe\xff\xff\xff",
                        mips[] = "\xff\xff\xff\xff\xff\xff\xff\0\0\xff\xff\xff" FF4 "\xff\xfe\xff\xff" FF4
                                 "\0\0\0\0\0\0\0\0\0\0\0\x20",
                        loongarch[] = "\xff\xff\xff\xff\xff\xff\xff\xfc\0\xff\xff\xff" FF4
                                      "\xfe\xff\xff\xff",
                        box64[] = "\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\xff\xff\xff\xff\xff\xfe\xff\xff\xff";
        const struct example cases[] = {
                { "qemu-i386", MASKED(ELF("\1", "\1", "\2\0\3\0"), i386), "/usr/bin/qemu-i386", F, NULL,
                  NULL, "" },
                { "qemu-mipsn32",
                  MASKED(ELF("\1", "\2", "\0\2\0\x08\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\x20"), mips),
                  "/usr/bin/qemu-mipsn32", F | P, NULL, NULL, "" },
                { "qemu-loongarch64", MASKED(ELF("\2", "\1", "\2\0\2\1"), loongarch), "/usr/bin/qemu", 0,
                  NULL, NULL, "" },
                { "box64", MASKED(ELF("\2", "\1", "\2\0\x3e\0"), box64), "/usr/bin/box64", 0, NULL, NULL,
                  "" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                check_one(&cases[i]);
}
END_TEST

/* The message names the field as it is written in the file at hand, and there is always a remedy. */
START_TEST(messages_use_the_words_of_the_file)
{
        static const struct {
                enum source_kind source;
                const char *words[6];
        } cases[] = {
                { SOURCE_BINFMTD,
                  { "Mask=", "Interpreter=", "Credentials=", "Flags=", "Detector=", "Magic=" } },
                { SOURCE_ADDED,
                  { "Mask=", "Interpreter=", "Credentials=", "Flags=", "Detector=", "Magic=" } },
                { SOURCE_BINFMT_D,
                  { "the mask field", "the interpreter field", "the flag C", "the flags field", "a detector",
                    "the magic field" } },
                { SOURCE_BINFMTS,
                  { "mask", "interpreter", "credentials yes", "flags", "detector", "magic" } },
                { SOURCE_BINFMTS_ADMIN,
                  { "mask", "interpreter", "credentials yes", "flags", "detector", "magic" } },
        };
        static const struct example mistakes[] = {
                { .name = "x", .pattern = MASKED("PK\3\4", "\0\0\0\0"), .interpreter = "/i" },
                { .name = "x", .pattern = MAGIC("PK\3\4") },
                { .name = "x", .pattern = MAGIC("PK\3\4"), .interpreter = "/i", .flags = C },
                { .name = "x", .pattern = MAGIC("PK\3\4"), .interpreter = "/i", .extra_flags = "1" },
                { .name = "x", .pattern = MAGIC("PK\3\4"), .interpreter = "/i", .detector = "d" },
                { .name = "x", .pattern = MAGIC("MZ"), .interpreter = "/i" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                for (size_t j = 0; j < ELEMENTSOF(mistakes); j++) {
                        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
                        _cleanup_(definition_freep) struct definition *d =
                                        define(&mistakes[j], cases[i].source);
                        const struct diagnostic *said;

                        assert_ok(validate_definition(d, &diagnostics));
                        ck_assert_uint_eq(diagnostics.n, 1);
                        said = &diagnostics.items[0];
                        ck_assert_msg(strstr(said->message, cases[i].words[j]) != NULL, "%s: no \"%s\"",
                                      said->message, cases[i].words[j]);
                        ck_assert_msg((strchr(said->message, '=') != NULL) ==
                                                      (cases[i].source <= SOURCE_BINFMTD),
                                      "%s", said->message);
                        ck_assert_ptr_nonnull(said->hint);
                        ck_assert_msg(said->message[strlen(said->message) - 1] != '.', "%s", said->message);
                        ck_assert_str_eq(said->file, "f.conf");
                        ck_assert_uint_eq(said->line, 5);
                        ck_assert_str_eq(said->name, "x");
                }
}
END_TEST

START_TEST(what_the_reader_reported_is_not_said_again)
{
        static const struct {
                bool invalid;
                unsigned set;
                size_t n;
        } cases[] = {
                { false, 0, 2 },
                { true, 0, 0 },
                { true, FIELD_PRIORITY, 2 },
                { true, FIELD_PATTERN | FIELD_INTERPRETER, 0 },
                { false, FIELD_INTERPRETER, 2 },
                { true, FIELD_PATTERN, 1 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                static const struct example c = { .name = "x" };
                _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
                _cleanup_(definition_freep) struct definition *d = define(&c, SOURCE_BINFMT_D);

                d->invalid = cases[i].invalid;
                d->set = cases[i].set;
                assert_ok(validate_definition(d, &diagnostics));
                ck_assert_msg(diagnostics.n == cases[i].n, "case %zu: %zu", i, diagnostics.n);
                ck_assert(d->invalid);
        }
}
END_TEST

START_TEST(a_pattern_that_was_not_valid_makes_the_definition_invalid)
{
        static const struct example c = { .name = "x", .interpreter = "/i" };
        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
        _cleanup_(definition_freep) struct definition *d = define(&c, SOURCE_BINFMTD);

        d->set = FIELD_PATTERN;
        assert_ok(validate_definition(d, &diagnostics));
        ck_assert(d->invalid);
}
END_TEST

START_TEST(all_interpreters_are_looked_at)
{
        static const struct example c = { .name = "x", .pattern = MAGIC("PK\3\4"), .interpreter = "/i" };
        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
        _cleanup_(definition_freep) struct definition *d = define(&c, SOURCE_BINFMTD);
        _cleanup_free_ char *found = NULL;

        assert_ok(definition_add_interpreter(d, "relative"));
        assert_ok(definition_add_interpreter(d, "/new\nline"));
        assert_ok(definition_add_interpreter(d, ""));
        assert_ok(validate_definition(d, &diagnostics));
        found = codes(&diagnostics);
        ck_assert_str_eq(found,
                         "warning:interpreter-relative error:interpreter-newline error:interpreter-missing");
}
END_TEST

/* ":x:E::jar::" and ":" around an interpreter: 12 bytes. */
START_TEST(exactly_1920_bytes_are_accepted)
{
        for (size_t length = 1900; length < 1920; length++) {
                _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
                _cleanup_(definition_freep) struct definition *d = NULL;
                char path[1921] = "";
                struct example c = { .name = "x", .pattern = EXTENSION("jar"), .interpreter = path };

                memset(path, 'i', length);
                path[0] = '/';
                d = define(&c, SOURCE_BINFMTD);
                assert_ok(validate_definition(d, &diagnostics));
                ck_assert_msg(d->invalid == (length + 12 > REGISTRATION_MAX), "%zu", length);
                if (d->invalid)
                        ck_assert_str_eq(diagnostics.items[0].code, "too-long");
        }
}
END_TEST

/* A string of up to `max` bytes, from an alphabet that is rich in what could be misunderstood. */
static void random_string(uint64_t *state, char *buf, size_t max) {
        static const char alphabet[] = "/.:\\x41\n |,;ab~=\xff\"PF";
        size_t n = test_below(state, max + 1);

        if (test_below(state, 50) == 0)
                n = max;
        for (size_t i = 0; i < n; i++)
                buf[i] = alphabet[test_below(state, sizeof alphabet - 1)];
        buf[n] = '\0';
}

static struct definition *random_definition(uint64_t *state) {
        struct definition *d;
        char name[300], interpreter[1000], extension[60], flags[4];
        uint8_t bytes[512];
        size_t n = 1 + test_below(state, 256);

        random_string(state, name, test_below(state, 9) == 0 ? 270 : 8);
        random_string(state, interpreter, test_below(state, 9) == 0 ? 999 : 12);
        random_string(state, extension, 5);
        random_string(state, flags, 3);
        for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (uint8_t) test_random(state);

        assert_ok(definition_new(name, SOURCE_BINFMTD, (struct location){ "f", 1 }, &d));
        if (test_below(state, 3) == 0)
                pattern_new_extension(extension, &d->pattern);
        else
                pattern_new_magic(test_below(state, 256), bytes, test_below(state, 2) ? bytes + 256 : NULL,
                                  n, &d->pattern);
        assert_ok(definition_add_interpreter(d, interpreter));
        d->flags = (unsigned) test_below(state, 16);
        if (test_below(state, 5) == 0)
                d->extra_flags = strdup(flags);
        return d;
}

static bool is_ours(const char *code) {
        static const char *const ours[] = { "name-newline",  "extension-newline",    "interpreter-newline",
                                            "name-reserved", "credentials-relative", "mask-zero",
                                            "flags-known",   "detector-newline" };

        for (size_t i = 0; i < ELEMENTSOF(ours); i++)
                if (streq(code, ours[i]))
                        return true;
        return false;
}

static bool kernel_takes(const struct definition *d) {
        struct registration parsed = { 0 };
        char buf[REGISTRATION_MAX + 1];
        const char *reason;
        size_t n;

        if (!d->pattern ||
            registration_format(d->name, d->pattern, d->interpreters[0], d->flags, d->extra_flags, buf, &n) <
                            0 ||
            registration_parse(buf, n, true, &parsed, &reason) < 0)
                return false;
        registration_clear(&parsed);
        return true;
}

START_TEST(what_is_valid_is_taken_and_what_is_refused_is_refused_for_our_rules_alone)
{
        uint64_t seed = test_seed(), state = seed;
        size_t n_taken = 0, rounds = test_rounds(20000);

        for (size_t round = 0; round < rounds; round++) {
                _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
                _cleanup_(definition_freep) struct definition *d = random_definition(&state);
                bool taken = kernel_takes(d), refused_by_us = false;

                assert_ok(validate_definition(d, &diagnostics));
                for (size_t i = 0; i < diagnostics.n; i++)
                        refused_by_us |= diagnostics.items[i].severity == SEVERITY_ERROR &&
                                         is_ours(diagnostics.items[i].code);
                ck_assert_msg(d->invalid == (diagnostics_count(&diagnostics, SEVERITY_ERROR) > 0),
                              "seed %" PRIu64 " round %zu", seed, round);
                ck_assert_msg(d->invalid || taken, "seed %" PRIu64 " round %zu: valid, not taken", seed,
                              round);
                ck_assert_msg(!taken || !d->invalid || refused_by_us,
                              "seed %" PRIu64 " round %zu: taken, but %s", seed, round,
                              d->invalid ? diagnostics.items[0].message : "valid");
                n_taken += taken;
        }
        ck_assert_msg(n_taken > rounds / 20, "seed %" PRIu64 ": only %zu taken", seed, n_taken);
}
END_TEST

TEST_MAIN("validate", each_mistake_has_its_code, the_patterns_of_qemu_are_beyond_reproach,
          messages_use_the_words_of_the_file, what_the_reader_reported_is_not_said_again,
          a_pattern_that_was_not_valid_makes_the_definition_invalid, all_interpreters_are_looked_at,
          exactly_1920_bytes_are_accepted,
          what_is_valid_is_taken_and_what_is_refused_is_refused_for_our_rules_alone)
