/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program of ours is a memfd, as it has to be found neither in a package nor on a file system that is
 * mounted noexec. The descriptor of it survives the exec: an interpreter opens it as /dev/fd/N. */

#include "engine/system/canary.h"
#include "engine/system/file.h"
#include "engine/system/probe.h"
#include "model/health/sample.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010u
#endif

#define TIMEOUT_MS 10000

struct canary {
        const char *path; /* NULL: the bytes are executed */
        const void *bytes;
        size_t n;
        int status; /* its exit status */
};

static void canary_of_machine(const struct elf_machine *m, struct canary *ret) {
        const struct sample *s;

        for (size_t i = 0; m && (s = sample_at(i)); i++)
                if (sample_machine(s) == m)
                        *ret = (struct canary){ .bytes = s->bytes, .n = s->n, .status = sample_status(s) };
}

static void find_canaries(struct canary canaries[static 4]) {
        static const char script[] = "#!/bin/sh\nexit 73\n";
        struct host host;

        host_probe(&host);
        canary_of_machine(host.native, &canaries[0]);
        canary_of_machine(host.compat, &canaries[1]);
        canaries[2] = (struct canary){ .bytes = script, .n = sizeof script - 1, .status = 73 };
        canaries[3] = (struct canary){ .path = "/bin/true" };
}

/* Linux before 6.3 knows no MFD_EXEC, and later ones may demand it (vm.memfd_noexec). Nobody may have the
 * file open for writing while it is executed, so it is opened again. */
static int open_bytes(const struct canary *c) {
        _cleanup_close_ int writer = memfd_create("canary", MFD_CLOEXEC | MFD_EXEC);
        char path[64];
        int fd;

        if (writer < 0 && errno == EINVAL)
                writer = memfd_create("canary", MFD_CLOEXEC);
        if (writer < 0)
                return -errno;
        if (write(writer, c->bytes, c->n) != (ssize_t) c->n)
                return -EIO;
        snprintf(path, sizeof path, "/proc/self/fd/%d", writer);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

/* A core is 1 byte, not 0, as only that keeps a helper behind `|` in core_pattern from starting. Where a
 * sandbox forbids the limit, that helper may start. */
static void prepare_child(void) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        sigset_t none;

        for (int i = 0; i < 3; i++)
                (void) dup2(null, i);
        (void) setpgid(0, 0);
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void) setrlimit(RLIMIT_CORE, &(const struct rlimit){ 1, 1 });
        for (int i = 1; i < NSIG; i++)
                (void) signal(i, SIG_DFL);
        sigemptyset(&none);
        (void) sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void exec_canary(const struct canary *c, int fd) {
        char name[] = "canary", path[] = "PATH=/usr/bin:/bin";
        char *argv[] = { name, NULL }, *envp[] = { path, NULL };

        prepare_child();
        if (c->path)
                execve(c->path, argv, envp);
        else if (fcntl(fd, F_SETFD, 0) >= 0)
                syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
        _exit(127);
}

/* 1 if the process has ended, 0 if its time is over. A signal that interrupts begins the time again. */
static int await_end(pid_t child) {
        _cleanup_close_ int fd = (int) syscall(SYS_pidfd_open, child, 0);
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int r;

        if (fd < 0)
                return -errno;
        do
                r = poll(&p, 1, TIMEOUT_MS);
        while (r < 0 && errno == EINTR);
        return r < 0 ? -errno : r;
}

/* 1 if it ended as it does, 0 if not; -ETIMEDOUT, or another negative errno if it could not be tried. */
static int run_canary(const struct canary *c) {
        _cleanup_close_ int fd = c->path ? -1 : open_bytes(c);
        int r, status = 0;
        pid_t child;

        if (!c->path && fd < 0)
                return fd;
        child = fork();
        if (child < 0)
                return -errno;
        if (child == 0)
                exec_canary(c, fd);
        (void) setpgid(child, child);
        r = await_end(child);
        /* All that it left behind goes, too; itself, as its number is not free before the wait. */
        if (kill(-child, SIGKILL) < 0)
                (void) kill(child, SIGKILL);
        while (waitpid(child, &status, 0) < 0)
                if (errno != EINTR)
                        return -errno;
        if (r <= 0)
                return r == 0 ? -ETIMEDOUT : r;
        return WIFEXITED(status) && WEXITSTATUS(status) == c->status;
}

int canary_run(unsigned among, unsigned *ret) {
        struct canary canaries[4] = { 0 };
        unsigned alive = 0;

        find_canaries(canaries);
        for (unsigned i = 0; i < ELEMENTSOF(canaries); i++) {
                int r;

                if (!(among & 1u << i) || (!canaries[i].path && !canaries[i].bytes))
                        continue;
                r = run_canary(&canaries[i]);
                if (r == -ETIMEDOUT)
                        break;
                if (r == -EACCES || r == -EPERM) /* no memfd may be executed here */
                        continue;
                if (r < 0)
                        return r;
                alive |= r > 0 ? 1u << i : 0;
        }
        *ret = alive;
        return 0;
}
