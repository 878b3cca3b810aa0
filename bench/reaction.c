/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reaction: from the rename(2) that puts a changed drop-in into place to the moment that the kernel's entry
 * shows the change, with a running binfmtd. See bench/README.md.
 *
 * reaction BUILDDIR [DEFINITIONS…] */

#include "bench/machine.h"
#include "engine/system/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHANGES  1000u
#define PATIENCE 10.0     /* seconds, for one change */
#define REST     10000000 /* nanoseconds between two */

static const char *builddir;

static char *drop_in(const struct machine *m, unsigned i) {
        return format_path("%s/format-%05u.conf", m->conf, i);
}

/* Does the entry show flag P as it should? It may be missing, never for long. */
static bool entry_shows(unsigned i, bool preserve_argv0) {
        char path[64], text[512];
        const char *flags;
        ssize_t n;
        int fd;

        snprintf(path, sizeof path, INSTANCE "/format-%05u", i);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        n = read(fd, text, sizeof text - 1);
        close(fd);
        if (n < 0)
                return false;
        text[n] = 0;
        flags = strstr(text, "flags: ");
        return flags && (flags[7] == 'P') == preserve_argv0;
}

static int await_entry(unsigned i, bool preserve_argv0, double begin) {
        while (!entry_shows(i, preserve_argv0))
                if (now() - begin > PATIENCE)
                        return -ETIMEDOUT;
        return 0;
}

/* Until all formats are there; how long that took. */
static int await_all(const struct machine *m, double begin, double *ret_seconds) {
        for (unsigned i = 0; i < m->n; i++)
                if (await_entry(i, false, begin) < 0)
                        return -ETIMEDOUT;
        *ret_seconds = now() - begin;
        return 0;
}

/* One change: the file is written beside, as editors and package managers do, and the clock starts with the
 * rename. Seconds, or negative. */
static double change(const struct machine *m, unsigned i, bool preserve_argv0) {
        _cleanup_free_ char *path = drop_in(m, i), *beside = format_path("%s/.new", m->conf);
        double begin;

        machine_put(beside, i, preserve_argv0);
        begin = now();
        if (rename(beside, path) < 0 || await_entry(i, preserve_argv0, begin) < 0)
                return -1;
        return now() - begin;
}

static int measure(const struct machine *m, double *seconds) {
        const struct timespec rest = { .tv_nsec = REST };

        for (unsigned k = 0; k < CHANGES; k++) {
                unsigned i = k * 7919 % m->n; /* all over the table */

                /* A pass has work left when the entry shows; this must not delay the next change. */
                nanosleep(&rest, NULL);
                seconds[k] = change(m, i, !entry_shows(i, true));
                if (seconds[k] < 0)
                        return fprintf(stderr, "no reaction to change %u\n", k), -ETIMEDOUT;
        }
        qsort(seconds, CHANGES, sizeof *seconds, compare_doubles);
        return 0;
}

/* Writes to files of the instance while so many changes are made, as strace sees them. Negative: there is no
 * strace. */
static int count_writes(const struct machine *m, unsigned changes) {
        _cleanup_free_ char *trace = format_path("%s.trace", m->log);
        _cleanup_free_ char *begin = format_path("strace -f -y -e trace=write -o '%s' -p %d 2>/dev/null & "
                                                 "echo $! >'%s.pid'; sleep 1; "
                                                 "kill -0 $(cat '%s.pid') 2>/dev/null",
                                                 trace, (int) m->daemon, trace, trace);
        _cleanup_free_ char *end = format_path("sleep 0.3; kill $(cat '%s.pid'); sleep 0.3; "
                                               "exit $(grep -c 'write(.*" INSTANCE "' '%s')",
                                               trace, trace);
        int status;

        if (system(begin) != 0)
                return -ENOENT;
        for (unsigned i = 0; i < changes; i++)
                (void) change(m, i, !entry_shows(i, true));
        status = system(end);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}

static int reaction(const char *dir, unsigned n) {
        struct machine m = { 0 };
        double seconds[CHANGES], start = 0, begin;
        int writes, r = machine_make(dir, n, &m);

        begin = now();
        if (r >= 0)
                r = machine_start(&m, builddir, NULL, NULL);
        if (r >= 0)
                r = await_all(&m, begin, &start);
        if (r >= 0)
                r = measure(&m, seconds);
        if (r >= 0) {
                writes = count_writes(&m, 10);
                printf("%6u definitions: median %6.3f ms, p99 %6.3f ms, max %6.3f ms, ", n,
                       seconds[CHANGES / 2] * 1e3, seconds[CHANGES * 99 / 100] * 1e3,
                       seconds[CHANGES - 1] * 1e3);
                if (writes >= 0)
                        printf("%.1f writes a change, ", writes / 10.0);
                printf("%.0f ms to begin with\n", start * 1e3);
        }
        machine_clear(&m);
        return r;
}

int main(int argc, char **argv) {
        char *usual[] = { (char *) "30", (char *) "10000", NULL }, **sizes = argc > 2 ? argv + 2 : usual;
        char dir[] = "/tmp/bench-reaction-XXXXXX";
        _cleanup_free_ char *command = NULL;
        const char *why, *hint;
        struct namespace ns;
        int r = 0;

        if (argc < 2)
                return EXIT_FAILURE;
        builddir = argv[1];
        umask(022);
        if (namespace_enter(INSTANCE, &ns, &why, &hint) < 0)
                return fprintf(stderr, "%s\n", why), EXIT_FAILURE;
        if (!mkdtemp(dir) || chmod(dir, 0755) < 0)
                return EXIT_FAILURE;

        printf("From rename(2) to the entry, %u changes of flag P each\n", CHANGES);
        for (; *sizes && r >= 0; sizes++)
                r = reaction(dir, (unsigned) atoi(*sizes));
        command = format_path("rm -rf '%s'", dir);
        (void) !system(command);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
