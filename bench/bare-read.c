/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bare limit of explain: reads each entry of an instance, one open(2), read(2) and close(2) an entry,
 * and forgets it. Nobody who asks the kernel can do with less.
 *
 * bare-read INSTANCE */

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
        DIR *d = argc == 2 ? opendir(argv[1]) : NULL;
        struct dirent *e;
        char buf[4096];

        if (!d)
                return EXIT_FAILURE;
        while ((e = readdir(d))) {
                int fd;

                if (e->d_name[0] == '.')
                        continue;
                fd = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC);
                /* `register` cannot be read. */
                if (fd < 0 || (read(fd, buf, sizeof buf) < 0 && e->d_name[0] != 'r'))
                        return EXIT_FAILURE;
                close(fd);
        }
        return EXIT_SUCCESS;
}
