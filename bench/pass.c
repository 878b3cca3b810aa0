/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The time that a keeper's pass takes when one drop-in among many changes, comes or goes: from the mark to
 * the last write(2). In a private instance.
 *
 * pass [DEFINITIONS…] */

#include "engine/pass/keeper.h"
#include "engine/system/namespace.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define INSTANCE "/proc/sys/fs/binfmt_misc"
#define CHANGES  2000u

static char root[] = "/tmp/bench-pass-XXXXXX";

static double now(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (double) ts.tv_sec * 1e6 + (double) ts.tv_nsec * 1e-3;
}

static void path_of(unsigned i, char buf[static 64]) {
        snprintf(buf, 64, "/etc/binfmtd/conf.d/format-%05u.conf", i);
}

/* Writes the file aside and renames it into place, as package managers and editors do. */
static void put(unsigned i, bool preserve) {
        char path[128], new[128], shown[64];
        FILE *f;

        path_of(i, shown);
        snprintf(path, sizeof path, "%s%s", root, shown);
        snprintf(new, sizeof new, "%s/new", root);
        f = fopen(new, "we");
        if (!f)
                abort();
        fprintf(f,
                "[format-%05u]\nDescription=Programs of machine %u\n"
                "Magic=\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x%02x\\x%"
                "02x\\x02\\x00\\xb7\\x00\n"
                "Mask="
                "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff"
                "\\xff\\xff\n"
                "Interpreter=/usr/bin/env\nPreserveArgv0=%s\n",
                i, i, i >> 8, i & 0xff, preserve ? "yes" : "no");
        if (fclose(f) != 0 || rename(new, path) < 0)
                abort();
}

static void drop(unsigned i) {
        char path[128], shown[64];

        path_of(i, shown);
        snprintf(path, sizeof path, "%s%s", root, shown);
        if (unlink(path) < 0)
                abort();
}

static double pass(struct keeper *k, unsigned i, size_t writes) {
        struct keeper_result result;
        double begin = now();
        char path[64];

        path_of(i, path);
        if (keeper_mark_file(k, path) < 0 || keeper_pass(k, &result) < 0)
                abort();
        begin = now() - begin;
        if (result.applied.writes != writes || result.applied.failed > 0) {
                fprintf(stderr, "%zu writes, %zu failed\n", result.applied.writes, result.applied.failed);
                abort();
        }
        return begin;
}

static int compare(const void *a, const void *b) {
        double x = *(const double *) a, y = *(const double *) b;

        return x < y ? -1 : x > y;
}

static void print(const char *what, double *microseconds) {
        qsort(microseconds, CHANGES, sizeof *microseconds, compare);
        printf("  %-18s median %8.1f us, 99 in 100 below %8.1f us\n", what, microseconds[CHANGES / 2],
               microseconds[CHANGES * 99 / 100]);
}

static long heap(void) {
        long pages = 0, shared = 0;
        FILE *f = fopen("/proc/self/statm", "re");

        if (!f || fscanf(f, "%*d %ld %ld", &pages, &shared) != 2)
                abort();
        fclose(f);
        return (pages - shared) * sysconf(_SC_PAGESIZE);
}

static void measure(unsigned n) {
        const struct options options = { .root = root };
        static double changed[CHANGES], came[CHANGES], went[CHANGES];
        struct keeper_result result;
        struct table *table;
        struct keeper *k;
        long before = heap();
        double begin;

        if (keeper_new(&options, &k) < 0 || table_open(INSTANCE, &table) < 0)
                abort();
        keeper_set_table(k, table);
        begin = now();
        if (keeper_pass(k, &result) < 0 || result.applied.failed > 0)
                abort();
        printf("\n%u definitions; the first pass takes %.1f ms\n", n, (now() - begin) * 1e-3);
        for (unsigned i = 0; i < CHANGES; i++) {
                unsigned which = i * 7919u % n;

                put(which, i / n % 2);
                changed[i] = pass(k, which, 4);
                put(n, false);
                came[i] = pass(k, n, 1);
                drop(n);
                went[i] = pass(k, n, 1);
        }
        print("a file changes", changed);
        print("a file comes", came);
        print("a file goes", went);
        printf("  memory a definition %ld bytes\n", (heap() - before) / n);
        keeper_free(k);
}

int main(int argc, char **argv) {
        const char *sizes[] = { "30", "10000" };
        const char *why, *hint;
        struct namespace ns;
        char command[256];

        if (namespace_enter(INSTANCE, &ns, &why, &hint) < 0)
                return fprintf(stderr, "%s\n", why), EXIT_FAILURE;
        for (int i = argc > 1 ? 1 : 0; i < (argc > 1 ? argc : 2); i++) {
                unsigned n = (unsigned) strtoul(argc > 1 ? argv[i] : sizes[i], NULL, 10);

                strcpy(root + strlen(root) - 6, "XXXXXX");
                if (n == 0 || !mkdtemp(root))
                        return EXIT_FAILURE;
                snprintf(command, sizeof command,
                         "mkdir -p %s/etc/binfmtd/conf.d %s/usr/bin && cp /bin/true %s/usr/bin/env && "
                         "echo -1 >" INSTANCE "/status",
                         root, root, root);
                if (system(command) != 0)
                        return EXIT_FAILURE;
                for (unsigned j = 0; j < n; j++)
                        put(j, true);
                measure(n);
                snprintf(command, sizeof command, "rm -rf %s", root);
                if (system(command) != 0)
                        return EXIT_FAILURE;
        }
        return EXIT_SUCCESS;
}
