/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bare limit: reads each file of a directory and writes what it holds to the kernel, one write(2) a
 * file. It checks nothing, decides nothing and reports nothing; nobody can do with less.
 *
 * bare-loop DIRECTORY REGISTER */

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
        DIR *d = argc == 3 ? opendir(argv[1]) : NULL;
        int target = argc == 3 ? open(argv[2], O_WRONLY | O_CLOEXEC) : -1;
        struct dirent *e;
        char buf[4096];

        if (!d || target < 0)
                return EXIT_FAILURE;
        while ((e = readdir(d))) {
                ssize_t n;
                int fd;

                if (e->d_name[0] == '.')
                        continue;
                fd = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC);
                if (fd < 0)
                        return EXIT_FAILURE;
                n = read(fd, buf, sizeof buf);
                close(fd);
                if (n <= 0 || write(target, buf, (size_t) n) != n)
                        return EXIT_FAILURE;
        }
        return EXIT_SUCCESS;
}
