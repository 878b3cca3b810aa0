/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/sandbox.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define PROCESSES_MAX 64u
#define MEMORY_MAX    (4ull << 30)

static int restrict_mounts(int fd, const char *path, unsigned flags) {
        struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID };

        return syscall(SYS_mount_setattr, fd, path, flags, &attr, sizeof attr) < 0 ? -errno : 0;
}

/* Never raises a hard limit that the caller had. */
static int set_limit(int resource, rlim_t value) {
        struct rlimit r;

        if (getrlimit(resource, &r) < 0)
                return -errno;
        if (r.rlim_max != RLIM_INFINITY && r.rlim_max < value)
                value = r.rlim_max;
        r = (struct rlimit){ value, value };
        return setrlimit(resource, &r) < 0 ? -errno : 0;
}

/* A core limit of 1 byte writes no file, and unlike 0 starts no helper of the machine's either. */
static int set_limits(void) {
        _cleanup_close_ int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
        int r = set_limit(RLIMIT_CORE, 1);

        if (r >= 0)
                r = set_limit(RLIMIT_NPROC, PROCESSES_MAX);
        if (r >= 0)
                r = set_limit(RLIMIT_DATA, (rlim_t) MEMORY_MAX);
        /* It should be the first to be killed where memory runs out; not being the first is no failure. */
        if (fd >= 0 && write(fd, "1000", 4) < 0)
                return r;
        return r;
}

int sandbox_enter(pid_t parent, const char **ret_why, const char **ret_hint) {
        struct namespace ns;
        int r;

        /* Signals of the caller's terminal would reach it otherwise. */
        (void) setsid();
        r = namespace_move(&ns, ret_why, ret_hint);
        if (r < 0)
                return r;
        /* The limit of processes counts those in this namespace, not all that the user has, so it is set
         * now. */
        *ret_why = "limits cannot be set";
        *ret_hint = NULL;
        r = set_limits();
        if (r < 0)
                return r;

        *ret_why = "namespaces are forbidden here, or there are too many";
        *ret_hint = "see the sysctls user.max_net_namespaces, user.max_ipc_namespaces and user.max_uts_namespaces";
        if (unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) < 0)
                return -errno;
        *ret_why = "the machine's mounts cannot be made read-only for the test";
        *ret_hint = "Linux 5.12 or later is needed for it";
        if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0)
                return -errno;
        r = restrict_mounts(AT_FDCWD, "/", AT_RECURSIVE);
        if (r < 0)
                return r;
        *ret_why = "the test's parent is gone";
        *ret_hint = NULL;
        /* Changing namespaces makes the kernel forget this signal, so it is asked for last. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
                return -errno;
        return getppid() == parent ? 0 : -ESRCH;
}

int sandbox_directory(void) {
        _cleanup_close_ int context = (int) syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
        int fd;

        if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "mode", "755", 0) < 0 ||
            syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
                return -errno;
        fd = (int) syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
        return fd < 0 ? -errno : fd;
}

int sandbox_seal(int directory) {
        int r = restrict_mounts(directory, "", AT_EMPTY_PATH);

        if (r < 0)
                return r;
        return syscall(SYS_move_mount, directory, "", AT_FDCWD, SANDBOX_PLACE, MOVE_MOUNT_F_EMPTY_PATH) < 0
                               ? -errno
                               : 0;
}

int sandbox_drop(void) {
        struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
        struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
            prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                                     SECBIT_NO_SETUID_FIXUP_LOCKED |
                                                     SECBIT_KEEP_CAPS_LOCKED) < 0)
                return -errno;
        return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

int sandbox_fork(int *ret_lifeline) {
        struct clone_args args = { .flags = CLONE_NEWPID, .exit_signal = SIGCHLD };
        struct pollfd p = { .events = POLLIN };
        int lifeline[2], child;

        if (pipe2(lifeline, O_CLOEXEC) < 0)
                return -errno;
        child = (int) syscall(SYS_clone3, &args, sizeof args);
        if (child < 0)
                child = -errno;
        if (child == 0) {
                p.fd = lifeline[0];
                close(lifeline[1]);
                /* If the parent died before it could be asked for, the other end is closed. */
                if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || poll(&p, 1, 0) != 0)
                        _exit(EXIT_FAILURE);
                close(lifeline[0]);
                return 0;
        }
        close(lifeline[0]);
        if (child < 0)
                close(lifeline[1]);
        else
                *ret_lifeline = lifeline[1];
        return child;
}
