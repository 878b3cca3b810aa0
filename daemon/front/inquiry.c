/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/front/inquiry.h"
#include "engine/system/examine.h"
#include "model/plan/rank.h"

#include <errno.h>

static int compare_places(const void *x, const void *y) {
        const struct format *a = *(struct format *const *) x, *b = *(struct format *const *) y;

        return (a->serial < b->serial) - (a->serial > b->serial);
}

static int list_entries(struct inquiry *i) {
        const struct formats *formats = &i->pass->formats;
        _cleanup_free_ struct format **registered = calloc(formats->n + 1, sizeof *registered);
        size_t n = 0;

        i->entries = calloc(formats->n + 1, sizeof *i->entries);
        if (!registered || !i->entries)
                return -ENOMEM;
        for (size_t k = 0; k < formats->n; k++)
                if (formats->items[k]->have)
                        registered[n++] = formats->items[k];
        qsort(registered, n, sizeof *registered, compare_places);
        for (size_t k = 0; k < n; k++)
                i->entries[k] = registered[k]->have;
        i->question.entries = i->entries;
        i->question.n_entries = n;
        return 0;
}

static struct program *program_of(const char *path) {
        struct program *p = calloc(1, sizeof *p);

        if (p && (p->path = strdup(path))) {
                p->lowest = UINT64_MAX;
                return p;
        }
        return program_free(p);
}

/* Of all that the chain may come to, only what the client's own #! line names is its choice. */
static bool is_clients_choice(const struct inquiry *i, const char *path) {
        struct script_line line;

        if (!script_line_parse(i->program->header, &line) || !streq(line.interpreter, path))
                return false;
        for (size_t k = 0; k < i->question.n_entries; k++)
                if (streq_ptr(i->entries[k]->interpreter, path))
                        return false;
        return true;
}

static int look(void *user, const char *path, const struct entry *pinned_by, const struct program **ret) {
        struct inquiry *i = user;

        if (!pinned_by && is_clients_choice(i, path)) {
                *ret = i->unseen;
                return 0;
        }
        return examiner_look(i->examiner, path, pinned_by, ret);
}

static int prepare(struct inquiry *i, const struct status *s, const char *path) {
        int r = examiner_new("", &i->examiner);

        i->pass = s->pass;
        i->program = program_of(path);
        i->unseen = program_of("");
        if (r >= 0 && (!i->program || !i->unseen))
                r = -ENOMEM;
        if (r >= 0)
                r = list_entries(i);
        if (r < 0)
                return r;
        host_probe(&i->host);
        i->setting = (struct setting){
                .root = "", /* entries name interpreters as the running kernel finds them, whatever --root is
                             */
                .instance = s->options->instance,
                .mmap_min_addr = examine_mmap_min_addr(),
        };
        if (s->unavailable < 0)
                i->setting.unavailable = table_error_sentence(s->unavailable, &i->setting.unavailable_hint);
        i->question.program = i->program;
        i->question.path = path;
        i->question.off = s->unavailable < 0 || s->switched_off;
        i->question.host = &i->host;
        i->question.look = look;
        i->question.userdata = i;
        return 0;
}

int inquire(const struct status *s, const char *path, const void *header, size_t n, struct inquiry *ret) {
        const struct explain_step *first;
        int r = prepare(ret, s, path);

        if (r < 0)
                return r;
        ret->program->readable = true;
        ret->program->size = n;
        memcpy(ret->program->header, header, n < PATTERN_HEADER_SIZE ? n : PATTERN_HEADER_SIZE);
        r = explain(&ret->question, &ret->explanation);
        if (r < 0)
                return r;
        first = &ret->explanation.steps[0];
        if (first->taker == TAKER_NONE && first->n_off == 0 && !ret->setting.unavailable)
                ret->setting.declared = rank_best_match(&s->pass->formats, ret->program->header, path);
        return verdict_reach(&ret->question, &ret->explanation, &ret->setting, &ret->verdict);
}

void inquiry_clear(struct inquiry *i) {
        verdict_clear(&i->verdict);
        explanation_clear(&i->explanation);
        examiner_free(i->examiner);
        program_free(i->program);
        program_free(i->unseen);
        free(i->entries);
        *i = (struct inquiry){ 0 };
}
