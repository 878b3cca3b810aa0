/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/program.h"

struct program *program_free(struct program *p) {
        if (!p)
                return NULL;
        free(p->path);
        free(p->loader);
        free(p->mount_point);
        free(p);
        return NULL;
}
