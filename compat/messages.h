/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Messages of update-binfmts on standard error, after all that is still to be written to standard output. */

#include "model/base/macro.h"

#include <stdarg.h>

/* "update-binfmts: ", the prefix, the text, and if `error` is negative, that errno's text. */
void message_print(const char *prefix, const char *format, va_list ap, int error) _printf_(2, 0);

/* "update-binfmts: warning: …"; with the error's text behind it. Both return false. */
bool complain(const char *format, ...) _printf_(1, 2);
bool complain_errno(int error, const char *format, ...) _printf_(2, 3);

/* "update-binfmts: …", and ends with exit code 2. */
_Noreturn void die_errno(int error, const char *format, ...) _printf_(2, 3);
