/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/remedy.h"
#include "model/base/quote.h"

static bool path_contains(const char *string, const char *part) {
        return strstr(string, part) != NULL;
}

bool loader_package(const char *path, const uint8_t header[static PATTERN_HEADER_SIZE],
                    const char **ret_package, const char **ret_architecture) {
        const struct elf_machine *m = elf_machine_of(header);
        const char *architecture = m ? m->debian : NULL;

        if (!architecture || strncmp(path, "/lib", 4) != 0)
                return false;
        /* Debian has two architectures for 32-bit ARM, whose loaders differ. */
        if (streq(m->name, "arm") && !path_contains(path, "armhf"))
                architecture = "armel";
        if (path_contains(path, "/ld-musl-"))
                *ret_package = "musl";
        else if (path_contains(path, "/ld-linux") || path_contains(path, "/ld.so") ||
                 path_contains(path, "/ld64.so"))
                *ret_package = streq(architecture, "alpha") ? "libc6.1" : "libc6";
        else
                return false;
        *ret_architecture = architecture;
        return true;
}

bool is_qemu(const char *interpreter) {
        return strncmp(base_name(interpreter), "qemu-", 5) == 0 ||
               path_contains(interpreter, "/qemu-binfmt/");
}

static void append_install(struct text *t, const struct setting *s, const char *package,
                           const char *architecture) {
        const char *quote = *s->root ? "'" : "";

        if (*s->root) {
                text_append(t, "chroot ");
                quote_for_shell(t, s->root);
                text_append(t, " sh -c '");
        }
        if (architecture)
                text_printf(t, "dpkg --add-architecture %s && apt-get update && apt-get install %s:%s%s",
                            architecture, package, architecture, quote);
        else
                text_printf(t, "apt-get install %s%s", package, quote);
}

void remedy_loader(struct text *t, const struct setting *s, const char *path,
                   const uint8_t header[static PATTERN_HEADER_SIZE], const char *native) {
        const char *package, *architecture;

        if (!loader_package(path, header, &package, &architecture)) {
                text_printf(t, "install the libraries that bring %s%s%s", path, *s->root ? " below " : "",
                            s->root);
                return;
        }
        if (s->dpkg)
                append_install(t, s, package, streq_ptr(architecture, native) ? NULL : architecture);
        else
                text_printf(t, "install the C library that brings %s%s%s (Debian's package %s:%s)", path,
                            *s->root ? " below " : "", s->root, package, architecture);
}

void remedy_entry(struct text *t, const struct setting *s) {
        if (s->around)
                text_append(t, "on the machine around: ");
}

void remedy_apply(struct text *t, const struct setting *s, const char *file) {
        if (!s->around) {
                text_append(t, "binfmtctl apply");
                return;
        }
        text_append(t, "binfmtctl exec ");
        quote_for_shell(t, file);
}

void remedy_declared(struct text *t, const char *name, const char *key) {
        _cleanup_(text_clear) struct text section = { 0 }, file = { 0 };

        text_printf(&section, "[%s]", name);
        text_printf(&file, "/etc/binfmtd/override.d/%s.conf", name);
        if (section.failed || file.failed) {
                t->failed = true;
                return;
        }
        text_append(t, "printf '%s\\n' ");
        quote_for_shell(t, section.data);
        text_printf(t, " %s > ", key);
        quote_for_shell(t, file.data);
        text_append(t, " && binfmtctl apply");
}

void remedy_override(struct text *t, const struct entry *e, const char *key) {
        if (e->ours) {
                remedy_declared(t, e->name, key);
                return;
        }
        text_printf(t, "register it again with %s; where it comes from: binfmtctl show ", key);
        quote_for_shell(t, e->name);
}

void remedy_interpreter(struct text *t, const struct setting *s, const struct entry *e) {
        /* For a chroot, an interpreter that is opened outside is better than one more copy inside. */
        if (*s->root && !(e->flags & ENTRY_FIX_BINARY)) {
                remedy_override(t, e, "FixBinary=yes");
                return;
        }
        if (is_qemu(e->interpreter) && s->dpkg)
                append_install(t, s, "qemu-user-static", NULL);
        else
                text_printf(t,
                            "install what brings %s, or remove the entry: binfmtctl show %s tells whose it is",
                            e->interpreter, e->name);
}

void remedy_write(struct text *t, const char *command, const char *instance, const char *name) {
        _cleanup_(text_clear) struct text path = { 0 };

        text_printf(&path, "%s/%s", instance, name);
        if (path.failed) {
                t->failed = true;
                return;
        }
        text_append(t, command);
        quote_for_shell(t, path.data);
}
