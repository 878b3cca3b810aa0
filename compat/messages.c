/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/messages.h"

#include <stdarg.h>
#include <stdio.h>

static void write_message(const char *prefix, const char *format, va_list ap, int error) _printf_(2, 0);

static void write_message(const char *prefix, const char *format, va_list ap, int error) {
        fflush(stdout);
        fprintf(stderr, "update-binfmts: %s", prefix);
        vfprintf(stderr, format, ap);
        if (error < 0)
                fprintf(stderr, ": %s", strerror(-error));
        fputc('\n', stderr);
}

bool complain(const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        write_message("warning: ", format, ap, 0);
        va_end(ap);
        return false;
}

bool complain_errno(int error, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        write_message("warning: ", format, ap, error);
        va_end(ap);
        return false;
}

void die_errno(int error, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        write_message("", format, ap, error);
        va_end(ap);
        exit(2);
}
