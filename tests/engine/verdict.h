/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One string, two judges: model/format/registration.c and the kernel of a private instance. */

#include "model/format/entry.h"

/* The string with all that is not harmless escaped, for messages. Not freed: only what fails asks for it. */
const char *verdict_show(const void *bytes, size_t n);

/* A descriptor of the instance's register file. */
int verdict_open(void);

/* One write(2) to it; 0 or negative errno. */
int verdict_write(int fd, const void *bytes, size_t n);

/* The entry as entry_parse() reads it, or NULL if there is none of that name. */
struct entry *verdict_read(const char *name);

/* Registers, judges and reads back. The test fails, with `context` in front of the message, where the kernel
 * and we disagree about acceptance, errno, or what was registered. Returns the verdict, 0 or negative errno.
 */
int verdict_agree(int fd, const void *bytes, size_t n, const char *context);
