/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/wait.h"
#include "engine/system/file.h"
#include "engine/system/table.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

static int64_t now_ms(void) {
        struct timespec t;

        clock_gettime(CLOCK_BOOTTIME, &t);
        return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool instance_is_missing(int error) {
        return error == -ENOENT || error == -EMEDIUMTYPE || error == -ENODEV || error == -EROFS;
}

int wait_for_instance(const char *path, int seconds) {
        int64_t end = seconds < 0 ? INT64_MAX : now_ms() + (int64_t) seconds * 1000;
        /* Opened before the first try, so that no mount is missed in between. */
        _cleanup_close_ int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;
        for (;;) {
                struct pollfd mounts = { .fd = fd, .events = POLLPRI };
                _cleanup_(table_freep) struct table *table = NULL;
                int r = table_open(path, &table);
                int64_t left = seconds < 0 ? -1 : end - now_ms();

                if (r >= 0 || !instance_is_missing(r) || (seconds >= 0 && left <= 0))
                        return r;
                if (poll(&mounts, 1, left > INT_MAX ? INT_MAX : (int) left) < 0 && errno != EINTR)
                        return -errno;
        }
}
