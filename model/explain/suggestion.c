/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/suggestion.h"
#include "model/format/describe.h"
#include "model/format/escape.h"

#include <elf.h>
#include <stdio.h>

#define ELF_SIZE      20u /* up to and with e_machine */
#define MAGIC_SIZE    8u
#define MAGIC_MIN     2u /* bytes that are not zero */
#define EXTENSION_MAX 16u

static const char ask[] = "# Change this to the program that runs such files.\n";

static void append_heading(struct text *t, const char *name, const struct program *p) {
        text_printf(t, "[%s]\nDescription=", name);
        describe_header(p->header, t);
        text_append_char(t, '\n');
}

static void suggest_machine(const struct elf_machine *m, struct text *t) {
        text_printf(t,
                    "[qemu-%s]\n"
                    "Description=Linux programs for %s\n"
                    "Machine=%s\n"
                    "Interpreter=/usr/bin/qemu-%s-static\n"
                    "Interpreter=/usr/bin/qemu-%s\n"
                    "FixBinary=yes\n"
                    "PreserveArgv0=yes\n"
                    "OpenBinary=yes\n",
                    m->name, m->words, m->name, m->name, m->name);
        if (m->platform)
                text_printf(t, "Platform=%s\n", m->platform);
}

/* For a machine without a name: all programs of its kind, whether they can be moved or not. */
static void suggest_elf(const struct program *p, const struct elf_header *h, struct text *t) {
        uint8_t magic[ELF_SIZE], mask[ELF_SIZE];
        bool big = h->elf_data == ELFDATA2MSB;

        memcpy(magic, p->header, sizeof magic);
        memset(mask, 0xff, sizeof mask);
        mask[EI_OSABI] = 0;
        mask[big ? 17 : 16] = 0xfe;
        magic[big ? 17 : 16] = ET_EXEC;
        text_printf(t, "[elf-machine-%u]\nDescription=", h->machine);
        describe_header(p->header, t);
        text_append(t, "\nMagic=");
        escape_append(t, magic, sizeof magic);
        text_append(t, "\nMask=");
        escape_append(t, mask, sizeof mask);
        text_printf(t, "\n%sInterpreter=/usr/local/bin/run-elf-machine-%u\n", ask, h->machine);
}

/* Formats whose interpreters everybody has in the same place. */
static bool suggest_known(const struct program *p, struct text *t) {
        static const struct {
                const char *name, *magic, *text, *interpreter;
                uint8_t size;
        } known[] = {
                { "APE", "MZqFpD", "MZqFpD", "/usr/bin/ape", 6 },
                { "APE-jart", "jartsr", "jartsr", "/usr/bin/ape", 6 },
                { "wine", "MZ", "MZ", "/usr/bin/wine", 2 },
                { "wasm", "\0asm\1\0\0\0", "\\x00asm\\x01\\x00\\x00\\x00", "/usr/bin/wasmtime", 8 },
                { "llvm-bitcode", "BC\xc0\xde", "BC\\xc0\\xde", "/usr/bin/lli", 4 },
                { "lua", "\33Lua", "\\x1bLua", "/usr/bin/lua", 4 },
        };

        for (size_t i = 0; i < ELEMENTSOF(known); i++)
                if (memcmp(p->header, known[i].magic, known[i].size) == 0) {
                        append_heading(t, known[i].name, p);
                        text_printf(t, "Magic=%s\nInterpreter=%s\n", known[i].text, known[i].interpreter);
                        return true;
                }
        return false;
}

/* The part behind the last dot, if it is a word; NULL. */
static const char *plain_extension(const char *path) {
        const char *name = base_name(path), *dot = strrchr(name, '.');
        size_t n;

        if (!dot || dot == name)
                return NULL;
        n = strspn(dot + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
        return n > 0 && n <= EXTENSION_MAX && dot[1 + n] == '\0' ? dot + 1 : NULL;
}

static bool suggest_magic(const struct program *p, struct text *t) {
        unsigned n = p->size < MAGIC_SIZE ? (unsigned) p->size : MAGIC_SIZE, solid = 0;
        char name[32];

        for (unsigned i = 0; i < n; i++)
                solid += p->header[i] != 0;
        if (solid < MAGIC_MIN)
                return false;
        snprintf(name, sizeof name, "begins-%02x%02x%02x%02x", p->header[0], p->header[1], p->header[2],
                 p->header[3]);
        append_heading(t, name, p);
        text_append(t, "Magic=");
        escape_append(t, p->header, n);
        text_printf(t, "\n%sInterpreter=/usr/local/bin/run-%s\n", ask, name);
        return true;
}

/* Do its bytes tell less than its name, as those of any text or archive do? */
static bool is_vague(const struct program *p) {
        _cleanup_(text_clear) struct text kind = { 0 };

        describe_header(p->header, &kind);
        return kind.data && (strncmp(kind.data, "text", 4) == 0 || strncmp(kind.data, "empty", 5) == 0 ||
                             strncmp(kind.data, "zip", 3) == 0);
}

bool suggestion_append(const struct program *p, const char *path, const struct host *host, struct text *t,
                       const char **ret_why) {
        const struct elf_machine *m = elf_machine_of(p->header);
        const char *extension = plain_extension(path);
        struct elf_header h;

        if (memcmp(p->header, "#!", 2) == 0 || explain_native(host, p) ||
            (m && (m == host->native || m == host->compat))) {
                *ret_why = "no format is needed for it: the kernel runs scripts and its own machine's programs";
                return false;
        }
        if (m)
                suggest_machine(m, t);
        else if (elf_header_parse(p->header, PATTERN_HEADER_SIZE, &h))
                suggest_elf(p, &h, t);
        else if (extension && is_vague(p)) {
                append_heading(t, extension, p);
                text_printf(t, "Extension=%s\n%sInterpreter=/usr/local/bin/run-%s\n", extension, ask,
                            extension);
        } else if (is_vague(p)) {
                *ret_why = "there is nothing to recognise it by: give it a #! line, or a name with an extension";
                return false;
        } else if (!suggest_known(p, t) && !suggest_magic(p, t)) {
                *ret_why = "there is nothing to recognise it by";
                return false;
        }
        return true;
}
