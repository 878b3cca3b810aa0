/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/hex.h"

static const char lower_digits[] = "0123456789abcdef";

int hex_value(char digit) {
        if (digit >= '0' && digit <= '9')
                return digit - '0';
        if (digit >= 'a' && digit <= 'f')
                return digit - 'a' + 10;
        if (digit >= 'A' && digit <= 'F')
                return digit - 'A' + 10;
        return -1;
}

void hex_write(char digits[static 2], uint8_t byte) {
        digits[0] = lower_digits[byte >> 4];
        digits[1] = lower_digits[byte & 15];
}

void hex_append(struct text *t, const uint8_t *bytes, size_t n) {
        for (size_t i = 0; i < n; i++) {
                char digits[2];

                hex_write(digits, bytes[i]);
                text_append_bytes(t, digits, sizeof digits);
        }
}

bool hex_decode(const char *digits, size_t n, uint8_t *bytes, size_t size, size_t *ret_n) {
        if (n % 2 != 0 || n / 2 > size)
                return false;
        for (size_t i = 0; i < n; i++)
                if (hex_value(digits[i]) < 0 || (digits[i] >= 'A' && digits[i] <= 'F'))
                        return false;
        for (size_t i = 0; i < n / 2; i++)
                bytes[i] = (uint8_t) (hex_value(digits[2 * i]) << 4 | hex_value(digits[2 * i + 1]));
        *ret_n = n / 2;
        return true;
}
