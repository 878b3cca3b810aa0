/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A list of rules, each of which looks at one thing and reports it in the words of the file that it stands
 * in. */

#include "model/plan/validate.h"
#include "model/format/entry.h"

#include <errno.h>

struct check {
        struct definition *d;
        struct diagnostics *diagnostics;
        bool reported; /* the reader has reported an error */
};

#define REPORT(c, severity, code, hint, ...)                                                                \
        diagnostics_add((c)->diagnostics, severity, code, definition_location((c)->d), (c)->d->name, hint,  \
                        __VA_ARGS__)

/* An error also takes the definition out. */
#define REFUSE(c, code, hint, ...)                                                                          \
        ((c)->d->invalid = true, REPORT(c, SEVERITY_ERROR, code, hint, __VA_ARGS__))

/* The words for each thing, as the user wrote them: each file format has its own. */
struct words {
        const char *pattern, *magic, *mask, *extension, *interpreter, *credentials, *flags, *detector;
        const char *no_credentials; /* the way to be rid of C */
};

static const struct words words_of_keys = {
        .pattern = "Machine=, Magic= or Extension=",
        .magic = "Magic=",
        .mask = "Mask=",
        .extension = "Extension=",
        .interpreter = "Interpreter=",
        .credentials = "Credentials=yes",
        .flags = "Flags=",
        .detector = "Detector=",
        .no_credentials = "leave Credentials= away unless set-user-ID programs of this format have to work",
};

static const struct words words_of_columns = {
        .pattern = "a magic or an extension",
        .magic = "the magic field",
        .mask = "the mask field",
        .extension = "the extension field",
        .interpreter = "the interpreter field",
        .credentials = "the flag C",
        .flags = "the flags field",
        .detector = "a detector",
        .no_credentials = "leave the flag C away unless set-user-ID programs of this format have to work",
};

static const struct words words_of_fields = {
        .pattern = "magic or extension",
        .magic = "magic",
        .mask = "mask",
        .extension = "extension",
        .interpreter = "interpreter",
        .credentials = "credentials yes",
        .flags = "flags",
        .detector = "detector",
        .no_credentials = "leave credentials away unless set-user-ID programs of this format have to work",
};

static const struct words *words_of(const struct definition *d) {
        switch (d->source) {
        case SOURCE_BINFMT_D:
                return &words_of_columns;
        case SOURCE_BINFMTS:
        case SOURCE_BINFMTS_ADMIN:
                return &words_of_fields;
        case SOURCE_ADDED:
        case SOURCE_BINFMTD:
                break;
        }
        return &words_of_keys;
}

static int validate_name(struct check *c) {
        const char *reason = NULL;
        int r = registration_check_name(c->d->name, &reason);

        if (r == -ENOMEM)
                return r;
        if (r < 0)
                return REFUSE(c, "name", "choose another name", "%s", reason ? reason : strerror(-r));
        if (strchr(c->d->name, '\n'))
                return REFUSE(c, "name-newline", "choose another name", "the name contains a line break");
        if (entry_name_is_stand_in(c->d->name, NULL))
                return REFUSE(c, "name-reserved", "choose another name",
                              "names that end in " ENTRY_STAND_IN_SUFFIX
                              " are reserved for entries that are being replaced");
        return 0;
}

static int validate_extension(struct check *c, const struct pattern *p, const struct words *w) {
        const char *extension = (const char *) p->data;

        if (memchr(extension, '\n', p->size))
                return REFUSE(c, "extension-newline", "give the extension alone, without a line break",
                              "%s contains a line break", w->extension);
        if (!pattern_can_match(p))
                return REPORT(c, SEVERITY_WARNING, "extension-dot",
                              "give only what follows the last dot of the file name",
                              "%s is \"%s\", but the kernel compares what follows the last dot, so that no file can match",
                              w->extension, extension);
        return 0;
}

/* "BC" of LLVM and "MZ" of DOS are words of prose, too. */
static int validate_short_text(struct check *c, const struct pattern *p, const struct words *w) {
        const uint8_t *magic = pattern_magic(p);

        if (p->offset > 0 || p->size > 2 || pattern_bits(p) < 8u * p->size)
                return 0;
        for (size_t i = 0; i < p->size; i++)
                if (magic[i] < ' ' || magic[i] > '~')
                        return 0;
        return REPORT(c, SEVERITY_NOTE, "short-text",
                      "add further bytes that all files of the format have in common, if there are any",
                      "%s also matches text files that begin with %.*s", w->magic, (int) p->size,
                      (const char *) magic);
}

/* A byte that was written and counts for nothing hints at a mask that is shifted against the magic. Single
 * bits do not: QEMU's magic for i386 has some outside its mask. */
static int validate_unmasked(struct check *c, const struct pattern *p, const struct words *w) {
        const uint8_t *magic = pattern_magic(p), *mask = pattern_mask(p);

        for (size_t i = 0; mask && i < p->size; i++)
                if (mask[i] == 0 && magic[i] != 0)
                        return REPORT(c, SEVERITY_NOTE, "magic-unmasked",
                                      "if that byte should count, check that magic and mask are aligned",
                                      "byte %zu of %s is \\x%02x, but %s makes the kernel ignore it", i,
                                      w->magic, magic[i], w->mask);
        return 0;
}

static int validate_magic(struct check *c, const struct pattern *p, const struct words *w) {
        int r;

        if (pattern_bits(p) == 0)
                return REFUSE(c, "mask-zero", "set the bits of the mask that have to be compared",
                              "%s has no bit set, so that every file on the system would match", w->mask);
        r = validate_short_text(c, p, w);
        return r < 0 ? r : validate_unmasked(c, p, w);
}

static int validate_pattern(struct check *c) {
        const struct words *w = words_of(c->d);
        const struct pattern *p = c->d->pattern;

        if (p)
                return p->type == PATTERN_EXTENSION ? validate_extension(c, p, w) : validate_magic(c, p, w);
        if (c->d->set & FIELD_PATTERN) {
                c->d->invalid = true;
                return 0;
        }
        return REFUSE(c, "pattern-missing",
                      "say which files are meant, by their first bytes or their extension", "%s is missing",
                      w->pattern);
}

/* `what` is the user's word for the interpreter or the detector. */
static int validate_relative(struct check *c, const char *path, const char *what, bool detector) {
        const struct words *w = words_of(c->d);

        if (path[0] == '/')
                return 0;
        if (c->d->flags & ENTRY_CREDENTIALS)
                return REFUSE(c, "credentials-relative", "give the program's absolute path",
                              "%s is the relative path \"%s\", which together with %s would let any user run a program of his own as root",
                              what, path, w->credentials);
        return REPORT(c, SEVERITY_WARNING, detector ? "detector-relative" : "interpreter-relative",
                      "give the program's absolute path",
                      "%s is the relative path \"%s\", which is looked up in the directory that a program is started from",
                      what, path);
}

static int validate_interpreters(struct check *c) {
        const struct words *w = words_of(c->d);
        char **i = c->d->interpreters;
        int r = 0;

        if ((!i || !*i) && c->reported && c->d->set & FIELD_INTERPRETER)
                return 0;
        if (!i || !*i)
                return REFUSE(c, "interpreter-missing", "give the path of the program that runs such files",
                              "%s is missing", w->interpreter);
        for (; *i && r >= 0; i++) {
                if (**i == '\0')
                        r = REFUSE(c, "interpreter-missing",
                                   "give the path of the program that runs such files", "%s is empty",
                                   w->interpreter);
                else if (strchr(*i, '\n'))
                        r = REFUSE(c, "interpreter-newline", "rename the interpreter",
                                   "%s contains a line break", w->interpreter);
                else
                        r = validate_relative(c, *i, w->interpreter, false);
        }
        return r;
}

static int validate_flags(struct check *c) {
        const struct words *w = words_of(c->d);
        const char *flags = c->d->extra_flags;
        static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

        if (!flags || !*flags)
                return 0;
        if (flags[strspn(flags, letters)] != '\0')
                return REFUSE(c, "flags", "give letters only, without anything between them",
                              "%s contains something else than letters", w->flags);
        if (strpbrk(flags, "POCF"))
                return REFUSE(c, "flags-known",
                              "use PreserveArgv0= for P, OpenBinary= for O, Credentials= for C and FixBinary= for F",
                              "%s contains the letter %c, which has a key of its own", w->flags,
                              *strpbrk(flags, "POCF"));
        return REPORT(c, SEVERITY_WARNING, "flags-unknown",
                      "make sure that the kernel knows them, or it will refuse the format",
                      "%s passes on \"%s\", which this release does not know", w->flags, flags);
}

static int validate_credentials(struct check *c) {
        const struct words *w = words_of(c->d);

        /* With a relative interpreter, something worse was said already. */
        if (!(c->d->flags & ENTRY_CREDENTIALS) || c->d->invalid)
                return 0;
        return REPORT(c, SEVERITY_WARNING, "credentials", w->no_credentials,
                      "with %s the interpreter runs with the rights of set-user-ID programs, so that a flaw in it makes any user root",
                      w->credentials);
}

static int validate_detector(struct check *c) {
        const struct definition *d = c->d;
        const char *what = words_of(d)->detector;

        if (!definition_has_detector(d))
                return 0;
        if (strchr(d->detector, '\n'))
                return REFUSE(c, "detector-newline", "rename the detector", "%s contains a line break",
                              what);
        return validate_relative(c, d->detector, what, true);
}

/* The string has these bytes besides the values: delimiters, type, offset and flags. */
#define SYNTAX_MAX 32u

/* Does the string fit even with every byte of magic and mask escaped? Then it need not be composed. */
static bool is_short(const struct definition *d, const char *interpreter) {
        size_t n = strlen(d->name) + strlen(interpreter) + 8u * d->pattern->size;

        return !d->extra_flags && n <= REGISTRATION_MAX - SYNTAX_MAX;
}

/* Composes the string that would be written, if there is nothing else wrong with the definition. */
static int validate_size(struct check *c) {
        const struct definition *d = c->d;
        char buf[REGISTRATION_MAX + 1];

        for (char **i = d->interpreters; !d->invalid && *i; i++) {
                size_t n;
                int r = 0;

                if (!is_short(d, *i))
                        r = registration_format(d->name, d->pattern, *i, d->flags, d->extra_flags, buf, &n);
                if (r == -ENOMEM)
                        return r;
                if (r < 0)
                        return REFUSE(c, "too-long",
                                      "shorten the interpreter's path, the name or the pattern",
                                      "name, pattern and %s together do not fit into the %u bytes that the kernel takes",
                                      words_of(d)->interpreter, REGISTRATION_MAX);
        }
        return 0;
}

int validate_definition(struct definition *d, struct diagnostics *diagnostics) {
        static int (*const checks[])(struct check *) = {
                validate_name,     validate_pattern,     validate_interpreters, validate_flags,
                validate_detector, validate_credentials, validate_size,
        };
        struct check c = { .d = d, .diagnostics = diagnostics, .reported = d->invalid };
        size_t before = diagnostics->n;

        if (d->invalid && d->set == 0)
                return 0;
        for (size_t i = 0; i < ELEMENTSOF(checks); i++) {
                int r = checks[i](&c);

                if (r < 0)
                        return r;
        }
        return d->invalid ? definition_note_mistake(d, diagnostics, before) : 0;
}
