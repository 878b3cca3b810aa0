/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/editor.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>

#define SUFFIX ".conf" /* for editors that colour by name */

static int draft_write(int fd, const char *text) {
        size_t n = strlen(text);

        while (n > 0) {
                ssize_t k = write(fd, text, n);

                if (k < 0)
                        return -errno;
                text += k;
                n -= (size_t) k;
        }
        return 0;
}

int draft_begin(const struct context *c, const char *text, struct draft *ret) {
        struct draft d = { .path = "/tmp/binfmtctl-XXXXXX" SUFFIX };
        _cleanup_close_ int fd = mkostemps(d.path, strlen(SUFFIX), O_CLOEXEC);
        int r = fd < 0 ? -errno : draft_write(fd, text);

        if (r >= 0) {
                *ret = d;
                return 0;
        }
        if (fd >= 0)
                (void) unlink(d.path);
        complain_errno(c, r, "cannot make a copy to edit");
        return r;
}

/* The command may hold arguments ("emacs -nw"), for it is given to the shell. */
static const char *editor_command(void) {
        const char *visual = getenv("VISUAL"), *plain = getenv("EDITOR");

        if (visual && *visual)
                return visual;
        if (plain && *plain)
                return plain;
        return access("/usr/bin/editor", X_OK) == 0 ? "editor" : "vi";
}

static int editor_run(const struct context *c, const char *path) {
        _cleanup_free_ char *command = NULL;
        int status;
        pid_t pid;

        if (asprintf(&command, "%s \"$1\"", editor_command()) < 0) {
                command = NULL;
                return complain_errno(c, -ENOMEM, "cannot run the editor"), -ENOMEM;
        }
        fflush(stdout);
        pid = fork();
        if (pid == 0) {
                execl("/bin/sh", "sh", "-c", command, "sh", path, (char *) NULL);
                _exit(127);
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
                return complain_errno(c, -errno, "cannot run the editor"), -ECHILD;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                return 0;
        complain(c, "$VISUAL or $EDITOR says which one to use", "the editor %s failed", editor_command());
        return -ECHILD;
}

int draft_edit(const struct context *c, const struct draft *d, char **ret) {
        _cleanup_(file_clear) struct file f = { 0 };
        int r = editor_run(c, d->path);

        if (r < 0)
                return r;
        r = file_read(AT_FDCWD, d->path, FILE_SIZE_MAX, &f);
        if (r >= 0 && strlen(f.data) != f.n)
                r = -EBADMSG;
        if (r < 0) {
                complain_errno(c, r, "cannot read what the editor left");
                return r;
        }
        *ret = TAKE_PTR(f.data);
        return 0;
}

void draft_end(struct draft *d) {
        if (*d->path)
                (void) unlink(d->path);
        d->path[0] = '\0';
}
