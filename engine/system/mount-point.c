/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/mount-point.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

/* A line is "36 35 98:0 /below /where rw,noexec …"; blanks and the like are octal escapes. */
static int parse_line(char *line, uint64_t wanted, char **ret) {
        char *field, *end, *path;
        uint64_t id = strtoull(line, &end, 10);

        if (end == line || id != wanted)
                return -ENOENT;
        for (unsigned i = 0; i < 5; i++)
                field = strsep(&line, " ");
        if (!field)
                return -ENOENT;
        path = field;
        for (const char *p = field; *p; path++)
                if (*p == '\\' && p[1] && p[2] && p[3]) {
                        *path = (char) ((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
                        p += 4;
                } else
                        *path = *p++;
        *path = '\0';
        path = strdup(field);
        if (!path)
                return -ENOMEM;
        *ret = path;
        return 0;
}

int mount_point_of(int fd, char **ret) {
        _cleanup_(file_clear) struct file mounts = { 0 };
        char *rest, *line;
        struct statx x;
        int r;

        if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &x) < 0 || !(x.stx_mask & STATX_MNT_ID))
                return -ENOENT;
        r = file_read(AT_FDCWD, "/proc/self/mountinfo", 16 * FILE_SIZE_MAX, &mounts);
        if (r < 0)
                return r == -ENOMEM ? r : -ENOENT;
        rest = mounts.data;
        while ((line = strsep(&rest, "\n"))) {
                r = parse_line(line, x.stx_mnt_id, ret);
                if (r != -ENOENT)
                        return r;
        }
        return -ENOENT;
}
