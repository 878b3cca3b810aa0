/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Three processes stand between the caller and a program. The warden moves into the sandbox and runs one
 * trial after the other, writing what it saw into memory that it shares with the caller. Each trial is a PID
 * namespace whose first process, init, does nothing but start the program, wait and report: a first process
 * would be immune to its own signals, which a program must not be. When init ends, so does all that the
 * program may have started. */

#include "engine/system/trial.h"
#include "engine/system/file.h"
#include "engine/system/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define OUTPUT_MAX 512u /* kept of each stream; the rest is read and dropped */

/* Init's report on the program. */
struct end {
        int error;  /* negative errno: it was not started */
        int status; /* wait(2)'s */
};

struct stream {
        int fd; /* -1 once it has ended */
        char data[OUTPUT_MAX];
        size_t n;
};

struct shared {
        int error;              /* of the sandbox; 0 once it stands */
        const char *why, *hint; /* static, so good in the caller too */
        struct run runs[];
};

static void report_end(int fd, int error, int status) {
        const struct end end = { error, status };

        if (write(fd, &end, sizeof end) != sizeof end)
                _exit(EXIT_FAILURE);
}

static _Noreturn void exec_program(const struct trial *t, int pass) {
        char path[128], environment[] = "PATH=/usr/bin:/bin";
        char *argv[] = { path, NULL }, *envp[] = { environment, NULL };

        snprintf(path, sizeof path, "%s/%s", t->in_chroot ? "" : SANDBOX_PLACE, t->sample->name);
        execve(path, argv, envp);
        report_end(pass, -errno, 0);
        _exit(EXIT_FAILURE);
}

/* Sets up all that the program will find: its root, its descriptors, and every signal in its default state.
 */
static bool prepare_program(const struct trial *t, int directory, const int streams[static 3]) {
        sigset_t none;

        for (int i = 0; i < 3; i++)
                if (dup2(streams[i], i) < 0)
                        return false;
        if (close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) < 0)
                return false;
        if (t->in_chroot ? fchdir(directory) < 0 || chroot(".") < 0 : chdir("/") < 0)
                return false;
        for (int i = 1; i < NSIG; i++)
                (void) signal(i, SIG_DFL);
        sigemptyset(&none);
        (void) sigprocmask(SIG_SETMASK, &none, NULL);
        return sandbox_drop() >= 0;
}

static _Noreturn void run_init(const struct trial *t, int directory, const int streams[static 3], int pass) {
        pid_t child, ended;
        int status;

        if (!prepare_program(t, directory, streams))
                _exit(EXIT_FAILURE);
        child = fork();
        if (child == 0)
                exec_program(t, pass);
        while (child > 0 && ((ended = wait(&status)) > 0 || errno == EINTR))
                if (ended == child) {
                        report_end(pass, 0, status);
                        break;
                }
        _exit(EXIT_SUCCESS);
}

static int milliseconds_until(const struct timespec *deadline) {
        struct timespec now;
        int64_t ms;

        clock_gettime(CLOCK_MONOTONIC, &now);
        ms = (int64_t) (deadline->tv_sec - now.tv_sec) * 1000 + (deadline->tv_nsec - now.tv_nsec) / 1000000;
        return ms < 0 ? 0 : ms > INT32_MAX ? INT32_MAX : (int) ms;
}

static void stream_read(struct stream *s) {
        char rest[OUTPUT_MAX];
        bool full = s->n == sizeof s->data;
        ssize_t n = full ? read(s->fd, rest, sizeof rest)
                         : read(s->fd, s->data + s->n, sizeof s->data - s->n);

        if (n > 0 && !full)
                s->n += (size_t) n;
        if (n == 0 || (n < 0 && errno != EINTR))
                s->fd = -1;
}

/* Reads until nobody can write to either any more: then all processes of the trial are gone. False if the
 * deadline came first. */
static bool read_streams_until(struct stream streams[static 2], const struct timespec *deadline) {
        while (streams[0].fd >= 0 || streams[1].fd >= 0) {
                struct pollfd p[2] = { { .fd = streams[0].fd, .events = POLLIN },
                                       { .fd = streams[1].fd, .events = POLLIN } };
                int ms = milliseconds_until(deadline);

                if (ms == 0 || (poll(p, 2, ms) < 0 && errno != EINTR))
                        return false;
                for (size_t i = 0; i < 2; i++)
                        if (streams[i].fd >= 0 && p[i].revents)
                                stream_read(&streams[i]);
        }
        return true;
}

static void evaluate_run(const struct sample *p, const struct end *end,
                         const struct stream streams[static 2], struct run *ret) {
        const struct stream *said = streams[1].n > 0 ? &streams[1] : &streams[0];
        size_t n = said->n < RUN_SAID_MAX ? said->n : RUN_SAID_MAX - 1;

        if (end->error < 0) {
                *ret = (struct run){ .end = RUN_REFUSED, .error = end->error };
                return;
        }
        if (WIFSIGNALED(end->status))
                *ret = (struct run){ .end = RUN_KILLED, .status = WTERMSIG(end->status) };
        else if (sample_ran(p, streams[0].data, streams[0].n, WEXITSTATUS(end->status)))
                *ret = (struct run){ .end = RUN_PROVED };
        else
                *ret = (struct run){ .end = RUN_EXITED, .status = WEXITSTATUS(end->status) };
        memcpy(ret->said, said->data, n);
        ret->said[n] = '\0';
}

/* The pipes are those of standard output, of standard error and of init's report. 0 or negative errno. */
static int run_with_pipes(const struct trial *t, int directory, unsigned timeout, int pipes[static 3][2],
                          struct run *ret) {
        _cleanup_close_ int in = open("/dev/null", O_RDONLY | O_CLOEXEC), lifeline = -1;
        struct stream streams[2] = { { .fd = pipes[0][0] }, { .fd = pipes[1][0] } };
        struct timespec deadline;
        struct end end;
        bool ended;
        int init = sandbox_fork(&lifeline);

        if (init < 0)
                return init;
        if (init == 0)
                run_init(t, directory, (const int[]){ in, pipes[0][1], pipes[1][1] }, pipes[2][1]);
        for (size_t i = 0; i < 3; i++) {
                close(pipes[i][1]);
                pipes[i][1] = -1;
        }
        clock_gettime(CLOCK_MONOTONIC, &deadline);
        deadline.tv_sec += timeout;
        ended = read_streams_until(streams, &deadline);
        if (!ended)
                kill(init, SIGKILL);
        while (waitpid(init, NULL, 0) < 0 && errno == EINTR)
                ;
        if (!ended)
                *ret = (struct run){ .end = RUN_TIMED_OUT };
        else if (read(pipes[2][0], &end, sizeof end) == sizeof end)
                evaluate_run(t->sample, &end, streams, ret);
        else
                return -EPROTO;
        return 0;
}

static int run_one(const struct trial *t, int directory, unsigned timeout, struct run *ret) {
        int pipes[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < 3; i++)
                if (pipe2(pipes[i], O_CLOEXEC) < 0)
                        r = -errno;
        if (r >= 0)
                r = run_with_pipes(t, directory, timeout, pipes, ret);
        for (size_t i = 0; i < 3; i++) {
                closep(&pipes[i][0]);
                closep(&pipes[i][1]);
        }
        return r;
}

static int make_program_directory(const struct trial *trials, size_t n) {
        _cleanup_close_ int directory = sandbox_directory();
        int r = directory < 0 ? directory : 0;

        for (size_t i = 0; r >= 0 && i < n; i++) {
                const struct sample *p = trials[i].sample;
                _cleanup_close_ int fd = openat(directory, p->name, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

                if (fd < 0 || write(fd, p->bytes, p->n) < 0 || fchmod(fd, 0755) < 0)
                        r = -errno;
        }
        if (r >= 0)
                r = sandbox_seal(directory);
        return r < 0 ? r : TAKE_FD(directory);
}

/* Sees to it that no pipe gets the number of a standard stream that the caller had closed. */
static void open_standard_streams(void) {
        int fd;

        do
                fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        while (fd >= 0 && fd <= STDERR_FILENO);
        if (fd >= 0)
                close(fd);
}

static int run_warden(const struct trial *trials, size_t n, unsigned timeout, pid_t parent,
                      struct shared *s) {
        _cleanup_close_ int directory = -1;
        int r;

        (void) signal(SIGPIPE, SIG_IGN);
        (void) signal(SIGCHLD, SIG_DFL);
        open_standard_streams();
        r = sandbox_enter(parent, &s->why, &s->hint);
        if (r < 0)
                return r;
        s->why = "there is no place to put the programs that are run";
        directory = make_program_directory(trials, n);
        if (directory < 0)
                return directory;
        s->why = "the programs cannot be run in namespaces of their own";
        for (size_t i = 0; r >= 0 && i < n; i++)
                r = run_one(&trials[i], directory, timeout, &s->runs[i]);
        return r;
}

static int await_warden(pid_t warden, const struct shared *s) {
        int status;

        while (waitpid(warden, &status, 0) < 0)
                if (errno != EINTR)
                        return -errno;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                return -EPROTO;
        return s->error;
}

int trial_run(struct trial *trials, size_t n, unsigned timeout, const char **ret_why,
              const char **ret_hint) {
        size_t size = sizeof(struct shared) + n * sizeof(struct run);
        pid_t parent = getpid(), warden;
        struct shared *s;
        int r;

        *ret_why = "the test could not be started";
        *ret_hint = NULL;
        s = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (s == MAP_FAILED)
                return -errno;
        warden = fork();
        if (warden == 0) {
                s->error = run_warden(trials, n, timeout, parent, s);
                _exit(EXIT_SUCCESS);
        }
        r = warden < 0 ? -errno : await_warden(warden, s);
        if (s->why) {
                *ret_why = s->why;
                *ret_hint = s->hint;
        }
        for (size_t i = 0; r >= 0 && i < n; i++)
                trials[i].run = s->runs[i];
        munmap(s, size);
        return r;
}
