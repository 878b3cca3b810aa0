/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench/contest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (double) ts.tv_sec + (double) ts.tv_nsec * 1e-9;
}

static _Noreturn void become(const struct contender *c) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        for (const char *const *e = c->environment; e && *e; e++)
                putenv((char *) *e);
        dup2(null, STDOUT_FILENO);
        execv(c->argv[0], c->argv);
        _exit(127);
}

static int run_once(struct contender *c, double *ret_seconds) {
        struct rusage usage;
        double begin = now();
        int status;
        pid_t pid = fork();

        if (pid < 0)
                return -errno;
        if (pid == 0)
                become(c);
        if (wait4(pid, &status, 0, &usage) < 0)
                return -errno;
        *ret_seconds = now() - begin;
        if (usage.ru_maxrss > c->rss)
                c->rss = usage.ru_maxrss;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
                fprintf(stderr, "%s failed (status %d)\n", c->name, status);
                return -ECHILD;
        }
        return 0;
}

static int compare(const void *a, const void *b) {
        double x = *(const double *) a, y = *(const double *) b;

        return x < y ? -1 : x > y;
}

int contest(struct contender *contenders, size_t n, void (*before)(void)) {
        for (unsigned round = 0; round <= CONTEST_ROUNDS; round++)
                for (size_t i = 0; i < n; i++) {
                        double seconds = 0;
                        int r;

                        before();
                        r = run_once(&contenders[i], &seconds);
                        if (r < 0)
                                return r;
                        if (round > 0)
                                contenders[i].seconds[round - 1] = seconds;
                }

        for (size_t i = 0; i < n; i++) {
                qsort(contenders[i].seconds, CONTEST_ROUNDS, sizeof(double), compare);
                contenders[i].median = contenders[i].seconds[CONTEST_ROUNDS / 2];
        }
        return 0;
}
