/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The cost of asking a running binfmtd, over Varlink and over D-Bus, beside a bare socket that answers with
 * as many bytes; and the memory that it holds after 100,000 calls. See bench/README.md.
 *
 * api BUILDDIR [FORMATS…] */

#include "bench/api-client.h"
#include "bench/machine.h"
#include "engine/system/namespace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS      2000u /* at most … */
#define SECONDS    4.0   /* … or so long */
#define ENOUGH     20u   /* but not less than that */
#define MANY       100000u
#define PATIENCE   60.0 /* seconds, for a start */

#define MANAGER    "/org/binfmtd1", "org.binfmtd1.Manager"
#define PROPERTIES "/org/binfmtd1", "org.freedesktop.DBus.Properties"
#define OBJECTS    "/org/binfmtd1", "org.freedesktop.DBus.ObjectManager"

struct sockets {
        char *varlink, *bus;
};

struct times {
        double seconds[CALLS], all;
        size_t n;
};

static int call_timed(struct client *c, struct times *t) {
        double begin = now();
        int r = client_call(c);

        if (r < 0)
                return r;
        t->seconds[t->n] = now() - begin;
        t->all += t->seconds[t->n++];
        return 0;
}

static double part(const struct times *t, unsigned percent) {
        return t->seconds[t->n * percent / 100];
}

/* In turn with the echo, so that a machine that slows down slows both down. */
static int compare(const char *what, struct client *c) {
        static struct times ours, bare;
        struct client echo = { .fd = -1 };
        double begin = now();
        int r = client_call(c); /* a warm-up, which tells the size */

        ours = bare = (struct times){ 0 };
        if (r >= 0)
                r = client_echo(c, &echo);
        if (r >= 0)
                r = client_call(&echo);
        while (r >= 0 && ours.n < CALLS && (ours.n < ENOUGH || now() - begin < SECONDS)) {
                r = call_timed(&echo, &bare);
                if (r >= 0)
                        r = call_timed(c, &ours);
        }
        client_clear(&echo);
        if (r < 0)
                return fprintf(stderr, "%s: %s\n", what, strerror(-r)), r;
        qsort(ours.seconds, ours.n, sizeof(double), compare_doubles);
        qsort(bare.seconds, bare.n, sizeof(double), compare_doubles);
        printf("%-26s %8zu bytes %8.0f calls/s  p50 %9.3f ms  p99 %9.3f ms  to an echo: "
               "calls 1/%-6.1f p50 %6.1f  p99 %6.1f\n",
               what, c->answer_size, (double) ours.n / ours.all, part(&ours, 50) * 1e3,
               part(&ours, 99) * 1e3, ours.all / bare.all, part(&ours, 50) / part(&bare, 50),
               part(&ours, 99) / part(&bare, 99));
        return 0;
}

static int connect_all(const struct sockets *s, struct client c[static 5]) {
        int r = client_varlink(s->varlink, "org.binfmtd.GetStatus", false, &c[0]);

        if (r >= 0)
                r = client_varlink(s->varlink, "org.binfmtd.List", true, &c[1]);
        if (r >= 0)
                r = client_bus(s->bus, PROPERTIES, "GetAll", "org.binfmtd1.Manager", &c[2]);
        if (r >= 0)
                r = client_bus(s->bus, MANAGER, "ListFormats", NULL, &c[3]);
        return r < 0 ? r : client_bus(s->bus, OBJECTS, "GetManagedObjects", NULL, &c[4]);
}

static int compare_all(struct client c[static 5]) {
        static const char *const names[] = { "Varlink GetStatus", "Varlink List", "D-Bus GetAll(Manager)",
                                             "D-Bus ListFormats", "D-Bus GetManagedObjects" };
        int r = 0;

        for (size_t i = 0; i < ELEMENTSOF(names) && r >= 0; i++)
                r = compare(names[i], &c[i]);
        return r;
}

/* RssAnon, KiB; or negative. */
static long memory(pid_t pid) {
        _cleanup_free_ char *path = format_path("/proc/%d/status", (int) pid);
        FILE *f = fopen(path, "re");
        char line[128];
        long n = -1;

        while (f && fgets(line, sizeof line, f) && sscanf(line, "RssAnon: %ld", &n) != 1)
                ;
        if (f)
                fclose(f);
        return n;
}

static int repeat(const struct machine *m, const char *what, struct client *c) {
        long before;
        int r = 0;

        for (unsigned i = 0; i < MANY / 100 && r >= 0; i++)
                r = client_call(c);
        before = memory(m->daemon);
        for (unsigned i = 0; i < MANY && r >= 0; i++)
                r = client_call(c);
        printf("%-26s %u calls: RssAnon %ld KiB before, %ld KiB after\n", what, MANY, before,
               memory(m->daemon));
        return r;
}

static int await(const struct machine *m, const struct sockets *s) {
        _cleanup_free_ char *ready = format_path("grep -q '^binfmtd: ready: ' '%s' 2>/dev/null", m->log);
        double begin = now();

        while (now() - begin < PATIENCE) {
                struct client c = { .fd = -1 };
                int r = system(ready) == 0 ? client_bus(s->bus, MANAGER, "ListFormats", NULL, &c) : -EAGAIN;

                if (r >= 0)
                        r = client_call(&c);
                client_clear(&c);
                if (r >= 0)
                        return 0;
                usleep(20000);
        }
        return -ETIMEDOUT;
}

static int run(const char *builddir, const char *dir, const struct sockets *s, unsigned n, bool often) {
        _cleanup_free_ char *varlink = format_path("--socket=%s", s->varlink);
        _cleanup_free_ char *bus = format_path("--bus=unix:path=%s", s->bus);
        struct client clients[5] = { { .fd = -1 }, { .fd = -1 }, { .fd = -1 }, { .fd = -1 }, { .fd = -1 } };
        struct machine m = { 0 };
        int r = machine_make(dir, n, &m);

        if (r >= 0)
                r = machine_start(&m, builddir, varlink, bus);
        if (r >= 0)
                r = await(&m, s);
        if (r >= 0)
                r = connect_all(s, clients);
        if (r >= 0) {
                printf("%u formats\n", n);
                r = compare_all(clients);
        }
        if (r >= 0 && often)
                r = repeat(&m, "Varlink GetStatus", &clients[0]);
        if (r >= 0 && often)
                r = repeat(&m, "D-Bus GetAll(Manager)", &clients[2]);
        if (r < 0)
                fprintf(stderr, "%u formats: %s\n", n, strerror(-r));
        for (size_t i = 0; i < ELEMENTSOF(clients); i++)
                client_clear(&clients[i]);
        machine_clear(&m);
        return r;
}

/* A bus with the limits of the usual one, where everybody may do everything. */
static pid_t start_bus(const char *dir, const char *socket) {
        _cleanup_free_ char *path = format_path("%s/bus.conf", dir);
        _cleanup_free_ char *config = format_path("--config-file=%s", path);
        FILE *f = fopen(path, "we");
        pid_t pid;

        if (!f ||
            fprintf(f,
                    "<busconfig><type>system</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>"
                    "<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
                    "<allow send_type=\"*\"/><allow receive_type=\"*\"/></policy></busconfig>\n",
                    socket) < 0 ||
            fclose(f) != 0)
                return -1;
        pid = fork();
        if (pid == 0) {
                execlp("dbus-daemon", "dbus-daemon", config, "--nofork", "--nopidfile", NULL);
                _exit(127);
        }
        return pid;
}

int main(int argc, char **argv) {
        char *usual[] = { (char *) "30", (char *) "10000", NULL }, **sizes = argc > 2 ? argv + 2 : usual;
        char dir[] = "/tmp/bench-api-XXXXXX";
        _cleanup_free_ char *command = NULL;
        const char *why, *hint;
        struct namespace ns;
        struct sockets s;
        pid_t bus;
        int r = 0;

        if (argc < 2)
                return EXIT_FAILURE;
        umask(022);
        setvbuf(stdout, NULL, _IOLBF, 0);
        if (namespace_enter(INSTANCE, &ns, &why, &hint) < 0)
                return fprintf(stderr, "%s\n", why), EXIT_FAILURE;
        if (!mkdtemp(dir) || chmod(dir, 0755) < 0)
                return EXIT_FAILURE;
        s = (struct sockets){ format_path("%s/varlink", dir), format_path("%s/bus", dir) };
        bus = start_bus(dir, s.bus);

        for (char **size = sizes; *size && r >= 0; size++)
                r = run(argv[1], dir, &s, (unsigned) atoi(*size), size == sizes);
        if (bus > 0 && kill(bus, SIGTERM) >= 0)
                waitpid(bus, NULL, 0);
        command = format_path("rm -rf '%s'", dir);
        (void) !system(command);
        free(s.varlink);
        free(s.bus);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
