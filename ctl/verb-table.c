/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/verb-table.h"
#include "model/base/similar.h"

#include <stdio.h>

const struct verb verbs[] = {
        { "list", "[NAME|GLOB…]", 0, -1, "Show all formats, declared and registered (the default)",
          "Joins what is declared with what the kernel holds: one line a format, with its state and, where the\n"
          "state does not say all, the reason. Entries that nobody declared are 'foreign'.\n\n"
          "Columns: NAME STATE MATCHES INTERPRETER FLAGS SOURCE DESCRIPTION MACHINE PLATFORM PRIORITY\n"
          "DETAILS REASON. DETAILS is the reason if there is one, else the interpreter: what terminals of\n"
          "fewer than 120 columns get instead of both.\n\n"
          "Examples:\n"
          "  binfmtctl list 'qemu-*'\n"
          "  binfmtctl list --columns=NAME,STATE,REASON\n"
          "  binfmtctl list --json | jq -r '.[] | select(.state == \"inactive\").name'\n",
          verb_list, false },
        { "show", "NAME|GLOB…", 1, -1, "Show all that is known of a format",
          "All definitions of that name with the one that counts first, what amends it, its pattern, what is\n"
          "known of each interpreter, the entry as the kernel holds it, and what is wrong or doubtful.\n\n"
          "Example:\n"
          "  binfmtctl show qemu-aarch64\n",
          verb_show, false },
        { "status", "", 0, 0, "Show the instance and how many formats are in which state",
          "Example:\n"
          "  binfmtctl status\n",
          verb_status, false },
        { "explain", "FILE", 1, 1, "Say why a file runs, or why it does not",
          "Decides as the kernel would: which format takes the file, which interpreter then, and so on to the end;\n"
          "what is missing, and what to do about it. Nothing is executed. FILE is a path, not looked for in $PATH;\n"
          "with --root, one inside DIR, and the answer is for who lives in that chroot.\n\n"
          "Exit status: 0 it runs, 1 it does not, 2 that cannot be told.\n\n"
          "Examples:\n"
          "  binfmtctl explain ./hello\n"
          "  binfmtctl explain --root=/srv/image /usr/bin/hello\n"
          "  binfmtctl explain --suggest ./game.exe > /etc/binfmtd/conf.d/game.conf\n",
          verb_explain, false },
        { "enable", "NAME|GLOB…", 1, -1, "Switch formats on, for good",
          "Takes back what switched them off, or overrules it by an override below /etc (with --runtime:\n"
          "below /run, until the next boot), and has it take effect. It survives reboots and upgrades.\n\n"
          "Examples:\n"
          "  binfmtctl enable qemu-arm\n"
          "  binfmtctl enable --runtime 'qemu-mips*'\n",
          verb_enable, false },
        { "disable", "NAME|GLOB…", 1, -1, "Switch formats off, for good",
          "Writes an override below /etc (with --runtime: below /run, until the next boot), and has it take\n"
          "effect: the entries are removed. It survives reboots and upgrades.\n\n"
          "Examples:\n"
          "  binfmtctl disable qemu-arm\n"
          "  binfmtctl disable --runtime '*'\n",
          verb_disable, false },
        { "reload", "", 0, 0, "Have everything read again",
          "The daemon sees changes by itself; this also has it look where it was not told of one, and waits\n"
          "until the kernel's table follows. Without a daemon it is 'apply', and only then prints JSON.\n\n"
          "Example:\n"
          "  binfmtctl reload\n",
          verb_reload, false },
        { "monitor", "[NAME|GLOB…]", 0, -1, "Show each change as it happens",
          "One line for each format that comes, goes or changes, until the daemon ends or it is stopped. With\n"
          "--json, one object a line; the first one says that nothing will be missed from now on.\n"
          "With --root or --binfmt-misc, --socket has to name the daemon that looks after these.\n\n"
          "Examples:\n"
          "  binfmtctl monitor\n"
          "  binfmtctl monitor --json 'qemu-*'\n",
          verb_monitor, false },
        { "save", "NAME|GLOB…", 1, -1, "Make entries of somebody else ours",
          "Writes a drop-in into /etc/binfmtd/conf.d for each, which says what the kernel holds: for what\n"
          "docker's helper or another program registered, and would be gone after the next boot. It prints\n"
          "no JSON.\n\n"
          "Examples:\n"
          "  binfmtctl save --dry-run qemu-loongarch64\n"
          "  binfmtctl save 'qemu-*'\n",
          verb_save, false },
        { "edit", "NAME", 1, 1, "Change keys of a format in an editor",
          "Opens an override of it, below /etc (with --runtime: below /run), in $VISUAL, $EDITOR, editor or vi,\n"
          "checks it, and only then puts it in its place. Every key stands in a new one with its present\n"
          "value, as a comment.\n\n"
          "Examples:\n"
          "  binfmtctl edit qemu-aarch64\n"
          "  EDITOR=nano binfmtctl edit --runtime wine\n",
          verb_edit, false },
        { "apply", "[FILE…]", 0, -1, "Make the kernel's table equal to what is declared",
          "Registers, replaces and removes what differs, and nothing else; entries of others stay as they are.\n"
          "If nothing differs, nothing is written. With files, only what these define is changed: files of\n"
          "that name that count, or any other path, which is read besides.\n\n"
          "Examples:\n"
          "  binfmtctl apply --dry-run\n"
          "  binfmtctl apply --quiet mypackage.conf\n"
          "  binfmtctl apply --wait-mount=60\n"
          "  binfmtctl apply --root=/srv/image --binfmt-misc=/srv/image/proc/sys/fs/binfmt_misc\n",
          verb_apply, false },
        { "unregister", "[NAME|GLOB…]", 0, -1, "Remove our entries from the kernel",
          "Only entries that binfmtd registered are removed, all of them if no name is given; those of others\n"
          "stay. The next apply registers them again: to keep a format out, set Enabled=no in an override.\n\n"
          "Examples:\n"
          "  binfmtctl unregister\n"
          "  binfmtctl unregister --dry-run 'qemu-mips*'\n",
          verb_unregister, false },
        { "lint", "[FILE|DIR…]", 0, -1, "Check definition files, without the kernel",
          "Reports what is wrong or doubtful about the files, and which of their formats match the same files.\n"
          "Without a word, all files that count on this machine are checked. --binfmt-misc has no effect.\n\n"
          "Examples:\n"
          "  binfmtctl lint debian/mypackage.conf\n"
          "  binfmtctl lint --strict conf.d/\n",
          verb_lint, false },
        { "cat-config", "", 0, 0, "Print every definition file that counts",
          "In the order of reading, each below a comment with its path. Masked files are named only.\n"
          "--binfmt-misc has no effect.\n\n"
          "Examples:\n"
          "  binfmtctl cat-config | less\n"
          "  binfmtctl cat-config --tldr\n",
          verb_cat_config, false },
        { "exec", "[COMMAND [ARG…]]", 0, -1, "Run a command with the formats, in an instance of its own",
          "The command sees the formats that are declared, and the machine's own table is not touched. No root\n"
          "is needed (Linux 6.7 and later). --binfmt-misc says where its instance is mounted; --json has no\n"
          "effect.\n\n"
          "Examples:\n"
          "  binfmtctl exec ./hello-aarch64\n"
          "  binfmtctl exec --add=my.conf --only-added make check\n",
          verb_exec, true },
        { "test", "[NAME|GLOB…]", 0, -1, "Test whether the registered formats work",
          "For each entry of the kernel (or those that are named), runs a tiny program of its machine through the\n"
          "kernel: as it is, and in a chroot where nothing else is. The runs happen in namespaces of their own and\n"
          "leave nothing behind; no root is needed where the kernel gives user namespaces.\n\n"
          "Results: works; outside-chroots: not in chroots and containers; fails; untestable: no program of its\n"
          "kind is at hand. The exit status is 0 if all work that can be tested, 1 if one fails, 3 if one works\n"
          "only outside of chroots, 4 if none could be tested.\n\n"
          "Examples:\n"
          "  binfmtctl test\n"
          "  binfmtctl test 'qemu-*' --timeout=60\n"
          "  binfmtctl test --json | jq -r '.[] | select(.result == \"fails\").name'\n",
          verb_test, false },
        { "doctor", "", 0, 0, "Examine the whole machine, and say what to do",
          "Looks at the instance, at everything else that registers formats, and at each entry of the kernel:\n"
          "interpreters that are missing, were replaced or do not work in containers, entries that take each\n"
          "other's files, that can never match, or that endanger the machine. Each finding has a command.\n\n"
          "The exit status is 1 if there is an error among them, 3 if there is a warning, else 0.\n\n"
          "Examples:\n"
          "  binfmtctl doctor\n"
          "  binfmtctl doctor --json | jq -r '.findings[].code'\n",
          verb_doctor, false },
        { "install", "PLATFORM|NAME|GLOB…", 1, -1, "Switch formats on for good, and register them",
          "For who comes from docker's helper. Words are platforms (linux/arm64, arm64, arm/v7, all), machines\n"
          "(aarch64), or formats. Their definitions have to be there already, as those of QEMU are, and an\n"
          "interpreter. Prints the platforms whose containers run then, as platforms --json does.\n\n"
          "Examples:\n"
          "  binfmtctl install arm64 riscv64\n"
          "  binfmtctl install --runtime all\n",
          verb_install, false },
        { "uninstall", "PLATFORM|NAME|GLOB…", 1, -1, "Switch formats off for good, and remove them",
          "The opposite of install, with the same words.\n\n"
          "Examples:\n"
          "  binfmtctl uninstall 'qemu-*'\n"
          "  binfmtctl uninstall linux/arm/v7\n",
          verb_uninstall, false },
        { "platforms", "", 0, 0, "Print the platforms whose containers run here",
          "One platform a line, as container tools write it, the machine's own first. Each is proven: a program\n"
          "of that platform ran in a chroot where nothing else is. With --json, an object with 'supported', the\n"
          "platforms, and 'emulators', the names of all entries that are switched on.\n\n"
          "Examples:\n"
          "  binfmtctl platforms\n"
          "  docker buildx build --platform \"$(binfmtctl platforms | paste -sd,)\" .\n",
          verb_platforms, false },
        { "complete", "[WORD…]", 0, -1, NULL, NULL, verb_complete, true },
        { .name = NULL },
};

const struct option_word option_words[] = {
        { "root", OPTION_ROOT, "DIR", "Look up definitions and interpreters below DIR", { 0 }, false },
        { "binfmt-misc", OPTION_INSTANCE, "DIR", "Use the instance mounted on DIR", { 0 }, false },
        { "offline",
          OPTION_OFFLINE,
          NULL,
          "Do it here, whatever daemon runs",
          { "list", "show", "status", "enable", "disable", "reload", "save", "edit" },
          false },
        { "socket",
          OPTION_SOCKET,
          "PATH",
          "Ask the daemon that listens there",
          { "list", "show", "status", "enable", "disable", "reload", "monitor", "save", "edit" },
          false },
        { "runtime",
          OPTION_RUNTIME,
          NULL,
          "Until the next boot",
          { "enable", "disable", "edit", "install", "uninstall" },
          false },
        { "now", OPTION_NOW, NULL, "At once, which they do anyway", { "enable", "disable" }, false },
        { "json", OPTION_JSON, NULL, "Print JSON", { 0 }, false },
        { "no-legend", OPTION_NO_LEGEND, NULL, "Print no headers and no summaries", { 0 }, false },
        { "color", OPTION_COLOR, "WHEN", "auto, always or never", { 0 }, true },
        { "columns", OPTION_COLUMNS, "LIST", "Print these columns", { "list" }, false },
        { "dry-run",
          OPTION_DRY_RUN,
          NULL,
          "Only say what would be done",
          { "apply", "unregister", "save" },
          false },
        { "force",
          OPTION_FORCE,
          NULL,
          "Change also the table of a machine around",
          { "apply", "unregister", "install", "uninstall", "enable", "disable", "edit", "save", "reload" },
          false },
        { "quiet", OPTION_QUIET, NULL, "Say nothing but what went wrong", { "apply", "unregister" }, false },
        { "wait-mount",
          OPTION_WAIT_MOUNT,
          "SECONDS",
          "First wait until the instance is mounted",
          { "apply" },
          true },
        { "tldr", OPTION_TLDR, NULL, "Leave comments and empty lines out", { "cat-config" }, false },
        { "strict", OPTION_STRICT, NULL, "Fail for warnings too", { "lint" }, false },
        { "suggest",
          OPTION_SUGGEST,
          NULL,
          "Print a definition that would make it run",
          { "explain" },
          false },
        { "add",
          OPTION_ADD,
          "PATH",
          "Read this file or directory besides",
          { "list", "show", "status", "explain", "apply", "exec" },
          false },
        { "only-added",
          OPTION_ONLY_ADDED,
          NULL,
          "Read nothing but what --add names",
          { "list", "show", "status", "explain", "apply", "exec" },
          false },
        { "timeout",
          OPTION_TIMEOUT,
          "SECONDS",
          "Let each run last so long (default: 10)",
          { "test", "platforms", "install", "uninstall" },
          false },
        { "help", OPTION_HELP, NULL, "Show this help", { 0 }, false },
        { "version", OPTION_VERSION, NULL, "Show the version", { 0 }, false },
        { .name = NULL },
};

const struct verb *verb_find(const char *name) {
        for (const struct verb *v = verbs; v->name; v++)
                if (streq(v->name, name))
                        return v;
        return NULL;
}

const char *verb_suggest(const char *name) {
        const char *names[ELEMENTSOF(verbs)];
        size_t n = 0;

        for (const struct verb *v = verbs; v->name; v++)
                if (v->summary)
                        names[n++] = v->name;
        return similar_word(name, names, n);
}

const struct option_word *option_word_of(int key) {
        for (const struct option_word *o = option_words; o->name; o++)
                if (o->key == key)
                        return o;
        return NULL;
}

const char *option_suggest(const char *name) {
        const char *names[ELEMENTSOF(option_words)];
        size_t n = 0;

        for (const struct option_word *o = option_words; o->name; o++)
                names[n++] = o->name;
        return similar_word(name, names, n);
}

bool option_is_for(const struct option_word *o, const struct verb *v) {
        if (!o->verbs[0])
                return true;
        for (size_t i = 0; i < ELEMENTSOF(o->verbs) && o->verbs[i]; i++)
                if (streq(o->verbs[i], v->name))
                        return true;
        return false;
}

/* Prints the options that only some verbs take, this one among them; `v` NULL: the options that all verbs
 * take. */
static void help_options(const struct verb *v) {
        for (const struct option_word *o = option_words; o->name; o++) {
                char word[64];

                if (v ? !o->verbs[0] || !option_is_for(o, v) : o->verbs[0] != NULL)
                        continue;
                snprintf(word, sizeof word, "--%s%s%s%s%s", o->name, o->optional ? "[" : "",
                         o->argument ? "=" : "", o->argument ? o->argument : "", o->optional ? "]" : "");
                if (o->key < 256)
                        printf("  -%c, %-18s %s\n", o->key, word, o->summary);
                else
                        printf("      %-18s %s\n", word, o->summary);
        }
}

void help_program(void) {
        printf("binfmtctl [OPTION…] [VERB [WORD…]]\n\n"
               "Show, check and apply the machine's foreign binary formats (binfmt_misc).\n\n"
               "Verbs:\n");
        for (const struct verb *v = verbs; v->name; v++)
                if (v->summary)
                        printf("  %-11s %s\n", v->name, v->summary);
        printf("\nOptions:\n");
        help_options(NULL);
        printf("\nbinfmtctl VERB --help tells more of each verb; binfmtctl(1) tells all.\n");
}

void help_verb(const struct verb *v) {
        printf("binfmtctl [OPTION…] %s%s%s\n\n%s.\n\n%s\nOptions:\n", v->name, *v->words ? " " : "",
               v->words, v->summary, v->details);
        help_options(v);
        help_options(NULL);
}
