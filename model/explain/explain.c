/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/explain.h"

#include <elf.h>
#include <errno.h>

#define EM_80486            6
#define PROGRAM_HEADERS_MAX 65536u /* bytes */
#define LIKE_MIN            2u     /* bytes of a magic that make it near */

struct program *program_free(struct program *p) {
        if (!p)
                return NULL;
        free(p->path);
        free(p->loader);
        free(p->mount_point);
        free(p);
        return NULL;
}

static uint16_t read_16(const uint8_t *at, uint8_t elf_data) {
        return (uint16_t) (elf_data == ELFDATA2MSB ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

/* Looks at what elf_check_arch() and load_elf_phdrs() do, and at no more: neither at EI_OSABI nor at the
 * padding, and at the class only by the size of program headers. */
static bool kernel_loads(const struct elf_machine *m, const uint8_t *header) {
        bool wide = m->elf_class == ELFCLASS64;
        uint16_t type = read_16(header + offsetof(Elf64_Ehdr, e_type), m->elf_data),
                 machine = read_16(header + offsetof(Elf64_Ehdr, e_machine), m->elf_data),
                 size = read_16(header + (wide ? offsetof(Elf64_Ehdr, e_phentsize)
                                               : offsetof(Elf32_Ehdr, e_phentsize)),
                                m->elf_data),
                 n = read_16(header + (wide ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum)),
                             m->elf_data);

        if (memcmp(header, ELFMAG, SELFMAG) != 0 || (type != ET_EXEC && type != ET_DYN))
                return false;
        if (machine != m->e_machine && !(m->e_machine == EM_386 && machine == EM_80486))
                return false;
        return size == (wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)) && n > 0 &&
               (unsigned) size * n <= PROGRAM_HEADERS_MAX;
}

const struct elf_machine *explain_native(const struct host *host, const struct program *program) {
        if (host->native && kernel_loads(host->native, program->header))
                return host->native;
        if (host->compat && kernel_loads(host->compat, program->header))
                return host->compat;
        return NULL;
}

/* Fills all of *ret but the entry; returns the number of bytes that agree and are not zero. */
static unsigned miss_measure(const struct pattern *p, const uint8_t *header, struct miss *ret) {
        const uint8_t *magic = pattern_magic(p), *mask = pattern_mask(p);
        struct miss miss = { 0 };
        unsigned like = 0;

        for (unsigned i = 0; i < p->size; i++) {
                unsigned fixed = mask ? mask[i] : 0xffu;
                unsigned wrong = (header[p->offset + i] ^ magic[i]) & fixed;

                if (wrong) {
                        if (miss.n_bytes++ == 0)
                                miss.byte = p->offset + i;
                        miss.n_bits += (unsigned) __builtin_popcount(wrong);
                } else if (magic[i] & fixed)
                        like++;
        }
        *ret = miss;
        return like;
}

static bool extension_is_near(const char *extension, const char *path) {
        size_t n = strlen(extension), n_path = strlen(path);

        if (n_path <= n || path[n_path - n - 1] != '.')
                return false;
        for (size_t i = 0; i < n; i++)
                if (ascii_lower(extension[i]) != ascii_lower(path[n_path - n + i]))
                        return false;
        return true;
}

static bool is_nearer(const struct miss *a, const struct miss *b) {
        if (!b->entry)
                return true;
        return a->n_bytes != b->n_bytes ? a->n_bytes < b->n_bytes : a->n_bits < b->n_bits;
}

void nearest_miss(struct entry *const *entries, size_t n, const uint8_t header[static PATTERN_HEADER_SIZE],
                  const char *path, struct miss *ret) {
        struct miss best = { 0 };

        for (size_t i = 0; i < n; i++) {
                const struct pattern *p = entries[i]->pattern;
                struct miss miss = { 0 };

                if (!p || !entries[i]->enabled || pattern_matches(p, header, path))
                        continue;
                if (p->type == PATTERN_EXTENSION ? !extension_is_near((const char *) p->data, path)
                                                 : miss_measure(p, header, &miss) < LIKE_MIN)
                        continue;
                miss.entry = entries[i];
                if (is_nearer(&miss, &best))
                        best = miss;
        }
        *ret = best;
}

static int append_entry(const struct entry ***array, size_t *n, const struct entry *e) {
        if (!ARRAY_GROW(*array, *n))
                return -ENOMEM;
        (*array)[(*n)++] = e;
        return 0;
}

/* Asks the entries in the kernel's order. An entry whose text is not known may take the file: step->unclear
 * is the first such one, if no matching entry is asked before it. */
static int step_ask_entries(const struct question *q, struct explain_step *step) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < q->n_entries; i++) {
                const struct entry *e = q->entries[i];

                if (!e->pattern) {
                        if (e->enabled && !q->off && step->n_matching == 0 && !step->unclear)
                                step->unclear = e;
                } else if (pattern_matches(e->pattern, step->program->header, step->path))
                        r = e->enabled && !q->off ? append_entry(&step->matching, &step->n_matching, e)
                                                  : append_entry(&step->off, &step->n_off, e);
        }
        if (r >= 0 && step->n_matching == 0 && !q->off)
                nearest_miss(q->entries, q->n_entries, step->program->header, step->path, &step->miss);
        return r;
}

/* Loads a program of this machine. No entry is asked about its own loader. */
static int step_load(const struct explain_step *step) {
        const struct program *loader = step->loader;

        if (step->program->damaged < 0)
                return step->program->damaged;
        if (!step->program->loader)
                return 0;
        if (loader->error < 0)
                return loader->error;
        if (!loader->readable)
                return 0;
        if (loader->size < (step->native->elf_class == ELFCLASS64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
                return -EIO;
        return kernel_loads(step->native, loader->header) && loader->damaged != -ENOEXEC ? 0 : -ELIBBAD;
}

static void explanation_end(struct explanation *e, int error) {
        e->outcome = error < 0 ? OUTCOME_FAILS : OUTCOME_RUNS;
        e->error = error;
}

static int look_up_program(const struct question *q, const char *path, const struct entry *pinned_by,
                           const struct program **ret) {
        /* To the kernel itself the empty path is the working directory. */
        return q->look(q->userdata, *path ? path : ".", pinned_by, ret);
}

/* Finds the taker of a file that could be opened, and its loader. 1: the chain goes on, and *ret_next is the
 * path of the next file; 0: this is the end, and the outcome is set; -ENOMEM. */
static int step_take(const struct question *q, struct explanation *e, struct explain_step *step,
                     const char **ret_next) {
        const struct program *p = step->program;
        int r = step_ask_entries(q, step);

        if (r >= 0 && p->loader)
                r = look_up_program(q, p->loader, NULL, &step->loader);
        if (r < 0)
                return r;

        if (step->unclear) {
                step->taker = TAKER_UNKNOWN;
                e->outcome = OUTCOME_UNKNOWN;
                return 0;
        }
        if (step->n_matching > 0) {
                step->taker = TAKER_ENTRY;
                *ret_next = step->matching[0]->interpreter;
                return 1;
        }
        if (script_line_parse(p->header, &step->script)) {
                step->taker = TAKER_SCRIPT;
                *ret_next = step->script.interpreter;
                return 1;
        }
        step->native = explain_native(q->host, p);
        if (step->native) {
                step->taker = TAKER_KERNEL;
                explanation_end(e, step_load(step));
        } else {
                /* If we do not know this machine, we do not know its programs either. */
                bool elf = memcmp(p->header, ELFMAG, SELFMAG) == 0;

                step->taker = elf && !q->host->native ? TAKER_UNKNOWN : TAKER_NONE;
                e->outcome = step->taker == TAKER_NONE ? OUTCOME_FAILS : OUTCOME_UNKNOWN;
                e->error = step->taker == TAKER_NONE ? -ENOEXEC : 0;
        }
        return 0;
}

/* The same as step_take(), but for a file that may be missing, unreadable, or one interpreter too many.
 * `carried`: the program that O keeps open is a file before the last one. */
static int step_open(const struct question *q, struct explanation *e, struct explain_step *step,
                     bool carried, const char **ret_next) {
        int error = step->program->error < 0    ? step->program->error
                    : carried                   ? -ENOEXEC
                    : e->n == EXPLAIN_STEPS_MAX ? -ELOOP
                                                : 0;

        if (error < 0) {
                step->taker = TAKER_UNASKED;
                explanation_end(e, error);
                return 0;
        }
        if (!step->program->readable) {
                step->taker = TAKER_UNKNOWN;
                e->outcome = OUTCOME_UNKNOWN;
                return 0;
        }
        return step_take(q, e, step, ret_next);
}

int explain(const struct question *q, struct explanation *ret) {
        const struct entry *winner = NULL;
        const char *path = q->path;
        bool carried = false;
        int r;

        *ret = (struct explanation){ 0 };
        do {
                struct explain_step *step = &ret->steps[ret->n++];

                step->path = strdup(path);
                if (!step->path)
                        return -ENOMEM;
                step->pinned_by = winner && winner->flags & ENTRY_FIX_BINARY ? winner : NULL;
                step->program = q->program;
                r = ret->n > 1 ? look_up_program(q, path, step->pinned_by, &step->program) : 0;
                if (r >= 0)
                        r = step_open(q, ret, step, carried, &path);
                carried = ret->opened_by;
                winner = step->taker == TAKER_ENTRY ? step->matching[0] : NULL;
                if (winner && winner->flags & (ENTRY_OPEN_BINARY | ENTRY_CREDENTIALS) && !ret->opened_by)
                        ret->opened_by = winner;
        } while (r > 0);
        return r;
}

void explanation_clear(struct explanation *e) {
        for (unsigned i = 0; i < e->n; i++) {
                free(e->steps[i].path);
                free(e->steps[i].matching);
                free(e->steps[i].off);
        }
        *e = (struct explanation){ 0 };
}
