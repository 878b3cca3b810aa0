/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An interpreter that is dynamically linked, as distributions ship QEMU too: becomes the program that the
 * name behind its own ("wrapper") says, in /usr/bin. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
        const char *name = strrchr(argv[0], '/');
        char path[256];

        if (argc < 1 || !name)
                return 1;
        snprintf(path, sizeof path, "/usr/bin/%s", name + 1);
        execv(path, argv);
        return 1;
}
