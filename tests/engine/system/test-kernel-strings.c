/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Strings by chance, most of them nearly valid: whatever it is, we judge as the kernel does. */

#include "tests/engine/verdict.h"
#include "tests/instance.h"
#include "tests/test.h"

struct bytes {
        char data[4096];
        size_t n;
};

static void add(struct bytes *b, const void *bytes, size_t n) {
        if (n > sizeof b->data - b->n)
                abort();
        memcpy(b->data + b->n, bytes, n);
        b->n += n;
}

static void add_string(struct bytes *b, const char *s) {
        add(b, s, strlen(s));
}

static void add_any(struct bytes *b, uint64_t *seed, const char *const *choices, size_t n) {
        add_string(b, choices[test_below(seed, n)]);
}

static void add_repeated(struct bytes *b, char c, size_t n) {
        while (n-- > 0)
                add(b, &c, 1);
}

/* A text of n bytes of magic or mask: raw, escaped or with backslashes in bad places. */
static void add_escaped(struct bytes *b, uint64_t *seed, size_t n) {
        static const char pool[] = "\\\\\\xX0123aF MZ\x7f\xff:\n";

        while (n-- > 0) {
                char hex[8];

                switch (test_below(seed, 4)) {
                case 0:
                        add(b, pool + test_below(seed, sizeof pool - 1), 1);
                        break;
                case 1:
                        add_repeated(b, (char) test_random(seed), 1);
                        break;
                default:
                        snprintf(hex, sizeof hex, test_below(seed, 2) ? "\\x%02x" : "\\x%02X",
                                 (unsigned) test_below(seed, 256));
                        add_string(b, hex);
                }
        }
}

static size_t generate_length(uint64_t *seed) {
        switch (test_below(seed, 12)) {
        case 0:
                return 0;
        case 1:
                return 250 + test_below(seed, 12);
        case 2:
                return test_below(seed, 300);
        default:
                return 1 + test_below(seed, 20);
        }
}

static char generate_delimiter(uint64_t *seed) {
        static const char odd[] = "POCFEMx\\04aA/\n\t +-.\x80\xff";

        switch (test_below(seed, 8)) {
        case 0:
                return odd[test_below(seed, sizeof odd)];
        case 1:
                return (char) test_random(seed);
        default:
                return ':';
        }
}

static void generate_valid(struct bytes *b, uint64_t *seed) {
        static const char *const names[] = { "n", "name", "register", "status", ".",     "..",      "...",
                                             "",  "a/b",  "a b",      "-1",     "\\x41", "\xc3\xa4" };
        static const char *const types[] = { "M", "M", "M", "M", "M", "E", "E", "E", "", "B", "m", "EM" };
        static const char *const offsets[] = { "",
                                               "",
                                               "0",
                                               "1",
                                               "255",
                                               "256",
                                               "254",
                                               "-0",
                                               "+5",
                                               "007",
                                               "-1",
                                               "0x10",
                                               " 5",
                                               "5 ",
                                               "1e1",
                                               "2147483648",
                                               "5\n",
                                               "5\n\n",
                                               "+",
                                               "-",
                                               "+-0",
                                               "-+0",
                                               "99999999999999999999999999" };
        static const char *const extensions[] = { "e",     "jar",  "tar.gz", "",    "a/b",
                                                  "\\x41", "a\nb", ".",      "\xff" };
        static const char *const interpreters[] = {
                "/i", "i", "/bin/sh", "", "/a b", "/a\nflags: \noffset 0", "/x:y", "/no/such/file"
        };
        static const char *const flags[] = { "",  "",  "P", "O",  "C",   "POC",  "CCO", "F",
                                             "x", "T", " ", "\n", "P\n", "\n\n", "OP\n" };
        char d = generate_delimiter(seed);
        const char *type = types[test_below(seed, ELEMENTSOF(types))];
        size_t size = generate_length(seed);

        add(b, &d, 1);
        if (test_below(seed, 40) == 0)
                add_repeated(b, 'n', 250 + test_below(seed, 10));
        else
                add_any(b, seed, names, test_below(seed, 3) ? 2 : ELEMENTSOF(names));
        add(b, &d, 1);
        add_string(b, type);
        add(b, &d, 1);
        add_any(b, seed, offsets, test_below(seed, 3) ? 4 : ELEMENTSOF(offsets));
        add(b, &d, 1);
        if (streq(type, "E"))
                add_any(b, seed, extensions, ELEMENTSOF(extensions));
        else
                add_escaped(b, seed, size);
        add(b, &d, 1);
        if (test_below(seed, 2))
                add_escaped(b, seed, test_below(seed, 4) ? size : generate_length(seed));
        add(b, &d, 1);
        if (test_below(seed, 20) == 0 && b->n < 1900)
                add_repeated(b, 'i', 1920 - b->n - 4 + test_below(seed, 8));
        else
                add_any(b, seed, interpreters, test_below(seed, 3) ? 3 : ELEMENTSOF(interpreters));
        add(b, &d, 1);
        add_any(b, seed, flags, ELEMENTSOF(flags));
}

static void remove_range(struct bytes *b, size_t at, size_t n) {
        memmove(b->data + at, b->data + at + n, b->n - at - n);
        b->n -= n;
}

static void mutate(struct bytes *b, uint64_t *seed) {
        static const char pool[] = "\0:\\xPOCFEM0/\n ";
        size_t at = test_below(seed, b->n), n;
        char c;

        switch (test_below(seed, 6)) {
        case 0: /* one byte becomes another */
                b->data[at] = (char) test_random(seed);
                break;
        case 1:
                b->data[at] = pool[test_below(seed, sizeof pool - 1)];
                break;
        case 2: /* something is missing */
                n = 1 + test_below(seed, 8);
                remove_range(b, at, n < b->n - at ? n : b->n - at);
                break;
        case 3: /* it ends early */
                b->n = at;
                break;
        case 4: /* one byte more */
                if (b->n == sizeof b->data)
                        break;
                memmove(b->data + at + 1, b->data + at, b->n - at);
                b->data[at] = pool[test_below(seed, sizeof pool - 1)];
                b->n++;
                break;
        case 5: /* all of one byte become another */
                c = b->data[at];
                n = test_random(seed) & 0xff;
                for (size_t i = 0; i < b->n; i++)
                        if (b->data[i] == c)
                                b->data[i] = (char) n;
                break;
        }
}

START_TEST(the_kernel_and_we_judge_every_string_alike)
{
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(100000), accepted = 0, refused = 0;
        int fd = verdict_open();

        for (size_t i = 0; i < rounds; i++) {
                struct bytes b;
                char context[64];

                b.n = 0;
                generate_valid(&b, &state);
                for (size_t n = test_below(&state, 4); n > 1 && b.n > 0; n--)
                        mutate(&b, &state);

                snprintf(context, sizeof context, "seed %#jx, round %zu", (uintmax_t) seed, i);
                if (verdict_agree(fd, b.data, b.n, context) == 0)
                        accepted++;
                else
                        refused++;
                test_instance_clear();
        }
        close(fd);

        /* Both ways are really taken. */
        ck_assert_uint_gt(accepted, rounds / 20);
        ck_assert_uint_gt(refused, rounds / 20);
}
END_TEST

TEST_MAIN_AFTER(test_instance_require(), "kernel-strings", the_kernel_and_we_judge_every_string_alike)
