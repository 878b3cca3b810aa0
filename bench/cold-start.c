/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cold start: from an empty instance to all formats registered, beside the peers and the bare limit. See
 * bench/README.md.
 *
 * cold-start BUILDDIR */

#include "bench/contest.h"
#include "engine/system/namespace.h"
#include "model/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTANCE "/proc/sys/fs/binfmt_misc"
#define QEMU     "/usr/lib/binfmt.d/qemu-arm.conf"

static const char *builddir;

static void empty_instance(void) {
        int fd = open(INSTANCE "/status", O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, "-1", 2) != 2)
                abort();
        close(fd);
}

static char *format_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *format_path(const char *format, ...) {
        va_list ap;
        char *s;

        va_start(ap, format);
        if (vasprintf(&s, format, ap) < 0)
                abort();
        va_end(ap);
        return s;
}

static void print(const struct contender *c, size_t n, const struct contender *unit) {
        for (size_t i = 0; i < n; i++)
                printf("  %-34s %9.3f ms   %6.2f x   %6ld KiB\n", c[i].name, c[i].median * 1e3,
                       c[i].median / unit->median, c[i].rss);
}

/* The 29 files of qemu-user-static, as Debian ships them, in a root of their own: each reads the same and
 * nothing else. */
static int qemu_formats(void) {
        char *ctl = format_path("%s/binfmtctl", builddir);
        char *bare = format_path("%s/bench/bare-loop", builddir);
        char *update = format_path("%s/bench/peers/usr/sbin/update-binfmts", builddir);
        char *library = format_path("LD_LIBRARY_PATH=%s/bench/peers/usr/lib/x86_64-linux-gnu", builddir);
        char *admin = format_path("%s/bench/peers/admin", builddir);
        const char *environment[] = { library, NULL };
        struct contender c[] = {
                { .name = "bare loop",
                  .argv = (char *[]){ bare, (char *) "/usr/lib/binfmt.d", (char *) INSTANCE "/register",
                                      NULL } },
                { .name = "binfmtctl apply", .argv = (char *[]){ ctl, (char *) "apply", NULL } },
                { .name = "systemd-binfmt",
                  .argv = (char *[]){ (char *) "/usr/lib/systemd/systemd-binfmt", NULL } },
                { .name = "update-binfmts --enable",
                  .environment = environment,
                  .argv = (char *[]){ update, (char *) "--admindir", admin, (char *) "--enable", NULL } },
        };
        char *command = format_path("mkdir -p '%s' && %s '%s' --admindir '%s' --import >/dev/null", admin,
                                    library, update, admin);
        size_t n = ELEMENTSOF(c);
        int r;

        if (access(QEMU, F_OK) < 0)
                return 0; /* run.sh has told */
        if (access(update, X_OK) < 0 || system(command) != 0)
                n--;
        if (access(c[2].argv[0], X_OK) < 0)
                c[2].argv = (char *[]){ (char *) "/lib/systemd/systemd-binfmt", NULL };

        r = contest(c, n, empty_instance);
        if (r < 0)
                return r;
        printf("\nThe formats of qemu-user-static (/usr/lib/binfmt.d, /usr/share/binfmts); the unit is "
               "systemd-binfmt\n");
        print(c, n, &c[2]);
        return 0;
}

static void put(const char *directory, unsigned i, const char *text) {
        _cleanup_free_ char *path = format_path("%s/format-%05u.conf", directory, i);
        FILE *f = fopen(path, "we");

        if (!f || fputs(text, f) < 0 || fclose(f) != 0)
                abort();
}

/* Writes n definitions, no two alike, a file each: as lines of binfmt.d, and again as sections of conf.d. */
static void generate(const char *lines, const char *sections, unsigned n) {
        for (unsigned i = 0; i < n; i++) {
                _cleanup_free_ char *line =
                                format_path(":format-%05u:M::"
                                            "\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x%"
                                            "02x\\x%02x\\x02\\x00\\xb7\\x00"
                                            ":\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\"
                                            "xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:/usr/bin/env:P\n",
                                            i, i >> 8, i & 0xff);
                _cleanup_free_ char *section = format_path(
                                "[format-%05u]\nDescription=Programs of machine %u\n"
                                "Magic=\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x%02x\\x%"
                                "02x\\x02\\x00\\xb7\\x00\n"
                                "Mask="
                                "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff"
                                "\\xff\\xfe\\xff\\xff\\xff\n"
                                "Interpreter=/usr/bin/env\nPreserveArgv0=yes\n",
                                i, i, i >> 8, i & 0xff);

                put(lines, i, line);
                put(sections, i, section);
        }
}

static int generated_formats(const char *dir, unsigned n, long *ret_rss) {
        char *root_lines = format_path("%s/lines-%u", dir, n),
             *root_sections = format_path("%s/sections-%u", dir, n);
        char *lines = format_path("%s/etc/binfmt.d", root_lines);
        char *sections = format_path("%s/etc/binfmtd/conf.d", root_sections);
        char *command = format_path("for r in '%s' '%s'; do mkdir -p \"$r/usr/bin\" && cp /bin/true "
                                    "\"$r/usr/bin/env\"; done; mkdir -p '%s' '%s'",
                                    root_lines, root_sections, lines, sections);
        char *ctl = format_path("%s/binfmtctl", builddir),
             *bare = format_path("%s/bench/bare-loop", builddir);
        struct contender c[] = {
                { .name = "bare loop",
                  .argv = (char *[]){ bare, lines, (char *) INSTANCE "/register", NULL } },
                { .name = "binfmtctl apply (binfmt.d)",
                  .argv = (char *[]){ ctl, (char *) "--root", root_lines, (char *) "apply", NULL } },
                { .name = "binfmtctl apply (conf.d)",
                  .argv = (char *[]){ ctl, (char *) "--root", root_sections, (char *) "apply", NULL } },
        };
        int r;

        if (system(command) != 0)
                return -EIO;
        generate(lines, sections, n);
        r = contest(c, ELEMENTSOF(c), empty_instance);
        if (r < 0)
                return r;
        printf("\n%u definitions, a file each; the unit is the bare loop\n", n);
        print(c, ELEMENTSOF(c), &c[0]);
        ret_rss[0] = c[1].rss;
        ret_rss[1] = c[2].rss;
        return 0;
}

int main(int argc, char **argv) {
        static const unsigned sizes[] = { 100, 1000, 10000 };
        long rss[ELEMENTSOF(sizes)][2];
        char dir[] = "/tmp/bench-cold-start-XXXXXX";
        const char *why, *hint;
        struct namespace ns;
        int r = 0;

        if (argc != 2 || !mkdtemp(dir))
                return EXIT_FAILURE;
        builddir = argv[1];
        if (namespace_enter(INSTANCE, &ns, &why, &hint) < 0)
                return fprintf(stderr, "%s\n", why), EXIT_FAILURE;

        printf("Medians of %u runs of the whole process, in turn, in a private instance\n", CONTEST_ROUNDS);
        r = qemu_formats();
        for (size_t i = 0; i < ELEMENTSOF(sizes) && r >= 0; i++)
                r = generated_formats(dir, sizes[i], rss[i]);
        if (r >= 0)
                for (unsigned k = 0; k < 2; k++)
                        printf("\nmemory a definition, from 100 to 10,000 (%s): %.0f bytes\n",
                               k == 0 ? "binfmt.d" : "conf.d",
                               (double) (rss[2][k] - rss[0][k]) * 1024 / (sizes[2] - sizes[0]));
        (void) !system(format_path("rm -rf '%s'", dir));
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
