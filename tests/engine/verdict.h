/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Holds model/format/registration.c against the kernel of a private instance: both are given the same
 * register strings. */

#include "model/format/entry.h"

/* The string for messages, escaped unless harmless. It is never freed, as only a test that fails asks for
 * it. */
const char *verdict_show(const void *bytes, size_t n);

/* A descriptor of the instance's register file. */
int verdict_open(void);

/* One write(2) to it; 0 or negative errno. */
int verdict_write(int fd, const void *bytes, size_t n);

/* The entry as entry_parse() reads it, or NULL if there is none of that name. */
struct entry *verdict_read(const char *name);

/* Registers the string and reads the entry back. The test fails, with `context` in front of the message, if
 * the kernel and we disagree about acceptance, errno, or the entry. 0 or negative errno, of both. */
int verdict_agree(int fd, const void *bytes, size_t n, const char *context);
