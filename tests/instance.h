/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A private instance of binfmt_misc for tests against the real kernel: the process moves into a user and
 * mount namespace of its own. No root needed; Linux >= 6.7. */

#include "model/base/macro.h"

#define TEST_INSTANCE "/proc/sys/fs/binfmt_misc"

/* Moves this process there (as `binfmtctl exec` does) and mounts an empty instance on TEST_INSTANCE. NULL,
 * or the reason why it cannot (never freed): then the process must skip with that reason, as nothing but a
 * private instance may be written to. Must be called before check forks. */
const char *test_instance_enter(void);

/* As test_instance_enter(), but a process that cannot do it ends by test_skip_all(). */
void test_instance_require(void);

/* Removes every entry of the private instance (by -1 into its status, which only tests may do). */
void test_instance_clear(void);

/* Registers by one write(2) of the string as it is. 0 or negative errno. */
int test_instance_register(const void *bytes, size_t n);

/* Does one write(2) into any file of the instance. 0 or negative errno. */
int test_instance_write(const char *file, const void *bytes, size_t n);
