/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finds the formats that have to be registered again because of others. Pairs that stand the wrong way round
 * are found without looking at all pairs. Where everything may be disturbed: in the longest run of entries
 * that stand in the order of their ranks no two can be wrong, so only those outside it are compared with the
 * others. Where little is dirty: only that is compared, with those that overlap keys leave. */

#include "model/base/search.h"
#include "model/plan/plan-private.h"
#include "model/plan/rank.h"

#include <errno.h>

/* Up to this many dirty formats are compared with all others one by one. */
#define DIRTY_MAX 16u

static bool job_moves(const struct jobs *p, const struct format *f) {
        const struct change *c = jobs_of(p, f);

        return c && change_moves(c);
}

/* Does it stand in the kernel without being registered again? */
static bool stays_in_place(const struct jobs *p, const struct format *f) {
        return f->want && f->have && !f->keep && !job_moves(p, f);
}

static int collect_staying(struct jobs *p) {
        const struct plan_scope *s = p->scope;

        p->staying = calloc(s->n_ranked + 1, sizeof *p->staying);
        if (!p->staying)
                return -ENOMEM;
        for (size_t i = 0; i < s->n_ranked; i++) {
                struct format *f = s->ranked[i];

                f->plan.rank = (uint32_t) i;
                if (stays_in_place(p, f))
                        p->staying[p->n_staying++] = f;
        }
        return 0;
}

static bool wants_overlap(const struct format *a, const struct format *b) {
        return pattern_overlaps(a->want->pattern, b->want->pattern);
}

static int enqueue_format(struct jobs *p, struct format *f) {
        if (!ARRAY_GROW(p->queue, p->n_queue))
                return -ENOMEM;
        p->queue[p->n_queue++] = f;
        return 0;
}

/* f has to be registered again because it must stand above `above`. */
static int raise_above(struct jobs *p, struct format *f, const struct format *above) {
        const struct change *before = jobs_of(p, f);
        /* People have to be told that it was somebody else's entry. */
        bool takeover = before && before->cause == CAUSE_TAKEOVER;
        int r = jobs_give(p, f, CHANGE_REPLACE, takeover ? CAUSE_TAKEOVER : CAUSE_ORDER);

        if (r < 0)
                return r;
        jobs_of(p, f)->above = above->name;
        return enqueue_format(p, f);
}

/* Compares f, which may stand in a wrong place, with all others that stay. */
static int raise_around(struct jobs *p, const struct format *f) {
        int r = 0;

        for (size_t i = 0; i < p->n_staying && r >= 0; i++) {
                struct format *other = p->staying[i];
                const struct format *better = f->plan.rank < other->plan.rank ? f : other,
                                    *worse = better == f ? other : f;

                if (better->serial < worse->serial && !job_moves(p, better) && wants_overlap(better, worse))
                        r = raise_above(p, (struct format *) better, worse);
        }
        return r;
}

/* The newest comes first, as the kernel asks them. */
static int compare_serials(const void *x, const void *y) {
        const struct format *a = *(struct format *const *) x, *b = *(struct format *const *) y;

        return (a->serial < b->serial) - (a->serial > b->serial);
}

/* Sets in_place[] for a longest run of formats whose ranks increase. 0 or -ENOMEM. */
static int find_in_place(struct format *const *formats, size_t n, bool *in_place) {
        _cleanup_free_ size_t *ends = calloc(n + 1, sizeof *ends), *before = calloc(n + 1, sizeof *before);
        size_t length = 0;

        if (!ends || !before)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                /* ends[l]: where the run of l + 1 elements ends that ends with the lowest rank */
                size_t l = LOWER_BOUND(k, length, formats[ends[k]]->plan.rank < formats[i]->plan.rank);

                before[i] = l > 0 ? ends[l - 1] : i;
                ends[l] = i;
                if (l == length)
                        length++;
        }
        for (size_t i = length > 0 ? ends[length - 1] : 0; length > 0; length--, i = before[i])
                in_place[i] = true;
        return 0;
}

/* Registers again what stands below something that it must stand above. */
static int raise_disturbed(struct jobs *p) {
        size_t n = p->n_staying, in_order = 1;
        _cleanup_free_ struct format **by_place = NULL;
        _cleanup_free_ bool *in_place = NULL;
        int r;

        while (in_order < n && p->staying[in_order - 1]->serial >= p->staying[in_order]->serial)
                in_order++;
        if (in_order >= n)
                return 0;
        by_place = calloc(n + 1, sizeof *by_place);
        in_place = calloc(n + 1, sizeof *in_place);
        if (!by_place || !in_place)
                return -ENOMEM;
        memcpy(by_place, p->staying, n * sizeof *by_place);
        qsort(by_place, n, sizeof *by_place, compare_serials);
        r = find_in_place(by_place, n, in_place);
        for (size_t i = 0; i < n && r >= 0; i++)
                if (!in_place[i])
                        r = raise_around(p, by_place[i]);
        return r;
}

/* Registers again what must stand above something that is registered (again), and so on. */
static int raise_above_moved(struct jobs *p) {
        for (size_t q = 0; q < p->n_queue; q++) {
                const struct format *moved = p->queue[q];
                size_t kept = 0;

                for (size_t i = 0; i < p->n_staying; i++) {
                        struct format *f = p->staying[i];
                        int r = 0;

                        if (job_moves(p, f))
                                continue;
                        if (f->plan.rank < moved->plan.rank && wants_overlap(f, moved))
                                r = raise_above(p, f, moved);
                        else
                                p->staying[kept++] = f;
                        if (r < 0)
                                return r;
                }
                p->n_staying = kept;
        }
        return 0;
}

/* May an entry stand in a wrong place, now or when all is done? */
static bool may_be_disturbed(const struct jobs *p) {
        const struct plan_scope *s = p->scope;
        bool may = !s->dirty;

        for (size_t i = 0; i < s->n_dirty && !may; i++)
                may = stays_in_place(p, s->dirty[i]);
        for (size_t i = 0; i < p->n_jobs && !may; i++)
                may = change_moves(&p->jobs[i]);
        return may;
}

/* Sorts the jobs from the worst rank to the best, and puts the formats of those that move into the queue. */
static int enqueue_jobs(struct jobs *p) {
        int r = 0;

        jobs_sort(p);
        for (size_t i = 0; i < p->n_jobs && r >= 0; i++)
                if (change_moves(&p->jobs[i]))
                        r = enqueue_format(p, p->jobs[i].format);
        return r;
}

static int raise_among_all(struct jobs *p) {
        const struct plan_scope *s = p->scope;
        int r = collect_staying(p);

        if (r >= 0)
                r = enqueue_jobs(p);
        if (r >= 0 && (!s->dirty || s->n_dirty > DIRTY_MAX))
                r = raise_disturbed(p);
        else
                for (size_t i = 0; i < s->n_dirty && r >= 0; i++)
                        if (stays_in_place(p, s->dirty[i]))
                                r = raise_around(p, s->dirty[i]);
        return r < 0 ? r : raise_above_moved(p);
}

static void find_rank(const struct jobs *p, struct format *f) {
        f->plan.rank = (uint32_t) rank_seek(p->scope->ranked, p->scope->n_ranked, f);
}

/* Compares f with those that the overlap keys leave: does any of them have to be registered again because f
 * was (`moved`), or either of the two because of where they stand? */
static int raise_overlapping(struct jobs *p, struct format *f, bool moved) {
        const struct overlap_key key = overlap_key_of(f);
        struct format *other;
        int r = 0;

        for (size_t i = 0; r >= 0 && (other = overlaps_next(p->scope->overlaps, &key, &i));) {
                if (!stays_in_place(p, other) || !wants_overlap(f, other))
                        continue;
                find_rank(p, other);
                if (moved ? other->plan.rank < f->plan.rank
                          : other->plan.rank < f->plan.rank && other->serial < f->serial)
                        r = raise_above(p, other, f);
                else if (!moved && f->plan.rank < other->plan.rank && f->serial < other->serial &&
                         !job_moves(p, f))
                        r = raise_above(p, f, other);
        }
        return r;
}

static int raise_among_few(struct jobs *p) {
        const struct plan_scope *s = p->scope;
        int r;

        for (size_t i = 0; i < p->n_jobs; i++)
                find_rank(p, p->jobs[i].format);
        r = enqueue_jobs(p);
        for (size_t i = 0; i < s->n_dirty && r >= 0; i++)
                if (stays_in_place(p, s->dirty[i])) {
                        find_rank(p, s->dirty[i]);
                        r = raise_overlapping(p, s->dirty[i], false);
                }
        for (size_t q = 0; q < p->n_queue && r >= 0; q++)
                r = raise_overlapping(p, p->queue[q], true);
        return r;
}

int jobs_reorder(struct jobs *p) {
        const struct plan_scope *s = p->scope;

        if (!may_be_disturbed(p))
                return 0;
        return s->overlaps && s->dirty && s->n_dirty <= DIRTY_MAX ? raise_among_few(p) : raise_among_all(p);
}
