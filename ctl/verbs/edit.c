/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl edit: an override of one format in an editor, checked before it counts. */

#include "api/json.h"
#include "ctl/editor.h"
#include "ctl/name-args.h"
#include "ctl/render.h"
#include "ctl/take-effect.h"
#include "engine/pass/dry-run.h"
#include "engine/read/switch.h"
#include "engine/system/file.h"
#include "engine/system/write-file.h"
#include "model/format/compose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define HEADER                                                                                                  \
        "# What is given here changes just that key of whatever defines the format; the rest stays as it is.\n" \
        "# Below are all keys with their present values: binfmtd-conf(5) tells of each.\n"

struct editing {
        const struct context *c;
        char *name;
        char *path;   /* of the override, below the root */
        char *before; /* the text that the editor opens */
        bool new;     /* the override does not exist yet */
};

static void editing_clear(struct editing *e) {
        free(e->name);
        free(e->path);
        free(e->before);
}

static char *path_for(const struct context *c, const char *name) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, c->runtime ? "/run/binfmtd/override.d/" : "/etc/binfmtd/override.d/");
        compose_file_name(name, &t);
        return text_take(&t);
}

/* The text of the override as it is now. 0 or negative errno; -ENOENT: there is none. */
static int read_override(const struct context *c, const char *path, char **ret) {
        _cleanup_close_ int root = -1, fd = -1;
        _cleanup_(file_clear) struct file f = { 0 };
        int r;

        if (*c->options.root && (root = open(c->options.root, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
                return -errno;
        fd = file_open_in_root(root, path, O_RDONLY);
        r = fd < 0 ? fd : file_read_fd(fd, FILE_SIZE_MAX, &f);
        if (r >= 0 && strlen(f.data) != f.n)
                r = -EBADMSG;
        if (r >= 0)
                *ret = TAKE_PTR(f.data);
        return r;
}

static int make_template(const struct definition *d, char **ret) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, HEADER);
        compose_template(d, &t);
        *ret = text_take(&t);
        return *ret ? 0 : -ENOMEM;
}

/* Finds the one format that the word means, by its name or as a glob. 0, or negative errno after
 * complaining. */
static int edit_find_format(const struct context *c, const struct formats *formats, char *word,
                            const struct format **ret) {
        _cleanup_free_ const struct format **found = NULL;
        char *const words[] = { word, NULL };
        bool missing;
        size_t n;
        int r;

        *ret = formats_find(formats, word);
        if (*ret)
                return 0;
        r = name_args_of_pass(c, formats, words, &found, &n, &missing);
        if (r < 0)
                return complain_errno(c, r, "cannot choose the format"), r;
        if (n == 1)
                *ret = found[0];
        else if (n > 1)
                complain(c, NULL, "only one format can be edited at a time, and '%s' means %zu", word, n);
        return n == 1 ? 0 : -ENOENT;
}

/* Finds the format, and reads or composes the text to edit. 0, or negative errno after complaining. */
static int editing_begin(struct editing *e, char *word) {
        const struct context *c = e->c;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        const struct format *f;
        int r = context_plan(c, &pass, NULL);

        if (r < 0)
                return r;
        r = edit_find_format(c, &pass.formats, word, &f);
        if (r < 0)
                return r;
        e->name = strdup(f->name);
        if (!e->name)
                return complain_errno(c, -ENOMEM, "cannot edit"), -ENOMEM;
        if (!f->definition)
                return complain_not_declared(c, e->name), -EINVAL;
        if (!switch_can_name(e->name))
                return complain_cannot_be_named(c, e->name), -EINVAL;
        e->path = path_for(c, e->name);
        r = e->path ? read_override(c, e->path, &e->before) : -ENOMEM;
        e->new = r == -ENOENT;
        if (e->new)
                r = make_template(f->definition, &e->before);
        if (r < 0)
                complain_cannot_write(c, e->path ? e->path : "", r);
        return r;
}

/* Makes a pass over the definitions as they would be with this text, and prints the diagnostics about the
 * file and the format. 1 if there is no error among them, 0 if there is one, or negative errno. */
static int editing_check(const struct editing *e, const char *text) {
        const struct context *c = e->c;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_free_ char *shown = NULL;
        bool sound = true;
        int r = dry_run(c->options.root, e->path, text, strlen(text), &pass);

        if (r < 0 || asprintf(&shown, "%s%s", c->options.root, e->path) < 0) {
                shown = NULL;
                return r < 0 ? r : -ENOMEM;
        }
        for (size_t i = 0; i < pass.diagnostics.n; i++) {
                const struct diagnostic *d = &pass.diagnostics.items[i];

                if (!streq_ptr(d->file, shown) && !streq_ptr(d->name, e->name))
                        continue;
                if (d->severity >= SEVERITY_WARNING && !streq(d->code, "empty-section"))
                        print_diagnostic(stderr, c->color_errors, d);
                sound = sound && d->severity < SEVERITY_ERROR;
        }
        return sound;
}

static bool wants_again(void) {
        char line[16];

        if (!isatty(STDIN_FILENO))
                return false;
        fputs("Edit it again? [Y/n] ", stderr);
        return fgets(line, sizeof line, stdin) && *line != 'n' && *line != 'N';
}

/* Runs the editor until the text is without errors. 1 and the text, 0 if nothing is to be changed, or
 * negative errno after complaining. */
static int editing_loop(const struct editing *e, const struct draft *draft, char **ret) {
        for (;;) {
                _cleanup_free_ char *text = NULL;
                int r = draft_edit(e->c, draft, &text);

                if (r < 0)
                        return r;
                if (streq(text, e->before))
                        return 0;
                r = editing_check(e, text);
                if (r < 0)
                        return complain_errno(e->c, r, "cannot check the override"), r;
                if (r > 0) {
                        *ret = TAKE_PTR(text);
                        return 1;
                }
                if (!wants_again()) {
                        complain(e->c, NULL, "nothing was changed");
                        return -EINVAL;
                }
        }
}

static bool sets_any_key(const char *text) {
        for (const char *line = text; *line; line = strchrnul(line, '\n'), line += *line == '\n') {
                line += strspn(line, " \t\r");
                if (!strchr("#;[\n", *line))
                        return true;
        }
        return false;
}

/* An override that sets no key is removed. */
static int editing_write(const struct editing *e, const char *text) {
        const char *root = e->c->options.root;
        int r = sets_any_key(text) ? write_file(root, e->path, text, strlen(text))
                                   : write_nothing(root, e->path);

        if (r < 0)
                complain_cannot_write(e->c, e->path, r);
        return r;
}

static int editing_take_effect(const struct editing *e) {
        _cleanup_(snapshot_clear) struct snapshot s = { 0 };
        json_auto_t *became = json_array();

        if (!became)
                return complain_errno(e->c, -ENOMEM, "cannot have it take effect");
        if (snapshot_get_status(e->c, &s) < 0 || take_effect(&s, e->name, became) < 0)
                return EXIT_FAILURE;
        return take_effect_print(&s, became, "changed");
}

int verb_edit(struct context *c, int argc, char **argv) {
        _cleanup_(editing_clear) struct editing e = { .c = c };
        _cleanup_(draft_end) struct draft draft = { .path = "" };
        _cleanup_free_ char *text = NULL;
        int r;

        (void) argc;
        context_settle_definitions(c);
        r = editing_begin(&e, argv[0]);
        if (r >= 0)
                r = draft_begin(c, e.before, &draft);
        if (r >= 0)
                r = editing_loop(&e, &draft, &text);
        if (r < 0)
                return EXIT_FAILURE;
        if (r == 0 || (e.new && !sets_any_key(text))) {
                if (!c->no_legend)
                        puts("nothing was changed");
                return EXIT_SUCCESS;
        }
        return editing_write(&e, text) < 0 ? EXIT_FAILURE : editing_take_effect(&e);
}
