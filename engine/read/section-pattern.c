/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A section says which files it matches by exactly one of Machine=, Extension=, or Magic= with Mask= and
 * Offset=. The pattern stays NULL if there is a mistake among them. */

#include "engine/read/section-private.h"

#include <errno.h>
#include <stdio.h>

#include "model/base/similar.h"
#include "model/format/elf.h"
#include "model/format/escape.h"

/* Decodes the bytes of Magic= or Mask=; *ret stays as it is if the text is not valid, which is reported. */
static int section_decode(struct section *s, enum section_key id, uint8_t **ret, size_t *ret_n) {
        const char *text = s->values[id];
        size_t n = strlen(text), bad = 0;
        _cleanup_free_ uint8_t *bytes = malloc(n);
        int r;

        if (!bytes)
                return -ENOMEM;
        if (escape_decode(text, n, bytes, ret_n, &bad) < 0)
                return section_error(s, s->lines[id], "escape",
                                     "write two hex digits behind \\x, such as \\x7f",
                                     "%s= has \\x without two hex digits at character %zu",
                                     section_key_name(id), bad + 1);
        for (const char *c = strchr(text, '\\'); c; c = strchr(c + 1, '\\')) {
                if (c[1] == 'x')
                        continue;
                r = section_warning(
                                s, s->lines[id], "backslash", "write \\x5c if a backslash is meant",
                                "%s= has a backslash without x behind it at character %zu, which stands for itself",
                                section_key_name(id), (size_t) (c - text) + 1);
                if (r < 0)
                        return r;
                break;
        }
        *ret = TAKE_PTR(bytes);
        return 0;
}

/* *ret stays as it is if the magic cannot stand where it should, which is reported. */
static int section_magic_offset(struct section *s, size_t size, long *ret) {
        const char *value = s->values[SECTION_OFFSET];
        long offset = 0;

        if (size > PATTERN_HEADER_SIZE)
                return section_error(
                                s, s->lines[SECTION_MAGIC], "pattern-range",
                                "use a shorter magic: the kernel looks at the first 256 bytes of a file",
                                "Magic= is %zu bytes long, more than 256", size);
        if (value && !section_parse_number(value, 0, PATTERN_HEADER_SIZE - 1, &offset))
                return section_error(s, s->lines[SECTION_OFFSET], "offset",
                                     "write the number of bytes before the magic, in decimal",
                                     "Offset= is \"%.40s\", not a number from 0 to 255", value);
        if (offset > (long) (PATTERN_HEADER_SIZE - size))
                return section_error(
                                s, s->lines[SECTION_OFFSET], "pattern-range",
                                "use a smaller offset: the kernel looks at the first 256 bytes of a file",
                                "Offset= is %ld, and with the %zu bytes of Magic= reaches past byte 256",
                                offset, size);
        *ret = offset;
        return 0;
}

static int section_magic(struct section *s) {
        _cleanup_free_ uint8_t *magic = NULL, *mask = NULL;
        size_t n_magic = 0, n_mask = 0;
        long offset = -1;
        int r = section_decode(s, SECTION_MAGIC, &magic, &n_magic);

        if (r >= 0 && s->values[SECTION_MASK])
                r = section_decode(s, SECTION_MASK, &mask, &n_mask);
        if (r < 0 || !magic || (s->values[SECTION_MASK] && !mask))
                return r;
        if (mask && n_magic != n_mask)
                return section_error(s, s->lines[SECTION_MASK], "mask-length",
                                     "give one byte of mask for each of magic",
                                     "Mask= is %zu bytes long, but Magic= is %zu", n_mask, n_magic);
        r = section_magic_offset(s, n_magic, &offset);
        if (r < 0 || offset < 0)
                return r;
        return pattern_new_magic((size_t) offset, magic, mask, n_magic, &s->definition->pattern);
}

static int section_extension(struct section *s) {
        int r = pattern_new_extension(s->values[SECTION_EXTENSION], &s->definition->pattern);

        if (r == -EINVAL)
                return section_error(s, s->lines[SECTION_EXTENSION], "extension",
                                     "write what stands behind the last dot of a file's name, such as jar",
                                     "Extension= has a slash, or is longer than 1920 bytes");
        return r;
}

static int report_unknown_machine(struct section *s, const char *name) {
        const char *names[128], *near;
        _cleanup_free_ char *hint = NULL;
        size_t n = 0;

        for (const struct elf_machine *m; n < ELEMENTSOF(names) && (m = elf_machine_at(n));)
                names[n++] = m->name;
        near = similar_word(name, names, n);
        if (near && asprintf(&hint, "did you mean %s?", near) < 0) {
                hint = NULL;
                return -ENOMEM;
        }
        return section_error(s, s->lines[SECTION_MACHINE], "unknown-machine",
                             hint ? hint : "use a name that QEMU uses, or give Magic= and Mask= instead",
                             "Machine= is \"%.40s\", which is not known", name);
}

static int section_machine(struct section *s) {
        const char *name = s->values[SECTION_MACHINE];
        const struct elf_machine *m = elf_machine_by_name(name);

        s->definition->machine = strdup(name);
        if (!s->definition->machine)
                return -ENOMEM;
        return m ? elf_machine_pattern(m, &s->definition->pattern) : report_unknown_machine(s, name);
}

/* Two keys that each say which files match are reported where the second one stands. */
static int report_conflict(struct section *s, enum section_key a, enum section_key b) {
        enum section_key first = s->lines[a] < s->lines[b] ? a : b, second = first == a ? b : a;

        return section_error(s, s->lines[second], "pattern-conflict", "keep one of the two",
                             "%s= and %s= cannot stand in one section: each says which files match",
                             section_key_name(first), section_key_name(second));
}

static int report_without_magic(struct section *s, enum section_key id) {
        return section_error(s, s->lines[id], "without-magic", "give Magic= too, or remove the line",
                             "%s= means nothing without Magic=", section_key_name(id));
}

int section_pattern(struct section *s) {
        const unsigned *at = s->lines;

        if (!(s->definition->set & FIELD_PATTERN))
                return 0;
        if (at[SECTION_MACHINE] && at[SECTION_MAGIC])
                return report_conflict(s, SECTION_MACHINE, SECTION_MAGIC);
        if (at[SECTION_MACHINE] && at[SECTION_EXTENSION])
                return report_conflict(s, SECTION_MACHINE, SECTION_EXTENSION);
        if (at[SECTION_MAGIC] && at[SECTION_EXTENSION])
                return report_conflict(s, SECTION_MAGIC, SECTION_EXTENSION);
        if (!at[SECTION_MAGIC] && at[SECTION_MASK])
                return report_without_magic(s, SECTION_MASK);
        if (!at[SECTION_MAGIC] && at[SECTION_OFFSET])
                return report_without_magic(s, SECTION_OFFSET);

        if (s->values[SECTION_MACHINE])
                return section_machine(s);
        if (s->values[SECTION_EXTENSION])
                return section_extension(s);
        return s->values[SECTION_MAGIC] ? section_magic(s) : 0;
}
