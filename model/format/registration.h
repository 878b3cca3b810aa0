/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The register string, `:name:type:offset:magic:mask:interpreter:flags`, both ways: composed so that the
 * kernel always takes it, and judged exactly as the kernel judges it (fs/binfmt_misc.c, create_entry();
 * every rule was measured on Linux 6.18). No I/O: what depends on the table (EEXIST for a name in use) or on
 * the file system (F) is not judged here. */

#include "model/format/pattern.h"

#define REGISTRATION_MIN 11u
#define REGISTRATION_MAX 1920u
#define NAME_LENGTH_MAX  255u

/* The letters of the flags field. Their order here is the one in which the kernel prints them. */
enum entry_flags {
        ENTRY_PRESERVE_ARGV0 = 1 << 0, /* P */
        ENTRY_OPEN_BINARY = 1 << 1,    /* O */
        ENTRY_CREDENTIALS = 1 << 2,    /* C: implies O */
        ENTRY_FIX_BINARY = 1 << 3,     /* F */
};

/* "POCF" letters of `flags`, NUL-terminated, in the kernel's order. */
void entry_flags_format(unsigned flags, char buf[static 5]);

/* A register string taken apart. The strings are owned. */
struct registration {
        char *name;
        struct pattern *pattern;
        char *interpreter;
        unsigned flags;    /* enum entry_flags; C brings O with it, as in the kernel */
        char *extra_flags; /* letters that Linux 6.18 does not know; NULL if none */
};

void registration_clear(struct registration *r);

/* Composes the string for one write(2); no trailing NUL or newline counted in *ret_n. The delimiter is one
 * that no field contains; what must be escaped is; long patterns are written raw, and cut to what decides,
 * where that is needed to fit into 1920 bytes. `extra_flags` may be NULL. Returns 0, -E2BIG if no form fits,
 * -EINVAL if the kernel would refuse the values in any form (an interpreter that is empty, a name with '/';
 * see registration_check_name()). */
int registration_format(const char *name, const struct pattern *pattern, const char *interpreter,
                        unsigned flags, const char *extra_flags, char buf[static REGISTRATION_MAX + 1],
                        size_t *ret_n);

/* Judges n bytes as the kernel would. Returns 0 and fills *ret, or the kernel's negative errno (-EINVAL,
 * -EEXIST for the names `register` and `status`, -ENAMETOOLONG) with *ret_reason a static sentence that says
 * why. Unknown flag letters (A–Z and a-z) are -EINVAL too unless `allow_extra_flags`. -ENOMEM with a NULL
 * reason is our own failure. */
int registration_parse(const char *bytes, size_t n, bool allow_extra_flags, struct registration *ret,
                       const char **ret_reason);

/* The kernel's verdict on a name alone: 0, -EINVAL, -EEXIST (register, status), -ENAMETOOLONG. *ret_reason
 * as above. */
int registration_check_name(const char *name, const char **ret_reason);
