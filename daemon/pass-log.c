/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/pass-log.h"
#include "daemon/log.h"
#include "daemon/names.h"
#include "model/base/hash.h"
#include "model/health/owner.h"

#include <errno.h>

#define FAULTS_MAX 1000u /* more are neither remembered nor logged */

static struct log_record record_of(const struct format *f, int level, const char *id) {
        return (struct log_record){
                .level = level,
                .id = id,
                .name = f->name,
                .state = format_state_name(f->state),
                .file = f->definition ? f->definition->file : NULL,
                .line = f->definition ? f->definition->line : 0,
        };
}

/* change_describe() begins with a verb in the present tense, which is replaced by one in the past tense. */
static void pass_log_change(const struct change *c) {
        static const char *const past[] = {
                [CHANGE_ADD] = "added",        [CHANGE_REPLACE] = "replaced",  [CHANGE_FINISH] = "replaced",
                [CHANGE_ADOPT] = "adopted",    [CHANGE_ENABLE] = "re-enabled", [CHANGE_REMOVE] = "removed",
                [CHANGE_SWEEP] = "swept away",
        };
        _cleanup_(text_clear) struct text t = { 0 };
        int level = c->type == CHANGE_SWEEP ? LOG_DEBUG : LOG_INFO;
        struct log_record r = { .level = level, .id = MESSAGE_CHANGED_ID };

        if (!log_takes(level))
                return;
        if (c->format)
                r = record_of(c->format, level, MESSAGE_CHANGED_ID);
        change_describe(c, &t);
        if (!t.failed)
                log_write(&r, "%s%s%s", past[c->type], t.data + strcspn(t.data, " "),
                          c->drift ? ", as somebody else had undone it" : "");
}

static struct log_record record_of_state(const struct format *f, bool first) {
        /* Definitions for all machines are installed everywhere, so one for this machine itself, or without
         * its interpreter, is nobody's mistake. */
        bool mistake = f->definition && !f->definition->machine && f->interpreter;

        switch (f->state) {
        case FORMAT_STALE:
                return record_of(f, LOG_WARNING, MESSAGE_STALE_ID);
        case FORMAT_INVALID:
                return record_of(f, LOG_WARNING, MESSAGE_INVALID_ID);
        case FORMAT_REFUSED:
                return record_of(f, mistake ? LOG_WARNING : LOG_DEBUG, MESSAGE_REFUSED_ID);
        case FORMAT_FAILED:
                /* A program that has the interpreter open for writing will be done soon, and the watch
                 * reports that. */
                return record_of(f, f->error == -ETXTBSY ? LOG_DEBUG : LOG_ERR, MESSAGE_FAILED_ID);
        case FORMAT_REGISTERED:
                return record_of(f, f->reason ? LOG_NOTICE : LOG_DEBUG, MESSAGE_STATE_ID);
        case FORMAT_DISABLED:
        case FORMAT_INACTIVE:
        case FORMAT_SHADOWED:
        case FORMAT_SHARED:
                return record_of(f, first ? LOG_DEBUG : LOG_INFO, MESSAGE_STATE_ID);
        case FORMAT_PENDING:
        case FORMAT_CONTENDED:
        case FORMAT_UNAVAILABLE:
        case FORMAT_FOREIGN:
        case _FORMAT_STATE_MAX:
                break;
        }
        return record_of(f, LOG_DEBUG, MESSAGE_STATE_ID);
}

static void pass_log_state(const struct format *f, bool first) {
        struct log_record r = record_of_state(f, first);

        if (!f->definition && !f->have) {
                r = (struct log_record){ .level = LOG_DEBUG, .id = MESSAGE_STATE_ID, .name = f->name };
                log_write(&r, "%s is neither declared nor registered any more", f->name);
                return;
        }
        log_write(&r, "%s is %s%s%s", f->name, r.state, f->reason ? ": " : "", f->reason ? f->reason : "");
}

static int compare_pointers(const void *a, const void *b) {
        uintptr_t x = (uintptr_t) * (const void *const *) a, y = (uintptr_t) * (const void *const *) b;

        return x < y ? -1 : x > y;
}

/* Logs the changes that were made. Returns in `logged` the formats that a line was written about, sorted by
 * address. */
static size_t pass_log_changes(const struct plan *plan, const struct format **logged) {
        size_t n = 0;

        for (size_t i = 0; i < plan->n; i++) {
                if (!plan->changes[i].done)
                        continue;
                pass_log_change(&plan->changes[i]);
                if (plan->changes[i].type != CHANGE_SWEEP)
                        logged[n++] = plan->changes[i].format;
        }
        if (n > 1)
                qsort(logged, n, sizeof *logged, compare_pointers);
        return n;
}

/* Behind the line about a format's change, its new state is no news unless it is a problem. */
static bool is_logged(const struct format *f, const struct format *const *logged, size_t n_logged) {
        bool gone = !f->definition && !f->have;
        bool plain = gone || f->state == FORMAT_PENDING || f->state == FORMAT_DISABLED ||
                     f->state == FORMAT_SHADOWED || f->state == FORMAT_SHARED ||
                     (f->state == FORMAT_REGISTERED && !f->reason);

        return plain && bsearch(&f, logged, n_logged, sizeof *logged, compare_pointers);
}

static int compare_numbers(const void *a, const void *b) {
        uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

        return x < y ? -1 : x > y;
}

static void pass_log_fault(const struct diagnostic *d) {
        const struct log_record r = { .level = LOG_WARNING,
                                      .id = MESSAGE_FILE_ID,
                                      .file = d->file,
                                      .line = d->line,
                                      .hint = d->hint };
        const char *file = d->file ? d->file : "definitions";

        if (d->line > 0)
                log_write(&r, "%s:%u: %s", file, d->line, d->message);
        else
                log_write(&r, "%s: %s", file, d->message);
}

/* Faults of a definition show in the state of its format; those logged here concern whole files. */
static void pass_log_faults(struct pass_log *log, const struct diagnostics *diagnostics) {
        _cleanup_free_ uint64_t *before = TAKE_PTR(log->logged);
        size_t n_before = log->n;

        log->n = 0;
        for (size_t i = 0; i < diagnostics->n && log->n < FAULTS_MAX; i++) {
                const struct diagnostic *d = &diagnostics->items[i];
                uint64_t key = hash_string(hash_string(d->line, d->file ? d->file : ""), d->message);

                if (d->severity != SEVERITY_ERROR || d->name)
                        continue;
                if (!before || !bsearch(&key, before, n_before, sizeof key, compare_numbers))
                        pass_log_fault(d);
                if (!ARRAY_GROW(log->logged, log->n))
                        return;
                log->logged[log->n++] = key;
        }
        if (log->n > 1)
                qsort(log->logged, log->n, sizeof *log->logged, compare_numbers);
}

void pass_log_pass(struct pass_log *log, const struct keeper_result *result, const struct pass *pass) {
        _cleanup_free_ const struct format **logged = NULL;
        size_t n_logged;

        logged = calloc(result->plan->n + 1, sizeof *logged);
        if (!logged)
                return;
        n_logged = pass_log_changes(result->plan, logged);
        for (size_t i = 0; i < result->n_changed; i++)
                if (!is_logged(result->changed[i], logged, n_logged))
                        pass_log_state(result->changed[i], !log->begun);
        pass_log_faults(log, &pass->diagnostics);
        log->begun = true;
}

void pass_log_clear(struct pass_log *log) {
        free(log->logged);
        *log = (struct pass_log){ 0 };
}

void pass_log_instance(const char *path, int error) {
        const char *hint = NULL;
        struct log_record r = { .level = LOG_NOTICE, .id = MESSAGE_AVAILABLE_ID };

        if (error == 0) {
                log_write(&r, "using the instance of binfmt_misc at %s", path);
                return;
        }
        r.id = MESSAGE_UNAVAILABLE_ID;
        r.state = format_state_name(FORMAT_UNAVAILABLE);
        if (instance_owner_sentence(error, &r.hint))
                log_write(&r, "%s: %s", path, table_error_sentence(error, &hint));
        else
                log_write(&r, "%s: %s; waiting for it", path, table_error_sentence(error, &hint));
}

void pass_log_contended(const char *name, const struct format *f) {
        struct log_record r = { .name = name };

        if (f)
                r = record_of(f, LOG_ERR, MESSAGE_CONTENDED_ID);
        r.level = LOG_ERR;
        r.id = MESSAGE_CONTENDED_ID;
        r.state = format_state_name(FORMAT_CONTENDED);
        r.hint = "find out who else registers binary formats, such as binfmt-support, a container or a script, and stop one of the two; Enabled=no in an override leaves the name to them";
        log_write(&r, "%s is contended: somebody keeps undoing its entry, so it is left alone for a while",
                  name);
}

void pass_log_settled(const char *name) {
        const struct log_record r = { .level = LOG_NOTICE, .id = MESSAGE_SETTLED_ID, .name = name };

        log_write(&r, "%s is contended no more", name);
}
