/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Asking a detector: a program that is run with a file's path and says by its exit status whether the file
 * is meant. It gets no shell, nothing to read, nowhere to write to but standard error, and an environment of
 * its own; one that does not answer in time is killed with all that it started. */

#include "model/base/text.h"

#define DETECTOR_SECONDS 5

/* True if it says yes. Else why not is appended to `why`, a sentence that begins with the detector's path.
 */
bool detector_ask(const char *detector, const char *path, struct text *why);
