/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The dispatcher: the kernel runs it in place of an interpreter where detectors have to be asked. It matches
 * the file again over the definitions, asks, and executes the interpreter of the first format that is meant,
 * so that program, descriptors, environment and exit status are as if the kernel had done it. Called by hand
 * it is binfmt-support's run-detectors.
 *
 * It is linked statically, so that it works under F, where it is pinned and starts in any chroot and
 * container. It looks up the rest where it runs: definitions, detectors and interpreters of the chroot, as
 * without F. If the chroot has none, it says so; those of the host would be of no use, as they could not be
 * executed.
 *
 * Registered for a root (binfmtctl --root), it is called by the kernel with its path below that root, and
 * reads the definitions there.
 *
 * It gives nobody rights: where the kernel gave it those of a set-user-ID program (C), only definitions with
 * that flag count, and options are not read. */

#include "compat/auxv.h"
#include "compat/match.h"
#include "engine/pass/steps.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/auxv.h>

#define EXIT_NONE 2

struct call {
        const char *admindir; /* read only binfmt-support's admin files there; NULL: all definitions */
        const char *procdir;  /* use only formats that are registered there; NULL: all */
        const char *root;
        char *const *words; /* the path, then the arguments; those alone once `path` is known */
        const char *path;
        const char *argv0; /* argv[0] of the program; NULL: not told */
        int execfd;        /* the file, as the kernel opened it for O; -1: none */
        bool secure;
};

static int quit_with_message(const char *format, ...) _printf_(1, 2);

static int quit_with_message(const char *format, ...) {
        va_list ap;

        fputs("run-detectors: ", stderr);
        va_start(ap, format);
        vfprintf(stderr, format, ap);
        va_end(ap);
        fputc('\n', stderr);
        return EXIT_NONE;
}

static int print_usage(FILE *f) {
        fputs("Usage: run-detectors [--admindir=DIRECTORY] <target> [ARGUMENT...]\n"
              "\n"
              "Executes <target> by the interpreter whose detector recognises it, as the kernel does by itself.\n"
              "\n"
              "      --admindir=DIRECTORY   only formats of binfmt-support in this directory\n"
              "      --help                 print this and exit\n"
              "      --version              print the version and exit\n",
              f);
        return f == stdout ? EXIT_SUCCESS : EXIT_NONE;
}

/* -1 to go on, or an exit code. */
static int parse_options(struct call *c, int argc, char **argv) {
        static const struct option options[] = {
                { "admindir", required_argument, NULL, 'a' }, { "procdir", required_argument, NULL, 'p' },
                { "help", no_argument, NULL, '?' + 256 },     { "usage", no_argument, NULL, '?' + 256 },
                { "version", no_argument, NULL, 'V' },        { 0 },
        };
        int key;

        while ((key = getopt_long(argc, argv, "+V", options, NULL)) >= 0)
                switch (key) {
                case 'a':
                        c->admindir = optarg;
                        break;
                case 'p':
                        c->procdir = optarg;
                        break;
                case '?' + 256:
                        return print_usage(stdout);
                case 'V':
                        puts("run-detectors (binfmtd) " PACKAGE_VERSION);
                        return EXIT_SUCCESS;
                default:
                        return print_usage(stderr);
                }
        c->words = argv + optind;
        return -1;
}

/* Did the kernel put us in the place of an interpreter? Then the first word is a path and no option,
 * whatever it looks like. */
static bool is_called_by_kernel(char **argv) {
        const char *executed = (const char *) getauxval(AT_EXECFN);

        return argv[1] && executed && streq(executed, argv[1]);
}

/* The root below which we were registered; NULL: none, or one that is not there. */
static char *find_root(const char *self) {
        size_t n = strlen(self), n_path = strlen(DISPATCHER_PATH);
        _cleanup_free_ char *root = NULL;
        struct stat st;

        if (n <= n_path || !streq(self + n - n_path, DISPATCHER_PATH))
                return NULL;
        root = strndup(self, n - n_path);
        return root && stat(root, &st) == 0 && S_ISDIR(st.st_mode) ? TAKE_PTR(root) : NULL;
}

static int read_header(const struct call *c, uint8_t header[static PATTERN_HEADER_SIZE]) {
        _cleanup_close_ int fd = -1;

        if (c->execfd >= 0)
                return match_header(c->execfd, header);
        fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        return fd < 0 ? -errno : match_header(fd, header);
}

static bool is_registered(const struct call *c, const char *name) {
        _cleanup_free_ char *path = NULL;

        if (!c->procdir)
                return true;
        if (asprintf(&path, "%s/%s", c->procdir, name) < 0)
                path = NULL;
        return path && access(path, F_OK) == 0;
}

/* Would the machine register it? That also chooses the interpreter, the first that is usable. */
static int decide_format(const struct call *c, struct pass *pass, const struct host *host, struct format *f,
                         struct text *why, bool *ret) {
        int r;

        *ret = false;
        if (c->secure && !(f->definition->flags & ENTRY_CREDENTIALS))
                return 0;
        if (c->admindir) {
                *ret = is_registered(c, f->name);
                return 0;
        }
        r = pass_decide(pass, host, f);
        *ret = f->want;
        if (r >= 0 && !f->want)
                text_printf(why, "%s%s: %s", why->length > 0 ? "\n" : "", f->name,
                            f->reason ? f->reason : format_state_name(f->state));
        return r;
}

/* Returns only if the interpreter cannot be executed. */
static int execute_interpreter(const struct call *c, const struct format *f) {
        const char *interpreter =
                        f->interpreter ? f->interpreter->registered : f->definition->interpreters[0];
        unsigned flags = f->definition->flags;
        bool preserve = flags & ENTRY_PRESERVE_ARGV0, open_binary = flags & ENTRY_OPEN_BINARY;
        size_t n = 0, m = 0;
        _cleanup_free_ char **argv = NULL;

        if (faccessat(AT_FDCWD, interpreter, X_OK, AT_EACCESS) < 0)
                return -errno;
        while (c->words[n])
                n++;
        argv = calloc(n + 4, sizeof *argv);
        if (!argv)
                return -ENOMEM;
        argv[m++] = (char *) interpreter;
        argv[m++] = (char *) c->path;
        if (preserve)
                argv[m++] = (char *) (c->argv0 ? c->argv0 : c->path);
        memcpy(argv + m, c->words, n * sizeof *argv);
        if (c->execfd >= 0 && !open_binary)
                fcntl(c->execfd, F_SETFD, FD_CLOEXEC);
        auxv_hand_on(preserve, open_binary ? c->execfd : -1);
        execv(interpreter, argv);
        return -errno;
}

static int try_format(const struct call *c, const struct pass *pass, const struct format *f,
                      struct text *why) {
        const char *interpreter = f->interpreter                ? f->interpreter->registered
                                  : f->definition->interpreters ? f->definition->interpreters[0]
                                                                : NULL;
        int r;

        if (!interpreter || !match_ask(pass, f, c->path, why))
                return 0;
        r = execute_interpreter(c, f);
        fprintf(stderr, "run-detectors: warning: unable to exec %s: %s\n", interpreter, strerror(-r));
        return 0;
}

static void print_reasons(struct text *why) {
        _cleanup_free_ char *lines = text_take(why);
        char *rest = lines, *line;

        while (rest && *rest && (line = strsep(&rest, "\n")))
                fprintf(stderr, "run-detectors: %s\n", line);
}

static int dispatch_file(const struct call *c) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_(text_clear) struct text why = { 0 };
        _cleanup_free_ struct format **formats = NULL;
        const struct options options = { .root = c->root, .dispatcher = "" };
        uint8_t header[PATTERN_HEADER_SIZE];
        struct host host;
        size_t n = 0;
        int r = read_header(c, header);

        if (r < 0)
                return quit_with_message("unable to open %s: %s", c->path, strerror(-r));
        r = c->admindir ? match_read_directory(c->admindir, &pass) : reconcile_read(&options, &pass);
        if (r >= 0)
                r = pass_begin(&pass, &options);
        if (r >= 0)
                r = match_formats(&pass, header, c->path, &formats, &n);
        host_probe(&host);
        for (size_t i = 0; i < n && r >= 0; i++) {
                bool usable;

                r = decide_format(c, &pass, &host, formats[i], &why, &usable);
                if (r >= 0 && usable)
                        r = try_format(c, &pass, formats[i], &why);
        }
        if (r < 0)
                return quit_with_message("unable to find out how to run %s: %s", c->path, strerror(-r));
        if (n == 0)
                text_printf(&why, "%s describes such files",
                            c->admindir ? "no format in that directory"
                                        : "no definition that is to be found here");
        print_reasons(&why);
        return quit_with_message("unable to find an interpreter for %s", c->path);
}

int main(int argc, char **argv) {
        _cleanup_free_ char *root = find_root(argc > 0 ? argv[0] : "");
        struct call c = { .root = root ? root : "", .execfd = -1 };
        int r;

        c.secure = getauxval(AT_SECURE) != 0;
        c.words = argv + (argc > 0);
        if (!c.secure && !is_called_by_kernel(argv)) {
                r = parse_options(&c, argc, argv);
                if (r >= 0)
                        return r;
        }
        if (!c.words[0])
                return quit_with_message("argument required");
        c.path = *c.words++;
        auxv_receive(&c.argv0, &c.words, &c.execfd);
        return dispatch_file(&c);
}
