/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/explanation.h"
#include "model/format/describe.h"

static json_t *kind_to_json(const struct program *p) {
        struct text t = { 0 };

        if (!p->readable)
                return json_null();
        describe_header(p->header, &t);
        return api_taken(&t);
}

static json_t *names_to_json(const struct entry *const *entries, size_t n) {
        json_auto_t *array = json_array();

        for (size_t i = 0; array && i < n; i++)
                if (api_push(array, api_text(entries[i]->name)) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

static json_t *name_to_json(const struct entry *e) {
        return api_text(e ? e->name : NULL);
}

static json_t *error_to_json(int error) {
        const char *name = exec_error_name(error);

        return error == 0 ? json_null() : api_text(name ? name : strerror(-error));
}

static json_t *loader_to_json(const struct explain_step *step) {
        if (!step->program->loader)
                return json_null();
        return json_pack("{s:o, s:o}", "path", api_text(step->program->loader), "error",
                         error_to_json(step->loader ? step->loader->error : 0));
}

static json_t *miss_to_json(const struct explain_step *step) {
        const struct miss *m = &step->miss;

        if (!m->entry)
                return json_null();
        if (m->n_bytes == 0)
                return json_pack("{s:o}", "name", name_to_json(m->entry));
        return json_pack("{s:o, s:i, s:i, s:i, s:i}", "name", name_to_json(m->entry), "byte", (int) m->byte,
                         "is", (int) step->program->header[m->byte], "wanted",
                         (int) pattern_magic(m->entry->pattern)[m->byte - m->entry->pattern->offset],
                         "failing", (int) m->n_bytes);
}

static const char *const taker_names[] = {
        [TAKER_NONE] = "nobody",   [TAKER_ENTRY] = "entry",     [TAKER_SCRIPT] = "script",
        [TAKER_KERNEL] = "kernel", [TAKER_UNKNOWN] = "unknown", [TAKER_UNASKED] = "unasked",
};

static json_t *step_to_json(const struct explain_step *step) {
        const struct entry *winner = step->taker == TAKER_ENTRY ? step->matching[0] : NULL;
        const char *interpreter = winner                        ? winner->interpreter
                                  : step->taker == TAKER_SCRIPT ? step->script.interpreter
                                                                : NULL;
        const char *argument = step->taker == TAKER_SCRIPT && step->script.has_argument
                                               ? step->script.argument
                                               : NULL;
        const struct entry *const *shadowed = winner ? step->matching + 1 : NULL;
        size_t n_shadowed = winner ? step->n_matching - 1 : 0;

        return json_pack("{s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "path",
                         api_text(step->path), "kind", kind_to_json(step->program), "error",
                         error_to_json(step->program->error), "pinnedBy", name_to_json(step->pinned_by),
                         "takenBy", taker_names[step->taker], "entry",
                         winner ? api_entry(winner) : json_null(), "name", name_to_json(winner), "shadowed",
                         names_to_json(shadowed, n_shadowed), "switchedOff",
                         names_to_json(step->off, step->n_off), "interpreter", api_text(interpreter),
                         "argument", api_text(argument), "loader", loader_to_json(step));
}

static json_t *steps_to_json(const struct explanation *e) {
        json_auto_t *array = json_array();

        for (unsigned i = 0; array && i < e->n; i++)
                if (api_push(array, step_to_json(&e->steps[i])) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

static json_t *instance_to_json(const struct question *q, const struct setting *s) {
        return json_pack("{s:o, s:b, s:o, s:b, s:i, s:b}", "path", api_text(s->instance), "available",
                         s->unavailable == NULL, "reason", api_text(s->unavailable), "enabled", !q->off,
                         "entries", (int) q->n_entries, "contained", (int) s->contained);
}

json_t *api_explanation(const struct question *q, const struct explanation *e, const struct setting *s,
                        const struct verdict *v, const char *suggestion) {
        const struct program *p = e->steps[0].program;
        size_t n = p->size < PATTERN_HEADER_SIZE ? p->size : PATTERN_HEADER_SIZE;

        return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "path",
                         api_text(e->steps[0].path), "root", api_text(*s->root ? s->root : NULL), "verdict",
                         outcome_name(v->outcome), "sentence", api_text(v->sentence), "execError",
                         error_to_json(e->outcome == OUTCOME_FAILS ? e->error : 0), "header",
                         api_bytes(p->readable ? p->header : NULL, n), "instance", instance_to_json(q, s),
                         "steps", steps_to_json(e), "nearest", miss_to_json(&e->steps[0]), "findings",
                         api_diagnostics(&v->findings, NULL), "suggestion", api_text(suggestion));
}
