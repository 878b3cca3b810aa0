/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The auxiliary vector carries what the kernel tells an interpreter besides its arguments: that the original
 * argv[0] is among them (P: a bit in AT_FLAGS, since Linux 5.12), and the descriptor of the file (O:
 * AT_EXECFD). A program that executes another cannot set it, so a helper process writes it into the new
 * program's stack, as a debugger could. */

#include "model/base/macro.h"

/* Reads what the kernel told us. Takes the argv[0] out of the words if it is there; else *argv0 stays.
 * Without a descriptor *execfd stays. */
void auxv_receive(const char **argv0, char *const **words, int *execfd);

/* Has the program that is executed next be told the same. `execfd` -1: none. If the helper is not allowed to
 * write there (hardened machines, set-user-ID programs), the program starts all the same, with the
 * descriptor open, but is not told of it. */
void auxv_hand_on(bool preserve_argv0, int execfd);
