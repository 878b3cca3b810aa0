/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Finds out what stands between this process and the machine: an emulator, a chroot, a container, a user
 * namespace. model/health/owner.h decides what that means for the table. */

#include "model/health/owner.h"

#include <stdint.h>

/* Opens the program that the CPU really executes: QEMU, where QEMU's user mode runs us, as it makes up
 * uname(2) and /proc/self/exe. A descriptor to be read and closed, or negative errno. */
int executing_program(void);

/* The ELF machine (EM_*) of that program. 0 or negative errno. */
int executing_machine(uint16_t *ret_machine);

/* Is that another machine than the one that we were built for? False if it cannot be found out. */
bool executing_is_emulator(void);

/* Finds the owner of the instance at `instance`, which need not be there. Children look at what only a
 * process in a changed namespace can see; this process changes nothing of its own. Cannot fail: what cannot
 * be found out counts as false. */
enum instance_owner surroundings_find_owner(const char *instance);
