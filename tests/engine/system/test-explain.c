/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Holds the predictions of explain against execve(2): random tables in a private instance, files of every
 * kind, called in every way. The exit status tells which interpreter ran. The smallest case that fails is
 * printed. */

#include "engine/system/examine.h"
#include "engine/system/file.h"
#include "engine/system/probe.h"
#include "engine/system/table.h"
#include "model/explain/verdict.h"
#include "model/format/escape.h"
#include "tests/engine/menagerie.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define TABLES      50000u
#define CALLS       4u /* of each table */
#define RULES_MAX   14u
#define RENEW_EVERY 64u /* tables: then the rubbish is another */

enum way {
        WAY_PATH,
        WAY_RELATIVE,
        WAY_DOT,
        WAY_DIRECTORY, /* whose name has an extension */
        WAY_DESCRIPTOR,
        WAY_BELOW_DESCRIPTOR,
        WAY_CHROOT,
        WAY_CHROOT_DOT,
        _WAY_MAX,
};

struct rule {
        char name[16];
        char bytes[REGISTRATION_MAX + 1];
        size_t n;
        bool off;
};

struct call {
        const char *name;
        enum way way;
};

struct test_case {
        struct rule rules[RULES_MAX];
        size_t n;
        bool off; /* the whole instance */
        struct call calls[CALLS];
};

/* An outcome is a negative errno or an exit status; or this, if explain cannot know it. */
#define UNKNOWN INT32_MAX

static struct host host;
static struct table *table;
static struct examiner *outside, *inside;

/* ---- random tables ---- */

static const char *any_name(uint64_t *random) {
        static size_t n;

        while (menagerie_name(n))
                n++;
        return menagerie_name(test_below(random, n));
}

static void header_of(const char *name, uint8_t header[static PATTERN_HEADER_SIZE]) {
        int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

        memset(header, 0, PATTERN_HEADER_SIZE);
        if (fd >= 0)
                (void) !read(fd, header, PATTERN_HEADER_SIZE);
        close(fd);
}

static struct pattern *pattern_of(const char *name, size_t offset, size_t size, const uint8_t *mask) {
        uint8_t header[PATTERN_HEADER_SIZE];
        struct pattern *p;

        header_of(name, header);
        assert_ok(pattern_new_magic(offset, header + offset, mask, size, &p));
        return p;
}

static struct pattern *random_magic(uint64_t *random) {
        static const uint8_t bits[] = { 0xff, 0xff, 0xff, 0, 0xf0, 0x01, 0x7f };
        static const size_t offsets[] = { 0, 0, 0, 1, 2, 8, 9, 9, 10, 12, 16, 100, 200, 255 };
        size_t offset = offsets[test_below(random, ELEMENTSOF(offsets))];
        size_t size = 1 + test_below(random, offset < 200 ? 12 : offset < 255 ? 50 : 1);
        uint8_t header[PATTERN_HEADER_SIZE], mask[PATTERN_HEADER_SIZE];
        struct pattern *p;

        header_of(any_name(random), header);
        if (test_below(random, 6) == 0)
                header[offset + test_below(random, size)] ^= (uint8_t) (1u << test_below(random, 8));
        for (size_t i = 0; i < size; i++)
                mask[i] = bits[test_below(random, ELEMENTSOF(bits))];
        assert_ok(pattern_new_magic(offset, header + offset, test_below(random, 2) ? mask : NULL, size, &p));
        return p;
}

static struct pattern *random_pattern(uint64_t *random) {
        static const char *const extensions[] = { "ext", "ext", "x", "EXT", "tar.gz", "gz", "nothing" };
        struct pattern *p;

        if (test_below(random, 3) > 0)
                return random_magic(random);
        assert_ok(pattern_new_extension(extensions[test_below(random, ELEMENTSOF(extensions))], &p));
        return p;
}

static void add_rule(struct test_case *c, const struct pattern *p, const char *interpreter, unsigned flags,
                     bool off) {
        struct rule *r = &c->rules[c->n];

        snprintf(r->name, sizeof r->name, "rule-%zu", c->n);
        if (registration_format(r->name, p, interpreter, flags, NULL, r->bytes, &r->n) < 0)
                return;
        r->off = off;
        c->n++;
}

static void random_rule(uint64_t *random, struct test_case *c) {
        static const unsigned flags[] = { 0,
                                          0,
                                          ENTRY_PRESERVE_ARGV0,
                                          ENTRY_OPEN_BINARY,
                                          ENTRY_CREDENTIALS,
                                          ENTRY_FIX_BINARY,
                                          ENTRY_FIX_BINARY | ENTRY_PRESERVE_ARGV0 };
        static const char *const prefixes[] = { MENAGERIE "/", MENAGERIE "/",         MENAGERIE "/", "",
                                                "../mnt/",     MENAGERIE "/d.ext/../" };
        _cleanup_(pattern_unrefp) struct pattern *p = random_pattern(random);
        const char *name = test_below(random, 2) ? menagerie_name(test_below(random, MENAGERIE_PROGRAMS))
                                                 : any_name(random);
        char interpreter[128];

        snprintf(interpreter, sizeof interpreter, "%s%s", prefixes[test_below(random, ELEMENTSOF(prefixes))],
                 name);
        add_rule(c, p, interpreter, flags[test_below(random, ELEMENTSOF(flags))],
                 test_below(random, 6) == 0);
}

/* Each program is taken by the next one, as it is told by its status alone. */
static void random_chain(uint64_t *random, struct test_case *c) {
        size_t first = test_below(random, MENAGERIE_PROGRAMS), n = 2 + test_below(random, 7);

        for (size_t i = 0; i < n && c->n < RULES_MAX; i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = pattern_of(
                                menagerie_name((first + i) % MENAGERIE_PROGRAMS), EI_PAD, 1, NULL);
                char interpreter[128];

                snprintf(interpreter, sizeof interpreter, MENAGERIE "/%s",
                         menagerie_name((first + i + 1) % MENAGERIE_PROGRAMS));
                add_rule(c, p, interpreter, test_below(random, 4) ? 0 : ENTRY_FIX_BINARY, false);
        }
}

static void random_case(uint64_t *random, struct test_case *c) {
        size_t n = test_below(random, 6);

        c->n = 0;
        c->off = test_below(random, 40) == 0;
        if (test_below(random, 4) == 0)
                random_chain(random, c);
        for (size_t i = 0; i < n && c->n < RULES_MAX; i++)
                random_rule(random, c);
        for (size_t i = 0; i < CALLS; i++)
                c->calls[i] = (struct call){ any_name(random), (enum way) test_below(random, _WAY_MAX) };
}

/* ---- what the kernel does ---- */

static bool is_inside(const struct call *call) {
        return call->way >= WAY_CHROOT;
}

static void path_of(const struct call *call, int fd, char path[static 128]) {
        static const char *const prefixes[] = {
                [WAY_PATH] = MENAGERIE "/",
                [WAY_RELATIVE] = "",
                [WAY_DOT] = "./",
                [WAY_DIRECTORY] = "dir.ext/../",
                [WAY_CHROOT] = MENAGERIE "/",
                [WAY_CHROOT_DOT] = "./mnt/d.ext/../",
        };

        if (call->way == WAY_DESCRIPTOR)
                snprintf(path, 128, "/dev/fd/%d", fd);
        else if (call->way == WAY_BELOW_DESCRIPTOR)
                snprintf(path, 128, "/dev/fd/%d/%s", fd, call->name);
        else
                snprintf(path, 128, "%s%s", prefixes[call->way], call->name);
}

static void child(const struct call *call, int fd, const char *path) {
        char *argv[] = { (char *) path, NULL }, *environment[] = { NULL };

        if (is_inside(call) && (chdir(ENCLOSURE) < 0 || chroot(".") < 0))
                _exit(127);
        if (call->way == WAY_DESCRIPTOR)
                (void) execveat(fd, "", argv, environment, AT_EMPTY_PATH);
        else if (call->way == WAY_BELOW_DESCRIPTOR)
                (void) execveat(fd, call->name, argv, environment, 0);
        else
                (void) execve(path, argv, environment);
}

static int execute(const struct call *call, int fd, const char *path) {
        volatile int error = 0;
        int status;
        pid_t pid = vfork();

        if (pid == 0) {
                child(call, fd, path);
                error = -errno;
                _exit(127);
        }
        ck_assert_int_gt(pid, 0);
        while (waitpid(pid, &status, 0) < 0)
                ck_assert_int_eq(errno, EINTR);
        if (error < 0)
                return error;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* ---- what explain says ---- */

/* The verdict has a sentence for every explanation, and does not contradict it. */
static void assert_told(const struct question *q, const struct explanation *e) {
        const struct setting setting = { .root = "", .instance = TEST_INSTANCE };
        struct verdict v;

        assert_ok(verdict_reach(q, e, &setting, &v));
        ck_assert_ptr_nonnull(v.sentence);
        if (e->outcome != OUTCOME_RUNS)
                ck_assert_int_eq(v.outcome, e->outcome);
        ck_assert(v.outcome == OUTCOME_RUNS || v.findings.items[0].severity >= SEVERITY_WARNING);
        verdict_clear(&v);
}

static int predict(const struct call *call, const char *path, struct entry **entries, size_t n, bool off) {
        struct examiner *x = is_inside(call) ? inside : outside;
        bool by_descriptor = call->way == WAY_DESCRIPTOR || call->way == WAY_BELOW_DESCRIPTOR;
        struct explanation e;
        struct question q = { .path = path,
                              .entries = entries,
                              .n_entries = n,
                              .off = off,
                              .host = &host,
                              .look = examiner_look,
                              .userdata = x };
        const struct explain_step *last;
        int result;

        assert_ok(examiner_look(x, by_descriptor ? call->name : path, NULL, &q.program));
        assert_ok(explain(&q, &e));
        last = explanation_last(&e);
        assert_told(&q, &e);
        result = e.outcome == OUTCOME_UNKNOWN ? UNKNOWN
                 : e.outcome == OUTCOME_FAILS ? e.error
                 : last->loader               ? last->loader->header[EI_PAD]
                                              : last->program->header[EI_PAD];
        explanation_clear(&e);
        return result;
}

/* ---- both ---- */

static void set_up(const struct test_case *c) {
        test_instance_clear();
        for (size_t i = 0; i < c->n; i++) {
                const struct rule *r = &c->rules[i];

                /* F with a file that cannot be opened */
                if (test_instance_register(r->bytes, r->n) < 0)
                        continue;
                if (r->off)
                        assert_ok(test_instance_write(r->name, "0", 1));
        }
        assert_ok(test_instance_write("status", c->off ? "0" : "1", 1));
}

struct difference {
        struct call call;
        int predicted, done;
};

/* In the order of the calls, the first that differs; false if none does. */
static bool differs(const struct test_case *c, size_t n_calls, struct difference *ret) {
        struct entry **entries;
        bool found = false;
        size_t n;

        set_up(c);
        assert_ok(table->ops->read(table, &entries, &n));
        examiner_forget(outside);
        examiner_forget(inside);
        for (size_t i = 0; !found && i < n_calls; i++) {
                const struct call *call = &c->calls[i];
                int fd = call->way == WAY_DESCRIPTOR         ? open(call->name, O_PATH)
                         : call->way == WAY_BELOW_DESCRIPTOR ? open(".", O_PATH)
                                                             : -1;
                struct difference d = { .call = *call };
                char path[128];

                if (call->way == WAY_DESCRIPTOR && fd < 0)
                        continue;
                path_of(call, fd, path);
                d.predicted = predict(call, path, entries, n, c->off);
                d.done = execute(call, fd, path);
                found = d.predicted != d.done;
                if (found)
                        *ret = d;
                closep(&fd);
        }
        entries_free(entries, n);
        return found;
}

static void drop(struct test_case *c, size_t i) {
        memmove(&c->rules[i], &c->rules[i + 1], (c->n - i - 1) * sizeof c->rules[0]);
        c->n--;
}

/* Leaves out what the difference does not need. */
static void shrink(struct test_case *c, struct difference *d) {
        struct test_case smaller;

        c->calls[0] = d->call;
        for (size_t i = c->n; i-- > 0;) {
                smaller = *c;
                drop(&smaller, i);
                if (differs(&smaller, 1, d))
                        *c = smaller;
        }
        for (size_t i = 0; i < c->n; i++) {
                smaller = *c;
                smaller.rules[i].off = false;
                if (differs(&smaller, 1, d))
                        *c = smaller;
        }
        smaller = *c;
        smaller.off = false;
        if (differs(&smaller, 1, d))
                *c = smaller;
        ck_assert_msg(differs(c, 1, d), "the difference does not last");
}

static void fail_with(const struct test_case *c, const struct difference *d, uint64_t seed) {
        struct text t = { 0 };
        uint8_t header[PATTERN_HEADER_SIZE];
        char path[128];

        path_of(&d->call, 0, path);
        text_printf(&t, "seed %llu: %s: predicted %d, done %d%s\n", (unsigned long long) seed, path,
                    d->predicted, d->done, c->off ? "; the instance is off" : "");
        for (size_t i = 0; i < c->n; i++) {
                escape_append(&t, (const uint8_t *) c->rules[i].bytes, c->rules[i].n);
                text_append(&t, c->rules[i].off ? " (off)\n" : "\n");
        }
        header_of(d->call.name, header);
        escape_append(&t, header, 64);
        ck_abort_msg("%s", t.data);
}

START_TEST(explain_predicts_what_execve_does)
{
        uint64_t seed = test_seed(), random = seed;
        size_t rounds = test_rounds(TABLES);

        for (size_t i = 0; i < rounds; i++) {
                struct difference d;
                struct test_case c;

                if (i % RENEW_EVERY == 0) {
                        test_instance_clear();
                        menagerie_shuffle(&random);
                }
                random_case(&random, &c);
                if (differs(&c, CALLS, &d)) {
                        shrink(&c, &d);
                        fail_with(&c, &d, seed);
                }
        }
}
END_TEST

/* Without a table, and with one of each length of chain: whatever random tables leave out. */
START_TEST(each_kind_of_file_and_way_is_predicted)
{
        struct test_case c = { 0 };
        uint64_t seed = test_seed(), random = seed;
        struct difference d;

        menagerie_shuffle(&random);
        for (size_t i = 0; menagerie_name(i); i++)
                for (unsigned way = 0; way < _WAY_MAX; way++) {
                        c.calls[0] = (struct call){ menagerie_name(i), (enum way) way };
                        if (differs(&c, 1, &d))
                                fail_with(&c, &d, seed);
                }
}
END_TEST

int main(void) {
        const TTest *const tests[] = { each_kind_of_file_and_way_is_predicted,
                                       explain_predicts_what_execve_does };
        const char *builddir = getenv("BUILDDIR");
        char teller[512];

        snprintf(teller, sizeof teller, "%s/tests/engine/teller", builddir ? builddir : ".");
        test_instance_require();
        menagerie_make(teller);
        host_probe(&host);
        if (table_open(TEST_INSTANCE, &table) < 0 || examiner_new("", &outside) < 0 ||
            examiner_new(MENAGERIE "/" ENCLOSURE, &inside) < 0)
                abort();
        return test_run("explain", tests, ELEMENTSOF(tests));
}
