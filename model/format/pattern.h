/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Conditions for a file to be taken by an entry: bytes at an offset under a mask, or the extension of its
 * path.
 *
 * Immutable and counted by reference, so that definitions and entries share one. Rules: fs/binfmt_misc.c,
 * search_binfmt_handler(). Magic is compared within the first 256 bytes of the file (BINPRM_BUF_SIZE since
 * Linux 5.1), zero-padded if the file is shorter. An extension is what follows the last '.' of the path
 * string passed to execve(2). */

#include "model/base/text.h"

#define PATTERN_HEADER_SIZE 256u

enum pattern_type {
        PATTERN_MAGIC,
        PATTERN_EXTENSION,
};

struct pattern {
        unsigned n_ref;
        enum pattern_type type;
        uint16_t offset; /* bytes from the start of the file; 0 for an extension */
        uint16_t size;   /* bytes of magic; characters of the extension */
        bool masked;     /* a mask of `size` bytes stands behind the magic */
        uint8_t data[];  /* magic, then mask; or the extension, NUL-terminated. Magic bits outside the mask
                            are kept */
};

/* Copies the bytes. mask NULL: every bit counts. -EINVAL if size is 0 or offset + size > 256. An explicit
 * all-ones mask is kept (so that what was written can be shown) but means the same as none. */
int pattern_new_magic(size_t offset, const uint8_t *magic, const uint8_t *mask, size_t size,
                      struct pattern **ret);

/* -EINVAL if empty, or if it contains '/', or is longer than 1920 bytes. "tar.gz" is accepted as the kernel
 * does, though it can never match (pattern_can_match()). */
int pattern_new_extension(const char *extension, struct pattern **ret);

struct pattern *pattern_ref(struct pattern *p);
struct pattern *pattern_unref(struct pattern *p); /* returns NULL */
DEFINE_CLEANUP(struct pattern *, pattern_unref);

static inline const uint8_t *pattern_magic(const struct pattern *p) {
        return p->data;
}

/* NULL if there is none. */
static inline const uint8_t *pattern_mask(const struct pattern *p) {
        return p->masked ? p->data + p->size : NULL;
}

/* Does the kernel's comparison hold for a file with this header (padded to 256 bytes with zeros), executed
 * as `path`? */
bool pattern_matches(const struct pattern *p, const uint8_t header[static PATTERN_HEADER_SIZE],
                     const char *path);

/* Can any file at all match? False for extensions that contain a dot. */
bool pattern_can_match(const struct pattern *p);

/* Do both match the same set of files? (The mask's don't-care bits, an all-ones mask, and unmasked bytes at
 * either end make no difference.) Extensions: the same text, also where no file can match. */
bool pattern_equal(const struct pattern *a, const struct pattern *b);

/* Equal patterns have equal hashes. */
uint64_t pattern_hash(const struct pattern *p);

/* Is there a file that both match? Magic and extension always overlap, as a file can have both, unless the
 * extension can never match. */
bool pattern_overlaps(const struct pattern *a, const struct pattern *b);

/* Does `wider` match every file that `narrower` matches? */
bool pattern_covers(const struct pattern *wider, const struct pattern *narrower);

/* The number of bits of the file that a pattern fixes: its specificity. For an extension: 8 for each
 * character. */
unsigned pattern_bits(const struct pattern *p);
