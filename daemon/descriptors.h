/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Limits how many files clients may make this process hold open, so that enough are always left for the work
 * itself. */

#include "model/base/macro.h"

#define DESCRIPTORS_OWN 64u /* more than a pass, the watches, the journal and the bus hold at once */

/* Raises the limit as far as the process may: the usual one is low for the sake of programs that use
 * select(2). Returns how many descriptors clients may hold: `most`, or fewer if there are not so many. */
size_t descriptors_for_clients(size_t most);
