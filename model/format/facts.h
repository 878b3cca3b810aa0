/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What to say of a format, the same in tables, in show and in JSON: of what is declared, what is wanted and
 * what the kernel holds, the one that answers. */

#include "model/base/text.h"
#include "model/format/format.h"

/* The definition's, else the kernel's; NULL if neither can be read. Borrowed. */
const struct pattern *format_pattern(const struct format *f);

/* What runs (or would run) such files: what is wanted, else what the kernel holds, else the first that is
 * declared. NULL if there is none. Borrowed. */
const char *format_interpreter(const struct format *f);

/* Letters, of what is wanted, else of what the kernel holds, else of what is declared. */
void format_append_flags(const struct format *f, struct text *t);

/* The pattern in words, or that it cannot be read. */
void format_append_matches(const struct format *f, struct text *t);

/* Why it is in its state, or NULL if the state says all. Borrowed. */
const char *format_why(const struct format *f);

/* A digest of all that reports say of it: who remembers it knows whether there is anything new to be told.
 * Never 0. */
uint64_t format_digest(const struct format *f);

/* Magic= and Mask= values as a definition would write them; the mask "" if there is none. */
void append_magic(const struct pattern *p, struct text *t);
void append_mask(const struct pattern *p, struct text *t);

/* "static ELF program", "needs /lib64/ld-linux-x86-64.so.2" … : what is known of an interpreter's file. */
void append_interpreter_facts(const struct interpreter *i, struct text *t);

const char *interpreter_kind_name(enum interpreter_kind kind);

/* Why an interpreter cannot be used, for its negative errno, in words; NULL for 0. */
const char *interpreter_error_words(int error);
