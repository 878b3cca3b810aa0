/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/model/scene.h"
#include "tests/test.h"

static struct pattern *parse_pattern(const char *s, size_t n) {
        uint8_t magic[PATTERN_HEADER_SIZE], mask[PATTERN_HEADER_SIZE];
        char extension[64];
        struct pattern *p;

        if (s[0] == '.') {
                snprintf(extension, sizeof extension, "%.*s", (int) n - 1, s + 1);
                assert_ok(pattern_new_extension(extension, &p));
                return p;
        }
        for (size_t i = 0; i < n; i++) {
                magic[i] = (uint8_t) s[i];
                mask[i] = s[i] == '?' ? 0 : 0xff;
        }
        assert_ok(pattern_new_magic(0, magic, mask, n, &p));
        return p;
}

struct entry *cast_add(struct cast *c, const char *spec) {
        static const char letters[] = "POCF";
        const char *magic = strchr(spec, ':') + 1, *options = strchr(magic, ':') + 1;
        _cleanup_(pattern_unrefp) struct pattern *p = parse_pattern(magic, (size_t) (options - 1 - magic));
        _cleanup_free_ char *name = strndup(spec, (size_t) (magic - 1 - spec));
        unsigned flags = 0;
        struct entry *e;

        for (unsigned i = 0; i < 4; i++)
                if (strchr(options, letters[i]))
                        flags |= 1u << i;
        ck_assert_uint_lt(c->n, ELEMENTSOF(c->items));
        assert_ok(entry_new(name, p, "/bin/sh", flags, NULL, &e));
        e->ours = strchr(options, 'o');
        e->enabled = !strchr(options, 'd');
        return c->items[c->n++] = e;
}

struct entry *cast_find(const struct cast *c, const char *name) {
        for (size_t i = 0; i < c->n; i++)
                if (streq(c->items[i]->name, name))
                        return c->items[i];
        return NULL;
}

void cast_clear(struct cast *c) {
        for (size_t i = 0; i < c->n; i++)
                entry_free(c->items[i]);
        c->n = 0;
}

struct entry *entry_copy(const struct entry *e) {
        struct entry *copy;

        assert_ok(entry_new(e->name, e->pattern, e->interpreter, e->flags, e->extra_flags, &copy));
        copy->enabled = e->enabled;
        copy->ours = e->ours;
        copy->pin = e->pin;
        return copy;
}

static void place_entry(struct scene *s, const struct entry *e, uint64_t serial) {
        struct format *f;

        if (entry_name_is_stand_in(e->name, NULL)) {
                s->stand_ins[s->n_stand_ins++] = (struct entry *) e;
                return;
        }
        assert_ok(formats_obtain(&s->formats, e->name, &f));
        entry_free(f->have);
        f->have = entry_ref((struct entry *) e);
        f->serial = serial;
        if (f->want)
                return;
        f->state = e->ours ? FORMAT_PENDING : FORMAT_FOREIGN;
        f->keep = !e->ours;
}

static struct definition *define(const struct format *f, int priority) {
        struct definition *d;

        assert_ok(definition_new(f->name, SOURCE_BINFMTD, (struct location){ "scene.conf", 1 }, &d));
        d->pattern = pattern_ref(f->want->pattern);
        d->priority = priority;
        return d;
}

void scene_make(const struct cast *wants, struct entry *const *table, size_t n_table, struct scene *ret) {
        *ret = (struct scene){ .n_ranked = wants->n };
        ret->ranked = calloc(wants->n + 1, sizeof *ret->ranked);
        ret->definitions = calloc(wants->n + 1, sizeof *ret->definitions);
        for (size_t i = 0; i < wants->n; i++) {
                struct format *f;

                assert_ok(formats_obtain(&ret->formats, wants->items[i]->name, &f));
                f->want = entry_copy(wants->items[i]);
                f->state = FORMAT_PENDING;
                f->definition = ret->definitions[i] = define(f, (int) (wants->n - i));
        }
        for (size_t i = 0; i < wants->n; i++)
                ret->ranked[i] = formats_find(&ret->formats, wants->items[i]->name);
        ret->stand_ins = calloc(n_table + 1, sizeof *ret->stand_ins);
        for (size_t i = 0; i < n_table; i++)
                place_entry(ret, table[i], n_table - i);
}

void scene_plan(struct scene *s) {
        const struct plan_scope scope = {
                .ranked = s->ranked,
                .n_ranked = s->n_ranked,
                .formats = &s->formats,
                .stand_ins = s->stand_ins,
                .n_stand_ins = s->n_stand_ins,
        };

        plan_clear(&s->plan);
        assert_ok(plan_make(&scope, &s->plan));
}

void scene_clear(struct scene *s) {
        plan_clear(&s->plan);
        for (size_t i = 0; i < s->n_ranked; i++)
                definition_free(s->definitions[i]);
        free(s->definitions);
        free(s->ranked);
        free(s->stand_ins);
        formats_clear(&s->formats);
}

static struct pattern *random_pattern(uint64_t *state) {
        uint8_t magic[4], mask[4];
        size_t size = 1 + test_below(state, 3);
        char extension[] = "x";
        struct pattern *p;

        if (test_below(state, 8) == 0) {
                extension[0] = (char) ('x' + test_below(state, 3));
                assert_ok(pattern_new_extension(extension, &p));
                return p;
        }
        for (size_t i = 0; i < size; i++) {
                magic[i] = (uint8_t) ('a' + test_below(state, 2));
                mask[i] = test_below(state, 4) == 0 && i > 0 ? 0 : 0xff;
        }
        assert_ok(pattern_new_magic(test_below(state, 4), magic, mask, size, &p));
        return p;
}

static struct entry *random_entry(uint64_t *state, const char *name) {
        _cleanup_(pattern_unrefp) struct pattern *p = random_pattern(state);
        unsigned flags = (unsigned) test_below(state, 16);
        struct entry *e;

        if (flags & ENTRY_CREDENTIALS)
                flags |= ENTRY_OPEN_BINARY;
        assert_ok(entry_new(name, p, test_below(state, 2) ? "/bin/sh" : "/bin/cat", flags, NULL, &e));
        if (flags & ENTRY_FIX_BINARY)
                e->pin = test_random(state) | 1;
        return e;
}

static void random_name(uint64_t *state, size_t i, char buf[static NAME_LENGTH_MAX + 1]) {
        /* Names of which the stand-in's name is cut, or just fits. */
        static const size_t lengths[] = { NAME_LENGTH_MAX, NAME_LENGTH_MAX - 8, NAME_LENGTH_MAX - 7 };
        size_t n = i < ELEMENTSOF(lengths) && test_below(state, 4) == 0 ? lengths[i] : 0;

        memset(buf, 'n', NAME_LENGTH_MAX);
        snprintf(buf, NAME_LENGTH_MAX + 1, "f%zu", i);
        if (n > 0) {
                buf[strlen(buf)] = 'n';
                buf[n] = '\0';
        }
}

/* The entry of a want in one of the conditions that a pass may find it in. */
static void random_condition(uint64_t *state, const struct entry *want, struct cast *table) {
        struct entry *e = test_below(state, 4) == 0 ? random_entry(state, want->name) : entry_copy(want);

        e->ours = test_below(state, 4) != 0;
        e->enabled = test_below(state, 6) != 0;
        if (!e->ours || !(e->flags & ENTRY_FIX_BINARY))
                e->pin = 0;
        else if (test_below(state, 4) == 0)
                e->pin = test_random(state) | 1;
        table->items[table->n++] = e;
}

static void random_shadow(uint64_t *state, const char *name, struct cast *table) {
        char shadow[NAME_LENGTH_MAX + 1];
        struct entry *e;

        entry_stand_in_name(name, shadow);
        e = random_entry(state, shadow);
        e->ours = test_below(state, 2);
        e->pin = 0;
        table->items[table->n++] = e;
}

static void shuffle(uint64_t *state, struct cast *table) {
        size_t swaps = test_below(state, 3) == 0 ? 3 * table->n : test_below(state, 4);

        for (size_t i = 0; i < swaps && table->n > 0; i++) {
                size_t a = test_below(state, table->n), b = test_below(state, table->n);
                struct entry *e = table->items[a];

                table->items[a] = table->items[b];
                table->items[b] = e;
        }
}

void scene_random(uint64_t *state, size_t names, struct cast *ret_wants, struct cast *ret_table) {
        size_t calm = test_below(state, 3);

        *ret_wants = *ret_table = (struct cast){ 0 };
        ck_assert_uint_le(names, SCENE_NAMES_MAX);
        for (size_t i = 0; i < names; i++) {
                char name[NAME_LENGTH_MAX + 1];
                struct entry *want = NULL;
                size_t n_table = ret_table->n;

                random_name(state, i, name);
                if (test_below(state, 4) != 0)
                        want = ret_wants->items[ret_wants->n++] = random_entry(state, name);
                if (want && calm > 0 && test_below(state, 8) != 0) {
                        ret_table->items[ret_table->n] = entry_copy(want);
                        ret_table->items[ret_table->n++]->ours = true;
                        continue;
                }
                if (want && test_below(state, 3) != 0)
                        random_condition(state, want, ret_table);
                if (!want && test_below(state, 2) != 0) {
                        struct entry *e = random_entry(state, name);

                        e->ours = test_below(state, 2);
                        e->pin = 0;
                        ret_table->items[ret_table->n++] = e;
                }
                if (test_below(state, ret_table->n > n_table ? 8 : 3) == 0)
                        random_shadow(state, name, ret_table);
        }
        shuffle(state, ret_table);
}

static const char *want_complaint(const struct entry *want, const struct entry *have) {
        return !have                                                      ? "a format is missing"
               : !entry_same(have, want)                                  ? "an entry has another text"
               : !have->ours                                              ? "an entry is not marked"
               : !have->enabled                                           ? "an entry is switched off"
               : want->flags & ENTRY_FIX_BINARY && have->pin != want->pin ? "an entry has a stale pin"
                                                                          : NULL;
}

static size_t position(const char *name, struct entry *const *table, size_t n_table) {
        for (size_t i = 0; i < n_table; i++)
                if (streq(table[i]->name, name))
                        return i;
        return SIZE_MAX;
}

const char *scene_complaint(const struct cast *wants, struct entry *const *table, size_t n_table) {
        for (size_t t = 0; t < n_table; t++)
                if (entry_name_is_stand_in(table[t]->name, NULL))
                        return "a shadow is left";
                else if (table[t]->ours && !cast_find(wants, table[t]->name))
                        return "an entry of ours is not wanted";
        for (size_t i = 0; i < wants->n; i++) {
                size_t upper = position(wants->items[i]->name, table, n_table);
                const char *complaint =
                                want_complaint(wants->items[i], upper < n_table ? table[upper] : NULL);

                if (complaint)
                        return complaint;
                for (size_t j = i + 1; j < wants->n; j++) {
                        size_t lower = position(wants->items[j]->name, table, n_table);

                        if (lower < upper &&
                            pattern_overlaps(wants->items[i]->pattern, wants->items[j]->pattern))
                                return "two formats stand the wrong way round";
                }
        }
        return NULL;
}

size_t plan_writes(const struct plan *p) {
        static const unsigned char writes[] = {
                [CHANGE_ADD] = 1,    [CHANGE_REPLACE] = 4, [CHANGE_FINISH] = 2, [CHANGE_ADOPT] = 0,
                [CHANGE_ENABLE] = 1, [CHANGE_REMOVE] = 1,  [CHANGE_SWEEP] = 1,
        };
        size_t n = 0;

        for (size_t i = 0; i < p->n; i++)
                n += writes[p->changes[i].type];
        return n;
}
