/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The real table. Everything goes through the directory's descriptor: so it is this instance that is read
 * and written whatever is mounted on the path later, and its entries outlive the last mount. */

#include "engine/system/table.h"
#include "engine/system/canary.h"
#include "engine/system/file.h"
#include "model/base/hash.h"
#include "model/health/owner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define ENTRY_MODE_OURS 01644u

#define ROOT_MAX        ((1L << 29) - 1) /* nanoseconds are fewer than 2^30 */

struct real_table {
        struct table table;
        int directory;
        int registrar; /* `register`, opened by the first registration; -1 until then */
        int claim;     /* `register`, locked by table_claim(); -1 until then */
        long root;     /* whose definitions they are: 1 … ROOT_MAX, in the nanoseconds of atime */
};

static struct real_table *real_table(struct table *t) {
        return (struct real_table *) t;
}

static int write_once(int fd, const void *bytes, size_t n) {
        return write(fd, bytes, n) < 0 ? -errno : 0;
}

static int real_add(struct table *t, const char *bytes, size_t n) {
        struct real_table *r = real_table(t);

        if (r->registrar < 0) {
                r->registrar = openat(r->directory, "register", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
                if (r->registrar < 0)
                        return -errno;
        }
        return write_once(r->registrar, bytes, n);
}

/* These two files are no entries, and -1 into `status` would remove everybody's. */
static bool is_control_file(const char *name) {
        return streq(name, "register") || streq(name, "status");
}

static int write_to_entry(struct table *t, const char *name, const char *command) {
        _cleanup_close_ int fd = -1;

        if (is_control_file(name))
                return -EINVAL;
        fd = openat(real_table(t)->directory, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
                return -errno;
        return write_once(fd, command, strlen(command));
}

static int real_remove(struct table *t, const char *name) {
        return write_to_entry(t, name, "-1");
}

static int real_enable(struct table *t, const char *name) {
        return write_to_entry(t, name, "1");
}

static int real_mark(struct table *t, const char *name, uint64_t pin) {
        const struct timespec times[] = { { .tv_sec = (time_t) pin, .tv_nsec = real_table(t)->root },
                                          { .tv_nsec = UTIME_OMIT } };
        int directory = real_table(t)->directory;

        if (is_control_file(name))
                return -EINVAL;
        if (utimensat(directory, name, times, 0) < 0)
                return -errno;
        return fchmodat(directory, name, ENTRY_MODE_OURS, 0) < 0 ? -errno : 0;
}

/* The kernel makes up the whole text anew for each read(2), so a read that returns less than asked for was
 * the last. */
static ssize_t read_entry_text(int fd, char *text, size_t size) {
        size_t n = 0;

        while (n < size) {
                ssize_t l = read(fd, text + n, size - n);

                if (l < 0)
                        return -errno;
                n += (size_t) l;
                if (n < size)
                        break;
        }
        return (ssize_t) n;
}

/* An older version left atime alone where there is no pin, and the nanoseconds at 0 where there is one. */
static bool is_of_root(const struct timespec *atime, bool pinned, long root) {
        bool unsaid = pinned ? atime->tv_nsec == 0 : atime->tv_sec != 0;

        return unsaid || atime->tv_nsec == root;
}

static void take_mark(const struct real_table *t, const struct stat *st, struct entry *e) {
        bool pinned = e->flags & ENTRY_FIX_BINARY, marked = st->st_mode & S_ISVTX;

        e->ours = marked && is_of_root(&st->st_atim, pinned, t->root);
        e->elsewhere = marked && !e->ours;
        e->pin = e->ours && pinned ? (uint64_t) st->st_atim.tv_sec : 0;
}

/* *ret stays NULL for an entry that went away meanwhile. */
static int table_read_entry(const struct real_table *t, const char *name, bool marked, struct entry **ret) {
        char text[16 * 1024]; /* the kernel's is at most a page */
        _cleanup_close_ int fd = openat(t->directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        struct stat st;
        ssize_t n;
        int r;

        if (fd < 0)
                return errno == ENOENT                     ? 0
                       : errno == EACCES || errno == EPERM ? entry_parse(name, "", 0, ret)
                                                           : -errno;
        if (marked && fstat(fd, &st) < 0)
                return -errno;
        if (marked && st.st_nlink == 0)
                return 0;
        n = read_entry_text(fd, text, sizeof text);
        if (n < 0)
                return n == -ENOENT ? 0 : (int) n;

        r = entry_parse(name, text, (size_t) n, ret);
        if (r >= 0 && marked)
                take_mark(t, &st, *ret);
        return r;
}

static int real_read_one(struct table *t, const char *name, struct entry **ret) {
        struct entry *entry = NULL;
        int r = is_control_file(name) ? 0 : table_read_entry(real_table(t), name, true, &entry);

        if (r < 0)
                return r;
        *ret = entry;
        return 0;
}

struct entry_list {
        struct entry **items;
        size_t n, size;
};

static int entry_list_reserve(struct entry_list *l) {
        size_t size = l->size ? l->size * 2 : 64;
        struct entry **items;

        if (l->n < l->size)
                return 0;
        items = reallocarray(l->items, size, sizeof *items);
        if (!items)
                return -ENOMEM;
        l->items = items;
        l->size = size;
        return 0;
}

static int table_read_directory(const struct real_table *t, DIR *d, bool marked, struct entry_list *list) {
        const struct dirent *e;

        while ((errno = 0, e = readdir(d))) {
                struct entry *entry = NULL;
                int r;

                if (streq(e->d_name, ".") || streq(e->d_name, "..") || is_control_file(e->d_name))
                        continue;
                r = entry_list_reserve(list);
                if (r >= 0)
                        r = table_read_entry(t, e->d_name, marked, &entry);
                if (r < 0)
                        return r;
                if (entry)
                        list->items[list->n++] = entry;
        }
        return -errno;
}

static int table_read_entries(struct table *t, bool marked, struct entry ***ret, size_t *ret_n) {
        struct entry_list list = { 0 };
        DIR *d;
        int fd, r;

        fd = openat(real_table(t)->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        d = fdopendir(fd);
        if (!d) {
                r = -errno;
                close(fd);
                return r;
        }
        r = table_read_directory(real_table(t), d, marked, &list);
        closedir(d);
        if (r < 0) {
                entries_free(list.items, list.n);
                return r;
        }
        *ret = list.items;
        *ret_n = list.n;
        return 0;
}

static int real_read(struct table *t, struct entry ***ret, size_t *ret_n) {
        return table_read_entries(t, true, ret, ret_n);
}

int table_read_unmarked(struct table *t, struct entry ***ret, size_t *ret_n) {
        return table_read_entries(t, false, ret, ret_n);
}

int table_ask_mark(struct table *t, struct entry *e) {
        struct stat st;

        if (fstatat(real_table(t)->directory, e->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? 0 : -errno;
        take_mark(real_table(t), &st, e);
        return 0;
}

static int real_run_natives(struct table *t _unused_, unsigned among, unsigned *ret) {
        return canary_run(among, ret);
}

static void real_free(struct table *t) {
        struct real_table *r = real_table(t);

        closep(&r->directory);
        closep(&r->registrar);
        closep(&r->claim);
        free(r);
}

static const struct table_ops real_ops = {
        .add = real_add,
        .remove = real_remove,
        .enable = real_enable,
        .mark = real_mark,
        .read_one = real_read_one,
        .read = real_read,
        .run_natives = real_run_natives,
        .free = real_free,
};

int table_set_root(struct table *t, const char *root) {
        char place[2 * sizeof(uint64_t) * 2 + 2];
        struct stat st;

        if (stat(*root ? root : "/", &st) < 0)
                return -errno;
        snprintf(place, sizeof place, "%jx %jx", (uintmax_t) st.st_dev, (uintmax_t) st.st_ino);
        real_table(t)->root = (long) (hash_string(0, place) % (uint64_t) ROOT_MAX) + 1;
        return 0;
}

int table_open(const char *path, struct table **ret) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct real_table *t;
        struct statfs fs;

        if (fd < 0 || fstatfs(fd, &fs) < 0)
                return -errno;
        if (fs.f_type != BINFMTFS_MAGIC)
                return -EMEDIUMTYPE;
        t = calloc(1, sizeof *t);
        if (!t)
                return -ENOMEM;
        t->table.ops = &real_ops;
        t->directory = TAKE_FD(fd);
        t->registrar = t->claim = -1;
        (void) table_set_root(&t->table, "");

        *ret = &t->table;
        return 0;
}

struct table *table_free(struct table *t) {
        if (t)
                t->ops->free(t);
        return NULL;
}

int table_status(struct table *t) {
        _cleanup_close_ int fd = -1;
        char text[16] = "";

        fd = openat(table_directory(t), "status", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0 || read(fd, text, sizeof text - 1) < 0)
                return -errno;
        return streq(text, "enabled\n") ? 1 : streq(text, "disabled\n") ? 0 : -EBADMSG;
}

/* Not opened for writing: that would keep the file system from being remounted read-only. */
int table_claim(struct table *t) {
        struct real_table *r = real_table(t);
        _cleanup_close_ int fd = openat(r->directory, "register", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

        if (fd < 0)
                return -errno;
        if (flock(fd, LOCK_EX | LOCK_NB) < 0)
                return errno == EWOULDBLOCK ? -EBUSY : -errno;
        closep(&r->claim);
        r->claim = TAKE_FD(fd);
        return 0;
}

int table_directory(struct table *t) {
        return t->ops == &real_ops ? real_table(t)->directory : -1;
}

const char *table_error_sentence(int error, const char **ret_hint) {
        static const struct {
                int error;
                const char *sentence, *hint;
        } known[] = {
                { ENOENT, "there is no directory for binfmt_misc", "load the module binfmt_misc" },
                { ENOTDIR, "the path of the binfmt_misc instance is not a directory",
                  "give the directory that binfmt_misc is mounted on" },
                { EMEDIUMTYPE, "binfmt_misc is not mounted",
                  "start proc-sys-fs-binfmt_misc.mount, or mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc" },
                { EACCES, "access to binfmt_misc is not permitted", NULL },
                { EPERM, "access to binfmt_misc is not permitted", NULL },
                { ELOOP, "binfmt_misc is behind an automount that does not work here",
                  "mount binfmt_misc in this container, if it may have an instance of its own" },
                { ENODEV, "this kernel has no binfmt_misc", "load the module binfmt_misc" },
                { EROFS, "binfmt_misc is mounted read-only", "remount it read-write" },
        };

        const char *around;

        for (size_t i = 0; i < ELEMENTSOF(known); i++)
                if (known[i].error == -error) {
                        *ret_hint = known[i].hint;
                        return known[i].sentence;
                }
        *ret_hint = NULL;
        around = instance_owner_sentence(error, ret_hint);
        return around ? around : "the binfmt_misc instance cannot be used";
}

const char *table_refusal_sentence(int error, bool fix_binary) {
        static const struct {
                int error;
                bool fix_binary; /* it is about the interpreter that F opens */
                const char *sentence;
        } known[] = {
                { ENOENT, true, "the interpreter that FixBinary=yes opens, or what it needs, is not there" },
                { EACCES, true,
                  "the interpreter that FixBinary=yes opens is not an executable file or lies on a file system mounted noexec, or writing to binfmt_misc is not permitted" },
                { ELOOP, true, "the path of the interpreter is a loop of symbolic links" },
                { ENOTDIR, true,
                  "the path of the interpreter leads through something that is not a directory" },
                { ENAMETOOLONG, true, "the name or the path of the interpreter is too long" },
                { ETXTBSY, true, "the interpreter is open for writing" },
                { EEXIST, false, "another entry of this name was registered meanwhile" },
                { EINVAL, false, "this kernel does not understand the pattern, the name or a flag" },
                { ENAMETOOLONG, false, "the name is too long" },
                { E2BIG, false, "name, pattern and interpreter do not fit into one registration" },
                { ENOENT, false, "the instance of binfmt_misc, or the entry, is gone" },
                { EACCES, false, "writing to binfmt_misc is not permitted" },
                { EPERM, false, "writing to binfmt_misc is not permitted" },
                { EROFS, false, "binfmt_misc is mounted read-only" },
                { ENOSPC, false, "the kernel's limit of registered formats is reached" },
                { ENOMEM, false, "the kernel has no memory left" },
        };

        for (size_t i = 0; i < ELEMENTSOF(known); i++)
                if (known[i].error == -error && (fix_binary || !known[i].fix_binary))
                        return known[i].sentence;
        return "the kernel failed to register it";
}

void entries_free(struct entry **entries, size_t n) {
        for (size_t i = 0; i < n; i++)
                entry_free(entries[i]);
        free(entries);
}
