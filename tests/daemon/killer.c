/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kills a daemon again and again at random moments, while it starts and while it follows changes, and looks
 * at what it leaves: every format is served, by its entry or by a stand-in; and after the next start the
 * table is as declared.
 *
 * killer DAEMON ROOT ROUNDS SEED  with the instance at its usual place and one entry `foreign` in it */

#include "model/base/macro.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define INSTANCE "/proc/sys/fs/binfmt_misc"
#define STEADY   12u           /* formats that are always declared; `k00` overlaps with all others */
#define FORMATS  (STEADY + 3u) /* and those that come and go */
#define REACTION 5000u         /* microseconds in which a change is followed, mostly in a fifth of that */

struct world {
        const char *daemon, *root;
        pid_t pid;
        int log;
        unsigned start;          /* how long a start takes, microseconds */
        char *expected[FORMATS]; /* flags; NULL: not declared */
        ino_t foreign;
        unsigned unfinished, stand_ins; /* deaths that left work to do, and those that left a stand-in */
};

static unsigned random_below(unsigned n) {
        return (unsigned) random() % n;
}

static uint64_t now(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (uint64_t) t.tv_sec * 1000000 + (uint64_t) t.tv_nsec / 1000;
}

static int fail(const char *what, const char *name) {
        fprintf(stderr, "%s: %s\n", name, what);
        return -1;
}

/* Changes what is declared of one format. */
static void declare(struct world *w, unsigned i) {
        bool p = random_below(2), o = random_below(2), f = random_below(3) == 0;
        char path[4096], beside[4096];
        FILE *out;

        snprintf(path, sizeof path, "%s/usr/lib/binfmtd/conf.d/k%02u.conf", w->root, i);
        snprintf(beside, sizeof beside, "%s/usr/lib/binfmtd/conf.d/.new", w->root);
        free(w->expected[i]);
        w->expected[i] = NULL;
        if (i >= STEADY && random_below(2)) {
                (void) unlink(path);
                return;
        }
        out = fopen(beside, "we");
        if (!out)
                abort();
        fprintf(out, "[k%02u]\nInterpreter=/usr/bin/right\n", i);
        fprintf(out, i == 0 ? "Magic=KILL\n" : "Magic=KILL %02u\n", i);
        fprintf(out, "PreserveArgv0=%s\nOpenBinary=%s\nFixBinary=%s\n", p ? "yes" : "no", o ? "yes" : "no",
                f ? "yes" : "no");
        if (fclose(out) != 0 || rename(beside, path) < 0 ||
            asprintf(&w->expected[i], "flags: %s%s%s\n", p ? "P" : "", o ? "O" : "", f ? "F" : "") < 0)
                abort();
}

static void start(struct world *w) {
        int pipe_fds[2];

        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                abort();
        w->pid = fork();
        if (w->pid == 0) {
                dup2(pipe_fds[1], STDERR_FILENO);
                execl(w->daemon, w->daemon, "--root", w->root, NULL);
                _exit(127);
        }
        close(pipe_fds[1]);
        w->log = pipe_fds[0];
}

static int await_ready(struct world *w) {
        static char text[1 << 16];
        size_t n = 0;
        ssize_t got;

        while (n < sizeof text - 1 && (got = read(w->log, text + n, sizeof text - 1 - n)) > 0) {
                n += (size_t) got;
                text[n] = 0;
                if (strstr(text, "ready: "))
                        return 0;
        }
        text[n] = 0;
        return fail("did not become ready", text);
}

static void slay(struct world *w) {
        kill(w->pid, SIGKILL);
        waitpid(w->pid, NULL, 0);
        close(w->log);
}

static bool exists(const char *name, const char *suffix) {
        char path[128];

        snprintf(path, sizeof path, INSTANCE "/%s%s", name, suffix);
        return access(path, F_OK) == 0;
}

/* Is the entry as declared? */
static bool entry_is(const char *name, const char *flags) {
        char path[128], text[4096] = "";
        struct stat st;
        ssize_t n;
        int fd;

        snprintf(path, sizeof path, INSTANCE "/%s", name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        n = read(fd, text, sizeof text - 1);
        if (n < 0 || fstat(fd, &st) < 0)
                abort();
        close(fd);
        return (st.st_mode & S_ISVTX) && strstr(text, flags);
}

static ino_t foreign(void) {
        struct stat st;

        return stat(INSTANCE "/foreign", &st) < 0 || (st.st_mode & S_ISVTX) ? 0 : st.st_ino;
}

/* After a kill: every steady format must have its entry or a stand-in, and foreign entries must be
 * untouched. */
static int check_left(struct world *w) {
        bool unfinished = false, stand_in = false;
        char name[8];

        for (unsigned i = 0; i < FORMATS; i++) {
                bool entry, shadow;

                snprintf(name, sizeof name, "k%02u", i);
                entry = exists(name, "");
                shadow = exists(name, "~binfmtd");
                stand_in = stand_in || shadow;
                unfinished = unfinished || (w->expected[i] ? !entry_is(name, w->expected[i]) : entry);
                if (i < STEADY && !entry && !shadow)
                        return fail("neither its entry nor a stand-in is there", name);
        }
        w->unfinished += unfinished;
        w->stand_ins += stand_in;
        return foreign() == w->foreign ? 0 : fail("was touched", "foreign");
}

/* The order of the directory is that of matching: k00 stands below all that overlap with it. */
static int check_order(void) {
        DIR *d = opendir(INSTANCE);
        const struct dirent *e;
        bool below = false, bad = false;

        if (!d)
                abort();
        while ((e = readdir(d))) {
                bad = bad || (below && e->d_name[0] == 'k');
                below = below || streq(e->d_name, "k00");
        }
        closedir(d);
        return bad ? fail("stands above a more special one", "k00") : 0;
}

/* After the next start everything is as declared. */
static int check_right(struct world *w) {
        char name[8];

        for (unsigned i = 0; i < FORMATS; i++) {
                snprintf(name, sizeof name, "k%02u", i);
                if (exists(name, "~binfmtd"))
                        return fail("its stand-in is still there", name);
                if (w->expected[i] ? !entry_is(name, w->expected[i]) : exists(name, ""))
                        return fail("is not as declared", name);
        }
        return foreign() == w->foreign ? check_order() : fail("was touched", "foreign");
}

static void change_some(struct world *w) {
        unsigned n = 1 + random_below(FORMATS);

        while (n-- > 0)
                declare(w, random_below(FORMATS));
}

/* The daemon runs and has nothing to do; in the end, too. */
static int one_round(struct world *w) {
        unsigned time = random_below(4) ? REACTION / 5 : REACTION;

        if (random_below(2)) {
                slay(w);
                change_some(w);
                start(w);
                time = w->start;
        } else
                change_some(w);
        usleep(random_below(time));
        slay(w);
        if (check_left(w) < 0)
                return -1;
        start(w);
        return await_ready(w) < 0 ? -1 : check_right(w);
}

static int begin(struct world *w) {
        uint64_t before;

        for (unsigned i = 0; i < FORMATS; i++)
                declare(w, i);
        w->foreign = foreign();
        before = now();
        start(w);
        if (await_ready(w) < 0)
                return -1;
        w->start = (unsigned) (now() - before) * 5 / 4;
        return w->foreign == 0 ? fail("is not there", "foreign") : check_right(w);
}

int main(int argc, char **argv) {
        struct world w = { 0 };
        unsigned rounds, done = 0;
        int r;

        if (argc != 5)
                return 2;
        w.daemon = argv[1];
        w.root = argv[2];
        rounds = (unsigned) atoi(argv[3]);
        srandom((unsigned) atoi(argv[4]));
        r = begin(&w);
        while (r >= 0 && done < rounds) {
                r = one_round(&w);
                done++;
        }
        slay(&w);
        printf("%u deaths, %u with work undone, %u with a stand-in; a start takes %u us; seed %s\n", done,
               w.unfinished, w.stand_ins, w.start, argv[4]);
        for (unsigned i = 0; i < FORMATS; i++)
                free(w.expected[i]);
        return r < 0 || (rounds >= 500 && (w.unfinished == 0 || w.stand_ins == 0));
}
