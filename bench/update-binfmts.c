/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* `update-binfmts --enable` beside Debian's program of that name: the same command on the same directories,
 * from an empty instance to all formats registered. See bench/README.md.
 *
 * update-binfmts BUILDDIR */

#include "bench/contest.h"
#include "engine/system/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTANCE "/proc/sys/fs/binfmt_misc"
#define ADMIN    "/var/lib/binfmts"

static void empty_instance(void) {
        int fd = open(INSTANCE "/status", O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, "-1", 2) != 2)
                abort();
        close(fd);
}

static char *format_text(const char *format, ...) _printf_(1, 2);

static char *format_text(const char *format, ...) {
        va_list ap;
        char *s;

        va_start(ap, format);
        if (vasprintf(&s, format, ap) < 0)
                abort();
        va_end(ap);
        return s;
}

/* The number of entries, as a proof that each program has done its work. */
static unsigned count_entries(void) {
        FILE *f = popen("ls " INSTANCE " | wc -l", "r");
        unsigned n = 0;

        if (!f || fscanf(f, "%u", &n) != 1 || pclose(f) != 0)
                abort();
        return n - 2;
}

static int compete(const char *builddir, const char *what, unsigned expected) {
        const char *environment[] = {
                format_text("LD_LIBRARY_PATH=%s/bench/peers/usr/lib/x86_64-linux-gnu", builddir), NULL
        };
        struct contender c[] = {
                { .name = "update-binfmts of Debian",
                  .environment = environment,
                  .argv = (char *[]){ format_text("%s/bench/peers/usr/sbin/update-binfmts", builddir),
                                      (char *) "--enable", NULL } },
                { .name = "ours",
                  .argv = (char *[]){ format_text("%s/update-binfmts", builddir), (char *) "--enable",
                                      NULL } },
        };
        int r = contest(c, ELEMENTSOF(c), empty_instance);

        if (r < 0)
                return r;
        if (count_entries() != expected)
                return fprintf(stderr, "%u entries instead of %u\n", count_entries(), expected), -EIO;
        printf("\n%s; the unit is Debian's\n", what);
        for (size_t i = 0; i < ELEMENTSOF(c); i++)
                printf("  %-34s %9.3f ms   %7.4f x   %6ld KiB\n", c[i].name, c[i].median * 1e3,
                       c[i].median / c[0].median, c[i].rss);
        return 0;
}

static void generate(unsigned n) {
        for (unsigned i = 0; i < n; i++) {
                char *path = format_text(ADMIN "/format-%05u", i);
                FILE *f = fopen(path, "we");

                if (!f || fprintf(f, "p\nmagic\n0\nFORMAT-%05u\n\n/bin/true\n\nno\nno\nno\n", i) < 0 ||
                    fclose(f) != 0)
                        abort();
                free(path);
        }
}

static int measure(const char *builddir) {
        char *import = format_text("LD_LIBRARY_PATH=%s/bench/peers/usr/lib/x86_64-linux-gnu "
                                   "%s/bench/peers/usr/sbin/update-binfmts --import >/dev/null 2>&1; "
                                   "cd " ADMIN " && ls | grep -v ^qemu- | xargs -r rm; ls | wc -l",
                                   builddir, builddir);
        FILE *f = popen(import, "r");
        unsigned n = 0;
        int r;

        if (!f || fscanf(f, "%u", &n) != 1 || pclose(f) != 0)
                return fprintf(stderr, "Debian's update-binfmts cannot be run\n"), -ENOENT;
        r = n > 0 ? compete(builddir, format_text("The %u formats of qemu-user-static", n), n) : 0;
        if (r < 0)
                return r;
        if (umount(ADMIN) < 0 || mount("tmpfs", ADMIN, "tmpfs", 0, "mode=755") < 0)
                return -errno;
        generate(800);
        return compete(builddir, "800 formats", 800);
}

int main(int argc, char **argv) {
        const char *why, *hint;
        struct namespace ns;

        if (argc != 2)
                return EXIT_FAILURE;
        if (namespace_enter(INSTANCE, &ns, &why, &hint) < 0)
                return fprintf(stderr, "%s\n", why), EXIT_FAILURE;
        if (mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755") < 0 || mkdir(ADMIN, 0755) < 0 ||
            mount("tmpfs", ADMIN, "tmpfs", 0, "mode=755") < 0)
                return perror("cannot cover " ADMIN), EXIT_FAILURE;
        printf("Medians of %u runs of the whole process, in turn, in a private instance\n", CONTEST_ROUNDS);
        return measure(argv[1]) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
