/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Asks a detector: a program that is run with a file's path and says by its exit status whether the file is
 * meant. It gets no shell, no input, no output but standard error, and an environment of its own. A detector
 * that does not answer in time is killed with all that it started. */

#include "model/base/text.h"

#define DETECTOR_SECONDS 5

/* True if it says yes. Otherwise the reason is appended to `why`, a sentence that begins with the detector's
 * path. */
bool detector_ask(const char *detector, const char *path, struct text *why);
