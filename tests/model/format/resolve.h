/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/format/catalog.h"

/* What a pass does with a catalog, and nothing else: sorts it, resolves each name, and reports overrides
 * that amend nothing. 0 or -ENOMEM. */
static inline int catalog_resolve(struct catalog *c, struct diagnostics *diagnostics) {
        struct definition *d;
        int r = 0;

        catalog_sort(c);
        for (size_t i = 0; i < c->n && r >= 0;)
                r = catalog_resolve_at(c, &i, diagnostics, &d);
        return r < 0 ? r : catalog_report_unknown(c, diagnostics);
}
