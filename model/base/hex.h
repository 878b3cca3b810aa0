/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Bytes as hexadecimal digits, both ways. */

#include "model/base/text.h"

/* The value of a digit of either case; -1 if it is none. */
int hex_value(char digit);

/* Writes two lower-case digits, without a NUL behind them. */
void hex_write(char digits[static 2], uint8_t byte);

/* Appends two lower-case digits a byte. */
void hex_append(struct text *t, const uint8_t *bytes, size_t n);

/* Decodes n characters, two lower-case digits a byte, as the kernel and our interfaces write them. False for
 * anything else, and for more than `size` bytes. */
bool hex_decode(const char *digits, size_t n, uint8_t *bytes, size_t size, size_t *ret_n);
