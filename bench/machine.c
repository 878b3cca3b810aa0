/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

char *format_path(const char *format, ...) {
        va_list ap;
        char *s;

        va_start(ap, format);
        if (vasprintf(&s, format, ap) < 0)
                abort();
        va_end(ap);
        return s;
}

double now(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}

int compare_doubles(const void *a, const void *b) {
        double x = *(const double *) a, y = *(const double *) b;

        return (x > y) - (x < y);
}

void machine_put(const char *path, unsigned i, bool preserve_argv0) {
        FILE *f = fopen(path, "we");

        if (!f ||
            fprintf(f,
                    "[format-%05u]\nDescription=Programs of machine %u\n"
                    "Magic=\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x%02x\\x%02x"
                    "\\x02\\x00\\xb7\\x00\n"
                    "Mask=\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff"
                    "\\xfe\\xff\\xff\\xff\n"
                    "Interpreter=/usr/bin/run\nPreserveArgv0=%s\n",
                    i, i, i >> 8, i & 0xff, preserve_argv0 ? "yes" : "no") < 0 ||
            fclose(f) != 0)
                abort();
}

int machine_make(const char *dir, unsigned n, struct machine *ret) {
        struct machine m = { .n = n, .root = format_path("%s/%u", dir, n) };
        _cleanup_free_ char *command = NULL;

        m.conf = format_path("%s/etc/binfmtd/conf.d", m.root);
        m.log = format_path("%s/log-%u", dir, n);
        command = format_path("mkdir -p '%s/usr/bin' '%s' && cp /bin/true '%s/usr/bin/run'", m.root, m.conf,
                              m.root);
        if (system(command) != 0) {
                machine_clear(&m);
                return -EIO;
        }
        for (unsigned i = 0; i < n; i++) {
                _cleanup_free_ char *path = format_path("%s/format-%05u.conf", m.conf, i);

                machine_put(path, i, false);
        }
        *ret = m;
        return 0;
}

int machine_start(struct machine *m, const char *builddir, const char *socket, const char *bus) {
        _cleanup_free_ char *program = format_path("%s/binfmtd", builddir);
        char *argv[6] = { program, (char *) "--root", m->root };
        size_t n = 3;

        if (socket)
                argv[n++] = (char *) socket;
        if (bus)
                argv[n++] = (char *) bus;
        m->daemon = fork();
        if (m->daemon < 0)
                return -errno;
        if (m->daemon == 0) {
                int fd = open(m->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

                if (fd >= 0 && dup2(fd, STDERR_FILENO) >= 0)
                        execv(program, argv);
                _exit(127);
        }
        return 0;
}

void machine_clear(struct machine *m) {
        if (m->daemon > 0 && kill(m->daemon, SIGTERM) == 0)
                waitpid(m->daemon, NULL, 0);
        free(m->root);
        free(m->conf);
        free(m->log);
        *m = (struct machine){ 0 };
}
