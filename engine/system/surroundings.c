/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/surroundings.h"
#include "engine/system/file.h"
#include "engine/system/namespace.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h, which never changes. */
#define INITIAL_PID_INODE 0xeffffffcu

/* What stat(2) shows for a user that our namespace does not map. */
#define NOBODY 65534u

/* The beginning that file headers of both classes have in common. */
struct elf_head {
        uint8_t ident[EI_NIDENT];
        uint16_t type, machine;
};

/* QEMU answers for the path /proc/self/exe, but not for a name below a descriptor of /proc/self. */
int executing_program(void) {
        _cleanup_close_ int directory = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int fd;

        if (directory < 0)
                return -errno;
        fd = openat(directory, "exe", O_RDONLY | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

static int read_executing_head(struct elf_head *ret) {
        _cleanup_close_ int fd = executing_program();
        struct elf_head head;
        ssize_t n;

        if (fd < 0)
                return fd;
        n = pread(fd, &head, sizeof head, 0);
        if (n < 0)
                return -errno;
        if (n < (ssize_t) sizeof head)
                return -ENOEXEC;
        if (memcmp(head.ident, ELFMAG, SELFMAG) != 0)
                return -ENOEXEC;
        *ret = head;
        return 0;
}

int executing_machine(uint16_t *ret_machine) {
        struct elf_head head;
        const uint8_t *b = (const uint8_t *) &head.machine;
        int r = read_executing_head(&head);

        if (r < 0)
                return r;
        *ret_machine = (uint16_t) (head.ident[EI_DATA] == ELFDATA2MSB ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
        return 0;
}

/* The header of the program that we were built as: the linker puts it where we can read it, and no emulator
 * has a say in what is in our own memory. */
extern const struct elf_head own_head __asm__("__ehdr_start") __attribute__((visibility("hidden")));

bool executing_is_emulator(void) {
        struct elf_head head;

        return read_executing_head(&head) >= 0 &&
               (head.ident[EI_CLASS] != own_head.ident[EI_CLASS] ||
                head.ident[EI_DATA] != own_head.ident[EI_DATA] || head.machine != own_head.machine);
}

static bool same_place(const struct stat *a, const struct stat *b) {
        return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Has a child answer a question by its exit status; whatever else happens to it is no answer. */
static bool child_answers(bool (*ask)(const char *argument), const char *argument) {
        pid_t child = fork();
        int status;

        if (child == 0)
                _exit(ask(argument));
        if (child < 0)
                return false;
        while (waitpid(child, &status, 0) < 0)
                if (errno != EINTR)
                        return false;
        return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* To enter the own mount namespace once more puts / back to where that has it. */
static bool leaves_root(const char *argument _unused_) {
        _cleanup_close_ int ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
        struct stat before, after;

        return ns >= 0 && stat("/", &before) >= 0 && setns(ns, CLONE_NEWNS) >= 0 && stat("/", &after) >= 0 &&
               !same_place(&before, &after);
}

static bool is_chrooted(void) {
        struct stat root, first;

        if (stat("/", &root) >= 0 && stat("/proc/1/root/.", &first) >= 0 && !same_place(&root, &first))
                return true;
        return child_answers(leaves_root, NULL);
}

/* WSL starts each distribution in a PID namespace of its own, in which it is the machine all the same. */
static bool is_contained(void) {
        struct stat st;

        return access("/run/WSL", F_OK) < 0 && stat("/proc/self/ns/pid", &st) >= 0 &&
               st.st_ino != INITIAL_PID_INODE;
}

/* A mount that came from a more privileged mount namespace is locked: EINVAL tells that. */
static bool is_locked(const char *instance) {
        return unshare(CLONE_NEWNS) >= 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) >= 0 &&
               umount2(instance, MNT_DETACH) < 0 && errno == EINVAL;
}

/* The files of an instance belong to the root of its user namespace; in the second namespace of an
 * unprivileged `binfmtctl exec`, that root is who we are. */
static bool is_inherited(const char *instance) {
        char path[PATH_MAX];
        struct statfs fs;
        struct stat st;

        if (snprintf(path, sizeof path, "%s/register", instance) >= (int) sizeof path ||
            statfs(instance, &fs) < 0 || fs.f_type != BINFMTFS_MAGIC || stat(path, &st) < 0)
                return false;
        if (st.st_uid != 0 && (st.st_uid != geteuid() || st.st_uid == NOBODY))
                return true;
        return child_answers(is_locked, instance);
}

enum instance_owner surroundings_find_owner(const char *instance) {
        struct surroundings s = {
                .emulated = executing_is_emulator(),
                .chrooted = is_chrooted(),
                .contained = is_contained(),
                .nested = !namespace_is_initial(),
        };

        s.inherited = s.nested && is_inherited(instance);
        return instance_owner_find(&s);
}
