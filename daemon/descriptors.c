/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/descriptors.h"

#include <sys/resource.h>

size_t descriptors_for_clients(size_t most) {
        struct rlimit limit, raised;

        if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
                return most;
        raised = (struct rlimit){ limit.rlim_max, limit.rlim_max };
        if (limit.rlim_cur < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &raised) >= 0)
                limit = raised;
        if (limit.rlim_cur >= most + DESCRIPTORS_OWN) /* RLIM_INFINITY is the greatest */
                return most;
        return limit.rlim_cur > 2 * DESCRIPTORS_OWN ? (size_t) limit.rlim_cur - DESCRIPTORS_OWN
                                                    : (size_t) limit.rlim_cur / 2;
}
