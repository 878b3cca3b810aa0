/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/interpreter.h"

#include <errno.h>

struct interpreter *interpreter_free(struct interpreter *i) {
        if (!i)
                return NULL;
        free(i->path);
        free(i->registered);
        free(i->needs);
        free(i);
        return NULL;
}

const char *interpreter_kind_name(enum interpreter_kind kind) {
        static const char *const names[] = {
                [INTERPRETER_OTHER] = "other",
                [INTERPRETER_ELF_STATIC] = "elf-static",
                [INTERPRETER_ELF_DYNAMIC] = "elf-dynamic",
                [INTERPRETER_SCRIPT] = "script",
        };

        return names[kind];
}

const char *interpreter_error_predicate(int error) {
        switch (error) {
        case -ENOENT:
                return "is not there";
        case -EACCES:
                return "is not an executable file";
        case -ELOOP:
                return "is a loop of symbolic links";
        default:
                return strerror(-error);
        }
}

const char *interpreter_error_words(int error) {
        if (error == -ENOENT || error == -EACCES)
                return interpreter_error_predicate(error) + strlen("is ");
        return error < 0 ? strerror(-error) : NULL;
}

void append_interpreter_facts(const struct interpreter *i, struct text *t) {
        static const char *const words[] = {
                [INTERPRETER_OTHER] = "neither a program nor a script",
                [INTERPRETER_ELF_STATIC] = "statically linked",
                [INTERPRETER_ELF_DYNAMIC] = "dynamically linked",
                [INTERPRETER_SCRIPT] = "a script",
        };

        if (i->error < 0) {
                text_append(t, interpreter_error_words(i->error));
                return;
        }
        text_append(t, words[i->kind]);
        if (i->needs)
                text_printf(t, ", needs %s", i->needs);
}
