/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl apply: the pass that the daemon makes too, reported line by line. */

#include "api/json.h"
#include "ctl/file-args.h"
#include "ctl/render.h"
#include "ctl/wait.h"

#include <errno.h>
#include <stdio.h>

/* change_describe() begins with a verb in the present tense; a change that was made needs the past tense. */
static void print_change(const struct context *c, const struct change *change) {
        static const char *const past[] = {
                [CHANGE_ADD] = "added",     [CHANGE_REPLACE] = "replaced", [CHANGE_FINISH] = "finished",
                [CHANGE_ADOPT] = "adopted", [CHANGE_ENABLE] = "enabled",   [CHANGE_REMOVE] = "removed",
                [CHANGE_SWEEP] = "swept",
        };
        _cleanup_(text_clear) struct text t = { 0 };
        const char *rest;

        change_describe(change, &t);
        if (t.failed || !t.data)
                return;
        rest = strchrnul(t.data, ' ');
        if (change->error < 0)
                complain(c, NULL, "cannot %s %s: %s", change_type_name(change->type), change_name(change),
                         change_error(change));
        else if (c->dry_run || change->done) {
                fputs(c->dry_run ? "would " : past[change->type], stdout);
                print_quoted(stdout, c->dry_run ? t.data : rest);
                putchar('\n');
        }
}

static void apply_print_summary(const struct context *c, const struct pass *pass) {
        _cleanup_(text_clear) struct text t = { 0 };
        size_t registered = 0, done = 0;

        for (size_t i = 0; i < pass->formats.n; i++)
                registered += pass->formats.items[i]->state == FORMAT_REGISTERED;
        for (size_t i = 0; i < pass->plan.n; i++)
                done += pass->plan.changes[i].done;

        if (pass->plan.n == 0) {
                text_append(&t, "nothing to do: ");
                text_append_count(&t, registered, "format");
                text_append(&t, registered == 1 ? " is" : " are");
                text_append(&t, " registered as declared");
        } else if (c->dry_run) {
                text_append_count(&t, pass->plan.n, "change");
                text_append(&t, " would be made");
        } else {
                text_append_count(&t, done, "change");
                text_append(&t, " made, ");
                text_append_count(&t, registered, "format");
                text_append(&t, registered == 1 ? " is" : " are");
                text_append(&t, " registered");
        }
        if (!t.failed)
                puts(t.data);
        if (pass->switched_off)
                complain(c, "write 1 into its file 'status'", "the whole instance is switched off");
}

static json_t *json_change(const struct change *change) {
        return json_pack("{s:s, s:s, s:o, s:o, s:b, s:o}", "change", change_type_name(change->type), "cause",
                         change_cause_name(change->cause), "name", api_text(change_name(change)), "above",
                         api_text(change->above), "done", (int) change->done, "error",
                         api_text(change->error < 0 ? change_error(change) : NULL));
}

static json_t *json_result(const struct pass *pass) {
        json_auto_t *changes = json_array();

        for (size_t i = 0; changes && i < pass->plan.n; i++)
                if (api_push(changes, json_change(&pass->plan.changes[i])) < 0)
                        return NULL;
        return json_pack("{s:O, s:I, s:I, s:o}", "changes", changes, "writes",
                         (json_int_t) pass->result.writes, "failed", (json_int_t) pass->result.failed,
                         "diagnostics", api_diagnostics(&pass->diagnostics, NULL));
}

/* Plans, and unless --dry-run is given applies. 0, or negative errno after complaining. */
static int apply_make_pass(const struct context *c, struct pass *pass) {
        _cleanup_(table_freep) struct table *table = NULL;
        int r = context_plan(c, pass, &table);

        if (r < 0 || !table || c->dry_run)
                return r;
        r = apply_plan(table, &pass->plan, &pass->result);
        if (r < 0)
                complain_errno(c, r, "cannot apply");
        return r;
}

/* Prints the warnings and errors about the chosen files, or about all files. False if one is an error. */
static bool print_file_diagnostics(const struct context *c, const struct pass *pass,
                                   const struct file_args *file_args, bool all) {
        bool sound = true;

        for (size_t i = 0; i < pass->diagnostics.n; i++) {
                const struct diagnostic *d = &pass->diagnostics.items[i];

                if (d->severity < SEVERITY_WARNING || !(all || file_args_have(file_args, d->file)))
                        continue;
                print_diagnostic(stderr, c->color_errors, d);
                sound = sound && d->severity < SEVERITY_ERROR;
        }
        return sound;
}

static int print_result(const struct context *c, const struct pass *pass) {
        if (c->json)
                return api_print(json_result(pass));
        for (size_t i = 0; i < pass->plan.n; i++)
                if (!c->quiet || pass->plan.changes[i].error < 0)
                        print_change(c, &pass->plan.changes[i]);
        if (!c->no_legend)
                apply_print_summary(c, pass);
        return 0;
}

static int apply_and_print(struct context *c, const struct file_args *file_args, bool all) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        int r = context_why_not_change(c);
        bool sound;

        if (r < 0)
                complain_unavailable(c, r);
        if (r < 0 && !c->dry_run)
                return EXIT_FAILURE;
        r = apply_make_pass(c, &pass);

        sound = print_file_diagnostics(c, &pass, file_args, all) && !file_args->incomplete;
        if (r < 0)
                return EXIT_FAILURE;
        if (pass.unavailable < 0)
                return complain_unavailable(c, pass.unavailable);
        r = print_result(c, &pass);
        if (r < 0)
                return complain_errno(c, r, "cannot print the result");
        return sound && pass.result.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int verb_apply(struct context *c, int argc, char **argv) {
        _cleanup_(file_args_clear) struct file_args file_args = { 0 };
        struct context chosen = *c;
        int r = argc > 0 ? file_args_make(c, argv, &file_args) : 0;

        if (r < 0)
                return complain_errno(c, r, "cannot find the files");
        if (argc > 0) {
                chosen.options.added = file_args.added;
                chosen.options.chosen = file_args.files;
        }
        if (c->wait_mount)
                (void) wait_for_instance(c->options.instance, c->wait_seconds);
        return apply_and_print(&chosen, &file_args, argc == 0);
}
