/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl show: all that is known of a format: its definitions, its interpreters, the kernel's entry, and
 * the diagnostics about it. */

#include "api/json.h"
#include "ctl/fields.h"
#include "ctl/name-args.h"
#include "ctl/render.h"
#include "ctl/snapshot.h"
#include "model/format/interpreter.h"

#include <errno.h>
#include <stdio.h>

/* Prints "    Label: value". An empty label continues the one of the line above. */
static void show_line(const char *label, const char *value) {
        printf("%14s%s ", label, *label ? ":" : " ");
        print_quoted(stdout, value);
        putchar('\n');
}

static void show_text(const char *label, struct text *t) {
        if (t->data && !t->failed && t->length > 0)
                show_line(label, t->data);
        text_clear(t);
}

static void show_field(const char *label, const json_t *object, const char *key) {
        const char *value = field_string(object, key);

        if (value)
                show_line(label, value);
}

static const char *text_of(const json_t *object, const char *key) {
        const char *value = field_string(object, key);

        return value ? value : "";
}

static void show_print_head(const struct context *c, const json_t *f) {
        const char *plain = style_sequence(STYLE_PLAIN, c->color_output);
        const char *description = field_string(f, "description"), *state = text_of(f, "state");

        fputs(style_sequence(STYLE_BOLD, c->color_output), stdout);
        print_quoted(stdout, text_of(f, "name"));
        fputs(plain, stdout);
        if (description) {
                fputs(" - ", stdout);
                print_quoted(stdout, description);
        }
        printf("\n%14s: %s", "State", style_sequence(state_style(state), c->color_output));
        print_quoted(stdout, state);
        printf("%s\n", plain);
        show_field("Reason", f, "reason");
        show_field("Matches", f, "matches");
}

static void print_pattern(const json_t *p) {
        struct text t = { 0 };

        show_field("Extension", p, "extension");
        if (field_integer(p, "offset") > 0) {
                text_printf(&t, "%lld", field_integer(p, "offset"));
                show_text("Offset", &t);
        }
        field_append_magic(p, "magic", &t);
        show_text("Magic", &t);
        field_append_magic(p, "mask", &t);
        show_text("Mask", &t);
}

static void append_facts(const json_t *said, struct text *t) {
        struct interpreter i = { .needs = (char *) field_string(said, "needs") };
        const char *kind = text_of(said, "kind");

        if (!field_is_true(said, "usable")) {
                text_append(t, text_of(said, "error"));
                return;
        }
        while (i.kind < INTERPRETER_SCRIPT && !streq(interpreter_kind_name(i.kind), kind))
                i.kind++;
        append_interpreter_facts(&i, t);
}

/* All interpreters that are declared, best first, with the facts of their files. */
static void print_interpreters(const json_t *details) {
        const char *label = "Interpreter";
        const json_t *interpreter;
        size_t i;

        json_array_foreach(json_object_get(details, "interpreters"), i, interpreter) {
                struct text t = { 0 };

                text_printf(&t, "%s (", text_of(interpreter, "path"));
                append_facts(interpreter, &t);
                text_append(&t, field_is_true(interpreter, "used") ? "; this one is used)" : ")");
                show_text(label, &t);
                label = "";
        }
}

static void print_flags(const json_t *f) {
        static const struct {
                char letter;
                const char *words;
        } flags[] = {
                { 'P', "the interpreter is told the program's own argv[0]" },
                { 'O', "the interpreter gets the program as an open file" },
                { 'C', "credentials come from the program, not from the interpreter" },
                { 'F', "the interpreter is opened when it is registered, and works in chroots" },
        };
        const char *label = "Flags";

        for (const char *p = text_of(f, "flags"); *p; p++) {
                const char *words = "passed on to the kernel";
                struct text t = { 0 };

                for (size_t i = 0; i < ELEMENTSOF(flags); i++)
                        if (flags[i].letter == *p)
                                words = flags[i].words;
                text_printf(&t, "%c: %s", *p, words);
                show_text(label, &t);
                label = "";
        }
}

static void print_definition_fields(const json_t *definition) {
        struct text t = { 0 };

        show_field("Machine", definition, "machine");
        show_field("Platform", definition, "platform");
        show_field("Detector", definition, "detector");
        text_printf(&t, "%lld", field_integer(definition, "priority"));
        show_text("Priority", &t);
        if (!field_is_true(definition, "enabled"))
                show_line("Enabled", "no");
        if (field_is_true(definition, "allowNative"))
                show_line("AllowNative", "yes");
}

static void print_sources(const json_t *definitions) {
        const json_t *d;
        size_t i;

        json_array_foreach(definitions, i, d) {
                struct text t = { 0 };

                text_printf(&t, "%s:%lld (%s%s)", text_of(d, "file"), field_integer(d, "line"),
                            text_of(d, "source"), i == 0 ? "" : "; does not count");
                show_text(i == 0 ? "Defined at" : "", &t);
        }
}

static void print_overrides(const json_t *details) {
        const json_t *o, *key;
        size_t i, k;

        json_array_foreach(json_object_get(details, "overrides"), i, o) {
                struct text t = { 0 };

                text_printf(&t, "%s:%lld (", text_of(o, "file"), field_integer(o, "line"));
                json_array_foreach(json_object_get(o, "keys"), k, key)
                                text_printf(&t, "%s%s", k > 0 ? ", " : "", json_string_value(key));
                text_append(&t, field_is_true(o, "invalid") ? "; has errors)" : ")");
                show_text(i == 0 ? "Amended at" : "", &t);
        }
}

static void print_entry_pattern(const json_t *p) {
        const char *extension = field_string(p, "extension");
        struct text t = { 0 };

        if (extension)
                text_printf(&t, "extension .%s", extension);
        else {
                text_printf(&t, "offset %lld, magic ", field_integer(p, "offset"));
                field_append_magic(p, "magic", &t);
                if (field_is_said(p, "mask")) {
                        text_append(&t, ", mask ");
                        field_append_magic(p, "mask", &t);
                }
        }
        show_text("", &t);
}

static void print_entry(const json_t *details, const json_t *e) {
        const char *flags = text_of(e, "flags");
        struct text t = { 0 };

        text_printf(&t, "%s, %s, number %lld of %lld to be asked",
                    field_is_true(e, "enabled") ? "enabled" : "disabled",
                    field_is_true(e, "ours") ? "registered by us" : "registered by somebody else",
                    field_integer(details, "position"), field_integer(details, "positions"));
        show_text("Kernel", &t);
        if (!field_is_said(e, "pattern")) {
                show_line("", "its text cannot be read unambiguously");
                return;
        }
        text_printf(&t, "interpreter %s", text_of(e, "interpreter"));
        show_text("", &t);
        text_printf(&t, "flags: %s", *flags ? flags : "none");
        show_text("", &t);
        print_entry_pattern(json_object_get(e, "pattern"));
}

static void print_diagnostics_of(const struct context *c, const json_t *details) {
        const json_t *said;
        size_t i;

        json_array_foreach(json_object_get(details, "diagnostics"), i, said) {
                struct diagnostic d = {
                        .file = (char *) field_string(said, "file"),
                        .line = (unsigned) field_integer(said, "line"),
                        .name = (char *) field_string(said, "name"),
                        .message = (char *) text_of(said, "message"),
                        .hint = (char *) field_string(said, "hint"),
                };

                while (d.severity < SEVERITY_ERROR &&
                       !streq(severity_name(d.severity), text_of(said, "severity")))
                        d.severity++;
                print_diagnostic(stdout, c->color_output, &d);
        }
}

static void print_details(const struct context *c, const json_t *details) {
        const json_t *f = json_object_get(details, "format"), *table = json_object_get(f, "kernel");
        const json_t *definitions = json_object_get(details, "definitions"),
                     *definition = json_array_get(definitions, 0);

        show_print_head(c, f);
        print_pattern(json_object_get(f, "pattern"));
        if (definition)
                print_interpreters(details);
        else
                show_field("Interpreter", f, "interpreter");
        print_flags(f);
        if (definition) {
                print_definition_fields(definition);
                print_sources(definitions);
                print_overrides(details);
        }
        if (json_is_object(table))
                print_entry(details, table);
        print_diagnostics_of(c, details);
}

/* Prints the details of each format and appends them to `array`. 0, or negative errno after complaining. */
static int show_all(struct snapshot *s, const json_t *formats, json_t *array) {
        const json_t *f;
        size_t i;

        json_array_foreach(formats, i, f) {
                json_auto_t *details = NULL;
                int r = snapshot_show(s, field_string(f, "name"), &details);

                if (r < 0)
                        return r;
                if (api_push(array, json_incref(details)) < 0)
                        return complain_errno(s->context, -ENOMEM, "cannot show the formats"), -ENOMEM;
                if (s->context->json)
                        continue;
                if (i > 0)
                        putchar('\n');
                print_details(s->context, details);
        }
        return 0;
}

int verb_show(struct context *c, int argc, char **argv) {
        _cleanup_(snapshot_clear) struct snapshot s = { 0 };
        json_auto_t *formats = NULL, *array = json_array();
        bool missing = false;
        int r;

        (void) argc;
        if (snapshot_get(c, &s) < 0)
                return EXIT_FAILURE;
        r = array ? name_args_formats(c, s.formats, argv, &formats, &missing) : -ENOMEM;
        if (r < 0)
                return complain_errno(c, r, "cannot show the formats");
        if (show_all(&s, formats, array) < 0)
                return EXIT_FAILURE;
        if (c->json && (r = api_print(TAKE_PTR(array))) < 0)
                return complain_errno(c, r, "cannot show the formats");
        snapshot_print_legend(&s, json_array_size(formats));
        return missing ? EXIT_FAILURE : EXIT_SUCCESS;
}
