/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/quote.h"

/* Noncharacters are excluded, since they stand in nobody's text and D-Bus's libraries refuse them. */
static bool is_character(uint32_t c) {
        return c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff) && !(c >= 0xfdd0 && c <= 0xfdef) &&
               (c & 0xfffe) != 0xfffe;
}

/* Decodes the UTF-8 character at s. Returns its length in bytes; 0 if there is none. */
static size_t utf8_decode(const unsigned char *s, uint32_t *ret) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t n = s[0] < 0x80             ? 1
                   : (s[0] & 0xe0) == 0xc0 ? 2
                   : (s[0] & 0xf0) == 0xe0 ? 3
                   : (s[0] & 0xf8) == 0xf0 ? 4
                                           : 0;
        uint32_t c = n == 1 ? s[0] : s[0] & (0x7fu >> n);

        for (size_t i = 1; i < n; i++) {
                if ((s[i] & 0xc0) != 0x80)
                        return 0;
                c = c << 6 | (s[i] & 0x3fu);
        }
        if (n == 0 || c < least[n] || !is_character(c))
                return 0;
        *ret = c;
        return n;
}

bool utf8_is_valid(const char *string) {
        const unsigned char *s = (const unsigned char *) string;
        uint32_t c;

        while (*s) {
                size_t n = utf8_decode(s, &c);

                if (n == 0)
                        return false;
                s += n;
        }
        return true;
}

/* C0, DEL and C1 steer terminals; the others change the order in which a reader sees the text behind them,
 * or hide it. */
static bool is_harmless(uint32_t c) {
        return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0x61c && !(c >= 0x200b && c <= 0x200f) &&
               !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff;
}

static void append_harmless(struct text *t, const char *string, bool escape_backslashes) {
        const unsigned char *s = (const unsigned char *) string;

        while (*s) {
                uint32_t c;
                size_t n = utf8_decode(s, &c);

                if (n > 0 && is_harmless(c) && !(c == '\\' && escape_backslashes))
                        text_append_bytes(t, s, n);
                else
                        for (size_t i = 0; i < (n > 0 ? n : 1); i++)
                                text_printf(t, "\\x%02x", s[i]);
                s += n > 0 ? n : 1;
        }
}

void quote_for_terminal(struct text *t, const char *string) {
        append_harmless(t, string, false);
}

void quote_as_utf8(struct text *t, const char *string) {
        if (utf8_is_valid(string))
                text_append(t, string);
        else
                append_harmless(t, string, true);
}

void quote_for_shell(struct text *t, const char *string) {
        static const char plain[] =
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:,@%";

        if (*string && string[strspn(string, plain)] == '\0') {
                text_append(t, string);
                return;
        }
        text_append_char(t, '\'');
        for (; *string; string++)
                if (*string == '\'')
                        text_append(t, "'\\''");
                else
                        text_append_char(t, *string);
        text_append_char(t, '\'');
}
