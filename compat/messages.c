/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/messages.h"

#include <stdio.h>

void message_print(const char *prefix, const char *format, va_list ap, int error) {
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
        message_print("warning: ", format, ap, 0);
        va_end(ap);
        return false;
}

bool complain_errno(int error, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        message_print("warning: ", format, ap, error);
        va_end(ap);
        return false;
}

void die_errno(int error, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        message_print("", format, ap, error);
        va_end(ap);
        exit(2);
}
