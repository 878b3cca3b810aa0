/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* model/format/compose against the reader: what is written is read back as the same, and would be registered
 * as the same entry. */

#include "engine/read/readers.h"
#include "model/format/compose.h"
#include "tests/test.h"

#define ROUNDS 20000u

/* Any bytes that the kernel would take in that place; now and then nasty ones. */
static void random_text(uint64_t *random, char *buf, size_t max, const char *never) {
        static const char nasty[] = " \t;#=[]:\\\"'%\x7f\xc3\xa4\xff\x01~";
        size_t n = 1 + test_below(random, max);

        for (size_t i = 0; i < n; i++) {
                do
                        buf[i] = test_below(random, 3) == 0 ? nasty[test_below(random, sizeof nasty - 1)]
                                                            : (char) ('!' + test_below(random, 94));
                while (strchr(never, buf[i]));
        }
        buf[n] = '\0';
}

static struct pattern *random_pattern(uint64_t *random) {
        struct pattern *p = NULL;
        uint8_t magic[64], mask[64];
        char text[16];
        size_t n = 1 + test_below(random, sizeof magic);

        if (test_below(random, 3) == 0) {
                random_text(random, text, sizeof text - 1, "/\n");
                assert_ok(pattern_new_extension(text, &p));
                return p;
        }
        for (size_t i = 0; i < n; i++) {
                magic[i] = (uint8_t) test_random(random);
                mask[i] = test_below(random, 2) == 0 ? 0xff : (uint8_t) test_random(random);
        }
        mask[0] = 0xff;
        assert_ok(pattern_new_magic(test_below(random, 150), magic, test_below(random, 2) ? mask : NULL, n,
                                    &p));
        return p;
}

static struct entry *random_entry(uint64_t *random) {
        _cleanup_(pattern_unrefp) struct pattern *p = random_pattern(random);
        unsigned flags = (unsigned) test_below(random, 16);
        char name[40], interpreter[80] = "/";
        struct entry *e = NULL;

        if (flags & ENTRY_CREDENTIALS)
                flags |= ENTRY_OPEN_BINARY;
        random_text(random, name, sizeof name - 1, "/\n");
        random_text(random, interpreter + 1, sizeof interpreter - 2, "\n");
        assert_ok(entry_new(name, p, interpreter, flags, test_below(random, 8) ? NULL : "xT", &e));
        e->enabled = test_below(random, 4) > 0;
        return e;
}

/* The register string of `d` means the entry `e`. */
static void assert_registers_as(const struct definition *d, const struct entry *e, uint64_t seed) {
        char buf[REGISTRATION_MAX + 1];
        struct registration r = { 0 };
        const char *reason = NULL;
        size_t n;

        assert_ok(registration_format(d->name, d->pattern, d->interpreters[0], d->flags, d->extra_flags, buf,
                                      &n));
        assert_ok(registration_parse(buf, n, true, &r, &reason));
        ck_assert_msg(streq(r.name, e->name) && streq(r.interpreter, e->interpreter) &&
                                      r.flags == e->flags && streq_ptr(r.extra_flags, e->extra_flags) &&
                                      pattern_equal(r.pattern, e->pattern),
                      "seed %ju: %s is registered otherwise", (uintmax_t) seed, e->name);
        registration_clear(&r);
}

static void assert_reads_back(const char *text, size_t n, const struct entry *e, uint64_t seed) {
        const struct reader_input in = { .file = "/f", .data = text, .n = n, .source = SOURCE_BINFMTD };
        _cleanup_(catalog_clear) struct catalog c = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics said = { 0 };
        const struct definition *d;

        assert_ok(ini_read(&in, false, &c, &said));
        /* A warning is fine: part of the text may look like a comment. */
        ck_assert_msg(!diagnostics_find(&said, SEVERITY_ERROR, NULL) && c.n == 1, "seed %ju: \"%s\": %s",
                      (uintmax_t) seed, text, said.n > 0 ? said.items[0].message : "no definition");
        d = c.definitions[0];
        ck_assert_msg(streq(d->name, e->name) && d->pattern && d->interpreters && !d->interpreters[1] &&
                                      d->enabled == e->enabled,
                      "seed %ju: \"%s\" says something else", (uintmax_t) seed, text);
        assert_registers_as(d, e, seed);
}

START_TEST(what_is_written_is_read_back)
{
        uint64_t seed = test_seed(), random = seed;
        size_t written = 0, rounds = test_rounds(ROUNDS);

        for (size_t i = 0; i < rounds; i++) {
                _cleanup_(entry_freep) struct entry *e = random_entry(&random);
                _cleanup_(text_clear) struct text t = { 0 };
                const char *why = NULL;
                int r;

                if (registration_check_name(e->name, &why) < 0)
                        continue;
                r = compose_entry(e, &t, &why);
                if (r == -EINVAL)
                        continue;
                assert_ok(r);
                assert_reads_back(t.data, t.length, e, seed);
                written++;
        }
        ck_assert_msg(written > rounds / 4, "only %zu of %zu could be written", written, rounds);
}
END_TEST

TEST_MAIN("compose and read", what_is_written_is_read_back)
