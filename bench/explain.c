/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The time that `binfmtctl explain` takes as a whole process, beside the bare limit: a program that reads
 * the same entries. In a private instance. See bench/README.md.
 *
 * explain BUILDDIR */

#include "bench/contest.h"
#include "engine/system/namespace.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTANCE "/proc/sys/fs/binfmt_misc"

static char taken[] = "/tmp/bench-explain-XXXXXX";

static void nothing(void) {
}

static void write_instance(const char *file, const char *bytes, size_t n) {
        int fd = open(file, O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, bytes, n) != (ssize_t) n)
                abort();
        close(fd);
}

/* No two alike, and of machines that nobody has, so that only one takes the program. */
static void fill(unsigned n) {
        write_instance(INSTANCE "/status", "-1", 2);
        for (unsigned i = 0; i < n; i++) {
                char rule[512];
                int length = snprintf(rule, sizeof rule,
                                      ":format-%05u:M::"
                                      "\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x%02x\\x%"
                                      "02x\\x02"
                                      "\\x00\\xb7\\x00"
                                      ":\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\x"
                                      "ff\\xff"
                                      "\\xff\\xfe\\xff\\xff\\xff:/usr/bin/env:P",
                                      i, i >> 8, i & 0xff);

                write_instance(INSTANCE "/register", rule, (size_t) length);
        }
}

static void make_program(void) {
        static const unsigned char header[64] = { 0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0,   0,
                                                  0,    0,   0,   0,   0, 5, 2, 0, 0xb7 };
        int fd = mkstemp(taken);

        if (fd < 0 || write(fd, header, sizeof header) != sizeof header || fchmod(fd, 0755) < 0)
                abort();
        close(fd);
}

static int measure(const char *builddir, unsigned n) {
        char ctl[4096], bare[4096];
        struct contender c[] = {
                { .name = "bare read", .argv = (char *[]){ bare, (char *) INSTANCE, NULL } },
                { .name = "explain, an entry takes it",
                  .argv = (char *[]){ ctl, (char *) "explain", taken, NULL } },
                { .name = "explain, the kernel runs it",
                  .argv = (char *[]){ ctl, (char *) "explain", (char *) "/bin/sh", NULL } },
                { .name = "explain --suggest, nobody takes it",
                  .argv = (char *[]){ ctl, (char *) "explain", (char *) "--suggest", taken, NULL } },
        };
        int r;

        snprintf(ctl, sizeof ctl, "%s/binfmtctl", builddir);
        snprintf(bare, sizeof bare, "%s/bench/bare-read", builddir);
        fill(n);
        r = contest(c, 3, nothing);
        if (r < 0)
                return r;
        write_instance(INSTANCE "/format-00005", "-1", 2);
        r = contest(c + 3, 1, nothing);
        if (r < 0)
                return r;
        printf("\n%u entries; the unit is the bare read\n", n);
        for (size_t i = 0; i < ELEMENTSOF(c); i++)
                printf("  %-36s %9.3f ms   %6.2f x   %6ld KiB\n", c[i].name, c[i].median * 1e3,
                       c[i].median / c[0].median, c[i].rss);
        return 0;
}

int main(int argc, char **argv) {
        static const unsigned sizes[] = { 30, 1000, 10000 };
        const char *why, *hint;
        struct namespace ns;
        int r = 0;

        if (argc != 2)
                return EXIT_FAILURE;
        if (namespace_enter(INSTANCE, &ns, &why, &hint) < 0)
                return fprintf(stderr, "%s\n", why), EXIT_FAILURE;
        make_program();
        printf("Medians of %u runs of the whole process, in turn, in a private instance\n", CONTEST_ROUNDS);
        for (size_t i = 0; i < ELEMENTSOF(sizes) && r >= 0; i++)
                r = measure(argv[1], sizes[i]);
        unlink(taken);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
