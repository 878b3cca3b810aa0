/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/instance.h"
#include "engine/system/namespace.h"
#include "tests/test.h"

#include <fcntl.h>
#include <sys/mount.h>

static bool entered;

static int write_file(const char *path, const void *bytes, size_t n) {
        int fd = open(path, O_WRONLY | O_CLOEXEC), r = 0;

        if (fd < 0)
                return -errno;
        if (write(fd, bytes, n) < 0)
                r = -errno;
        close(fd);
        return r;
}

const char *test_instance_enter(void) {
        const char *why, *hint;
        struct namespace ns;

        if (namespace_enter(TEST_INSTANCE, &ns, &why, &hint) < 0)
                return why;
        /* Below it is no other: that of the machine on which tests run would be seen without this one. */
        if (umount(TEST_INSTANCE) < 0 || mount("nothing", TEST_INSTANCE, "tmpfs", 0, "mode=755") < 0 ||
            mount("binfmt_misc", TEST_INSTANCE, "binfmt_misc", 0, NULL) < 0)
                return "the instance cannot be mounted on an empty directory";
        entered = true;
        return NULL;
}

void test_instance_require(void) {
        const char *why = test_instance_enter();

        if (why)
                test_skip_all(why);
}

int test_instance_write(const char *file, const void *bytes, size_t n) {
        char path[512];

        if (!entered)
                abort(); /* never the machine's own table */
        snprintf(path, sizeof path, TEST_INSTANCE "/%s", file);
        return write_file(path, bytes, n);
}

int test_instance_register(const void *bytes, size_t n) {
        return test_instance_write("register", bytes, n);
}

void test_instance_clear(void) {
        ck_assert_int_eq(test_instance_write("status", "-1", 2), 0);
}
