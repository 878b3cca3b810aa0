/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The helper is a grandchild, so that the new program does not become the parent of a process that it does
 * not know of. It attaches to us before we execute, is stopped by the kernel's report of the execve(2), and
 * detaches before the program has run one instruction. /proc tells where the vector lies: arguments,
 * environment and vector begin at the stack's start. */

#include "compat/auxv.h"
#include "engine/system/file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define FLAG_PRESERVE_ARGV0 1ul

/* The helper overwrites this one, which nobody misses: its value is 100 on every machine that Linux runs on,
 * and the C libraries assume 100 without it. */
#define AT_REPLACEABLE AT_CLKTCK

void auxv_receive(const char **argv0, char *const **words, int *execfd) {
        unsigned long fd;

        if (getauxval(AT_FLAGS) & FLAG_PRESERVE_ARGV0 && **words)
                *argv0 = *(*words)++;
        errno = 0;
        fd = getauxval(AT_EXECFD);
        if (errno == 0)
                *execfd = (int) fd;
}

/* Returns the address of argc, or 0. */
static unsigned long stack_start(pid_t pid) {
        unsigned long start = 0;
        char path[64], text[1024];
        _cleanup_close_ int fd = -1;
        const char *at;
        ssize_t n;

        snprintf(path, sizeof path, "/proc/%d/stat", (int) pid);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        if (n < 0)
                return 0;
        text[n] = '\0';
        at = strrchr(text, ')');
        /* Behind the name stands field 3; the stack's start is field 28. */
        for (int field = 3; at && field <= 28; field++)
                at = strchr(at + 1, ' ');
        if (at)
                sscanf(at, "%lu", &start);
        return start;
}

static bool peek_word(pid_t pid, unsigned long at, unsigned long *ret) {
        errno = 0;
        *ret = (unsigned long) ptrace(PTRACE_PEEKDATA, pid, (void *) at, NULL);
        return errno == 0;
}

static unsigned long find_vector(pid_t pid) {
        unsigned long at = stack_start(pid), word;

        if (at == 0 || !peek_word(pid, at, &word))
                return 0;
        at += (word + 2) * sizeof word; /* argc, the arguments, NULL */
        do {
                if (!peek_word(pid, at, &word))
                        return 0;
                at += sizeof word;
        } while (word != 0);
        return at;
}

static void write_vector(pid_t pid, bool preserve_argv0, int execfd) {
        unsigned long at = find_vector(pid), type, value;

        for (; at != 0 && peek_word(pid, at, &type) && type != AT_NULL; at += 2 * sizeof type) {
                if (type == AT_FLAGS && preserve_argv0 && peek_word(pid, at + sizeof type, &value))
                        ptrace(PTRACE_POKEDATA, pid, (void *) (at + sizeof type),
                               (void *) (value | FLAG_PRESERVE_ARGV0));
                if (type == AT_REPLACEABLE && execfd >= 0) {
                        ptrace(PTRACE_POKEDATA, pid, (void *) (at + sizeof type), (void *) (long) execfd);
                        ptrace(PTRACE_POKEDATA, pid, (void *) at, (void *) (long) AT_EXECFD);
                }
        }
}

/* Follows the process until it has executed something. Signals that it gets meanwhile are delivered. */
static void follow_until_exec(pid_t pid, bool preserve_argv0, int execfd) {
        int status;

        while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
                if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
                        write_vector(pid, preserve_argv0, execfd);
                        ptrace(PTRACE_DETACH, pid, NULL, NULL);
                        return;
                }
                ptrace(PTRACE_CONT, pid, NULL, (void *) (long) (status >> 16 ? 0 : WSTOPSIG(status)));
        }
}

/* Attaches, reports that by closing `ready`, and exits once the vector is written. */
static _Noreturn void run_helper(pid_t pid, bool preserve_argv0, int execfd, int allowed, int ready) {
        char byte;

        /* Yama lets a helper attach only after the process has named it. */
        if (read(allowed, &byte, 1) == 1 &&
            ptrace(PTRACE_SEIZE, pid, NULL, (void *) (long) PTRACE_O_TRACEEXEC) == 0) {
                close(ready);
                follow_until_exec(pid, preserve_argv0, execfd);
        }
        _exit(0);
}

static void start_helper(bool preserve_argv0, int execfd, int allowed[2], int ready[2]) {
        pid_t self = getpid(), child = fork(), helper = -1;
        char byte = 0;

        if (child == 0) {
                close(allowed[1]);
                close(ready[0]);
                helper = fork();
                if (helper == 0)
                        run_helper(self, preserve_argv0, execfd, allowed[0], ready[1]);
                if (write(ready[1], &helper, sizeof helper) < 0)
                        _exit(1);
                _exit(0);
        }
        closep(&ready[1]);
        ready[1] = -1;
        if (child < 0)
                return;
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
        if (read(ready[0], &helper, sizeof helper) != sizeof helper || helper < 0)
                return;
        prctl(PR_SET_PTRACER, (unsigned long) helper, 0, 0, 0);
        if (write(allowed[1], &byte, 1) == 1)
                while (read(ready[0], &byte, 1) < 0 && errno == EINTR)
                        ;
}

void auxv_hand_on(bool preserve_argv0, int execfd) {
        int allowed[2], ready[2];

        if (!preserve_argv0 && execfd < 0)
                return;
        if (pipe2(allowed, O_CLOEXEC) < 0)
                return;
        if (pipe2(ready, O_CLOEXEC) == 0) {
                start_helper(preserve_argv0, execfd, allowed, ready);
                closep(&ready[0]);
                closep(&ready[1]);
        }
        closep(&allowed[0]);
        closep(&allowed[1]);
}
