/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/owner.h"

#include <errno.h>

enum instance_owner instance_owner_find(const struct surroundings *s) {
        if (s->emulated)
                return INSTANCE_AROUND_EMULATOR;
        if (s->chrooted)
                return INSTANCE_AROUND_CHROOT;
        if (s->nested)
                return s->inherited ? INSTANCE_AROUND_NAMESPACE : INSTANCE_OWN;
        return s->contained ? INSTANCE_AROUND_CONTAINER : INSTANCE_MACHINE;
}

/* These are errors that neither open(2) nor write(2) gives for an instance. */
int instance_owner_error(enum instance_owner owner) {
        static const int errors[] = {
                [INSTANCE_MACHINE] = 0,
                [INSTANCE_OWN] = 0,
                [INSTANCE_AROUND_EMULATOR] = -ELIBEXEC,
                [INSTANCE_AROUND_CHROOT] = -EXDEV,
                [INSTANCE_AROUND_CONTAINER] = -EREMOTE,
                [INSTANCE_AROUND_NAMESPACE] = -EREMCHG,
        };

        return errors[owner];
}

const char *instance_owner_sentence(int error, const char **ret_hint) {
        static const char hint[] =
                        "run it on the machine around; --force changes that machine's table from here, and binfmtctl exec gives a table of one's own";

        switch (error) {
        case -ELIBEXEC:
                *ret_hint = hint;
                return "an emulator runs this, so the table is that of the machine around, and is left alone";
        case -EXDEV:
                *ret_hint = hint;
                return "this is a chroot, so the table is that of the machine around, and is left alone";
        case -EREMOTE:
                *ret_hint = hint;
                return "this is a container without a table of its own, so the table is that of the machine around, and is left alone";
        case -EREMCHG:
                *ret_hint = hint;
                return "this user namespace has no table of its own, so the table is that of the machine around, and is left alone";
        default:
                return NULL;
        }
}
