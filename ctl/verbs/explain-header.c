/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An annotated hex dump of the header, readable without colour too. */

#include "ctl/render.h"
#include "ctl/verbs/explain-private.h"

#include <stdio.h>

#define ROW       16u
#define ROWS_BARE 2u

/* A byte of the header, compared with the pattern. */
enum mark {
        MARK_NONE,   /* outside of the pattern */
        MARK_FREE,   /* masked out */
        MARK_RIGHT,  /* all bits are compared and equal */
        MARK_PARTLY, /* only some bits are compared, and these are equal */
        MARK_WRONG,
};

static const struct {
        const char *sign, *words;
        enum style style;
} marks[] = {
        [MARK_NONE] = { "  ", NULL, STYLE_PLAIN },
        [MARK_FREE] = { "..", "does not count", STYLE_FAINT },
        [MARK_RIGHT] = { "==", "as it has to be", STYLE_GREEN },
        [MARK_PARTLY] = { "=~", "so far as it counts", STYLE_GREEN },
        [MARK_WRONG] = { "!!", "wrong", STYLE_RED },
};

static enum mark mark_at(const struct pattern *p, const uint8_t *header, unsigned i) {
        uint8_t mask;

        if (!p || i < p->offset || i >= (unsigned) p->offset + p->size)
                return MARK_NONE;
        mask = p->masked ? pattern_mask(p)[i - p->offset] : 0xff;
        if (mask == 0)
                return MARK_FREE;
        if ((header[i] ^ pattern_magic(p)[i - p->offset]) & mask)
                return MARK_WRONG;
        return mask == 0xff ? MARK_RIGHT : MARK_PARTLY;
}

static void print_bytes(const struct context *c, const uint8_t *header, unsigned row, const enum mark *of) {
        printf("  %04x  ", row);
        for (unsigned i = 0; i < ROW; i++)
                printf("%s%02x%s%s",
                       style_sequence(of[i] ? marks[of[i]].style : STYLE_PLAIN, c->color_output),
                       header[row + i], style_sequence(STYLE_PLAIN, c->color_output),
                       i + 1 == ROW ? "" : " ");
        fputs(" |", stdout);
        for (unsigned i = row; i < row + ROW; i++)
                putchar(header[i] >= 0x20 && header[i] < 0x7f ? header[i] : '.');
        fputs("|\n", stdout);
}

/* A line below the bytes with a word of two letters for each byte. Nothing is printed if all are blank. */
static void print_line(const char *label, char words[ROW][3]) {
        char line[ROW * 3 + 1];
        size_t n = 0;

        for (unsigned i = 0; i < ROW; i++)
                n += (size_t) snprintf(line + n, sizeof line - n, "%s ", words[i]);
        while (n > 0 && line[n - 1] == ' ')
                line[--n] = '\0';
        if (n > 0)
                printf("  %4s  %s\n", label, line);
}

static void print_row(const struct context *c, const uint8_t *header, const struct pattern *p, unsigned row,
                      bool *seen) {
        char signs[ROW][3], wanted[ROW][3];
        enum mark of[ROW];

        for (unsigned i = 0; i < ROW; i++) {
                of[i] = mark_at(p, header, row + i);
                seen[of[i]] = true;
                snprintf(signs[i], sizeof signs[i], "%s", marks[of[i]].sign);
                if (of[i] == MARK_WRONG)
                        snprintf(wanted[i], sizeof wanted[i], "%02x", pattern_magic(p)[row + i - p->offset]);
                else
                        snprintf(wanted[i], sizeof wanted[i], "  ");
        }
        print_bytes(c, header, row, of);
        print_line("", signs);
        print_line("want", wanted);
}

static void print_legend(const bool *seen) {
        const char *separator = "        ";

        for (enum mark m = MARK_FREE; m <= MARK_WRONG; m++)
                if (seen[m]) {
                        printf("%s%s %s", separator, marks[m].sign, marks[m].words);
                        separator = ", ";
                }
        putchar('\n');
}

void print_header(const struct context *c, const struct program *program, const struct pattern *p) {
        unsigned end = p                                 ? (unsigned) p->offset + p->size
                       : program->size < ROWS_BARE * ROW ? (unsigned) program->size
                                                         : ROWS_BARE * ROW;
        bool seen[ELEMENTSOF(marks)] = { 0 }, gap = false;

        if (p && p->type != PATTERN_MAGIC)
                return;
        for (unsigned row = 0; row < end && row < PATTERN_HEADER_SIZE; row += ROW) {
                /* Rows between the first one and the pattern are left out, as hexdump(1) leaves out equal
                 * rows. */
                if (p && row > 0 && row + ROW <= p->offset) {
                        if (!gap)
                                puts("  *");
                        gap = true;
                        continue;
                }
                print_row(c, program->header, p, row, seen);
        }
        if (p)
                print_legend(seen);
}
