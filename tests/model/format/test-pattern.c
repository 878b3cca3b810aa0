/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/pattern.h"
#include "tests/test.h"

static struct pattern *magic(size_t offset, const void *bytes, const void *mask, size_t n) {
        struct pattern *p = NULL;

        assert_ok(pattern_new_magic(offset, bytes, mask, n, &p));
        return p;
}

static struct pattern *extension(const char *s) {
        struct pattern *p = NULL;

        assert_ok(pattern_new_extension(s, &p));
        return p;
}

START_TEST(what_was_given_is_kept)
{
        _cleanup_(pattern_unrefp) struct pattern *p = magic(3, "abc", "\xff\0\xff", 3),
                                                 *q = magic(0, "\0", NULL, 1), *e = extension("jar");

        ck_assert_int_eq(p->type, PATTERN_MAGIC);
        ck_assert_uint_eq(p->offset, 3);
        ck_assert_uint_eq(p->size, 3);
        ck_assert_mem_eq(pattern_magic(p), "abc", 3);
        ck_assert_mem_eq(pattern_mask(p), "\xff\0\xff", 3);
        ck_assert_ptr_null(pattern_mask(q));
        ck_assert_int_eq(e->type, PATTERN_EXTENSION);
        ck_assert_uint_eq(e->offset, 0);
        ck_assert_uint_eq(e->size, 3);
        ck_assert_str_eq((const char *) e->data, "jar");
        ck_assert_ptr_null(pattern_mask(e));
}
END_TEST

START_TEST(magic_ends_within_256_bytes)
{
        static const uint8_t zeros[300];
        struct pattern *untouched = (struct pattern *) zeros, *p = untouched;

        ck_assert_int_eq(pattern_new_magic(0, zeros, NULL, 0, &p), -EINVAL);
        ck_assert_int_eq(pattern_new_magic(0, zeros, NULL, 257, &p), -EINVAL);
        ck_assert_int_eq(pattern_new_magic(1, zeros, NULL, 256, &p), -EINVAL);
        ck_assert_int_eq(pattern_new_magic(256, zeros, NULL, 1, &p), -EINVAL);
        ck_assert_int_eq(pattern_new_magic(SIZE_MAX, zeros, NULL, 1, &p), -EINVAL);
        ck_assert_int_eq(pattern_new_magic(1, zeros, NULL, SIZE_MAX, &p), -EINVAL);
        ck_assert_ptr_eq(p, untouched);

        pattern_unref(magic(0, zeros, zeros, 256));
        pattern_unref(magic(255, zeros, NULL, 1));
}
END_TEST

START_TEST(extensions_are_what_the_kernel_takes)
{
        char text[2000];
        struct pattern *p = NULL;

        memset(text, 'a', sizeof text);
        text[1921] = '\0';
        ck_assert_int_eq(pattern_new_extension("", &p), -EINVAL);
        ck_assert_int_eq(pattern_new_extension("/", &p), -EINVAL);
        ck_assert_int_eq(pattern_new_extension("a/b", &p), -EINVAL);
        ck_assert_int_eq(pattern_new_extension(text, &p), -EINVAL);
        ck_assert_ptr_null(p);
        text[1920] = '\0';
        pattern_unref(extension(text));
        pattern_unref(extension("tar.gz"));
        pattern_unref(extension("\\x41\n\xff"));
}
END_TEST

START_TEST(references_are_counted)
{
        struct pattern *p = magic(0, "a", NULL, 1);

        ck_assert_ptr_eq(pattern_ref(p), p);
        ck_assert_ptr_null(pattern_unref(p));
        ck_assert_uint_eq(pattern_magic(p)[0], 'a');
        ck_assert_ptr_null(pattern_unref(p));
        ck_assert_ptr_null(pattern_unref(NULL));
}
END_TEST

static bool matches(const struct pattern *p, const char *bytes, const char *path) {
        uint8_t header[PATTERN_HEADER_SIZE] = { 0 };

        memcpy(header, bytes, strlen(bytes));
        return pattern_matches(p, header, path);
}

START_TEST(magic_matches_at_its_offset_under_its_mask)
{
        _cleanup_(pattern_unrefp) struct pattern *p = magic(2, "aBc", NULL, 3),
                                                 *q = magic(2, "aBc", "\xff\xdf\xff", 3),
                                                 *z = magic(200, "\0\0", NULL, 2),
                                                 *m = magic(1, "xyz", "\0\0\0", 3);

        ck_assert(matches(p, "..aBc..", "/f"));
        ck_assert(!matches(p, "..abc..", "/f"));
        ck_assert(!matches(p, ".aBc...", "/f"));
        ck_assert(!matches(p, "..aB", "/f"));
        ck_assert(matches(q, "..abc..", "/f"));
        ck_assert(!matches(q, "..acc..", "/f"));
        /* Short files are zero behind their end; a mask of nothing takes everything. */
        ck_assert(matches(z, "short", "/f"));
        ck_assert(matches(m, "", "/f"));
}
END_TEST

START_TEST(extensions_match_what_follows_the_last_dot_of_the_path)
{
        _cleanup_(pattern_unrefp) struct pattern *p = extension("jar"), *dotted = extension("tar.gz"),
                                                 *dot = extension(".exe");

        ck_assert(matches(p, "", "/a/b.jar"));
        ck_assert(matches(p, "", "/a/b.x.jar"));
        ck_assert(matches(p, "", ".jar"));
        ck_assert(!matches(p, "", "/a/b.JAR"));
        ck_assert(!matches(p, "", "/a/b.jar.x"));
        ck_assert(!matches(p, "", "/a/jar"));
        ck_assert(!matches(p, "", "/a/b.jarx"));
        ck_assert(!matches(p, "", "/d.jar/nodot"));
        ck_assert(!matches(p, "", ""));
        ck_assert(!matches(dotted, "", "/a/b.tar.gz"));
        ck_assert(!matches(dot, "", "/a/b..exe"));
        ck_assert(pattern_can_match(p));
        ck_assert(!pattern_can_match(dotted));
        ck_assert(!pattern_can_match(dot));
}
END_TEST

static void assert_equal(struct pattern *a, struct pattern *b) {
        ck_assert(pattern_equal(a, b));
        ck_assert(pattern_equal(b, a));
        ck_assert(pattern_hash(a) == pattern_hash(b));
        ck_assert_uint_eq(pattern_bits(a), pattern_bits(b));
        pattern_unref(a);
        pattern_unref(b);
}

static void assert_differ(struct pattern *a, struct pattern *b) {
        ck_assert(!pattern_equal(a, b));
        ck_assert(!pattern_equal(b, a));
        ck_assert(pattern_hash(a) != pattern_hash(b));
        pattern_unref(a);
        pattern_unref(b);
}

START_TEST(what_decides_nothing_makes_no_difference)
{
        static const uint8_t zeros[256];

        assert_equal(magic(0, "MZ", NULL, 2), magic(0, "MZ", "\xff\xff", 2));
        assert_equal(magic(0, "MZ", "\xff\0", 2), magic(0, "M", NULL, 1));
        assert_equal(magic(0, "MZ", "\0\xff", 2), magic(1, "Z", NULL, 1));
        assert_equal(magic(0, "MZ", "\xf0\xff", 2), magic(0, "\x40Z", "\xf0\xff", 2));
        assert_equal(magic(0, "aMb", "\0\xff\0", 3), magic(1, "M", NULL, 1));
        assert_equal(magic(7, "ab", "\0\xff", 2), magic(8, "b", NULL, 1));
        assert_equal(magic(0, "a", "\0", 1), magic(200, zeros, zeros, 56));
        assert_equal(extension("jar"), extension("jar"));
}
END_TEST

START_TEST(what_decides_makes_a_difference)
{
        assert_differ(magic(0, "MZ", NULL, 2), magic(0, "ZM", NULL, 2));
        assert_differ(magic(0, "MZ", NULL, 2), magic(1, "MZ", NULL, 2));
        assert_differ(magic(0, "MZ", NULL, 2), magic(0, "M", NULL, 1));
        assert_differ(magic(0, "M\0", NULL, 2), magic(0, "M", NULL, 1));
        assert_differ(magic(0, "M", NULL, 1), magic(0, "M", "\xfe", 1));
        assert_differ(magic(0, "a", "\0", 1), magic(0, "a", NULL, 1));
        assert_differ(magic(0, "jar", NULL, 3), extension("jar"));
        assert_differ(extension("jar"), extension("Jar"));
        assert_differ(extension("jar"), extension("ja"));
        assert_differ(extension("tar.gz"), extension("tar.xz"));
}
END_TEST

static void assert_overlap(struct pattern *a, struct pattern *b, bool expected) {
        ck_assert(pattern_overlaps(a, b) == expected);
        ck_assert(pattern_overlaps(b, a) == expected);
        pattern_unref(a);
        pattern_unref(b);
}

START_TEST(patterns_overlap_unless_a_bit_tells_them_apart)
{
        assert_overlap(magic(0, "MZ", NULL, 2), magic(0, "MZqFpD", NULL, 6), true);
        assert_overlap(magic(0, "MZ", NULL, 2), magic(0, "MX", NULL, 2), false);
        assert_overlap(magic(0, "MZ", NULL, 2), magic(1, "Z", NULL, 1), true);
        assert_overlap(magic(0, "MZ", NULL, 2), magic(1, "X", NULL, 1), false);
        assert_overlap(magic(0, "MZ", NULL, 2), magic(2, "X", NULL, 1), true);
        assert_overlap(magic(0, "MZ", "\xff\xfd", 2), magic(0, "MX", NULL, 2), true);
        assert_overlap(magic(0, "M", "\xf0", 1), magic(0, "M", "\x0f", 1), true);
        assert_overlap(magic(0, "a", NULL, 1), magic(255, "b", NULL, 1), true);
        assert_overlap(magic(10, "aaaaaaaaa", NULL, 9), magic(18, "b", NULL, 1), false);
        assert_overlap(magic(0, "jar", NULL, 3), extension("jar"), true);
        assert_overlap(extension("jar"), extension("jar"), true);
        assert_overlap(extension("jar"), extension("war"), false);
        /* A pattern that no file can match overlaps nothing. */
        assert_overlap(magic(0, "jar", NULL, 3), extension("tar.gz"), false);
}
END_TEST

START_TEST(the_wider_pattern_covers_the_narrower)
{
        _cleanup_(pattern_unrefp) struct pattern *mz = magic(0, (const uint8_t *) "MZ", NULL, 2),
                                                 *ape = magic(0, (const uint8_t *) "MZqFpD", NULL, 6),
                                                 *all = magic(3, (const uint8_t *) "x", (const uint8_t *) "",
                                                              1),
                                                 *jar = NULL, *class = NULL;

        assert_ok(pattern_new_extension("jar", &jar));
        assert_ok(pattern_new_extension("class", &class));
        ck_assert(pattern_covers(mz, ape));
        ck_assert(!pattern_covers(ape, mz));
        ck_assert(pattern_covers(all, mz));
        ck_assert(pattern_covers(all, jar));
        ck_assert(!pattern_covers(mz, jar));
        ck_assert(!pattern_covers(jar, mz));
        ck_assert(pattern_covers(jar, jar));
        ck_assert(!pattern_covers(jar, class));
}
END_TEST

START_TEST(bits_are_those_that_decide)
{
        static const struct {
                const char *mask;
                size_t n;
                unsigned bits;
        } cases[] = { { NULL, 3, 24 }, { "\xff\xff\xff", 3, 24 }, { "\0\x01\x80", 3, 2 }, { "\0", 1, 0 } };
        _cleanup_(pattern_unrefp) struct pattern *e = extension("jar");

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = magic(0, "abc", cases[i].mask, cases[i].n);

                ck_assert_uint_eq(pattern_bits(p), cases[i].bits);
        }
        ck_assert_uint_eq(pattern_bits(e), 24);
}
END_TEST

/* The definition of it all, bit by bit over the whole header. */
struct bits {
        uint8_t mask[PATTERN_HEADER_SIZE], value[PATTERN_HEADER_SIZE];
};

static void spread(const struct pattern *p, struct bits *b) {
        *b = (struct bits){ 0 };
        for (size_t i = 0; i < p->size; i++) {
                b->mask[p->offset + i] = pattern_mask(p) ? pattern_mask(p)[i] : 0xff;
                b->value[p->offset + i] = pattern_magic(p)[i] & b->mask[p->offset + i];
        }
}

static struct pattern *generate(uint64_t *state) {
        uint8_t bytes[PATTERN_HEADER_SIZE], mask[PATTERN_HEADER_SIZE];
        size_t n = 1 + test_below(state, test_below(state, 20) ? 20 : PATTERN_HEADER_SIZE);
        size_t offset = test_below(state, test_below(state, 20) ? 6 : PATTERN_HEADER_SIZE - n + 1);

        if (offset > PATTERN_HEADER_SIZE - n)
                offset = 0;
        for (size_t i = 0; i < n; i++) {
                bytes[i] = test_below(state, 30) ? 'a' : (uint8_t) test_random(state);
                mask[i] = test_below(state, 3) == 0 ? 0xff
                          : test_below(state, 6)    ? 0
                                                    : (uint8_t) test_random(state);
        }
        return magic(offset, bytes, test_below(state, 4) ? mask : NULL, n);
}

/* Another way to write the same: free bits flipped, cut and padded with free bytes. */
static struct pattern *rewrite(const struct bits *b, uint64_t *state) {
        size_t first = 0, end = PATTERN_HEADER_SIZE;
        uint8_t bytes[PATTERN_HEADER_SIZE];

        while (first < PATTERN_HEADER_SIZE - 1 && b->mask[first] == 0)
                first++;
        while (end > first + 1 && b->mask[end - 1] == 0)
                end--;
        first -= test_below(state, first + 1);
        end += test_below(state, PATTERN_HEADER_SIZE - end + 1);
        for (size_t i = 0; i < PATTERN_HEADER_SIZE; i++)
                bytes[i] = (uint8_t) (b->value[i] | (test_random(state) & ~(unsigned) b->mask[i]));
        return magic(first, bytes + first, b->mask + first, end - first);
}

static bool bits_overlap(const struct bits *a, const struct bits *b) {
        for (size_t i = 0; i < PATTERN_HEADER_SIZE; i++)
                if ((a->value[i] ^ b->value[i]) & a->mask[i] & b->mask[i])
                        return false;
        return true;
}

static bool bits_cover(const struct bits *wider, const struct bits *narrower) {
        for (size_t i = 0; i < PATTERN_HEADER_SIZE; i++)
                if (wider->mask[i] & ~narrower->mask[i] ||
                    (wider->value[i] ^ narrower->value[i]) & wider->mask[i])
                        return false;
        return true;
}

START_TEST(equality_overlap_and_hash_follow_the_bits)
{
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(100000), overlapping = 0, same = 0;

        for (size_t i = 0; i < rounds; i++) {
                _cleanup_(pattern_unrefp) struct pattern *a = generate(&state), *b = generate(&state),
                                                         *c = NULL;
                struct bits x, y;
                bool equal, overlap;

                spread(a, &x);
                spread(b, &y);
                c = rewrite(&x, &state);
                equal = memcmp(&x, &y, sizeof x) == 0;
                overlap = bits_overlap(&x, &y);
                if (pattern_equal(a, b) != equal || pattern_overlaps(a, b) != overlap ||
                    pattern_overlaps(b, a) != overlap || !pattern_equal(a, c) || !pattern_equal(c, a) ||
                    pattern_hash(a) != pattern_hash(c) || pattern_bits(a) != pattern_bits(c) ||
                    pattern_overlaps(c, b) != overlap || !pattern_overlaps(a, c) ||
                    pattern_covers(a, b) != bits_cover(&x, &y) ||
                    pattern_covers(c, b) != bits_cover(&x, &y) || !pattern_covers(a, c) ||
                    (equal && pattern_hash(a) != pattern_hash(b)))
                        ck_abort_msg("seed %#jx, round %zu", (uintmax_t) seed, i);
                overlapping += overlap;
                same += equal;
        }
        ck_assert_uint_gt(overlapping, rounds / 20);
        ck_assert_uint_lt(overlapping, rounds - rounds / 20);
        ck_assert_uint_lt(same, rounds / 2);
}
END_TEST

START_TEST(patterns_that_match_one_file_overlap)
{
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(100000), both = 0;

        for (size_t i = 0; i < rounds; i++) {
                _cleanup_(pattern_unrefp) struct pattern *a = generate(&state), *b = generate(&state);
                uint8_t header[PATTERN_HEADER_SIZE];
                struct bits x;

                /* A file that a matches, and nearly all 'a' besides. */
                spread(a, &x);
                for (size_t j = 0; j < sizeof header; j++)
                        header[j] = (uint8_t) (x.value[j] | ('a' & ~(unsigned) x.mask[j]));
                if (!pattern_matches(a, header, "/f"))
                        ck_abort_msg("seed %#jx, round %zu: no match", (uintmax_t) seed, i);
                if (pattern_matches(b, header, "/f")) {
                        both++;
                        if (!pattern_overlaps(a, b))
                                ck_abort_msg("seed %#jx, round %zu: no overlap", (uintmax_t) seed, i);
                }
        }
        ck_assert_uint_gt(both, rounds / 20);
}
END_TEST

START_TEST(hashes_of_different_patterns_hardly_ever_collide)
{
        uint64_t hashes[4096];
        size_t n = 0, collisions = 0;

        for (unsigned i = 0; i < 4096; i++) {
                uint8_t bytes[2] = { (uint8_t) i, (uint8_t) (i >> 8) };
                struct pattern *p = magic(i % 7, bytes, NULL, 2);

                hashes[n++] = pattern_hash(p) >> 44;
                pattern_unref(p);
        }
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < i; j++)
                        collisions += hashes[i] == hashes[j];
        /* 20 bits of 4096 hashes: eight are to be expected. */
        ck_assert_uint_lt(collisions, 40);
}
END_TEST

TEST_MAIN("pattern", the_wider_pattern_covers_the_narrower, what_was_given_is_kept,
          magic_ends_within_256_bytes, extensions_are_what_the_kernel_takes, references_are_counted,
          magic_matches_at_its_offset_under_its_mask, extensions_match_what_follows_the_last_dot_of_the_path,
          what_decides_nothing_makes_no_difference, what_decides_makes_a_difference,
          patterns_overlap_unless_a_bit_tells_them_apart, bits_are_those_that_decide,
          equality_overlap_and_hash_follow_the_bits, patterns_that_match_one_file_overlap,
          hashes_of_different_patterns_hardly_ever_collide)
