/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/namespace.h"
#include "engine/system/file.h"
#include "model/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define INITIAL_INODE                                                                                       \
        0xeffffffdu /* PROC_USER_INIT_INO of the kernel's include/linux/proc_ns.h, which never changes */

bool namespace_is_initial(void) {
        struct stat st;

        return stat("/proc/self/ns/user", &st) < 0 || st.st_ino == INITIAL_INODE;
}

static int write_string(const char *path, const char *s) {
        _cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, s, strlen(s)) < 0)
                return -errno;
        return 0;
}

/* Writes a line "inside outside count" for each range of ids that we have, which maps it onto itself. */
static int identity_map(const char *which, char **ret) {
        _cleanup_(text_clear) struct text map = { 0 };
        _cleanup_(file_clear) struct file f = { 0 };
        char path[64], *line, *rest;
        int r;

        snprintf(path, sizeof path, "/proc/self/%s", which);
        r = file_read(AT_FDCWD, path, FILE_SIZE_MAX, &f);
        if (r < 0)
                return r;
        rest = f.data;
        while ((line = strsep(&rest, "\n"))) {
                unsigned long inside, outside, count;

                if (sscanf(line, "%lu %lu %lu", &inside, &outside, &count) == 3)
                        text_printf(&map, "%lu %lu %lu\n", inside, inside, count);
        }
        *ret = text_take(&map);
        return *ret ? 0 : -ENOMEM;
}

static int write_identity(const char *which, pid_t target) {
        _cleanup_free_ char *map = NULL;
        char path[64];
        int r = identity_map(which, &map);

        if (r < 0)
                return r;
        snprintf(path, sizeof path, "/proc/%d/%s", (int) target, which);
        return write_string(path, map);
}

/* Only a process outside may map more than one id: a child that stays behind does it once we have moved. */
static pid_t fork_mapper(int *ret_go) {
        int pipe_fds[2];
        pid_t parent = getpid(), child;
        char byte;

        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                return -errno;
        child = fork();
        if (child < 0) {
                int r = -errno;

                close(pipe_fds[0]);
                close(pipe_fds[1]);
                return r;
        }
        if (child > 0) {
                close(pipe_fds[0]);
                *ret_go = pipe_fds[1];
                return child;
        }

        close(pipe_fds[1]);
        if (read(pipe_fds[0], &byte, 1) != 1)
                _exit(EXIT_FAILURE);
        _exit(write_identity("uid_map", parent) < 0 || write_identity("gid_map", parent) < 0);
}

static bool mapper_succeeded(pid_t mapper, int go) {
        int status;

        if (write(go, "g", 1) != 1)
                return false;
        while (waitpid(mapper, &status, 0) < 0)
                if (errno != EINTR)
                        return false;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Anybody may map one id: one's own, which becomes the one `inside`. */
static int map_one(unsigned inside_uid, unsigned uid, unsigned inside_gid, unsigned gid) {
        char uids[64], gids[64];
        int r;

        snprintf(uids, sizeof uids, "%u %u 1", inside_uid, uid);
        snprintf(gids, sizeof gids, "%u %u 1", inside_gid, gid);
        r = write_string("/proc/self/setgroups", "deny");
        if (r >= 0)
                r = write_string("/proc/self/uid_map", uids);
        if (r >= 0)
                r = write_string("/proc/self/gid_map", gids);
        return r;
}

static bool kernel_is_older(unsigned major, unsigned minor) {
        struct utsname u;
        unsigned a, b;

        return uname(&u) == 0 && sscanf(u.release, "%u.%u", &a, &b) == 2 &&
               (a < major || (a == major && b < minor));
}

static int mount_error(int error, const char **ret_why, const char **ret_hint) {
        if (kernel_is_older(6, 7)) {
                *ret_why = "this kernel has one table for all; Linux 6.7 and newer give each user namespace its own";
                *ret_hint = "run a newer kernel, or register for the whole machine: binfmtctl apply";
        } else if (error == -ENODEV || error == -ENOENT) {
                *ret_why = "this kernel has no binfmt_misc";
                *ret_hint = "load the module: modprobe binfmt_misc";
        } else {
                *ret_why = "mounting is forbidden inside user namespaces here (a security module, or a container)";
                *ret_hint = "allow it for this program, or register for the whole machine: binfmtctl apply";
        }
        return error;
}

/* Climbs out of a chroot, to the root of the mount namespace: whoever stands outside of one's own root is
 * not stopped by it on the way up. */
static int climb_to_root(void) {
        struct stat here, above;

        if (chroot("/proc") < 0)
                return -errno;
        do {
                if (stat(".", &here) < 0 || chdir("..") < 0 || stat(".", &above) < 0)
                        return -errno;
        } while (here.st_dev != above.st_dev || here.st_ino != above.st_ino);
        return chroot(".") < 0 ? -errno : 0;
}

/* The kernel gives no user namespace to a process in a chroot (create_user_ns(): current_chrooted()), and
 * foreign programs are needed most in the chroots that packages are built in. So our root becomes the root
 * of a mount namespace of our own. */
static int leave_chroot(void) {
        _cleanup_free_ char *cwd = getcwd(NULL, 0);
        _cleanup_close_ int tree = -1;
        int r;

        if (chdir("/") < 0 || unshare(CLONE_NEWNS) < 0)
                return -errno;
        tree = (int) syscall(SYS_open_tree, AT_FDCWD, "/",
                             OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (tree < 0)
                return -errno;
        r = climb_to_root();
        if (r < 0)
                return r;
        if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
            syscall(SYS_move_mount, tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 ||
            fchdir(tree) < 0 || chroot(".") < 0)
                return -errno;
        if (access("/proc/self/uid_map", F_OK) < 0 &&
            mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
                return -errno;
        return chdir(cwd ? cwd : "/") < 0 ? -errno : 0;
}

static int unshare_user(struct namespace *ns) {
        _cleanup_close_ int go = -1;
        pid_t mapper = ns->uid == 0 ? fork_mapper(&go) : 0;

        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
                return -errno;
        if (mapper > 0 && mapper_succeeded(mapper, go))
                return 0;
        ns->mapped_root = true;
        return map_one(0, ns->uid, 0, ns->gid);
}

int namespace_move(struct namespace *ret, const char **ret_why, const char **ret_hint) {
        struct namespace ns = { .uid = geteuid(), .gid = getegid() };
        int r;

        *ret_hint = NULL;
        r = unshare_user(&ns);
        if (r == -EPERM && ns.uid == 0 && leave_chroot() >= 0)
                r = unshare_user(&ns);
        if (r < 0) {
                *ret_why = "user namespaces are forbidden here, or there are too many";
                *ret_hint = "see the sysctls user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns";
                return r;
        }
        *ret = ns;
        return 0;
}

int namespace_enter(const char *instance, struct namespace *ret, const char **ret_why,
                    const char **ret_hint) {
        struct namespace ns;
        int r = namespace_move(&ns, ret_why, ret_hint);

        if (r < 0)
                return r;
        if (mount("none", "/", "none", MS_REC | MS_SLAVE, NULL) < 0 ||
            mount("binfmt_misc", instance, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
                return mount_error(-errno, ret_why, ret_hint);
        *ret = ns;
        return 0;
}

int namespace_leave_root(const struct namespace *ns, const char **ret_why) {
        int r;

        if (!ns->mapped_root || ns->uid == 0)
                return 0;
        if (unshare(CLONE_NEWUSER) < 0) {
                r = -errno;
                *ret_why = "a second user namespace, which gives you your own id back, is forbidden here";
                return r;
        }
        r = map_one(ns->uid, 0, ns->gid, 0);
        if (r < 0)
                *ret_why = "your own id cannot be mapped back";
        return r;
}
