/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A binary format as the kernel holds it: a file in binfmt_misc. The same struct says what we *want* there,
 * so that plans are made by comparing like with like. */

#include "model/format/registration.h"

/* While an entry is being replaced, a second one of this name suffix serves. The suffix is reserved: an
 * entry so named is ours, marked or not, and no definition may have such a name. */
#define ENTRY_STAND_IN_SUFFIX "~binfmtd"

struct entry {
        unsigned n_ref; /* further owners, besides the first: one entry may be what is wanted and what stands
                         */
        char *name;
        struct pattern *pattern; /* NULL: opaque. Its text is ambiguous (a newline in a field); compare and
                                    touch nothing */
        char *interpreter;       /* NULL if opaque */
        unsigned flags;          /* enum entry_flags */
        char *extra_flags;       /* flag letters that we do not know; NULL if none */
        bool enabled;            /* switched on, and the pattern is tried */
        bool elsewhere;          /* the sticky bit, but for another root than ours: not ours */
        bool ours;               /* the sticky bit: we registered it, and nobody recreated it since; always
                                    true of what is wanted */
        uint64_t pin; /* F and ours: digest of the file that was pinned; F and wanted: of the file there now;
                         else 0 */
};

/* Allocates; copies the strings, takes a reference on the pattern. enabled is true, ours false, pin 0. 0 or
 * -ENOMEM. */
int entry_new(const char *name, struct pattern *pattern, const char *interpreter, unsigned flags,
              const char *extra_flags, struct entry **ret);

/* Reads the text of an entry's file (bm_entry_read()):
 *   enabled|disabled / interpreter PATH / flags: POCF / extension .EXT | offset N, magic HEX, [mask HEX]
 * Text that does not parse gives an opaque entry, not an error: it is somebody else's, or a newer kernel's.
 * 0 or -ENOMEM. */
int entry_parse(const char *name, const char *text, size_t n, struct entry **ret);

/* One more owner: from then on nobody changes it. */
struct entry *entry_ref(struct entry *e);

/* One owner less; the last one frees it. Returns NULL. */
struct entry *entry_free(struct entry *e);
DEFINE_CLEANUP(struct entry *, entry_free);

/* Would registering `want` again change what the kernel does (other files matched, interpreter, flags)?
 * Ignores name, enabled, ours and pin. False for anything opaque. */
bool entry_same(const struct entry *have, const struct entry *want);

/* Are both the same to us, in all that we know of an entry but its name? Opaque ones are if they are
 * switched and marked alike. */
bool entry_identical(const struct entry *a, const struct entry *b);

/* Is it a stand-in of ours? One that is marked for another root is not. */
bool entry_is_stand_in(const struct entry *e);

/* Is this the name of a stand-in? Then *ret_n, if not NULL, is the length of the name that it stands for
 * (which may have been cut to fit into 255 bytes). */
bool entry_name_is_stand_in(const char *name, size_t *ret_n);

/* The stand-in's name for an entry's name: the suffix appended, the name cut so that both fit into 255
 * bytes.
 */
void entry_stand_in_name(const char *name, char buf[static NAME_LENGTH_MAX + 1]);
