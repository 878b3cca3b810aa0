/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/detector.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* The detector gets a process group, so that it can be killed with its children, and the signals of any new
 * program. */
static void set_attributes(posix_spawnattr_t *attributes) {
        sigset_t signals;

        posix_spawnattr_setflags(attributes,
                                 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(attributes, &signals);
        sigfillset(&signals);
        posix_spawnattr_setsigdefault(attributes, &signals);
}

static int start_detector(const char *detector, const char *path, pid_t *ret) {
        char *const argv[] = { (char *) detector, (char *) path, NULL };
        char *const environment[] = { (char *) "PATH=/usr/local/bin:/usr/bin:/bin", (char *) "LC_ALL=C",
                                      NULL };
        _cleanup_close_ int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        int r;

        if (nothing < 0)
                nothing = memfd_create("nothing", MFD_CLOEXEC); /* an empty chroot has no /dev */
        if (nothing < 0)
                return -errno;
        if (posix_spawn_file_actions_init(&actions) != 0)
                return -ENOMEM;
        if (posix_spawnattr_init(&attributes) != 0) {
                posix_spawn_file_actions_destroy(&actions);
                return -ENOMEM;
        }
        set_attributes(&attributes);
        r = posix_spawn_file_actions_adddup2(&actions, nothing, STDIN_FILENO);
        if (r == 0)
                r = posix_spawn_file_actions_adddup2(&actions, nothing, STDOUT_FILENO);
        if (r == 0)
                r = posix_spawn(ret, detector, &actions, &attributes, argv, environment);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        return -r;
}

/* Did it end before its time was over? Where the kernel has no pidfd_open(2) (before 5.3), there is no
 * limit. */
static bool wait_in_time(pid_t pid) {
        _cleanup_close_ int fd = (int) syscall(SYS_pidfd_open, pid, 0);
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int r;

        if (fd < 0)
                return true;
        do
                r = poll(&p, 1, DETECTOR_SECONDS * 1000);
        while (r < 0 && errno == EINTR);
        return r != 0;
}

static void explain_refusal(const char *detector, bool in_time, int status, struct text *why) {
        text_printf(why, "%s ", detector);
        if (!in_time)
                text_printf(why, "did not answer within %d seconds", DETECTOR_SECONDS);
        else if (WIFSIGNALED(status))
                text_printf(why, "was killed by signal %d (%s)", WTERMSIG(status),
                            strsignal(WTERMSIG(status)));
        else
                text_printf(why, "says no (exit status %d)", WEXITSTATUS(status));
}

bool detector_ask(const char *detector, const char *path, struct text *why) {
        /* Our parent may ignore SIGCHLD, and then the exit status of the detector would be lost. */
        struct sigaction normal = { .sa_handler = SIG_DFL }, before;
        bool in_time;
        int status = 0, r;
        pid_t pid;

        sigaction(SIGCHLD, &normal, &before);
        r = start_detector(detector, path, &pid);
        if (r < 0) {
                sigaction(SIGCHLD, &before, NULL);
                text_printf(why, "%s could not be started: %s", detector, strerror(-r));
                return false;
        }
        in_time = wait_in_time(pid);
        if (!in_time)
                kill(-pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        sigaction(SIGCHLD, &before, NULL);
        if (in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0)
                return true;
        explain_refusal(detector, in_time, status, why);
        return false;
}
