/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line of update-binfmts, as GNU argp reads it: options may be abbreviated and stand anywhere,
 * and an action takes the words that follow it, whatever they look like. */

#include "compat/update-binfmts.h"
#include "compat/messages.h"
#include "engine/system/surroundings.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define EXIT_WRONG 2

enum option_key {
        OPTION_INSTALL = 256,
        OPTION_REMOVE,
        OPTION_IMPORT,
        OPTION_UNIMPORT,
        OPTION_DISPLAY,
        OPTION_ENABLE,
        OPTION_DISABLE,
        OPTION_FIND,
        OPTION_MAGIC,
        OPTION_MASK,
        OPTION_OFFSET,
        OPTION_EXTENSION,
        OPTION_DETECTOR,
        OPTION_CREDENTIALS,
        OPTION_PRESERVE,
        OPTION_FIX_BINARY,
        OPTION_PACKAGE,
        OPTION_ADMINDIR,
        OPTION_IMPORTDIR,
        OPTION_PROCDIR,
        OPTION_TEST,
        OPTION_FORCE,
        OPTION_HELP,
        OPTION_USAGE,
        OPTION_VERSION,
};

static const struct option options[] = {
        { "install", no_argument, NULL, OPTION_INSTALL },
        { "remove", no_argument, NULL, OPTION_REMOVE },
        { "import", no_argument, NULL, OPTION_IMPORT },
        { "unimport", no_argument, NULL, OPTION_UNIMPORT },
        { "display", no_argument, NULL, OPTION_DISPLAY },
        { "enable", no_argument, NULL, OPTION_ENABLE },
        { "disable", no_argument, NULL, OPTION_DISABLE },
        { "find", no_argument, NULL, OPTION_FIND },
        { "magic", required_argument, NULL, OPTION_MAGIC },
        { "mask", required_argument, NULL, OPTION_MASK },
        { "offset", required_argument, NULL, OPTION_OFFSET },
        { "extension", required_argument, NULL, OPTION_EXTENSION },
        { "detector", required_argument, NULL, OPTION_DETECTOR },
        { "credentials", required_argument, NULL, OPTION_CREDENTIALS },
        { "preserve", required_argument, NULL, OPTION_PRESERVE },
        { "fix-binary", required_argument, NULL, OPTION_FIX_BINARY },
        { "package", required_argument, NULL, OPTION_PACKAGE },
        { "admindir", required_argument, NULL, OPTION_ADMINDIR },
        { "importdir", required_argument, NULL, OPTION_IMPORTDIR },
        { "procdir", required_argument, NULL, OPTION_PROCDIR },
        { "test", no_argument, NULL, OPTION_TEST },
        { "force", no_argument, NULL, OPTION_FORCE },
        { "help", no_argument, NULL, OPTION_HELP },
        { "usage", no_argument, NULL, OPTION_USAGE },
        { "version", no_argument, NULL, OPTION_VERSION },
        { 0 },
};

struct command_line {
        struct place place;
        int action; /* an option's key; 0: none */
        int type;   /* likewise: magic or extension */
        const char *name;
        const char *path;   /* second word of the action, or the word of --find */
        struct given given; /* borrowed from argv */
};

static const char usage_lines[] = "Usage: update-binfmts [OPTION...] --install <name> <path> <spec>\n"
                                  "  or:  update-binfmts [OPTION...] --remove <name> <path>\n"
                                  "  or:  update-binfmts [OPTION...] --import [<name>]\n"
                                  "  or:  update-binfmts [OPTION...] --unimport [<name>]\n"
                                  "  or:  update-binfmts [OPTION...] --display [<name>]\n"
                                  "  or:  update-binfmts [OPTION...] --enable [<name>]\n"
                                  "  or:  update-binfmts [OPTION...] --disable [<name>]\n"
                                  "  or:  update-binfmts [OPTION...] --find <path>\n";

static int print_help(void) {
        fputs(usage_lines, stdout);
        puts("\n"
             "where <spec> is one of\n"
             "\n"
             "      --magic <byte-sequence> [--mask <byte-sequence>] [--offset <offset>]\n"
             "      --extension <extension>\n"
             "\n"
             "and to it may be added\n"
             "\n"
             "      --detector <path>          a program that decides whether a file is meant\n"
             "      --credentials yes|no       use the credentials of the original binary\n"
             "      --preserve yes|no          preserve argv[0] of the original binary\n"
             "      --fix-binary yes|no        open the interpreter now, for chroots and containers\n"
             "\n"
             "      --package=PACKAGE-NAME     for --install and --remove, the current package's name\n"
             "      --admindir=DIRECTORY       administration directory (default: " PLACE_ADMINDIR ")\n"
             "      --importdir=DIRECTORY      import directory (default: " PLACE_IMPORTDIR ")\n"
             "      --test                     don't do anything, just demonstrate\n"
             "      --force                    change also the table of a machine around this chroot\n"
             "  -?, --help                     print this and exit\n"
             "      --usage                    print how to call it and exit\n"
             "  -V, --version                  print the version and exit");
        return EXIT_SUCCESS;
}

/* Both print the message and return the exit code, as argp_failure() and argp_error(); the latter also says
 * where to find help. */
static int report_failure(const char *format, ...) _printf_(1, 2);
static int fail_usage(const char *format, ...) _printf_(1, 2);

static int report_failure(const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        message_print("", format, ap, 0);
        va_end(ap);
        return EXIT_WRONG;
}

static int try_help(void) {
        fputs("Try 'update-binfmts --help' or 'update-binfmts --usage' for more information.\n", stderr);
        return EXIT_WRONG;
}

static int fail_usage(const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        message_print("", format, ap, 0);
        va_end(ap);
        return try_help();
}

static const char *option_name(int key) {
        for (const struct option *o = options; o->name; o++)
                if (o->val == key)
                        return o->name;
        return "";
}

static void complain_unless_executable(const char *path) {
        if (access(path, X_OK) < 0)
                complain("no executable %s found, but continuing anyway as you request", path);
}

/* Takes the words behind an action. -1 to go on, or an exit code. */
static int accept_action(struct command_line *l, int key, int argc, char **argv) {
        int left = argc - optind;

        if (l->action)
                return fail_usage("two modes given: --%s and --%s", option_name(l->action),
                                  option_name(key));
        l->action = key;
        if (key == OPTION_INSTALL || key == OPTION_REMOVE) {
                if (left < 2)
                        return fail_usage("--%s needs <name> <path>", option_name(key));
                l->name = argv[optind++];
                l->path = argv[optind++];
                complain_unless_executable(l->path);
        } else if (key == OPTION_FIND) {
                if (left < 1)
                        return fail_usage("--find needs <path>");
                l->path = argv[optind++];
        } else if (left > 0)
                l->name = argv[optind++];
        return -1;
}

static int accept_spec(struct command_line *l, int key) {
        static const enum admin_file_field fields[] = {
                [OPTION_MAGIC - OPTION_MAGIC] = ADMIN_MAGIC,
                [OPTION_MASK - OPTION_MAGIC] = ADMIN_MASK,
                [OPTION_OFFSET - OPTION_MAGIC] = ADMIN_OFFSET,
                [OPTION_EXTENSION - OPTION_MAGIC] = ADMIN_EXTENSION,
                [OPTION_DETECTOR - OPTION_MAGIC] = ADMIN_DETECTOR,
                [OPTION_CREDENTIALS - OPTION_MAGIC] = ADMIN_CREDENTIALS,
                [OPTION_PRESERVE - OPTION_MAGIC] = ADMIN_PRESERVE,
                [OPTION_FIX_BINARY - OPTION_MAGIC] = ADMIN_FIX_BINARY,
        };
        char **value = &l->given.values[fields[key - OPTION_MAGIC]];

        if (key == OPTION_MAGIC || key == OPTION_EXTENSION) {
                if (l->type)
                        return fail_usage("two binary format specifications given: --%s and --%s",
                                          option_name(l->type), option_name(key));
                l->type = key;
        }
        if (*value && (key == OPTION_MASK || key == OPTION_OFFSET || key == OPTION_DETECTOR))
                return fail_usage("more than one --%s option given", option_name(key));
        *value = optarg;
        if (key == OPTION_OFFSET && strspn(optarg, "0123456789") != strlen(optarg))
                return report_failure("offset must be a whole number");
        if (key == OPTION_DETECTOR)
                complain_unless_executable(optarg);
        return -1;
}

static int accept_option(struct command_line *l, int key, int argc, char **argv) {
        struct place *p = &l->place;

        if (key >= OPTION_INSTALL && key <= OPTION_FIND)
                return accept_action(l, key, argc, argv);
        if (key >= OPTION_MAGIC && key <= OPTION_FIX_BINARY)
                return accept_spec(l, key);
        switch (key) {
        case OPTION_PACKAGE:
                if (p->package)
                        return fail_usage("more than one --%s option given", option_name(key));
                p->package = optarg;
                return -1;
        case OPTION_ADMINDIR:
                p->admindir = optarg;
                return -1;
        case OPTION_IMPORTDIR:
                p->importdir = optarg;
                return -1;
        case OPTION_PROCDIR:
                p->procdir = optarg;
                return -1;
        case OPTION_TEST:
                p->test = true;
                return -1;
        case OPTION_FORCE:
                p->force = true;
                return -1;
        case OPTION_USAGE:
                fputs(usage_lines, stdout);
                return EXIT_SUCCESS;
        case OPTION_VERSION:
        case 'V':
                puts("update-binfmts (binfmtd) " PACKAGE_VERSION);
                return EXIT_SUCCESS;
        case OPTION_HELP:
                return print_help();
        default:
                return streq(argv[optind - 1], "-?") ? print_help() : try_help();
        }
}

static int check_command_line(const struct command_line *l) {
        bool by_path = l->action == OPTION_IMPORT || l->action == OPTION_UNIMPORT;

        if (!l->action)
                return fail_usage(
                                "you must use one of --install, --remove, --import, --unimport, --display, --enable, --disable, --find");
        if (l->action == OPTION_INSTALL && !l->type)
                return fail_usage("--install requires a <spec> option");
        if (l->name && !by_path && name_is_reserved(l->name))
                return report_failure("binary format name '%s' is reserved", l->name);
        if (l->name && !by_path && (!*l->name || strchr(l->name, '/')))
                return report_failure("binary format name '%s' is empty or contains a slash", l->name);
        return -1;
}

/* -1 to go on, or an exit code. */
static int parse_command_line(struct command_line *l, int argc, char **argv) {
        struct place *p = &l->place;
        int key, r = -1;

        while (r < 0 && (key = getopt_long(argc, argv, "V?", options, NULL)) >= 0)
                r = accept_option(l, key, argc, argv);
        if (r >= 0)
                return r;
        if (optind < argc)
                return fail_usage("Too many arguments");
        r = check_command_line(l);
        if (!p->package)
                p->package = ":";
        p->machine = streq(p->admindir, PLACE_ADMINDIR) && streq(p->importdir, PLACE_IMPORTDIR) &&
                     streq(p->procdir, PLACE_PROCDIR);
        return r;
}

static bool install_format(struct command_line *l) {
        _cleanup_(admin_file_clear) struct admin_file admin_file = { 0 };

        l->given.values[ADMIN_PACKAGE] = (char *) l->place.package;
        l->given.values[ADMIN_TYPE] = (char *) option_name(l->type);
        l->given.values[ADMIN_INTERPRETER] = (char *) l->path;
        return admin_file_make(l->name, &l->given, &admin_file) &&
               act_install(&l->place, l->name, &admin_file, true);
}

/* Packages are installed in images, too, and their scripts have to succeed there. */
static bool is_apart(const struct command_line *l) {
        const struct place *p = &l->place;
        const char *hint, *sentence;

        /* Who names a table means that one. */
        if (p->force || p->test || !streq(p->procdir, PLACE_PROCDIR) || l->action == OPTION_DISPLAY ||
            l->action == OPTION_FIND)
                return false;
        sentence = instance_owner_sentence(instance_owner_error(surroundings_find_owner(p->procdir)), &hint);
        if (sentence)
                complain("%s (--force changes it)", sentence);
        return sentence;
}

static bool run_action(struct command_line *l) {
        const struct place *p = &l->place;

        switch (l->action) {
        case OPTION_INSTALL:
                return install_format(l);
        case OPTION_REMOVE:
                return act_remove(p, l->name, p->package, true);
        case OPTION_IMPORT:
                return act_import(p, l->name);
        case OPTION_UNIMPORT:
                return act_unimport(p, l->name);
        case OPTION_DISPLAY:
                return act_display(p, l->name);
        case OPTION_ENABLE:
                return act_enable(p, l->name);
        case OPTION_DISABLE:
                return act_disable(p, l->name);
        default:
                return act_find(p, l->path);
        }
}

int main(int argc, char **argv) {
        struct command_line l = {
                .place = { .admindir = PLACE_ADMINDIR,
                           .importdir = PLACE_IMPORTDIR,
                           .procdir = PLACE_PROCDIR },
        };
        int r;

        argv[0] = (char *) "update-binfmts";
        r = parse_command_line(&l, argc, argv);
        if (r >= 0)
                return r;
        l.place.apart = is_apart(&l);
        if (l.place.machine)
                place_find_admindir(&l.place);
        return run_action(&l) ? EXIT_SUCCESS : report_failure("exiting due to previous errors");
}
