/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/elf-file.h"
#include "tests/test.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>

/* A file in memory with these bytes; the descriptor is the test's. */
static int file_of(const void *bytes, size_t n) {
        int fd = memfd_create("elf", MFD_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, bytes, n), (ssize_t) n);
        return fd;
}

struct elf64 {
        Elf64_Ehdr header;
        Elf64_Phdr segments[2];
        char loader[32];
};

static struct elf64 dynamic_elf64(void) {
        struct elf64 e = {
                .header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
                            .e_phoff = offsetof(struct elf64, segments),
                            .e_phentsize = sizeof(Elf64_Phdr),
                            .e_phnum = 2 },
                .segments = { { .p_type = PT_LOAD },
                              { .p_type = PT_INTERP,
                                .p_offset = offsetof(struct elf64, loader),
                                .p_filesz = 10 } },
                .loader = "/lib/ld.so",
        };

        e.segments[1].p_filesz = strlen(e.loader) + 1;
        return e;
}

START_TEST(own_program_names_the_loader_of_this_machine)
{
        _cleanup_free_ char *loader = NULL;
        int fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);

        assert_ok(elf_file_loader(fd, &loader));
        ck_assert_ptr_nonnull(loader);
        ck_assert_int_eq(access(loader, X_OK), 0);
        close(fd);
}
END_TEST

START_TEST(loader_of_a_64_bit_file_is_found)
{
        _cleanup_free_ char *loader = NULL;
        struct elf64 e = dynamic_elf64();
        int fd = file_of(&e, sizeof e);

        assert_ok(elf_file_loader(fd, &loader));
        ck_assert_str_eq(loader, "/lib/ld.so");
        close(fd);
}
END_TEST

START_TEST(file_without_interp_is_static)
{
        char *loader = (char *) "untouched";
        struct elf64 e = dynamic_elf64();
        int fd;

        e.segments[1].p_type = PT_NOTE;
        fd = file_of(&e, sizeof e);
        assert_ok(elf_file_loader(fd, &loader));
        ck_assert_ptr_null(loader);
        close(fd);
}
END_TEST

START_TEST(big_endian_32_bit_file_is_read)
{
        _cleanup_free_ char *loader = NULL;
        uint8_t file[256] = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2MSB, EV_CURRENT };
        int fd;

        file[31] = 52; /* e_phoff */
        file[43] = 32; /* e_phentsize */
        file[45] = 1;  /* e_phnum */
        file[52 + 3] = PT_INTERP;
        file[52 + 7] = 100; /* p_offset */
        file[52 + 19] = 8;  /* p_filesz */
        memcpy(file + 100, "/lib/ld", 8);
        fd = file_of(file, sizeof file);
        assert_ok(elf_file_loader(fd, &loader));
        ck_assert_str_eq(loader, "/lib/ld");
        close(fd);
}
END_TEST

START_TEST(file_that_lies_about_itself_is_refused_and_nothing_is_returned)
{
        struct elf64 e[6];

        for (size_t i = 0; i < ELEMENTSOF(e); i++)
                e[i] = dynamic_elf64();
        e[0].header.e_phoff = UINT64_MAX - 8;   /* wraps */
        e[1].header.e_phentsize = 3;            /* smaller than a header */
        e[2].header.e_phnum = 60000;            /* more than any program has */
        e[3].segments[1].p_offset = 1u << 20;   /* behind the end */
        e[4].segments[1].p_filesz = UINT64_MAX; /* a path of 16 EiB */
        e[5].header.e_ident[EI_MAG1] = 'F';     /* no ELF at all */

        for (size_t i = 0; i < ELEMENTSOF(e); i++) {
                char *loader = (char *) "untouched";
                int fd = file_of(&e[i], sizeof e[i]);

                ck_assert_int_eq(elf_file_loader(fd, &loader), -ENOEXEC);
                ck_assert_str_eq(loader, "untouched");
                close(fd);
        }
}
END_TEST

START_TEST(every_cut_of_a_file_is_survived)
{
        struct elf64 e = dynamic_elf64();

        for (size_t n = 0; n < sizeof e - sizeof e.loader; n++) {
                char *loader = NULL;
                int fd = file_of(&e, n);

                ck_assert_int_eq(elf_file_loader(fd, &loader), -ENOEXEC);
                close(fd);
        }
}
END_TEST

TEST_MAIN("elf-file", own_program_names_the_loader_of_this_machine, loader_of_a_64_bit_file_is_found,
          file_without_interp_is_static, big_endian_32_bit_file_is_read,
          file_that_lies_about_itself_is_refused_and_nothing_is_returned, every_cut_of_a_file_is_survived)
