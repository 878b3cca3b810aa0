/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/overlap.h"
#include "tests/test.h"

#define FORMATS 40u

/* Short patterns at small offsets and of few different bytes, so that many overlap; and extensions. */
static struct pattern *random_pattern(uint64_t *random) {
        uint8_t magic[30], mask[30];
        size_t size = 1 + test_below(random, ELEMENTSOF(magic));
        struct pattern *p;

        if (test_below(random, 10) == 0) {
                assert_ok(pattern_new_extension(test_below(random, 2) ? "a" : "b", &p));
                return p;
        }
        for (size_t i = 0; i < size; i++) {
                magic[i] = (uint8_t) test_below(random, 2);
                mask[i] = test_below(random, 3) ? 0 : 0xff;
        }
        magic[0] |= 0x80;
        assert_ok(pattern_new_magic(test_below(random, 30), magic, test_below(random, 4) ? mask : NULL, size,
                                    &p));
        return p;
}

static void format_begin(struct format *f, uint64_t *random) {
        _cleanup_(pattern_unrefp) struct pattern *p = random_pattern(random);

        *f = (struct format){ .name = "x" };
        assert_ok(entry_new("x", p, "/x", 0, NULL, &f->want));
}

/* Is it among what the overlap keys leave? */
static bool leaves(const struct overlaps *s, struct format *f, const struct format *other) {
        const struct overlap_key overlap_key = overlap_key_of(f);
        const struct format *found;

        for (size_t i = 0; (found = overlaps_next(s, &overlap_key, &i));)
                if (found == other)
                        return true;
        return false;
}

START_TEST(nothing_that_overlaps_is_left_out)
{
        uint64_t seed = test_seed(), random = seed;

        for (size_t round = test_rounds(300); round > 0; round--) {
                struct format formats[FORMATS];
                struct overlaps s = { 0 };
                bool held[FORMATS];

                for (size_t i = 0; i < FORMATS; i++) {
                        format_begin(&formats[i], &random);
                        assert_ok(overlaps_add(&s, &formats[i]));
                        held[i] = true;
                }
                for (size_t i = 0; i < FORMATS; i++)
                        if (test_below(&random, 3) == 0) {
                                overlaps_remove(&s, &formats[i]);
                                held[i] = false;
                        }
                for (size_t i = 0; i < FORMATS; i++)
                        for (size_t k = 0; k < FORMATS; k++) {
                                bool left = leaves(&s, &formats[i], &formats[k]);

                                if (i == k || !held[k])
                                        ck_assert(!left);
                                else if (pattern_overlaps(formats[i].want->pattern,
                                                          formats[k].want->pattern))
                                        ck_assert_msg(left, "seed %#llx", (unsigned long long) seed);
                        }
                for (size_t i = 0; i < FORMATS; i++)
                        entry_free(formats[i].want);
                overlaps_clear(&s);
        }
}
END_TEST

START_TEST(what_differs_in_the_first_bytes_is_left_out)
{
        static const char *const magics[] = { "\x7f"
                                              "ELF\2",
                                              "\x7f"
                                              "ELF\1",
                                              "MZ",
                                              "\x7f"
                                              "ELF" };
        struct format formats[ELEMENTSOF(magics)];
        struct overlaps s = { 0 };

        for (size_t i = 0; i < ELEMENTSOF(magics); i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = NULL;

                assert_ok(pattern_new_magic(0, (const uint8_t *) magics[i], NULL, strlen(magics[i]), &p));
                formats[i] = (struct format){ .name = "x" };
                assert_ok(entry_new("x", p, "/x", 0, NULL, &formats[i].want));
                assert_ok(overlaps_add(&s, &formats[i]));
        }
        ck_assert(!leaves(&s, &formats[0], &formats[1]));
        ck_assert(!leaves(&s, &formats[0], &formats[2]));
        ck_assert(leaves(&s, &formats[0], &formats[3]));
        for (size_t i = 0; i < ELEMENTSOF(magics); i++)
                entry_free(formats[i].want);
        overlaps_clear(&s);
}
END_TEST

TEST_MAIN("overlap", nothing_that_overlaps_is_left_out, what_differs_in_the_first_bytes_is_left_out)
