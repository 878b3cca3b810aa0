/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Looks at all interpreters of a format for those who show it; a pass looks no further than the first one
 * that is usable. */

#include "engine/system/probe.h"
#include "model/format/format.h"

/* The facts of each interpreter that the format's definition names, in its order, and a NULL behind them.
 * The prober holds them; the array is the caller's to free. 0 or -ENOMEM. */
int interpreters_probe(struct prober *prober, const struct format *f, const struct interpreter ***ret);
