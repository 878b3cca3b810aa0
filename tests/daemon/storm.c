/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Executes programs in turn, as fast as it can, and counts what goes wrong: an exec that fails, and one that
 * ends with another status than its interpreter's.
 *
 * storm COUNT STATUS PROGRAM…  prints the counts; exits 1 if anything went wrong. SIGTERM ends it earlier
 * storm COUNT -      PROGRAM…  the same where failures are expected: 0 all the same */

#include "model/base/macro.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERRNO_MAX 134

static volatile sig_atomic_t over;

static void on_term(int number _unused_) {
        over = true;
}

struct outcome {
        unsigned long execs, wrong;
        unsigned long errors[ERRNO_MAX];
};

/* vfork(), since a copy of the address space would cost more than the exec; so the child's errno is seen
 * here. */
static void execute(char *program, int status, struct outcome *o) {
        char *argv[] = { program, NULL }, *environment[] = { NULL };
        volatile int error = 0;
        int actual = -1;
        pid_t pid = vfork();

        if (pid == 0) {
                (void) execve(program, argv, environment);
                error = errno;
                _exit(127);
        }
        o->execs++;
        while (pid > 0 && waitpid(pid, &actual, 0) < 0 && errno == EINTR)
                ;
        if (pid < 0)
                error = errno;
        if (error != 0)
                o->errors[error < ERRNO_MAX ? error : 0]++;
        else if (!WIFEXITED(actual) || WEXITSTATUS(actual) != status)
                o->wrong++;
}

static unsigned long report(const struct outcome *o) {
        unsigned long failed = 0;

        for (size_t i = 0; i < ERRNO_MAX; i++)
                failed += o->errors[i];
        printf("%lu execs, %lu failed, %lu in the wrong hands", o->execs, failed, o->wrong);
        for (int i = 0; i < ERRNO_MAX; i++)
                if (o->errors[i] > 0)
                        printf(", %lu x %s", o->errors[i], strerror(i));
        puts("");
        return failed + o->wrong;
}

int main(int argc, char **argv) {
        struct outcome o = { 0 };
        unsigned long count;
        bool strict;

        if (argc < 4)
                return 2;
        count = strtoul(argv[1], NULL, 10);
        strict = !streq(argv[2], "-");
        signal(SIGTERM, on_term);
        for (unsigned long i = 0; i < count && !over; i++)
                execute(argv[3 + i % (unsigned long) (argc - 3)], strict ? atoi(argv[2]) : 42, &o);
        return report(&o) > 0 && strict;
}
