/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/engine/world.h"
#include "engine/pass/reconcile.h"
#include "engine/read/sources.h"
#include "model/format/format.h"
#include "tests/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <sys/stat.h>

#define NAMES        7u
#define INTERPRETERS 4u

static size_t below(struct world *w, size_t n) {
        return test_below(&w->state, n);
}

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
                      struct FTW *ftw _unused_) {
        return remove(path);
}

static void remove_all(const char *path) {
        nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path with the root in front. */
static void locate(const struct world *w, const char *path, char buf[static PATH_MAX]) {
        snprintf(buf, PATH_MAX, "%s%s", w->root, path);
}

static void make_parents(const char *path) {
        _cleanup_free_ char *copy = strdup(path);

        for (char *p = copy + 1; (p = strchr(p, '/')); p++) {
                *p = '\0';
                mkdir(copy, 0755);
                *p = '/';
        }
}

static void put(const char *path, const char *text, mode_t mode) {
        int fd;

        remove_all(path);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        ck_assert_msg(fd >= 0, "%s: %m", path);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        ck_assert_int_eq(fchmod(fd, mode), 0);
        close(fd);
}

static const char *random_magic(struct world *w) {
        static const char *const magics[] = { "MZ", "MZq", "MZqF", "M", "PK", "PKx", "?Z", "MZ\\x00" };

        return magics[below(w, ELEMENTSOF(magics))];
}

static void random_section(struct world *w, struct text *t, bool override) {
        text_printf(t, "[n%zu]\n", below(w, NAMES));
        if (override ? below(w, 6) == 0 : below(w, 16) != 0) {
                if (below(w, 6) == 0)
                        text_printf(t, "Extension=%s\n", below(w, 2) ? "exe" : "jar");
                else
                        text_printf(t, "Magic=%s\n", random_magic(w));
        }
        for (size_t n = override ? below(w, 6) == 0 : below(w, 10) == 0 ? 0 : 1 + below(w, 2); n > 0; n--)
                text_printf(t, "Interpreter=/bin/i%zu\n", below(w, INTERPRETERS));
        if (below(w, 3) == 0)
                text_printf(t, "FixBinary=%s\n", below(w, 2) ? "yes" : "no");
        if (below(w, 3) == 0)
                text_printf(t, "Priority=%zu\n", below(w, 3));
        if (below(w, 6) == 0)
                text_printf(t, "Enabled=%s\n", below(w, 2) ? "yes" : "no");
        if (below(w, 8) == 0)
                text_append(t, below(w, 2) ? "Credentials=maybe\n" : "Mask=\\xff\n");
        if (below(w, 8) == 0)
                text_append(t, "PreserveArgv0=yes\n");
        if (below(w, 5) == 0)
                text_printf(t, "Detector=/bin/i%zu\n", below(w, INTERPRETERS));
        if (below(w, 12) == 0)
                text_append(t, "Unknwon=key\n");
}

static void random_line(struct world *w, struct text *t) {
        if (below(w, 10) == 0)
                text_append(t, ":broken:M:\n");
        else
                text_printf(t, ":n%zu:M::%s::/bin/i%zu:%s\n", below(w, NAMES), random_magic(w),
                            below(w, INTERPRETERS), below(w, 3) == 0 ? "F" : "");
}

static char *random_text(struct world *w, const char *directory) {
        _cleanup_(text_clear) struct text t = { 0 };
        bool ours = strstr(directory, "binfmtd");

        if (streq(directory, "/var/lib/binfmts") || streq(directory, "/var/lib/binfmtd/binfmts"))
                text_printf(&t, "x\nmagic\n0\n%s\n\n/bin/i%zu\n%s\nno\nno\nno\n", random_magic(w),
                            below(w, INTERPRETERS), below(w, 4) == 0 ? "/bin/i0" : "");
        else if (streq(directory, "/usr/share/binfmts"))
                text_printf(&t, "package x\ninterpreter /bin/i%zu\nmagic %s\n", below(w, INTERPRETERS),
                            random_magic(w));
        else if (below(w, 20) == 0)
                text_append(&t, "no drop-in at all\n");
        else
                for (size_t n = 1 + below(w, 3); n > 0; n--)
                        if (ours)
                                random_section(w, &t, strstr(directory, "override"));
                        else
                                random_line(w, &t);
        return text_take(&t);
}

/* A drop-in comes, changes, is masked, becomes unusable, or goes. */
static void file_happens(struct world *w) {
        const char *directory = source_directories[below(w, SOURCE_DIRECTORIES)];
        _cleanup_free_ char *text = random_text(w, directory);
        char path[PATH_MAX], shown[64];

        if (strstr(directory, "binfmts"))
                snprintf(shown, sizeof shown, "%s/n%zu", directory, below(w, NAMES));
        else
                snprintf(shown, sizeof shown, "%s/%c.conf", directory, (char) ('a' + below(w, 4)));
        locate(w, shown, path);
        snprintf(w->last, sizeof w->last, "file %s", shown);
        make_parents(path);
        switch (below(w, 12)) {
        case 0:
                put(path, "", 0644);
                break;
        case 1:
                remove_all(path);
                ck_assert_int_eq(symlink("/dev/null", path), 0);
                break;
        case 2:
                put(path, text, below(w, 2) ? 0666 : 0644);
                break;
        case 3:
                remove_all(path);
                ck_assert_int_eq(mkdir(path, 0755), 0);
                break;
        case 4:
        case 5:
        case 6:
                remove_all(path);
                break;
        default:
                put(path, text, 0644);
        }
        assert_ok(keeper_mark_file(w->keeper, shown));
}

/* A whole directory goes; or it becomes writable by others, which the keeper notices when it reads any file
 * in it. */
static void directory_happens(struct world *w) {
        const char *directory = source_directories[below(w, SOURCE_DIRECTORIES)];
        char path[PATH_MAX], file[64];

        locate(w, directory, path);
        snprintf(file, sizeof file, "%s/%s", directory, strstr(directory, "binfmts") ? "n0" : "a.conf");
        snprintf(w->last, sizeof w->last, "directory %s", directory);
        if (below(w, 3) == 0) {
                remove_all(path);
                assert_ok(keeper_mark_directory(w->keeper, directory));
                return;
        }
        chmod(path, below(w, 2) ? 0777 : 0755);
        assert_ok(keeper_mark_file(w->keeper, file));
}

static void interpreter_happens(struct world *w) {
        char path[PATH_MAX], shown[32], text[64] = "program ";

        if (below(w, 8) == 0)
                strcpy(shown, WORLD_DISPATCHER);
        else
                snprintf(shown, sizeof shown, "/bin/i%zu", below(w, INTERPRETERS));
        locate(w, shown, path);
        snprintf(w->last, sizeof w->last, "interpreter %s", shown);
        make_parents(path);
        memset(text + strlen(text), 'x', below(w, 40));
        if (below(w, 3) == 0)
                remove_all(path);
        else
                put(path, text, below(w, 8) ? 0755 : 0644);
        assert_ok(keeper_mark_interpreter(w->keeper, shown));
}

static void register_by_others(struct world *w, const char *name) {
        char bytes[256];
        int n = snprintf(bytes, sizeof bytes, ":%s:M::%s::%s/bin/i%zu:", name, random_magic(w), w->root,
                         below(w, INTERPRETERS));

        if (strchr(bytes, '?'))
                return;
        if (w->inner->ops->add(w->inner, bytes, (size_t) n) >= 0)
                assert_ok(keeper_mark_entry(w->keeper, below(w, 2) ? "register" : name));
}

/* Somebody else removes, replaces, switches off or registers something. */
static void entry_happens(struct world *w) {
        char name[32];

        if (below(w, 12) == 0)
                snprintf(name, sizeof name, "n%zu%s", below(w, NAMES), ENTRY_STAND_IN_SUFFIX);
        else
                snprintf(name, sizeof name, "%c%zu", below(w, 4) ? 'n' : 'x', below(w, NAMES));
        snprintf(w->last, sizeof w->last, "entry %s", name);
        switch (below(w, 4)) {
        case 0:
                w->disable(w->inner, name);
                break;
        case 1:
                w->inner->ops->remove(w->inner, name);
                break;
        case 2:
                w->inner->ops->remove(w->inner, name);
                assert_ok(keeper_mark_entry(w->keeper, name));
                __attribute__((fallthrough));
        default:
                register_by_others(w, name);
        }
        assert_ok(keeper_mark_entry(w->keeper, name));
}

static void instance_happens(struct world *w) {
        w->gone = !w->gone;
        snprintf(w->last, sizeof w->last, "the instance %s", w->gone ? "goes" : "comes");
        if (w->gone)
                keeper_set_no_table(w->keeper, -ENOENT);
        else
                keeper_set_table(w->keeper, &w->proxy.table);
}

void world_happen(struct world *w) {
        size_t what = below(w, 64);

        if (what < 32)
                file_happens(w);
        else if (what < 44)
                interpreter_happens(w);
        else if (what < 60)
                entry_happens(w);
        else if (what < 62)
                directory_happens(w);
        else if (what < 63)
                instance_happens(w);
        else
                keeper_mark_all(w->keeper);
}

void world_begin(struct world *w, uint64_t seed, const char *root, struct table *inner,
                 int (*disable)(struct table *k, const char *name)) {
        const struct options options = { .root = root, .dispatcher = WORLD_DISPATCHER };

        *w = (struct world){ .state = seed, .root = root, .inner = inner, .disable = disable };
        faulty_table_init(&w->proxy, inner);
        remove_all(root);
        ck_assert_int_eq(mkdir(root, 0755), 0);
        assert_ok(keeper_new(&options, &w->keeper));
        keeper_set_table(w->keeper, &w->proxy.table);
}

void world_end(struct world *w) {
        for (size_t i = 0; i < w->n_heard; i++)
                free(w->heard[i].name);
        free(w->heard);
        keeper_free(w->keeper);
        table_free(w->inner);
        remove_all(w->root);
}

static const char *with_details(const char *complaint, const struct format *k, const struct format *fresh) {
        static char text[1024];

        snprintf(text, sizeof text, "%s: %s is %s (%s) instead of %s (%s)", complaint, fresh->name,
                 k ? format_state_name(k->state) : "unknown", k && k->reason ? k->reason : "",
                 format_state_name(fresh->state), fresh->reason ? fresh->reason : "");
        return text;
}

static struct heard *heard_of(struct world *w, const char *name) {
        for (size_t i = 0; i < w->n_heard; i++)
                if (streq(w->heard[i].name, name))
                        return &w->heard[i];
        return NULL;
}

static void hear(struct world *w, const struct format *f) {
        struct heard *known = heard_of(w, f->name);
        bool gone = !f->definition && !f->have;

        ck_assert_msg(!known || gone || known->digest != format_digest(f), "%s is no news", f->name);
        ck_assert_msg(known || !gone, "%s was never heard of", f->name);
        if (gone) {
                free(known->name);
                *known = w->heard[--w->n_heard];
                return;
        }
        if (!known) {
                ck_assert(ARRAY_GROW(w->heard, w->n_heard));
                known = &w->heard[w->n_heard++];
                known->name = strdup(f->name);
        }
        known->digest = format_digest(f);
}

static void pass(struct world *w, struct keeper_result *ret) {
        assert_ok(keeper_pass(w->keeper, ret));
        for (size_t i = 0; i < ret->n_news; i++)
                hear(w, ret->news[i]);
}

/* NULL if the listener knows all formats as they are. */
static const char *listener_complaint(struct world *w, const struct formats *fresh) {
        if (w->n_heard != fresh->n)
                return "a listener knows of other formats";
        for (size_t i = 0; i < fresh->n; i++) {
                const struct heard *known = heard_of(w, fresh->items[i]->name);

                if (!known || known->digest != format_digest(fresh->items[i]))
                        return with_details("a listener was not told all",
                                            formats_find(&keeper_last_pass(w->keeper)->formats,
                                                         fresh->items[i]->name),
                                            fresh->items[i]);
        }
        return NULL;
}

void world_pass(struct world *w) {
        struct keeper_result result;

        /* Once in a while an operation fails; the rest is done when none fails any more. */
        w->proxy.operations = 0;
        w->proxy.fail_at = below(w, 8) == 0 ? 1 + below(w, 12) : 0;
        w->proxy.for_good = below(w, 2);
        w->proxy.error = -EIO;
        pass(w, &result);
        w->proxy.fail_at = 0;
        for (size_t i = 0; i < 3 && result.retry; i++) {
                keeper_mark_failed(w->keeper);
                pass(w, &result);
        }
}

static const char *format_complaint(const struct format *k, const struct format *fresh) {
        return k->state != fresh->state                            ? "a state is otherwise"
               : !streq_ptr(k->reason, fresh->reason)              ? "a reason is otherwise"
               : k->keep != fresh->keep                            ? "an entry is kept otherwise"
               : !k->want != !fresh->want                          ? "something else is wanted"
               : k->want && !entry_identical(k->want, fresh->want) ? "something else is wanted"
               : !k->have != !fresh->have                          ? "another entry is known"
               : k->have && !entry_identical(k->have, fresh->have) ? "another entry is known"
               : !k->shadowed_by != !fresh->shadowed_by            ? "another format is shadowed"
               : k->shadowed_by && !streq(k->shadowed_by->name, fresh->shadowed_by->name)
                               ? "another format shadows"
                               : NULL;
}

/* Do both know the same order of entries? */
static bool same_order(const struct formats *a, const struct formats *b) {
        for (size_t i = 0; i < a->n; i++)
                for (size_t j = 0; j < i; j++)
                        if (a->items[i]->have && a->items[j]->have &&
                            (a->items[i]->serial < a->items[j]->serial) !=
                                            (b->items[i]->serial < b->items[j]->serial))
                                return false;
        return true;
}

static int compare_said(const void *x, const void *y) {
        const struct diagnostic *a = x, *b = y;
        int c = strcmp(a->file ? a->file : "", b->file ? b->file : "");

        if (c == 0)
                c = (a->line > b->line) - (a->line < b->line);
        return c != 0 ? c : strcmp(a->message, b->message);
}

static bool same_diagnostics(const struct diagnostics *a, const struct diagnostics *b) {
        _cleanup_free_ struct diagnostic *x = calloc(a->n + 1, sizeof *x), *y = calloc(a->n + 1, sizeof *y);
        bool same = true;

        if (a->n != b->n || a->n == 0)
                return a->n == b->n;
        memcpy(x, a->items, a->n * sizeof *x);
        memcpy(y, b->items, a->n * sizeof *y);
        qsort(x, a->n, sizeof *x, compare_said);
        qsort(y, a->n, sizeof *y, compare_said);
        for (size_t i = 0; i < a->n && same; i++)
                same = compare_said(&x[i], &y[i]) == 0 && streq_ptr(x[i].hint, y[i].hint);
        return same;
}

/* Does each entry stand above all entries that it has to win over? */
static bool in_order(const struct pass *r) {
        for (size_t i = 0; i < r->n_ranked; i++)
                for (size_t j = i + 1; j < r->n_ranked; j++) {
                        const struct format *better = r->ranked[i], *worse = r->ranked[j];

                        if (better->have && worse->have && better->serial < worse->serial &&
                            pattern_overlaps(better->want->pattern, worse->want->pattern))
                                return false;
                }
        return true;
}

static const char *compare_passes(const struct pass *k, const struct pass *fresh) {
        if (fresh->plan.n > 0 && fresh->plan.changes[0].format)
                return with_details(change_type_name(fresh->plan.changes[0].type),
                                    formats_find(&k->formats, fresh->plan.changes[0].format->name),
                                    fresh->plan.changes[0].format);
        if (fresh->plan.n > 0)
                return "a stand-in is left";
        if (!in_order(fresh))
                return "something stands the wrong way round";
        if (k->formats.n != fresh->formats.n)
                return "there are other formats";
        for (size_t i = 0; i < k->formats.n; i++) {
                const char *complaint;

                if (!streq(k->formats.items[i]->name, fresh->formats.items[i]->name))
                        return "there are other formats";
                complaint = format_complaint(k->formats.items[i], fresh->formats.items[i]);
                if (complaint)
                        return with_details(complaint, k->formats.items[i], fresh->formats.items[i]);
        }
        if (k->n_ranked != fresh->n_ranked)
                return "others are ranked";
        for (size_t i = 0; i < k->n_ranked; i++)
                if (!streq(k->ranked[i]->name, fresh->ranked[i]->name))
                        return "the ranking is otherwise";
        if (k->n_stand_ins != fresh->n_stand_ins || k->pattern_index.n != fresh->pattern_index.n)
                return "other stand-ins are known, or the pattern index differs";
        if (!same_order(&k->formats, &fresh->formats))
                return "another order is known";
        return same_diagnostics(&k->diagnostics, &fresh->diagnostics) ? NULL : "something else is said";
}

const char *world_complaint(struct world *w) {
        _cleanup_(pass_clear) struct pass fresh = { 0 };
        const struct options options = { .root = w->root, .dispatcher = WORLD_DISPATCHER };
        struct table absent = { .error = -ENOENT };
        const char *complaint;

        assert_ok(reconcile_plan(&options, w->gone ? &absent : w->inner, &fresh));
        complaint = compare_passes(keeper_last_pass(w->keeper), &fresh);
        return complaint ? complaint : listener_complaint(w, &fresh.formats);
}
