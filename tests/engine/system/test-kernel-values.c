/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Values and definitions by chance: what we compose the kernel takes and means the same by it; what we call
 * valid it takes, what we call invalid it refuses, but for the rules that are ours alone. */

#include "model/plan/validate.h"
#include "tests/engine/verdict.h"
#include "tests/instance.h"
#include "tests/test.h"

struct value {
        char name[300];
        struct pattern *pattern;
        char interpreter[2100];
        unsigned flags;
};

/* A NUL-terminated string of n bytes, some of which are a nuisance. */
static void generate_string(char *buf, size_t n, const char *never, uint64_t *seed) {
        static const char pool[] = ":|,;!%#@=~^&$*?<>()[]{}\"'`_\\x4POCFEM \t\xff";
        bool plain = test_below(seed, 2);

        for (size_t i = 0; i < n;) {
                char c = plain                 ? 'a'
                         : test_below(seed, 2) ? (char) test_random(seed)
                                               : pool[test_below(seed, sizeof pool - 1)];

                if (c != '\0' && !strchr(never, c))
                        buf[i++] = c;
        }
        buf[n] = '\0';
}

static void generate_bytes(uint8_t *buf, size_t n, uint64_t *seed) {
        static const char *const pools[] = { "\\", "\\x4", "\\x4\1", "\177ELF", "\377" };
        const char *pool = pools[test_below(seed, ELEMENTSOF(pools))];
        bool pooled = test_below(seed, 2);

        for (size_t i = 0; i < n; i++)
                buf[i] = (uint8_t) (pooled ? pool[test_below(seed, strlen(pool) + 1)]
                                           : (char) test_random(seed));
}

/* Masks are mostly ones or mostly zeros; random ones are neither. */
static void generate_mask(uint8_t *mask, size_t n, uint64_t *seed) {
        size_t kind = test_below(seed, 6), free_bytes = test_below(seed, n + 1);

        if (kind == 0)
                generate_bytes(mask, n, seed);
        else
                memset(mask, kind == 1 ? 0 : 0xff, n);
        for (size_t i = 0; kind > 2 && i < free_bytes; i++)
                mask[test_below(seed, n)] = (uint8_t) (kind == 3 ? test_random(seed) : 0);
        if (kind == 5) {
                memset(mask, 0, test_below(seed, n));
                memset(mask + n - free_bytes / 2, 0, free_bytes / 2);
        }
}

static void generate_pattern(struct pattern **ret, uint64_t *seed) {
        uint8_t magic[PATTERN_HEADER_SIZE], mask[PATTERN_HEADER_SIZE];
        char extension[PATTERN_HEADER_SIZE];
        size_t size = 1 + test_below(seed, test_below(seed, 2) ? 24 : PATTERN_HEADER_SIZE);

        if (test_below(seed, 5) == 0) {
                generate_string(extension, 1 + test_below(seed, 40), "/", seed);
                assert_ok(pattern_new_extension(extension, ret));
                return;
        }
        generate_bytes(magic, size, seed);
        generate_mask(mask, size, seed);
        assert_ok(pattern_new_magic(test_below(seed, PATTERN_HEADER_SIZE - size + 1), magic,
                                    test_below(seed, 3) ? mask : NULL, size, ret));
}

/* No string that says the same is shorter: each field as it is, one character for each byte between the
 * first and the last one that decide, and four for each NUL among them. *ret_slack is what backslashes can
 * cost besides, each at most the three more of `\x5c`: with no backslash the bound is exact. */
static size_t least_length(const struct value *v, size_t *ret_slack) {
        const struct pattern *p = v->pattern;
        const uint8_t *magic = pattern_magic(p), *mask = pattern_mask(p);
        size_t n = strlen(":::::::M") + strlen(v->name) + strlen(v->interpreter), first = 0, end = p->size;
        char buf[16];
        bool masked = false;

        *ret_slack = 0;
        entry_flags_format(v->flags, buf);
        n += strlen(buf);
        if (p->type == PATTERN_EXTENSION)
                return n + p->size;

        while (mask && first < end && mask[first] == 0)
                first++;
        if (first == end)
                return n + strlen("m\\x00");
        while (mask && mask[end - 1] == 0)
                end--;
        for (size_t i = first; mask && i < end; i++)
                masked = masked || mask[i] != 0xff;
        if (p->offset + first > 0)
                n += (size_t) snprintf(buf, sizeof buf, "%zu", p->offset + first);

        for (size_t i = first; i < end; i++) {
                uint8_t m = mask ? mask[i] : 0xff;

                n += m == 0xff && magic[i] == 0 ? 4 : 1;
                *ret_slack += m == 0xff && magic[i] == '\\' ? 3 : 0;
                n += !masked ? 0 : m == 0 ? 4 : 1;
                *ret_slack += masked && m == '\\' ? 3 : 0;
        }
        return n;
}

static void generate_value(struct value *v, uint64_t *seed) {
        static const unsigned all = ENTRY_PRESERVE_ARGV0 | ENTRY_OPEN_BINARY | ENTRY_CREDENTIALS;
        size_t least, slack, n;

        generate_string(v->name, 1 + test_below(seed, test_below(seed, 10) ? 20 : NAME_LENGTH_MAX), "/",
                        seed);
        if (registration_check_name(v->name, NULL) < 0)
                strcpy(v->name, "..."); /* "." and ".." are as near as it gets */
        generate_pattern(&v->pattern, seed);
        v->flags = (unsigned) test_random(seed) & all;

        /* Every third is about as long as it may be. */
        v->interpreter[0] = '\0';
        least = least_length(v, &slack);
        n = test_below(seed, 3) ? 1 + test_below(seed, 200)
                                : REGISTRATION_MAX - 4 - least + test_below(seed, 8 + slack);
        generate_string(v->interpreter, n, "", seed);
        if (test_below(seed, 16) == 0) {
                strcpy(v->interpreter, "/bin/sh");
                v->flags |= ENTRY_FIX_BINARY;
        }
}

/* A composed string means the same value to our parser and to the kernel. */
static void check_value(int fd, const struct value *v, const char *string, size_t n, const char *context) {
        unsigned flags = v->flags & ENTRY_CREDENTIALS ? v->flags | ENTRY_OPEN_BINARY : v->flags;
        struct registration r;
        const char *reason = "";
        int parsed = registration_parse(string, n, false, &r, &reason);

        ck_assert_msg(parsed == 0, "%s: %s: %s", context, verdict_show(string, n), reason);
        ck_assert_msg(streq(r.name, v->name) && streq(r.interpreter, v->interpreter) && r.flags == flags &&
                                      !r.extra_flags && pattern_equal(r.pattern, v->pattern),
                      "%s: %s: says something else", context, verdict_show(string, n));
        registration_clear(&r);
        if (verdict_agree(fd, string, n, context) < 0)
                ck_abort_msg("%s: %s: the kernel refuses", context, verdict_show(string, n));
}

START_TEST(the_kernel_takes_every_string_that_we_compose)
{
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(100000), too_long = 0, raw = 0;
        int fd = verdict_open();

        for (size_t i = 0; i < rounds; i++) {
                struct value v;
                char string[REGISTRATION_MAX + 1], context[64];
                size_t n = 0, slack, least;
                int r;

                generate_value(&v, &state);
                least = least_length(&v, &slack);
                snprintf(context, sizeof context, "seed %#jx, round %zu", (uintmax_t) seed, i);
                r = registration_format(v.name, v.pattern, v.interpreter, v.flags, NULL, string, &n);
                if (r == 0) {
                        raw += string[0] == '\0';
                        if (n < least || string[n] != '\0')
                                ck_abort_msg("%s: %zu bytes, least %zu", context, n, least);
                        check_value(fd, &v, string, n, context);
                        test_instance_clear();
                } else {
                        too_long++;
                        if (r != -E2BIG || least + slack <= REGISTRATION_MAX)
                                ck_abort_msg("%s: %s, but %zu to %zu bytes would do", context, strerror(-r),
                                             least, least + slack);
                }
                pattern_unref(v.pattern);
        }
        close(fd);

        /* The edge is really reached from both sides. */
        ck_assert_uint_gt(too_long, rounds / 100);
        ck_assert_uint_gt(raw, rounds / 20);
}
END_TEST

/* Definitions. */

static const char *const kernel_codes[] = { "pattern-missing", "interpreter-missing", "name", "too-long",
                                            "flags" };
static const char *const our_codes[] = { "name-newline",  "extension-newline",    "interpreter-newline",
                                         "name-reserved", "credentials-relative", "mask-zero",
                                         "flags-known",   "detector-newline" };

static bool listed(const char *word, const char *const *list, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (streq(word, list[i]))
                        return true;
        return false;
}

static void generate_definition(struct definition **ret, uint64_t *seed) {
        static const char *const names[] = { "",  ".",   "..",   "register", "status", "a/b",
                                             "n", "a b", "a\nb", "-1",       "%s",     "n~binfmtd" };
        static const char *const interpreters[] = { "",    "/i",       "i",       "/a\nb",
                                                    "./i", "/no/such", "/bin/sh", "/a b" };
        static const char *const flags[] = { "q", "zq", "P", "q-", " ", "OC" };
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        char name[300], interpreter[2100];
        struct definition *d;

        if (test_below(seed, 3))
                strcpy(name, names[test_below(seed, ELEMENTSOF(names))]);
        else
                generate_string(name, 1 + test_below(seed, 270), "", seed);
        assert_ok(definition_new(name, SOURCE_BINFMTD, (struct location){ "f", 1 }, &d));

        generate_pattern(&p, seed);
        if (test_below(seed, 20))
                d->pattern = TAKE_PTR(p);
        if (test_below(seed, 3)) {
                strcpy(interpreter, interpreters[test_below(seed, ELEMENTSOF(interpreters))]);
        } else {
                size_t most = test_below(seed, 4) ? 100 : 2000;

                generate_string(interpreter, test_below(seed, most), "", seed);
        }
        if (test_below(seed, 20))
                assert_ok(definition_add_interpreter(d, interpreter));
        d->flags = (unsigned) test_random(seed) &
                   (ENTRY_PRESERVE_ARGV0 | ENTRY_OPEN_BINARY | ENTRY_CREDENTIALS);
        if (test_below(seed, 8) == 0)
                d->extra_flags = strdup(flags[test_below(seed, ELEMENTSOF(flags))]);
        *ret = d;
}

/* Puts the values into a string as they are, without escapes, so that it may mean anything or nothing. */
static size_t compose_blindly(const struct definition *d, char *buf, size_t size) {
        const struct pattern *p = d->pattern;
        bool magic = p && p->type == PATTERN_MAGIC;
        char flags[5];
        struct text t = { 0 };
        size_t n;

        text_append_char(&t, '\0');
        text_append(&t, d->name);
        text_append_bytes(&t, magic ? "\0M" : "\0E", 3);
        if (magic)
                text_printf(&t, "%u", p->offset);
        text_append_char(&t, '\0');
        for (size_t i = 0; magic && i < p->size; i++)
                text_printf(&t, "\\x%02x", pattern_magic(p)[i]);
        if (p && !magic)
                text_append(&t, (const char *) p->data);
        text_append_char(&t, '\0');
        for (size_t i = 0; magic && p->masked && i < p->size; i++)
                text_printf(&t, "\\x%02x", pattern_mask(p)[i]);
        text_append_char(&t, '\0');
        text_append(&t, d->interpreters ? d->interpreters[0] : "");
        text_append_char(&t, '\0');
        entry_flags_format(d->flags, flags);
        text_append(&t, flags);
        text_append(&t, d->extra_flags ?: "");

        n = t.length;
        ck_assert_uint_le(n, size);
        memcpy(buf, t.data, n);
        text_clear(&t);
        return n;
}

/* The kernel's verdict on a definition: in the best form there is, else blindly. */
static int kernel_verdict(int fd, const struct definition *d) {
        char string[8192];
        size_t n;
        int r;

        if (!d->pattern || !d->interpreters ||
            registration_format(d->name, d->pattern, d->interpreters[0], d->flags, d->extra_flags, string,
                                &n) < 0)
                n = compose_blindly(d, string, sizeof string);
        r = verdict_write(fd, string, n);
        if (r == 0)
                test_instance_clear();
        return r;
}

/* Does anything that was said mean that the kernel refuses? Fails for a code that is in neither list. */
static bool expects_refusal(const struct definition *d, const struct diagnostics *diagnostics) {
        bool refused = false, error = false;

        for (size_t i = 0; i < diagnostics->n; i++) {
                const struct diagnostic *item = &diagnostics->items[i];
                bool kernels = listed(item->code, kernel_codes, ELEMENTSOF(kernel_codes));

                if (streq(item->code, "flags-unknown"))
                        refused = true;
                if (item->severity != SEVERITY_ERROR)
                        continue;
                if (!kernels && !listed(item->code, our_codes, ELEMENTSOF(our_codes)))
                        ck_abort_msg("%s: in neither list", item->code);
                refused |= kernels;
                error = true;
        }
        ck_assert(error == d->invalid);
        return refused;
}

/* Whether it fits is only looked at where nothing else is wrong. */
static bool hopelessly_long(const struct definition *d) {
        char buf[REGISTRATION_MAX + 1];
        size_t n;

        return d->pattern && d->interpreters &&
               registration_format(d->name, d->pattern, d->interpreters[0], d->flags, d->extra_flags, buf,
                                   &n) == -E2BIG;
}

START_TEST(a_definition_is_valid_exactly_if_the_kernel_takes_it_but_for_our_own_rules)
{
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(100000), refusals = 0;
        int fd = verdict_open();

        for (size_t i = 0; i < rounds; i++) {
                _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
                _cleanup_(definition_freep) struct definition *d = NULL;
                bool refused;
                int r;

                generate_definition(&d, &state);
                assert_ok(validate_definition(d, &diagnostics));
                refused = expects_refusal(d, &diagnostics) || (d->invalid && hopelessly_long(d));
                r = kernel_verdict(fd, d);
                if (refused != (r < 0))
                        ck_abort_msg("seed %#jx, round %zu: name %s, interpreter %s: the kernel says %s, we "
                                     "say %s",
                                     (uintmax_t) seed, i, verdict_show(d->name, strlen(d->name)),
                                     d->interpreters ? verdict_show(d->interpreters[0],
                                                                    strlen(d->interpreters[0]))
                                                     : "none",
                                     strerror(-r), diagnostics.n > 0 ? diagnostics.items[0].code : "valid");
                refusals += refused;
        }
        close(fd);

        ck_assert_uint_gt(refusals, rounds / 10);
        ck_assert_uint_lt(refusals, rounds - rounds / 10);
}
END_TEST

TEST_MAIN_AFTER(test_instance_require(), "kernel-values", the_kernel_takes_every_string_that_we_compose,
                a_definition_is_valid_exactly_if_the_kernel_takes_it_but_for_our_own_rules)
