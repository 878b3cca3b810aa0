/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/read/readers.h"
#include "tests/test.h"

#include <ini.h>

struct result {
        struct catalog catalog;
        struct diagnostics diagnostics;
};

static void result_clear(struct result *r) {
        catalog_clear(&r->catalog);
        diagnostics_clear(&r->diagnostics);
}

static struct result parse_bytes(const char *text, size_t n, bool overrides) {
        struct result result = { 0 };
        struct reader_input in = {
                .file = "test.conf", .data = text, .n = n, .source = SOURCE_BINFMTD, .rank = 7
        };

        assert_ok(ini_read(&in, overrides, &result.catalog, &result.diagnostics));
        return result;
}

static struct result parse(const char *text) {
        return parse_bytes(text, strlen(text), false);
}

/* The only diagnostic there is, of this code and at this line. */
static void assert_only(const struct result *r, enum severity severity, const char *code, unsigned line) {
        ck_assert_uint_eq(r->diagnostics.n, 1);
        ck_assert_str_eq(r->diagnostics.items[0].code, code);
        ck_assert_int_eq((int) r->diagnostics.items[0].severity, (int) severity);
        ck_assert_uint_eq(r->diagnostics.items[0].line, line);
        ck_assert_str_eq(r->diagnostics.items[0].file, "test.conf");
        ck_assert_ptr_nonnull(r->diagnostics.items[0].hint);
}

static void assert_silent(const struct result *r) {
        ck_assert_msg(r->diagnostics.n == 0, "%s: %s", r->diagnostics.n ? r->diagnostics.items[0].code : "",
                      r->diagnostics.n ? r->diagnostics.items[0].message : "");
        ck_assert(!r->catalog.incomplete);
}

static const struct definition *only(const struct result *r) {
        ck_assert_uint_eq(r->catalog.n, 1);
        return r->catalog.definitions[0];
}

START_TEST(every_key_is_read)
{
        _cleanup_(result_clear) struct result r = parse("# a comment\n"
                                                        "\n"
                                                        "[wine]\n"
                                                        "Description=Windows programs; and # more\n"
                                                        "Magic=MZ\\x90\n"
                                                        "Mask=\\xff\\xff\\x0f\n"
                                                        "Offset=3\n"
                                                        "Interpreter=/usr/bin/wine\n"
                                                        "Interpreter=/opt/wine/bin/wine\n"
                                                        "FixBinary=yes\n"
                                                        "PreserveArgv0=on\n"
                                                        "OpenBinary=TRUE\n"
                                                        "Credentials=0\n"
                                                        "Priority=-12\n"
                                                        "Platform=windows/amd64\n"
                                                        "Enabled=no\n"
                                                        "Flags=TL\n"
                                                        "Detector=/usr/bin/detect\n"
                                                        "AllowNative=1\n");
        const struct definition *d = only(&r);

        assert_silent(&r);
        ck_assert_str_eq(d->name, "wine");
        ck_assert_str_eq(d->file, "test.conf");
        ck_assert_uint_eq(d->line, 3);
        ck_assert_uint_eq(d->rank, 7);
        ck_assert_str_eq(d->description, "Windows programs; and # more");
        ck_assert_uint_eq(d->pattern->offset, 3);
        ck_assert_uint_eq(d->pattern->size, 3);
        ck_assert_mem_eq(pattern_magic(d->pattern), "MZ\x90", 3);
        ck_assert_mem_eq(pattern_mask(d->pattern), "\xff\xff\x0f", 3);
        ck_assert_str_eq(d->interpreters[0], "/usr/bin/wine");
        ck_assert_str_eq(d->interpreters[1], "/opt/wine/bin/wine");
        ck_assert_ptr_null(d->interpreters[2]);
        ck_assert_uint_eq(d->flags, ENTRY_FIX_BINARY | ENTRY_PRESERVE_ARGV0 | ENTRY_OPEN_BINARY);
        ck_assert_int_eq(d->priority, -12);
        ck_assert_str_eq(d->platform, "windows/amd64");
        ck_assert(!d->enabled && d->allow_native && !d->invalid);
        ck_assert_str_eq(d->extra_flags, "TL");
        ck_assert_str_eq(d->detector, "/usr/bin/detect");
        ck_assert_uint_eq(d->set, 2 * FIELD_ALLOW_NATIVE - 1);
}
END_TEST

START_TEST(a_file_may_hold_several_sections)
{
        _cleanup_(result_clear) struct result r =
                        parse("[a]\nExtension=x\nInterpreter=/a\n[b]\nMachine=aarch64\n"
                              "Interpreter=/b\r\n");

        assert_silent(&r);
        ck_assert_uint_eq(r.catalog.n, 2);
        ck_assert_str_eq(r.catalog.definitions[1]->name, "b");
        ck_assert_uint_eq(r.catalog.definitions[1]->line, 4);
        ck_assert_str_eq(r.catalog.definitions[1]->interpreters[0], "/b");
        ck_assert_str_eq(r.catalog.definitions[1]->machine, "aarch64");
        ck_assert_ptr_nonnull(r.catalog.definitions[1]->pattern);
        ck_assert_int_eq((int) r.catalog.definitions[0]->pattern->type, PATTERN_EXTENSION);
        ck_assert_uint_eq(r.catalog.definitions[0]->set, FIELD_PATTERN | FIELD_INTERPRETER);
}
END_TEST

/* inih alone would cut at 199 bytes and take the tail for lines. */
START_TEST(values_of_any_length_arrive_whole)
{
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(2000); round++) {
                static const char letters[] = "ab\\x=[]#:./ \t\xc3";
                _cleanup_(text_clear) struct text t = { 0 };
                char value[3001];
                size_t n = 1 + test_below(&state, sizeof value - 1);

                for (size_t i = 0; i < n; i++)
                        value[i] = letters[test_below(&state, sizeof letters - 1)];
                value[0] = 'a';
                value[n - 1] = '=';
                value[n] = '\0';
                text_printf(&t, "[s]\n  Description  =  %s \nInterpreter=/i\n", value);

                _cleanup_(result_clear) struct result r = parse(t.data);
                ck_assert_str_eq(r.catalog.definitions[0]->interpreters[0], "/i");
                ck_assert_msg(r.diagnostics.n == 0 &&
                                              streq_ptr(r.catalog.definitions[0]->description, value),
                              "seed %#llx: \"%s\"", (unsigned long long) seed, value);
        }
}
END_TEST

START_TEST(the_longest_magic_is_read)
{
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, "[long]\nMagic=");
        for (unsigned i = 0; i < 256; i++)
                text_printf(&t, "\\x%02x", i);
        text_append(&t, "\nMask=");
        for (unsigned i = 0; i < 256; i++)
                text_printf(&t, "\\x%02x", 255 - i);
        text_append(&t, "\nInterpreter=/i\n");

        _cleanup_(result_clear) struct result r = parse(t.data);
        assert_silent(&r);
        for (unsigned i = 0; i < 256; i++) {
                ck_assert_uint_eq(pattern_magic(only(&r)->pattern)[i], i);
                ck_assert_uint_eq(pattern_mask(only(&r)->pattern)[i], 255 - i);
        }
}
END_TEST

START_TEST(a_long_line_injects_neither_section_nor_key)
{
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, "[good]\nDescription=");
        for (unsigned i = 0; i < 300; i++)
                text_append_char(&t, 'd');
        text_append(&t, "[evil]\n#");
        for (unsigned i = 0; i < 300; i++)
                text_append_char(&t, '-');
        text_append(&t, "Credentials=yes\nExtension=x\nInterpreter=/i\n");

        _cleanup_(result_clear) struct result r = parse(t.data);
        assert_silent(&r);
        ck_assert_str_eq(only(&r)->name, "good");
        ck_assert_uint_eq(only(&r)->flags, 0);
        ck_assert_uint_eq(strlen(only(&r)->description), 306);
}
END_TEST

START_TEST(a_value_that_cannot_be_folded_is_a_mistake)
{
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, "[a]\nDescription=x");
        for (unsigned i = 0; i < 100000; i++)
                text_append_char(&t, ' ');
        text_append(&t, "y\nExtension=x\nInterpreter=/i\n");

        _cleanup_(result_clear) struct result r = parse(t.data);
        assert_only(&r, SEVERITY_ERROR, "long-value", 2);
        ck_assert(only(&r)->invalid);
        ck_assert_str_eq(only(&r)->interpreters[0], "/i");
}
END_TEST

START_TEST(section_names_have_up_to_255_bytes)
{
        _cleanup_(text_clear) struct text t = { 0 }, u = { 0 };
        char name[257] = "";

        memset(name, 'n', 255);
        text_printf(&t, "[%s]\nExtension=x\nInterpreter=/i\n", name);
        _cleanup_(result_clear) struct result r = parse(t.data);
        assert_silent(&r);
        ck_assert_str_eq(only(&r)->name, name);

        name[255] = 'n';
        text_printf(&u, "[%s]\nExtension=x\nInterpreter=/i\n", name);
        _cleanup_(result_clear) struct result s = parse(u.data);
        assert_only(&s, SEVERITY_ERROR, "section-name", 1);
        ck_assert_uint_eq(s.catalog.n, 0);
        ck_assert(s.catalog.incomplete);
}
END_TEST

START_TEST(names_may_be_anything_that_the_kernel_takes)
{
        _cleanup_(result_clear) struct result r = parse("[ü ;#=: [x]\nExtension=x\nInterpreter=/i\n");

        assert_silent(&r);
        ck_assert_str_eq(only(&r)->name, "ü ;#=: [x");
}
END_TEST

static const struct {
        const char *text, *code;
        unsigned line;
} unusable[] = {
        { "[a\nExtension=x\nInterpreter=/i\n", "section-header", 1 },
        { "[]\nExtension=x\n", "section-name", 1 },
        { "\n[.]\nExtension=x\n", "section-name", 2 },
        { "[a/b]\nExtension=x\n", "section-name", 1 },
        { "[status]\nExtension=x\n", "section-name", 1 },
        { "[ a]\nExtension=x\n", "section-name", 1 },
        { "[a\t]\nExtension=x\n", "section-name", 1 },
        { "[a\rb]\nExtension=x\n", "carriage-return", 1 },
        { "\nExtension=x\nInterpreter=/i\n", "no-section", 2 },
};

START_TEST(a_section_without_a_usable_name_is_skipped)
{
        for (size_t i = 0; i < ELEMENTSOF(unusable); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                text_printf(&t, "%s[ok]\nExtension=y\nInterpreter=/ok\n", unusable[i].text);
                _cleanup_(result_clear) struct result r = parse(t.data);
                assert_only(&r, SEVERITY_ERROR, unusable[i].code, unusable[i].line);
                ck_assert(r.catalog.incomplete);
                ck_assert_str_eq(only(&r)->name, "ok");
                ck_assert_str_eq(only(&r)->interpreters[0], "/ok");
        }
}
END_TEST

/* The body stands in lines 2 and following. */
static const struct {
        const char *body, *code;
        enum severity severity;
        unsigned line;
        const char *says;
} mistakes[] = {
        { "Magic=ab\nMask=\\xff\n", "mask-length", SEVERITY_ERROR, 3,
          "Mask= is 1 bytes long, but Magic= is 2" },
        { "Machine=arm\nMagic=ab\n", "pattern-conflict", SEVERITY_ERROR, 3, "Machine= and Magic=" },
        { "Extension=x\nMachine=arm\n", "pattern-conflict", SEVERITY_ERROR, 3, "Extension= and Machine=" },
        { "Magic=ab\n\nExtension=x\n", "pattern-conflict", SEVERITY_ERROR, 4, "Magic= and Extension=" },
        { "Machine=arm\nMask=\\xff\n", "without-magic", SEVERITY_ERROR, 3, "Mask=" },
        { "Offset=4\n", "without-magic", SEVERITY_ERROR, 2, "Offset=" },
        { "Extension=x\nOffset=4\n", "without-magic", SEVERITY_ERROR, 3, "Offset=" },
        { "Magic=ab\nOffset=255\n", "pattern-range", SEVERITY_ERROR, 3, "Offset= is 255" },
        { "Magic=ab\nOffset=256\n", "offset", SEVERITY_ERROR, 3, "256" },
        { "Magic=ab\nOffset=-1\n", "offset", SEVERITY_ERROR, 3, "-1" },
        { "Magic=ab\nOffset=0x10\n", "offset", SEVERITY_ERROR, 3, "0x10" },
        { "Magic=ab\nOffset=99999999999999999999\n", "offset", SEVERITY_ERROR, 3, "9999" },
        { "Magic=\\x4\n", "escape", SEVERITY_ERROR, 2, "character 1" },
        { "Magic=ab\nMask=\\xff\\xg0\n", "escape", SEVERITY_ERROR, 3, "Mask=" },
        { "Magic=\n", "empty-value", SEVERITY_ERROR, 2, "Magic= is empty" },
        { "Machine=\n", "empty-value", SEVERITY_ERROR, 2, "Machine= is empty" },
        { "Magic=a\\b\n", "backslash", SEVERITY_WARNING, 2, "character 2" },
        { "Extension=a/b\n", "extension", SEVERITY_ERROR, 2, "Extension=" },
        { "Machine=aarch46\n", "unknown-machine", SEVERITY_ERROR, 2, "aarch46" },
        { "Extension=x\nCredentials=perhaps\n", "boolean", SEVERITY_ERROR, 3,
          "Credentials= is \"perhaps\"" },
        { "Extension=x\nEnabled=\n", "boolean", SEVERITY_ERROR, 3, "Enabled=" },
        { "Extension=x\nPriority=1001\n", "priority", SEVERITY_ERROR, 3, "1001" },
        { "Extension=x\nPriority=-1001\n", "priority", SEVERITY_ERROR, 3, "-1001" },
        { "Extension=x\nPriority=1e3\n", "priority", SEVERITY_ERROR, 3, "1e3" },
        { "Extension=x\nPriority=\n", "priority", SEVERITY_ERROR, 3, "Priority=" },
        { "Extension=x\nFlags=TF\n", "flags-known", SEVERITY_ERROR, 3, "Flags= holds F" },
        { "Extension=x\nFlags=T L\n", "flags", SEVERITY_ERROR, 3, "T L" },
        { "Extension=x\nPlatform=arm64\n", "platform", SEVERITY_WARNING, 3, "arm64" },
        { "Extension=x\nOpenBinary=no\nCredentials=yes\n", "open-binary", SEVERITY_WARNING, 3,
          "OpenBinary=no" },
        { "Extension=x\nExtension=y\n", "repeated-key", SEVERITY_WARNING, 3, "line 2" },
        { "Extension=x\nInterpretr=/i\n", "unknown-key", SEVERITY_WARNING, 3, "Interpretr=" },
        { "Extension=x\ninterpreter=/i\n", "unknown-key", SEVERITY_WARNING, 3, "interpreter=" },
        { "Extension=x\nX-this-key-is-far-too-long-for-what-the-library-keeps-of-it=1\n", "unknown-key",
          SEVERITY_WARNING, 3, "X-this-key" },
        { "Extension=x\njust text\n", "no-equals", SEVERITY_ERROR, 3, "no equals sign" },
        { "Extension=x\n  an indented line\n", "no-equals", SEVERITY_ERROR, 3, "no equals sign" },
        { "Extension=x\nPriority: 5\n", "no-equals", SEVERITY_ERROR, 3, "colon" },
        { "Extension=x\nA:B=5\n", "no-equals", SEVERITY_ERROR, 3, "colon" },
        { "Extension=x\n=5\n", "no-key", SEVERITY_ERROR, 3, "no key" },
        { "Extension=x ; windows\n", "inline-comment", SEVERITY_ERROR, 2, "semicolon" },
        { "Extension=x\nDescription= ;x\n", "inline-comment", SEVERITY_ERROR, 3, "semicolon" },
        { "Extension=x # windows\n", "inline-comment", SEVERITY_WARNING, 2, "part of it" },
        { "Extension=x\nDescription=a\rb\n", "carriage-return", SEVERITY_ERROR, 3, "carriage return" },
};

START_TEST(a_mistake_is_reported_at_its_line_and_the_rest_is_read)
{
        for (size_t i = 0; i < ELEMENTSOF(mistakes); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                text_printf(&t, "[a]\n%sDetector=/usr/bin/detect\n[b]\nExtension=y\n", mistakes[i].body);
                _cleanup_(result_clear) struct result r = parse(t.data);
                ck_assert_msg(r.diagnostics.n == 1, "%zu diagnostics for %s", r.diagnostics.n,
                              mistakes[i].body);
                assert_only(&r, mistakes[i].severity, mistakes[i].code, mistakes[i].line);
                ck_assert_str_eq(r.diagnostics.items[0].name, "a");
                ck_assert_msg(strstr(r.diagnostics.items[0].message, mistakes[i].says), "%s in %s",
                              mistakes[i].says, r.diagnostics.items[0].message);
                ck_assert_uint_eq(r.catalog.n, 2);
                ck_assert_str_eq(r.catalog.definitions[0]->name, "a");
                ck_assert_str_eq(r.catalog.definitions[0]->detector, "/usr/bin/detect");
                ck_assert_int_eq(r.catalog.definitions[0]->invalid, mistakes[i].severity == SEVERITY_ERROR);
                ck_assert(!r.catalog.definitions[1]->invalid);
                ck_assert(!r.catalog.incomplete);
        }
}
END_TEST

START_TEST(a_misspelt_word_is_suggested)
{
        _cleanup_(result_clear) struct result r =
                        parse("[a]\nInterpretr=/i\ninterpreter=/i\nMachine=aarch46\n");

        ck_assert_uint_eq(r.diagnostics.n, 3);
        ck_assert_str_eq(r.diagnostics.items[0].hint, "did you mean Interpreter=?");
        ck_assert_str_eq(r.diagnostics.items[2].hint, "did you mean aarch64?");
}
END_TEST

START_TEST(the_last_of_a_repeated_key_counts)
{
        _cleanup_(result_clear) struct result r =
                        parse("[a]\nExtension=x\nExtension=y\nPriority=1\nPriority=2\n"
                              "FixBinary=yes\nFixBinary=no\n");

        ck_assert_str_eq((const char *) only(&r)->pattern->data, "y");
        ck_assert_int_eq(only(&r)->priority, 2);
        ck_assert_uint_eq(only(&r)->flags, 0);
        ck_assert_uint_eq(diagnostics_count(&r.diagnostics, SEVERITY_WARNING), 3);
}
END_TEST

START_TEST(the_first_of_a_repeated_section_counts)
{
        _cleanup_(result_clear) struct result r =
                        parse("[a]\nExtension=x\n[b]\nExtension=z\n[a]\nExtension=y\n"
                              "Nonsense\n");

        assert_only(&r, SEVERITY_WARNING, "repeated-section", 5);
        ck_assert_uint_eq(r.catalog.n, 2);
        ck_assert_str_eq((const char *) r.catalog.definitions[0]->pattern->data, "x");
        ck_assert(!r.catalog.incomplete);
}
END_TEST

START_TEST(an_empty_interpreter_resets_the_list)
{
        _cleanup_(result_clear) struct result r = parse(
                        "[a]\nInterpreter=/1\nInterpreter=/2\nInterpreter=\nInterpreter=/3\nExtension=x\n");

        assert_silent(&r);
        ck_assert_str_eq(only(&r)->interpreters[0], "/3");
        ck_assert_ptr_null(only(&r)->interpreters[1]);
}
END_TEST

START_TEST(an_empty_text_is_none)
{
        _cleanup_(result_clear) struct result r = parse(
                        "[a]\nDescription=\nPlatform=  \nFlags=\nDetector=\nExtension=x\nInterpreter=/i\n");

        assert_silent(&r);
        ck_assert_ptr_null(only(&r)->description);
        ck_assert_ptr_null(only(&r)->platform);
        ck_assert_ptr_null(only(&r)->extra_flags);
        ck_assert_ptr_null(only(&r)->detector);
        ck_assert(only(&r)->set & FIELD_DESCRIPTION && only(&r)->set & FIELD_EXTRA_FLAGS);
}
END_TEST

START_TEST(credentials_bring_the_open_binary_along)
{
        _cleanup_(result_clear) struct result r = parse("[a]\nCredentials=yes\nExtension=x\n");

        assert_silent(&r);
        ck_assert_uint_eq(only(&r)->flags, ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY);
        ck_assert(!(only(&r)->set & FIELD_OPEN_BINARY));
}
END_TEST

START_TEST(a_section_without_keys_or_with_text_behind_is_invalid)
{
        _cleanup_(result_clear) struct result r = parse("[a]\n# nothing\n[b]\nExtension=x\n");
        _cleanup_(result_clear) struct result s = parse("[a] # text\nExtension=x\n");

        assert_only(&r, SEVERITY_ERROR, "empty-section", 1);
        ck_assert(r.catalog.definitions[0]->invalid);
        ck_assert(!r.catalog.definitions[1]->invalid);
        assert_only(&s, SEVERITY_ERROR, "text-after-section", 1);
        ck_assert_str_eq(only(&s)->name, "a");
        ck_assert(only(&s)->invalid);
}
END_TEST

START_TEST(a_byte_order_mark_is_a_warning)
{
        _cleanup_(result_clear) struct result r = parse("\xef\xbb\xbf[a]\nExtension=x\n");

        assert_only(&r, SEVERITY_WARNING, "byte-order-mark", 1);
        ck_assert_str_eq(only(&r)->name, "a");
}
END_TEST

START_TEST(a_nul_byte_spoils_its_section)
{
        static const char key[] = "[a]\nExtension=x\0y\nInterpreter=/i\n", line[] = "[a]\n\0Extension=x\n",
                          header[] = "[ok]\nExtension=x\n[a\0b]\nExtension=y\n",
                          comment[] = "#\0\n[a]\nExtension=x\n";
        _cleanup_(result_clear) struct result r = parse_bytes(key, sizeof key - 1, false);
        _cleanup_(result_clear) struct result s = parse_bytes(line, sizeof line - 1, false);
        _cleanup_(result_clear) struct result t = parse_bytes(header, sizeof header - 1, false);
        _cleanup_(result_clear) struct result u = parse_bytes(comment, sizeof comment - 1, false);

        assert_only(&r, SEVERITY_ERROR, "nul-byte", 2);
        ck_assert(only(&r)->invalid);
        ck_assert_ptr_null(only(&r)->pattern);
        ck_assert_str_eq(only(&r)->interpreters[0], "/i");
        ck_assert(diagnostics_find(&s.diagnostics, SEVERITY_ERROR, "a"));
        assert_only(&t, SEVERITY_ERROR, "nul-byte", 3);
        ck_assert_str_eq(only(&t)->name, "ok");
        ck_assert(!only(&t)->invalid);
        ck_assert(t.catalog.incomplete);
        ck_assert_str_eq((const char *) only(&t)->pattern->data, "x");
        assert_only(&u, SEVERITY_ERROR, "nul-byte", 1);
        ck_assert(!only(&u)->invalid);
}
END_TEST

START_TEST(overrides_set_only_what_they_say)
{
        static const char text[] = "[a]\nCredentials=yes\n[b]\nEnabled=no\n[c]\nInterpreter=\n[d]\n"
                                   "Enabled=perhaps\n[e]\n[f]\nMask=\\xff\n";
        _cleanup_(result_clear) struct result r = parse_bytes(text, sizeof text - 1, true);

        ck_assert_uint_eq(r.catalog.n, 0);
        ck_assert_uint_eq(r.catalog.n_overrides, 5);
        ck_assert(r.catalog.overrides[3]->invalid && r.catalog.overrides[4]->invalid);
        ck_assert_uint_eq(r.catalog.overrides[0]->set, FIELD_CREDENTIALS);
        ck_assert_uint_eq(r.catalog.overrides[1]->set, FIELD_ENABLED);
        ck_assert(!r.catalog.overrides[1]->enabled);
        ck_assert_uint_eq(r.catalog.overrides[2]->set, FIELD_INTERPRETER);
        ck_assert_ptr_null(r.catalog.overrides[2]->interpreters);
        ck_assert_uint_eq(r.diagnostics.n, 3);
        ck_assert_str_eq(r.diagnostics.items[0].code, "boolean");
        ck_assert_str_eq(r.diagnostics.items[1].code, "empty-section");
        ck_assert_int_eq((int) r.diagnostics.items[1].severity, SEVERITY_WARNING);
        ck_assert_str_eq(r.diagnostics.items[2].code, "without-magic");
}
END_TEST

START_TEST(a_file_full_of_mistakes_is_given_up)
{
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, "[a]\n");
        for (unsigned i = 0; i < 100000; i++)
                text_append(&t, "nonsense\n");
        _cleanup_(result_clear) struct result r = parse(t.data);
        ck_assert_uint_lt(r.diagnostics.n, 300);
        ck_assert_str_eq(r.diagnostics.items[r.diagnostics.n - 1].code, "too-many-mistakes");
        ck_assert(r.catalog.incomplete);
        ck_assert(only(&r)->invalid);
}
END_TEST

struct seen {
        struct text text;
        const char *const *lines;
        int size;
};

static char *canary_read(char *buffer, int size, void *user) {
        struct seen *seen = user;

        seen->size = size;
        return *seen->lines ? strcpy(buffer, *seen->lines++) : NULL;
}

#if INI_HANDLER_LINENO
static int canary_value(void *user, const char *section, const char *key, const char *value,
                        int line _unused_) {
#else
static int canary_value(void *user, const char *section, const char *key, const char *value) {
#endif
        struct seen *seen = user;

        if (key)
                text_printf(&seen->text, "%s.%s=<%s>\n", section, key, value);
        return 1;
}

/* A canary: what ini.c takes for granted in whatever version of inih it is linked with. */
START_TEST(the_library_does_what_is_relied_on)
{
        static const char *const lines[] = {
                "[1]\n",           "Key=a;b#c\\x41\"=:[]\n",
                " folded=more:\n", " \\x42]\n",
                "Empty=\n",        "[23]\n",
                "Last=x y\n",      NULL,
        };
        struct seen seen = { .lines = lines };
        _cleanup_free_ char *text = NULL;

        ck_assert_int_eq(ini_parse_stream(canary_read, &seen, canary_value, &seen), 0);
        text = text_take(&seen.text);
        ck_assert_str_eq(text, "1.Key=<a;b#c\\x41\"=:[]>\n1.Key=<folded=more:>\n1.Key=<\\x42]>\n1.Empty=<>\n"
                               "23.Last=<x y>\n");
        ck_assert_int_ge(seen.size, 64);
}
END_TEST

START_TEST(no_input_does_harm)
{
        static const char *const seeds[] = {
                "[qemu-arm]\nMachine=arm\nInterpreter=/usr/bin/qemu-arm\nFixBinary=yes\n",
                "# "
                "c\n[a]\nMagic=\\x7fELF\\x01\nMask=\\xff\\xff\\xff\\xff\\xff\nOffset=3\nFlags=T\n[b]"
                "\nExtension=x\n",
                "[a]\nDescription="
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                "aaaa"
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nPriority=5\n",
        };
        static const char bytes[] = "\n\n\r[]=;# \t:\\x\0\xef\xbb\xbf"
                                    "azAZ09";
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(20000); round++) {
                const char *from = seeds[test_below(&state, ELEMENTSOF(seeds))];
                size_t n = strlen(from), lines = 1;
                char text[512];

                memcpy(text, from, n + 1);
                for (size_t i = test_below(&state, 12) + 1; i > 0; i--)
                        text[test_below(&state, n)] = bytes[test_below(&state, sizeof bytes - 1)];
                for (size_t i = 0; i < n; i++)
                        lines += text[i] == '\n';

                _cleanup_(result_clear) struct result r = parse_bytes(text, n, round & 1);
                for (size_t i = 0; i < r.diagnostics.n; i++) {
                        ck_assert_msg(r.diagnostics.items[i].line <= lines, "seed %#llx, round %zu",
                                      (unsigned long long) seed, round);
                        ck_assert_msg(!streq(r.diagnostics.items[i].code, "ini-library"),
                                      "seed %#llx, round %zu", (unsigned long long) seed, round);
                }
        }
}
END_TEST

TEST_MAIN("ini", every_key_is_read, a_file_may_hold_several_sections, values_of_any_length_arrive_whole,
          the_longest_magic_is_read, a_long_line_injects_neither_section_nor_key,
          a_value_that_cannot_be_folded_is_a_mistake, section_names_have_up_to_255_bytes,
          names_may_be_anything_that_the_kernel_takes, a_section_without_a_usable_name_is_skipped,
          a_mistake_is_reported_at_its_line_and_the_rest_is_read, a_misspelt_word_is_suggested,
          the_last_of_a_repeated_key_counts, the_first_of_a_repeated_section_counts,
          an_empty_interpreter_resets_the_list, an_empty_text_is_none,
          credentials_bring_the_open_binary_along, a_section_without_keys_or_with_text_behind_is_invalid,
          a_byte_order_mark_is_a_warning, a_nul_byte_spoils_its_section, overrides_set_only_what_they_say,
          a_file_full_of_mistakes_is_given_up, the_library_does_what_is_relied_on, no_input_does_harm)
