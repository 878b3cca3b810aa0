/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A few files and entries in memory, so that explanations can be tested without a machine. The machine is
 * x86_64. */

#include "model/explain/explain.h"
#include "tests/test.h"

struct small_world {
        struct program files[24]; /* by path */
        size_t n_files;
        struct entry *entries[16]; /* newest first */
        size_t n_entries;
        struct host host;
        bool off;
        const char *gone;         /* a file that F holds open, but whose path is gone; NULL */
        struct question question; /* of the explanation */
        struct explanation explanation;
};

void small_world_init(struct small_world *w);
void small_world_clear(struct small_world *w);

/* Adds a file with these first bytes. */
struct program *small_world_file(struct small_world *w, const char *path, const void *bytes, size_t n);

/* Adds an ELF program of a machine by its name; loader may be NULL. */
struct program *small_world_elf(struct small_world *w, const char *path, const char *machine,
                                const char *loader);

/* Registers an entry, which is then the newest. Takes the pattern over. */
struct entry *small_world_entry(struct small_world *w, const char *name, struct pattern *p,
                                const char *interpreter, unsigned flags);

struct pattern *small_magic(const char *bytes);
struct pattern *small_extension(const char *text);
struct pattern *small_machine(const char *name);

/* Explains the file at that path. The explanation lasts until the next one. */
const struct explanation *small_world_explain(struct small_world *w, const char *path);

/* TEST_MAIN() with a fresh world for each test. */
int small_world_run(const char *suite_name, void (*set_up)(void), void (*tear_down)(void),
                    const TTest *const *tests, size_t n);
