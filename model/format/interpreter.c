/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/interpreter.h"

struct interpreter *interpreter_free(struct interpreter *i) {
        if (!i)
                return NULL;
        free(i->path);
        free(i->registered);
        free(i->needs);
        free(i);
        return NULL;
}
