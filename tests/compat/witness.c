/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An interpreter that prints its arguments but the first (which differs by who calls), whether it was told
 * that argv[0] is preserved, and what it reads from the descriptor that it was told of; then whether some
 * variables got through, and the clock ticks that AT_CLKTCK tells. Ends with the exit status that the last
 * argument names, if it is a number. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

int main(int argc, char **argv) {
        unsigned long fd;
        char bytes[8] = "";

        for (int i = 1; i < argc; i++)
                printf("%s\n", argv[i]);
        printf("preserved: %lu\n", getauxval(AT_FLAGS) & 1);
        errno = 0;
        fd = getauxval(AT_EXECFD);
        if (errno == 0 && pread((int) fd, bytes, sizeof bytes - 1, 0) < 0)
                printf("descriptor %lu is not readable\n", fd);
        printf("descriptor: %s\n", bytes);
        printf("environment: %s\n", getenv("WITNESS") ? getenv("WITNESS") : "none");
        printf("ticks: %ld\n", sysconf(_SC_CLK_TCK));
        printf("user: %u, rights of %u, secure: %lu\n", (unsigned) getuid(), (unsigned) geteuid(),
               getauxval(AT_SECURE));
        return argc > 1 ? atoi(argv[argc - 1]) : 0;
}
