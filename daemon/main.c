/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line of binfmtd. */

#include "api/org-binfmtd.h"
#include "daemon/front/bus.h"
#include "daemon/log.h"
#include "daemon/loop.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>

#define EXIT_USAGE 2

struct command_line {
        struct options options;
        char root[PATH_MAX];
        struct interfaces interfaces;
        bool elsewhere; /* not the machine's own table: the well-known addresses are left to its daemon */
        int level;
        bool once;
};

enum {
        OPTION_ROOT = 256,
        OPTION_INSTANCE,
        OPTION_SOCKET,
        OPTION_BUS,
        OPTION_LEVEL,
        OPTION_ONCE,
        OPTION_FORCE,
        OPTION_VERSION,
};

static int print_daemon_help(void) {
        puts("Usage: binfmtd [OPTION...]\n"
             "\n"
             "Keeps the kernel's table of foreign binary formats equal to what is declared.\n"
             "\n"
             "      --root=DIR           look up definitions and interpreters below DIR\n"
             "      --binfmt-misc=DIR    use the instance of binfmt_misc that is mounted on DIR\n"
             "      --socket=PATH        answer there over Varlink; the default is\n"
             "                           " BINFMTD_SOCKET ", if neither of those is given\n"
             "      --bus=ADDRESS        answer there over D-Bus; the default is the system bus,\n"
             "                           if neither of those is given\n"
             "      --log-level=LEVEL    err, warning, info (the default) or debug\n"
             "      --once               make the table as declared, and exit\n"
             "      --force              keep also the table of a machine around this chroot or container\n"
             "  -h, --help               show this\n"
             "      --version            show the version\n"
             "\n"
             "SIGTERM stops it and removes its entries, SIGUSR1 leaves them in use, SIGHUP makes\n"
             "it read everything again. See binfmtd(8), binfmtd-conf(5), binfmtctl(1).");
        return EXIT_SUCCESS;
}

static int wrong_usage(const char *what, const char *word) {
        const struct log_record r = { .level = LOG_ERR, .hint = "binfmtd --help" };

        log_write(&r, "%s: %s", what, word);
        return EXIT_USAGE;
}

static int set_daemon_root(struct command_line *l, const char *path) {
        if (!realpath(path, l->root)) {
                log_say(LOG_ERR, "--root=%s: %s", path, strerror(errno));
                return EXIT_FAILURE;
        }
        l->options.root = streq(l->root, "/") ? "" : l->root;
        l->elsewhere = l->elsewhere || *l->options.root;
        return -1;
}

static int set_daemon_option(struct command_line *l, int key, char **argv) {
        switch (key) {
        case OPTION_ROOT:
                return set_daemon_root(l, optarg);
        case OPTION_INSTANCE:
                l->options.instance = optarg;
                l->elsewhere = true;
                return -1;
        case OPTION_SOCKET:
                l->interfaces.socket = optarg;
                return -1;
        case OPTION_BUS:
                l->interfaces.bus = optarg;
                return -1;
        case OPTION_LEVEL:
                l->level = log_level_from_name(optarg);
                return l->level >= 0 ? -1 : wrong_usage("no such log level", optarg);
        case OPTION_ONCE:
                l->once = true;
                return -1;
        case OPTION_FORCE:
                l->options.force = true;
                return -1;
        case OPTION_VERSION:
                puts("binfmtd " PACKAGE_VERSION);
                return EXIT_SUCCESS;
        case 'h':
                return print_daemon_help();
        case ':':
                return wrong_usage("an argument is missing", argv[optind - 1]);
        default:
                return wrong_usage("no such option, or it takes no argument", argv[optind - 1]);
        }
}

/* Returns -1 to go on, or an exit code. */
static int parse_daemon_options(struct command_line *l, int argc, char **argv) {
        static const struct option options[] = {
                { "root", required_argument, NULL, OPTION_ROOT },
                { "binfmt-misc", required_argument, NULL, OPTION_INSTANCE },
                { "socket", required_argument, NULL, OPTION_SOCKET },
                { "bus", required_argument, NULL, OPTION_BUS },
                { "log-level", required_argument, NULL, OPTION_LEVEL },
                { "once", no_argument, NULL, OPTION_ONCE },
                { "force", no_argument, NULL, OPTION_FORCE },
                { "help", no_argument, NULL, 'h' },
                { "version", no_argument, NULL, OPTION_VERSION },
                { 0 },
        };
        int key, r = -1;

        opterr = 0;
        while (r < 0 && (key = getopt_long(argc, argv, ":h", options, NULL)) >= 0)
                r = set_daemon_option(l, key, argv);
        if (r < 0 && optind < argc)
                r = wrong_usage("nothing can be done with this word", argv[optind]);
        return r;
}

static int run_daemon(const struct command_line *l) {
        _cleanup_(loop_freep) struct loop *loop = NULL;
        int r = loop_new(&l->options, &loop);

        if (r < 0) {
                log_say(LOG_ERR, "cannot start: %s", strerror(-r));
                return EXIT_FAILURE;
        }
        if (l->once)
                return loop_run_once(loop) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
        r = loop_run(loop, &l->interfaces);
        if (r < 0 && r != -EBUSY)
                log_say(LOG_ERR, "cannot go on: %s", strerror(-r));
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv) {
        struct command_line l = {
                .options = { .root = "", .instance = TABLE_DEFAULT_PATH },
                .level = LOG_INFO,
        };
        int r;

        log_open(LOG_INFO);
        r = parse_daemon_options(&l, argc, argv);
        if (r >= 0)
                return r;
        log_open(l.level);
        if (!l.elsewhere && !l.interfaces.socket)
                l.interfaces.socket = BINFMTD_SOCKET;
        if (!l.elsewhere && !l.interfaces.bus)
                l.interfaces.bus = bus_system_address();
        return run_daemon(&l);
}
