/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/escape.h"
#include "model/base/hex.h"

#include <errno.h>

#define INFINITE UINT16_MAX

/* The kernel looks at every `\x`, also at one that a double backslash protects. */
static int escape_scan(const char *text, size_t n, size_t *ret_bad) {
        for (size_t i = 0; i + 1 < n; i++) {
                if (text[i] != '\\' || text[i + 1] != 'x')
                        continue;
                if (n - i < 4 || hex_value(text[i + 2]) < 0 || hex_value(text[i + 3]) < 0) {
                        if (ret_bad)
                                *ret_bad = i;
                        return -EINVAL;
                }
                i += 3;
        }
        return 0;
}

int escape_decode(const char *text, size_t n, uint8_t *buf, size_t *ret_n, size_t *ret_bad) {
        size_t from = 0, to = 0;
        int r = escape_scan(text, n, ret_bad);

        if (r < 0)
                return r;

        n = strnlen(text, n);
        while (from < n) {
                if (text[from] == '\\' && from + 1 < n) {
                        if (text[from + 1] == 'x') {
                                buf[to++] = (uint8_t) (hex_value(text[from + 2]) << 4 |
                                                       hex_value(text[from + 3]));
                                from += 4;
                                continue;
                        }
                        buf[to++] = (uint8_t) text[from++];
                }
                buf[to++] = (uint8_t) text[from++];
        }

        *ret_n = to;
        return 0;
}

void escape_append(struct text *t, const uint8_t *bytes, size_t n) {
        for (size_t i = 0; i < n; i++) {
                uint8_t b = bytes[i];
                bool plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') ||
                             (b != '\0' && strchr("_-.+/,@%!<>?^~(){}*&", b));

                if (plain) {
                        text_append_char(t, (char) b);
                } else {
                        text_append(t, "\\x");
                        hex_append(t, &b, 1);
                }
        }
}

/* The shortest text is found from its end to its beginning: the cost of the rest depends only on the state
 * in which the decoder reaches it. */
enum state {
        AT_START,    /* an ordinary place */
        IN_PAIR,     /* behind a raw backslash: the decoder takes the next character as it is */
        BEHIND_PAIR, /* behind two of them: the decoder is free again, the pre-scan sees the second */
        _STATE_MAX,
};

enum form {
        FORM_NONE,
        FORM_PLAIN,     /* a raw byte that means nothing anywhere */
        FORM_ESCAPE,    /* \xHH */
        FORM_BACKSLASH, /* a raw backslash */
        FORM_X,         /* a raw x */
        FORM_X_DIGITS,  /* a raw x and two raw hex digits, to please the pre-scan */
};

struct step {
        enum form form;
        unsigned cost; /* of this step and all that follow */
        unsigned bytes;
        enum state next;
};

struct shape {
        const uint8_t *bytes;
        const uint8_t *mask; /* NULL: every bit counts */
        size_t n;
        uint16_t costs[ESCAPE_COMPACT_MAX + 1][_STATE_MAX];
};

static bool shape_allows(const struct shape *s, size_t i, uint8_t byte) {
        return ((s->bytes[i] ^ byte) & (s->mask ? s->mask[i] : 0xff)) == 0;
}

static bool is_plain(unsigned byte) {
        return byte != '\0' && byte != '\\' && byte != 'x';
}

/* Returns the byte itself if it can stand raw, else the least one that the mask allows; 0 if there is none.
 */
static uint8_t shape_plain(const struct shape *s, size_t i) {
        if (is_plain(s->bytes[i]))
                return s->bytes[i];
        for (unsigned b = 1; s->mask && b <= 0xff; b++)
                if (is_plain(b) && shape_allows(s, i, (uint8_t) b))
                        return (uint8_t) b;
        return 0;
}

/* Returns 0 if no hex digit will do. */
static char shape_digit(const struct shape *s, size_t i) {
        if (i < s->n)
                for (const char *d = "0123456789abcdefABCDEF"; *d; d++)
                        if (shape_allows(s, i, (uint8_t) *d))
                                return *d;
        return 0;
}

static void consider_step(const struct shape *s, size_t i, struct step *best, struct step step) {
        if (s->costs[i + step.bytes][step.next] == INFINITE)
                return;
        step.cost += s->costs[i + step.bytes][step.next];
        if (step.cost < best->cost)
                *best = step;
}

static struct step shape_step(const struct shape *s, size_t i, enum state state) {
        struct step best = { .cost = INFINITE };

        if (shape_plain(s, i))
                consider_step(s, i, &best, (struct step){ FORM_PLAIN, 1, 1, AT_START });
        if (state != IN_PAIR)
                consider_step(s, i, &best, (struct step){ FORM_ESCAPE, 4, 1, AT_START });
        if (shape_allows(s, i, '\\'))
                consider_step(s, i, &best,
                              (struct step){ FORM_BACKSLASH, 1, 1,
                                             state == IN_PAIR ? BEHIND_PAIR : IN_PAIR });
        if (shape_allows(s, i, 'x') && state == AT_START)
                consider_step(s, i, &best, (struct step){ FORM_X, 1, 1, AT_START });
        if (shape_allows(s, i, 'x') && state == BEHIND_PAIR && shape_digit(s, i + 1) &&
            shape_digit(s, i + 2))
                consider_step(s, i, &best, (struct step){ FORM_X_DIGITS, 3, 3, AT_START });
        return best;
}

static size_t shape_write(const struct shape *s, size_t i, enum form form, char *buf) {
        switch (form) {
        case FORM_PLAIN:
                *buf = (char) shape_plain(s, i);
                return 1;
        case FORM_ESCAPE:
                memcpy(buf, "\\x", 2);
                hex_write(buf + 2, s->bytes[i]);
                return 4;
        case FORM_BACKSLASH:
                *buf = '\\';
                return 1;
        case FORM_X:
                *buf = 'x';
                return 1;
        case FORM_X_DIGITS:
                buf[0] = 'x';
                buf[1] = shape_digit(s, i + 1);
                buf[2] = shape_digit(s, i + 2);
                return 3;
        case FORM_NONE:
                break;
        }
        return 0;
}

size_t escape_compact(const uint8_t *bytes, const uint8_t *mask, size_t n, char *buf) {
        struct shape s = { .bytes = bytes, .mask = mask, .n = n };
        enum state state = AT_START;
        size_t length = 0;

        for (size_t i = n; i-- > 0;)
                for (unsigned j = 0; j < _STATE_MAX; j++)
                        s.costs[i][j] = (uint16_t) shape_step(&s, i, j).cost;

        for (size_t i = 0; i < n;) {
                struct step step = shape_step(&s, i, state);

                length += shape_write(&s, i, step.form, buf + length);
                i += step.bytes;
                state = step.next;
        }
        return length;
}
