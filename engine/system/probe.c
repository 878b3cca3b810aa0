/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/probe.h"
#include "engine/system/elf-file.h"
#include "engine/system/file.h"
#include "model/format/script.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <sys/statvfs.h>

struct prober {
        char *root; /* absolute, without a slash at the end; "" for the machine itself */
        int root_fd;
        void *seen; /* a tree of struct interpreter, by path (tsearch(3)) */
};

static int compare_path(const void *a, const void *b) {
        return strcmp(((const struct interpreter *) a)->path, ((const struct interpreter *) b)->path);
}

static void free_interpreter(void *i) {
        interpreter_free(i);
}

int prober_new(const char *root, struct prober **ret) {
        _cleanup_(prober_freep) struct prober *p = calloc(1, sizeof *p);

        if (!p)
                return -ENOMEM;
        p->root_fd = -1;
        if (root[0] == '\0' || streq(root, "/")) {
                p->root = strdup("");
        } else {
                p->root = realpath(root, NULL);
                if (!p->root)
                        return -errno;
                p->root_fd = open(p->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
                if (p->root_fd < 0)
                        return -errno;
        }
        if (!p->root)
                return -ENOMEM;

        *ret = TAKE_PTR(p);
        return 0;
}

struct prober *prober_free(struct prober *p) {
        if (!p)
                return NULL;
        prober_forget(p);
        closep(&p->root_fd);
        free(p->root);
        free(p);
        return NULL;
}

void prober_forget(struct prober *p) {
        tdestroy(p->seen, free_interpreter);
        p->seen = NULL;
}

/* Finds out, without executing, whether F would refuse the file (kernel: do_open_execat()). */
static int check_fix_binary(int fd, const struct stat *st) {
        struct statvfs fs;

        if (!S_ISREG(st->st_mode) || (st->st_mode & 0111) == 0)
                return -EACCES;
        if (fstatvfs(fd, &fs) == 0 && fs.f_flag & ST_NOEXEC)
                return -EACCES;
        return 0;
}

uint64_t interpreter_pin(uint64_t dev, uint64_t ino, uint64_t size, int64_t mtime_sec, uint32_t mtime_nsec) {
        const uint64_t words[] = { dev, ino, size, (uint64_t) mtime_sec, mtime_nsec };
        uint64_t h = 0;

        for (size_t i = 0; i < ELEMENTSOF(words); i++) {
                h ^= words[i] + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
                h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
                h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
                h ^= h >> 31;
        }
        return h == 0 ? 1 : h;
}

static int read_kind(int fd, struct interpreter *i) {
        ssize_t n = pread(fd, i->header, sizeof i->header, 0);
        struct script_line script;
        int r;

        if (n < 0)
                return 0; /* the file is there all the same, of an unknown kind */
        if (script_line_parse(i->header, &script)) {
                i->kind = INTERPRETER_SCRIPT;
                i->needs = strdup(script.interpreter);
                return i->needs ? 0 : -ENOMEM;
        }
        r = elf_file_loader(fd, &i->needs);
        if (r == -ENOMEM)
                return r;
        if (r >= 0)
                i->kind = i->needs ? INTERPRETER_ELF_DYNAMIC : INTERPRETER_ELF_STATIC;
        return 0;
}

/* Below a root, a symlink may lead the running kernel elsewhere than a chroot(2) would: then the file's own
 * path counts. */
static int registered_path(const struct prober *p, const char *path, int fd, const struct stat *st,
                           char **ret) {
        _cleanup_free_ char *plain = NULL;
        char proc[64], real[PATH_MAX];
        struct stat outside;
        ssize_t n;

        if (asprintf(&plain, "%s%s%s", p->root, path[0] == '/' ? "" : "/", path) < 0) {
                plain = NULL;
                return -ENOMEM;
        }
        if (p->root_fd >= 0 && st &&
            (stat(plain, &outside) < 0 || outside.st_dev != st->st_dev || outside.st_ino != st->st_ino)) {
                snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
                n = readlink(proc, real, sizeof real);
                if (n > 0 && (size_t) n < sizeof real) {
                        free(plain);
                        plain = strndup(real, (size_t) n);
                }
        }
        if (!plain)
                return -ENOMEM;
        *ret = TAKE_PTR(plain);
        return 0;
}

static int interpreter_fill(const struct prober *p, const char *path, struct interpreter *i) {
        _cleanup_close_ int fd = -1;
        struct stat st;
        bool readable;
        int r;

        /* The kernel looks a relative path up below the working directory of whoever executes, so there is
         * nothing to see here. */
        if (path[0] != '/') {
                i->registered = strdup(path);
                return i->registered ? 0 : -ENOMEM;
        }

        fd = file_open_in_root(p->root_fd, path, O_RDONLY);
        readable = fd >= 0;
        /* A program may be executable and yet unreadable: its identity can be known, and its header not. */
        if (fd == -EACCES)
                fd = file_open_in_root(p->root_fd, path, O_PATH);
        if (fd < 0 || fstat(fd, &st) < 0) {
                i->error = fd < 0 ? fd : -errno;
                return registered_path(p, path, -1, NULL, &i->registered);
        }
        r = registered_path(p, path, fd, &st, &i->registered);
        if (r < 0)
                return r;
        i->error = check_fix_binary(fd, &st);
        if (i->error < 0)
                return 0;
        i->pin = interpreter_pin(st.st_dev, st.st_ino, (uint64_t) st.st_size, st.st_mtim.tv_sec,
                                 (uint32_t) st.st_mtim.tv_nsec);
        return readable ? read_kind(fd, i) : 0;
}

static int interpreter_probe(const struct prober *p, const char *path, struct interpreter **ret) {
        _cleanup_(interpreter_freep) struct interpreter *i = calloc(1, sizeof *i);
        int r;

        if (!i || !(i->path = strdup(path)))
                return -ENOMEM;
        r = interpreter_fill(p, path, i);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(i);
        return 0;
}

/* A script's facts go on with those of the program behind it, which may lead back to itself: it has to be
 * known already when that is looked for. */
static int prober_follow(struct prober *p, struct interpreter *i) {
        i->behind = NULL;
        if (i->error < 0 || i->kind != INTERPRETER_SCRIPT || i->needs[0] != '/')
                return 0;
        return prober_look(p, i->needs, &i->behind);
}

int prober_look_again(struct prober *p, const char *path, bool *ret) {
        _cleanup_(interpreter_freep) struct interpreter *now = NULL;
        const struct interpreter key = { .path = (char *) path };
        void *node = tfind(&key, &p->seen, compare_path);
        struct interpreter *known = node ? *(struct interpreter **) node : NULL, before;
        int r;

        *ret = false;
        if (!known)
                return 0;
        r = interpreter_probe(p, path, &now);
        if (r < 0)
                return r;
        /* The pin stands for all that is inside a file. */
        if (known->error == now->error && known->pin == now->pin && known->kind == now->kind &&
            streq(known->registered, now->registered) && streq_ptr(known->needs, now->needs) &&
            memcmp(known->header, now->header, sizeof known->header) == 0)
                return 0;
        before = *known;
        *known = *now;
        *now = before;
        *ret = true;
        return prober_follow(p, known);
}

int prober_look(struct prober *p, const char *path, const struct interpreter **ret) {
        _cleanup_(interpreter_freep) struct interpreter *i = NULL;
        const struct interpreter key = { .path = (char *) path };
        void *node = tfind(&key, &p->seen, compare_path);
        struct interpreter *known;
        int r;

        if (node) {
                *ret = *(struct interpreter **) node;
                return 0;
        }

        r = interpreter_probe(p, path, &i);
        if (r < 0)
                return r;
        if (!tsearch(i, &p->seen, compare_path))
                return -ENOMEM;
        known = TAKE_PTR(i);
        r = prober_follow(p, known);
        if (r < 0)
                return r;
        *ret = known;
        return 0;
}
