/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/describe.h"
#include "model/format/elf.h"
#include "model/format/escape.h"

#include <elf.h>

#define ELF_IDENTIFIED 20u /* bytes up to and with e_machine */
#define FREE_BETWEEN   4u  /* so many free bytes part what is fixed */
#define BYTES_SHOWN    24u /* of a long magic */
#define TEXT_SHOWN     64u /* of a script's first line */

static bool is_quotable(const uint8_t *bytes, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (bytes[i] < 0x20 || bytes[i] > 0x7e || bytes[i] == '"')
                        return false;
        return n > 0;
}

/* Finds the machine by class, byte order and number alone, in whatever state the rest of the header is. */
static const struct elf_machine *machine_like(const struct elf_header *h) {
        const struct elf_machine *m;

        for (size_t i = 0; (m = elf_machine_at(i)); i++)
                if (m->elf_class == h->elf_class && m->elf_data == h->elf_data && m->e_machine == h->machine)
                        return m;
        return NULL;
}

/* Makes the header of a program that p takes: bytes that p leaves open are as in an ordinary program. False
 * if p does not fix enough to tell which programs it takes. */
static bool typical_elf(const struct pattern *p, uint8_t header[static PATTERN_HEADER_SIZE]) {
        const uint8_t *magic = pattern_magic(p), *mask = pattern_mask(p);
        bool big = p->size > EI_DATA && magic[EI_DATA] == ELFDATA2MSB;

        if (p->type != PATTERN_MAGIC || p->offset != 0 || p->size < ELF_IDENTIFIED)
                return false;
        if (mask && mask[18] == 0 && mask[19] == 0)
                return false;

        memset(header, 0, PATTERN_HEADER_SIZE);
        header[EI_DATA] = big ? ELFDATA2MSB : ELFDATA2LSB;
        header[EI_VERSION] = EV_CURRENT;
        header[big ? 17 : 16] = ET_EXEC;
        header[big ? 23 : 20] = EV_CURRENT;
        for (unsigned i = 0; i < p->size; i++) {
                uint8_t fixed = mask ? mask[i] : 0xff;

                if ((i < EI_DATA || i == 18 || i == 19) && magic[i] != 0 && fixed != 0xff)
                        return false;
                header[i] = (uint8_t) ((header[i] & ~fixed) | (magic[i] & fixed));
        }
        return memcmp(header, ELFMAG, SELFMAG) == 0;
}

static bool describe_elf_pattern(const struct pattern *p, struct text *t) {
        uint8_t header[PATTERN_HEADER_SIZE];
        const struct elf_machine *m;
        struct elf_header h;

        if (!typical_elf(p, header) || !elf_header_parse(header, sizeof header, &h))
                return false;
        m = elf_machine_of(header);
        if (!m)
                m = machine_like(&h);
        if (m)
                text_printf(t, "ELF programs for %s (%s)", m->words, m->name);
        else
                text_printf(t, "ELF programs for an unknown machine (number %u)", h.machine);
        return true;
}

/* One byte as "4d", ".." if it is free, "20&e0" if some bits of it are. */
static void append_byte(struct text *t, uint8_t magic, uint8_t mask) {
        if (mask == 0)
                text_append(t, "..");
        else if (mask == 0xff)
                text_printf(t, "%02x", magic);
        else
                text_printf(t, "%02x&%02x", magic & mask, mask);
}

static void append_bytes(struct text *t, const uint8_t *magic, const uint8_t *mask, size_t n) {
        for (size_t i = 0; i < n && i < BYTES_SHOWN; i++) {
                if (i > 0)
                        text_append_char(t, ' ');
                append_byte(t, magic[i], mask ? mask[i] : 0xff);
        }
        if (n > BYTES_SHOWN)
                text_append(t, " …");
}

static bool is_solid(const uint8_t *mask, size_t n) {
        for (size_t i = 0; mask && i < n; i++)
                if (mask[i] != 0xff)
                        return false;
        return true;
}

struct range {
        size_t first, end;
};

/* The next bytes that the pattern fixes some bits of, from r->end on; few free ones between them do not end
 * the range. False if there are none. */
static bool next_range(const uint8_t *mask, size_t size, struct range *r) {
        size_t first = r->end, end;

        while (mask && first < size && mask[first] == 0)
                first++;
        if (first == size)
                return false;

        end = mask ? first : size;
        for (size_t i = first; i < size && i < end + FREE_BETWEEN; i++)
                if (mask && mask[i] != 0)
                        end = i + 1;
        *r = (struct range){ first, end };
        return true;
}

static void describe_bytes(size_t at, const uint8_t *magic, const uint8_t *mask, size_t n, struct text *t) {
        if (n == 1)
                text_printf(t, "byte %zu is ", at);
        else
                text_printf(t, "bytes %zu–%zu are ", at, at + n - 1);
        if (is_solid(mask, n) && is_quotable(magic, n))
                text_printf(t, "\"%.*s\"", (int) n, (const char *) magic);
        else
                append_bytes(t, magic, mask, n);
}

/* For a pattern that fixes every bit of the first n bytes, and nothing else. */
static void describe_beginning(const uint8_t *magic, size_t n, struct text *t) {
        if (n == SELFMAG && memcmp(magic, ELFMAG, SELFMAG) == 0) {
                text_append(t, "ELF programs for any machine");
                return;
        }
        text_append(t, "files that begin with ");
        if (is_quotable(magic, n))
                text_printf(t, "\"%.*s\"", (int) n, (const char *) magic);
        else
                append_bytes(t, magic, NULL, n);
}

static void describe_magic(const struct pattern *p, struct text *t) {
        const uint8_t *magic = pattern_magic(p), *mask = pattern_mask(p);
        struct range r = { 0 }, next;

        if (!next_range(mask, p->size, &r)) {
                text_append(t, "every file");
                return;
        }
        next = r;
        if (p->offset + r.first == 0 && is_solid(mask, r.end) && !next_range(mask, p->size, &next)) {
                describe_beginning(magic, r.end, t);
                return;
        }
        for (const char *comma = "";; comma = ", ") {
                text_append(t, comma);
                describe_bytes(p->offset + r.first, magic + r.first, mask ? mask + r.first : NULL,
                               r.end - r.first, t);
                if (!next_range(mask, p->size, &r))
                        break;
        }
}

void describe_pattern(const struct pattern *p, struct text *t) {
        if (p->type == PATTERN_EXTENSION)
                text_printf(t, "files named *.%s", (const char *) p->data);
        else if (!describe_elf_pattern(p, t))
                describe_magic(p, t);
}

static const char *elf_type_name(uint16_t type) {
        switch (type) {
        case ET_EXEC:
        case ET_DYN:
                return "program";
        case ET_REL:
                return "object file";
        case ET_CORE:
                return "core dump";
        default:
                return "file";
        }
}

static bool describe_elf_header(const uint8_t *header, struct text *t) {
        const struct elf_machine *m;
        struct elf_header h;

        if (!elf_header_parse(header, PATTERN_HEADER_SIZE, &h))
                return false;
        m = elf_machine_of(header);
        if (!m)
                m = machine_like(&h);

        if (m)
                text_printf(t, "%s ", m->words);
        if (memcmp(header + 8, "AI\1", 3) == 0 || memcmp(header + 8, "AI\2", 3) == 0)
                text_printf(t, "AppImage of type %u", header[10]);
        else
                text_printf(t, "ELF %s", elf_type_name(h.type));
        if (m)
                text_printf(t, " (%s)", m->name);
        else
                text_printf(t, " for an unknown machine (number %u)", h.machine);
        return true;
}

static bool describe_script(const uint8_t *header, struct text *t) {
        const char *line = (const char *) header + 2, *blank = " \t";
        size_t n = strnlen(line, PATTERN_HEADER_SIZE - 2), word;

        if (memcmp(header, "#!", 2) != 0)
                return false;
        for (size_t i = 0; i < n; i++)
                if (line[i] == '\n' || line[i] == '\r')
                        n = i;
        while (n > 0 && strchr(blank, *line)) {
                line++;
                n--;
        }
        for (word = 0; word < n && !strchr(blank, line[word]);)
                word++;
        if (word >= 4 && memcmp(line + word - 4, "/env", 4) == 0)
                word = n;
        if (word > TEXT_SHOWN || !is_quotable((const uint8_t *) line, word))
                text_append(t, "script with an odd #! line");
        else
                text_printf(t, "script for %.*s", (int) word, line);
        return true;
}

static bool describe_pe(const uint8_t *header, struct text *t) {
        size_t at = (size_t) header[60] | (size_t) header[61] << 8 | (size_t) header[62] << 16 |
                    (size_t) header[63] << 24;

        if (memcmp(header, "MZ", 2) != 0)
                return false;
        if (at <= PATTERN_HEADER_SIZE - 4 && memcmp(header + at, "PE\0\0", 4) == 0)
                text_append(t, "Windows program (PE)");
        else
                text_append(t, "Windows or DOS program (MZ)");
        return true;
}

/* Java's class files and Mach-O's universal ones begin alike; what follows is a version of 45 or more, or a
 * number of machines. */
static bool describe_cafebabe(const uint8_t *header, struct text *t) {
        if (memcmp(header, "\xca\xfe\xba\xbe", 4) != 0)
                return false;
        if (header[6] == 0 && header[7] < 32)
                text_append(t, "macOS universal program (Mach-O)");
        else
                text_printf(t, "Java class (version %u)", header[6] * 256u + header[7]);
        return true;
}

static bool describe_known(const uint8_t *header, struct text *t) {
        static const struct {
                const char *words;
                uint8_t size;
                char magic[8];
        } known[] = {
                { "Actually Portable Executable (APE)", 6, "MZqFpD" },
                { "Actually Portable Executable (APE)", 6, "jartsr" },
                { "zip archive, such as a Java program (jar)", 4, "PK\3\4" },
                { "WebAssembly module", 4, "\0asm" },
                { "LLVM bitcode", 4, "BC\xc0\xde" },
                { "LuaJIT bytecode", 3, "\33LJ" },
                { "Lua bytecode", 4, "\33Lua" },
        };

        for (size_t i = 0; i < ELEMENTSOF(known); i++)
                if (memcmp(header, known[i].magic, known[i].size) == 0) {
                        text_append(t, known[i].words);
                        return true;
                }
        return false;
}

/* Python's magic number is a little-endian version followed by CR LF; 3.0 began at 3000. */
static bool describe_python(const uint8_t *header, struct text *t) {
        unsigned version = header[0] + header[1] * 256u;

        if (header[2] != '\r' || header[3] != '\n' || version < 3000 || version > 4000)
                return false;
        text_printf(t, "Python 3 bytecode (magic number %u)", version);
        return true;
}

static bool describe_text(const uint8_t *header, struct text *t) {
        size_t n = strnlen((const char *) header, PATTERN_HEADER_SIZE);

        if (n == 0) {
                text_append(t, "empty file, or one that begins with zeros");
                return true;
        }
        for (size_t i = 0; i < n; i++)
                if (header[i] < 0x20 && !strchr("\t\n\f\r", header[i]))
                        return false;
        for (size_t i = n; i < PATTERN_HEADER_SIZE; i++)
                if (header[i] != 0)
                        return false;
        text_append(t, "text without a #! line");
        return true;
}

void describe_header(const uint8_t header[static PATTERN_HEADER_SIZE], struct text *t) {
        static bool (*const kinds[])(const uint8_t *header, struct text *t) = {
                describe_elf_header, describe_script, describe_known, describe_pe,
                describe_cafebabe,   describe_python, describe_text,
        };

        for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
                if (kinds[i](header, t))
                        return;
        text_append(t, "file of an unknown format that begins with ");
        append_bytes(t, header, NULL, 4);
}

void append_magic(const struct pattern *p, struct text *t) {
        if (p->type == PATTERN_MAGIC)
                escape_append(t, pattern_magic(p), p->size);
}

void append_mask(const struct pattern *p, struct text *t) {
        if (p->type == PATTERN_MAGIC && p->masked)
                escape_append(t, pattern_mask(p), p->size);
}
