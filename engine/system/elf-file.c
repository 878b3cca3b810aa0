/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/elf-file.h"

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#define PROGRAM_HEADERS_MAX 512u

/* The fields of the file header that are needed here, of either class, in host order. */
struct layout {
        bool wide, big;
        uint64_t phoff;
        uint16_t type, phentsize, phnum;
};

struct segment {
        uint32_t type;
        uint64_t offset, address, size;
};

/* The file, with its beginning, where the program headers usually are: one read instead of one for each. */
struct image {
        int fd;
        size_t n;
        uint8_t head[1024];
};

static int image_open(int fd, struct image *ret) {
        ssize_t n = pread(fd, ret->head, sizeof ret->head, 0);

        if (n < 0)
                return -errno;
        ret->fd = fd;
        ret->n = (size_t) n;
        return 0;
}

static int read_at(const struct image *s, void *buf, size_t n, uint64_t offset) {
        ssize_t k;

        if (offset > INT64_MAX - n)
                return -ENOEXEC;
        if (offset + n <= s->n) {
                memcpy(buf, s->head + offset, n);
                return 0;
        }
        k = pread(s->fd, buf, n, (off_t) offset);
        if (k < 0)
                return -errno;
        return (size_t) k == n ? 0 : -ENOEXEC;
}

static uint64_t layout_get(const struct layout *l, const void *field, size_t n) {
        const uint8_t *b = field;
        uint64_t v = 0;

        for (size_t i = 0; i < n; i++)
                v = v << 8 | b[l->big ? i : n - 1 - i];
        return v;
}

#define GET(l, field) layout_get(l, &(field), sizeof(field))

static int layout_read(const struct image *s, struct layout *ret) {
        union {
                Elf32_Ehdr e32;
                Elf64_Ehdr e64;
                uint8_t ident[EI_NIDENT];
        } header = { 0 };
        struct layout l;
        int r = read_at(s, &header.e32, sizeof header.e32, 0);

        if (r < 0)
                return r;
        if (memcmp(header.ident, ELFMAG, SELFMAG) != 0)
                return -ENOEXEC;

        l.wide = header.ident[EI_CLASS] == ELFCLASS64;
        l.big = header.ident[EI_DATA] == ELFDATA2MSB;
        if (l.wide && (r = read_at(s, &header.e64, sizeof header.e64, 0)) < 0)
                return r;
        l.type = (uint16_t) (l.wide ? GET(&l, header.e64.e_type) : GET(&l, header.e32.e_type));
        l.phoff = l.wide ? GET(&l, header.e64.e_phoff) : GET(&l, header.e32.e_phoff);
        l.phentsize = (uint16_t) (l.wide ? GET(&l, header.e64.e_phentsize)
                                         : GET(&l, header.e32.e_phentsize));
        l.phnum = (uint16_t) (l.wide ? GET(&l, header.e64.e_phnum) : GET(&l, header.e32.e_phnum));
        if (l.phnum > PROGRAM_HEADERS_MAX ||
            (l.phnum > 0 && l.phentsize < (l.wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr))))
                return -ENOEXEC;

        *ret = l;
        return 0;
}

static int segment_read(const struct image *s, const struct layout *l, unsigned index, struct segment *ret) {
        union {
                Elf32_Phdr p32;
                Elf64_Phdr p64;
        } p;
        int r = read_at(s, &p, l->wide ? sizeof p.p64 : sizeof p.p32,
                        l->phoff + (uint64_t) index * l->phentsize);

        if (r < 0)
                return r;
        if (l->wide)
                *ret = (struct segment){ (uint32_t) GET(l, p.p64.p_type), GET(l, p.p64.p_offset),
                                         GET(l, p.p64.p_vaddr), GET(l, p.p64.p_filesz) };
        else
                *ret = (struct segment){ (uint32_t) GET(l, p.p32.p_type), GET(l, p.p32.p_offset),
                                         GET(l, p.p32.p_vaddr), GET(l, p.p32.p_filesz) };
        return 0;
}

static int loader_read(const struct image *s, const struct segment *at, char **ret) {
        _cleanup_free_ char *path = NULL;
        int r;

        if (at->size < 2 || at->size > PATH_MAX)
                return -ENOEXEC;
        path = malloc(at->size);
        if (!path)
                return -ENOMEM;
        r = read_at(s, path, at->size, at->offset);
        if (r < 0)
                return r == -ENOEXEC ? -EIO : r;
        if (path[at->size - 1] != '\0')
                return -ENOEXEC;

        *ret = TAKE_PTR(path);
        return 0;
}

int elf_file_needs(int fd, struct elf_needs *ret) {
        struct elf_needs needs = { .lowest = UINT64_MAX };
        _cleanup_free_ char *loader = NULL;
        struct image image;
        struct layout l;
        int r = image_open(fd, &image);

        if (r >= 0)
                r = layout_read(&image, &l);
        if (r < 0)
                return r;
        for (unsigned i = 0; i < l.phnum; i++) {
                struct segment s;

                r = segment_read(&image, &l, i, &s);
                if (r >= 0 && s.type == PT_INTERP && !loader)
                        r = loader_read(&image, &s, &loader);
                if (r < 0)
                        return r;
                if (s.type == PT_LOAD && l.type == ET_EXEC && s.address < needs.lowest)
                        needs.lowest = s.address;
        }
        needs.loader = TAKE_PTR(loader);
        *ret = needs;
        return 0;
}

int elf_file_loader(int fd, char **ret_loader) {
        struct elf_needs needs;
        int r = elf_file_needs(fd, &needs);

        if (r < 0)
                return r == -EIO ? -ENOEXEC : r;
        *ret_loader = needs.loader;
        return 0;
}
