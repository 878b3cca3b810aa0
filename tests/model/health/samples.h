/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/health/sample.h"

/* The sample of that platform; NULL if there is none. */
static inline const struct sample *sample_of_platform(const char *platform) {
        const struct sample *s;

        for (size_t i = 0; (s = sample_at(i)); i++)
                if (streq(s->platform, platform))
                        return s;
        return NULL;
}
