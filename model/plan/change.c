/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/change.h"

void change_describe(const struct change *c, struct text *t) {
        static const char *const why[] = {
                [CAUSE_NEW] = NULL,
                [CAUSE_CHANGED] = "its definition changed",
                [CAUSE_PIN] = "the interpreter was upgraded",
                [CAUSE_ORDER] = NULL,
                [CAUSE_TAKEOVER] = "it was registered by somebody else",
                [CAUSE_UNWANTED] = "it is no longer wanted",
                [CAUSE_DISABLED] = "it is disabled",
                [CAUSE_SHADOWED] = "another format has the same pattern and ranks above it",
                [CAUSE_SWITCHED_OFF] = "somebody switched it off",
                [CAUSE_LEFTOVER] = "an earlier replacement broke off",
        };

        text_printf(t, "%s %s", change_type_name(c->type),
                    c->type == CHANGE_SWEEP ? c->have->name : c->format->name);
        if (c->cause == CAUSE_ORDER)
                text_printf(t, ": has to stand above %s", c->above);
        else if (c->cause == CAUSE_SHADOWED && c->format->shadowed_by)
                text_printf(t,
                            c->format->state == FORMAT_SHARED
                                            ? ": the entry of %s serves it too"
                                            : ": %s has the same pattern and ranks above it",
                            c->format->shadowed_by->name);
        else if (why[c->cause])
                text_printf(t, ": %s", why[c->cause]);
}

const char *change_type_name(enum change_type type) {
        static const char *const names[] = {
                [CHANGE_ADD] = "add",     [CHANGE_REPLACE] = "replace", [CHANGE_FINISH] = "finish",
                [CHANGE_ADOPT] = "adopt", [CHANGE_ENABLE] = "enable",   [CHANGE_REMOVE] = "remove",
                [CHANGE_SWEEP] = "sweep",
        };

        return names[type];
}

const char *change_cause_name(enum change_cause cause) {
        static const char *const names[] = {
                [CAUSE_NEW] = "new",
                [CAUSE_CHANGED] = "changed",
                [CAUSE_PIN] = "pin",
                [CAUSE_ORDER] = "order",
                [CAUSE_TAKEOVER] = "takeover",
                [CAUSE_UNWANTED] = "unwanted",
                [CAUSE_DISABLED] = "disabled",
                [CAUSE_SHADOWED] = "shadowed",
                [CAUSE_SWITCHED_OFF] = "switched-off",
                [CAUSE_LEFTOVER] = "leftover",
        };

        return names[cause];
}
