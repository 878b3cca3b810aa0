/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/interpreters.h"

#include <errno.h>

int interpreters_probe(struct prober *prober, const struct format *f, const struct interpreter ***ret) {
        char *const *paths = f->definition ? f->definition->interpreters : NULL;
        _cleanup_free_ const struct interpreter **interpreters = NULL;
        size_t n = 0;
        int r = 0;

        while (paths && paths[n])
                n++;
        interpreters = calloc(n + 1, sizeof *interpreters);
        if (!interpreters)
                return -ENOMEM;
        for (size_t i = 0; i < n && r >= 0; i++)
                r = prober_look(prober, paths[i], &interpreters[i]);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(interpreters);
        return 0;
}
