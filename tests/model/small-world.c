/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/model/small-world.h"
#include "tests/test.h"

#include <elf.h>

void small_world_init(struct small_world *w) {
        *w = (struct small_world){ .host = { .native = elf_machine_by_name("x86_64"),
                                             .compat = elf_machine_by_name("i386") } };
}

void small_world_clear(struct small_world *w) {
        explanation_clear(&w->explanation);
        for (size_t i = 0; i < w->n_files; i++) {
                free(w->files[i].path);
                free(w->files[i].loader);
                free(w->files[i].mount_point);
        }
        for (size_t i = 0; i < w->n_entries; i++)
                entry_free(w->entries[i]);
}

struct program *small_world_file(struct small_world *w, const char *path, const void *bytes, size_t n) {
        struct program *p = &w->files[w->n_files++];

        ck_assert_uint_le(w->n_files, ELEMENTSOF(w->files));
        *p = (struct program){ .path = strdup(path),
                               .readable = true,
                               .size = n,
                               .lowest = UINT64_MAX,
                               .mode = 0100755,
                               .may_read = true };
        memcpy(p->header, bytes, n);
        return p;
}

struct program *small_world_elf(struct small_world *w, const char *path, const char *machine,
                                const char *loader) {
        const struct elf_machine *m = elf_machine_by_name(machine);
        struct pattern *pattern = small_machine(machine);
        struct program *p = small_world_file(w, path, pattern_magic(pattern), pattern->size);
        bool wide = m->elf_class == ELFCLASS64, big = m->elf_data == ELFDATA2MSB;
        size_t at = wide ? offsetof(Elf64_Ehdr, e_phentsize) : offsetof(Elf32_Ehdr, e_phentsize);

        p->header[at + big] = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
        p->header[at + 2 + big] = 1;
        p->size = 4096;
        p->loader = loader ? strdup(loader) : NULL;
        pattern_unref(pattern);
        return p;
}

struct pattern *small_magic(const char *bytes) {
        struct pattern *p;

        assert_ok(pattern_new_magic(0, (const uint8_t *) bytes, NULL, strlen(bytes), &p));
        return p;
}

struct pattern *small_extension(const char *text) {
        struct pattern *p;

        assert_ok(pattern_new_extension(text, &p));
        return p;
}

struct pattern *small_machine(const char *name) {
        struct pattern *p;

        assert_ok(elf_machine_pattern(elf_machine_by_name(name), &p));
        return p;
}

struct entry *small_world_entry(struct small_world *w, const char *name, struct pattern *p,
                                const char *interpreter, unsigned flags) {
        struct entry *e;

        assert_ok(entry_new(name, p, interpreter, flags, NULL, &e));
        pattern_unref(p);
        memmove(w->entries + 1, w->entries, w->n_entries * sizeof w->entries[0]);
        w->entries[0] = e;
        w->n_entries++;
        return e;
}

static int look(void *userdata, const char *path, const struct entry *pinned_by,
                const struct program **ret) {
        static const struct program nothing = { .error = -ENOENT, .lowest = UINT64_MAX };
        struct small_world *w = userdata;

        *ret = &nothing;
        for (size_t i = 0; i < w->n_files; i++)
                if (streq(w->files[i].path, path) && (pinned_by || !streq_ptr(path, w->gone)))
                        *ret = &w->files[i];
        return 0;
}

const struct explanation *small_world_explain(struct small_world *w, const char *path) {
        struct question *q = &w->question;

        explanation_clear(&w->explanation);
        *q = (struct question){ .path = path,
                                .entries = w->entries,
                                .n_entries = w->n_entries,
                                .off = w->off,
                                .host = &w->host,
                                .look = look,
                                .userdata = w };
        assert_ok(look(w, path, NULL, &q->program));
        assert_ok(explain(q, &w->explanation));
        return &w->explanation;
}

int small_world_run(const char *suite_name, void (*set_up)(void), void (*tear_down)(void),
                    const TTest *const *tests, size_t n) {
        Suite *suite = suite_create(suite_name);
        TCase *tc = tcase_create(suite_name);
        SRunner *runner;
        int failed;

        tcase_add_checked_fixture(tc, set_up, tear_down);
        for (size_t i = 0; i < n; i++)
                tcase_add_test(tc, tests[i]);
        suite_add_tcase(suite, tc);
        runner = srunner_create(suite);
        srunner_run_all(runner, getenv("CK_VERBOSITY") ? CK_ENV : CK_NORMAL);
        failed = srunner_ntests_failed(runner);
        srunner_free(runner);
        return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
