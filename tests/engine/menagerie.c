/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/engine/menagerie.h"
#include "model/format/elf.h"
#include "tests/test.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#if __SIZEOF_POINTER__ == 8
typedef Elf64_Ehdr ehdr;
typedef Elf64_Phdr phdr;
#define NATIVE_CLASS ELFCLASS64
#else
typedef Elf32_Ehdr ehdr;
typedef Elf32_Phdr phdr;
#define NATIVE_CLASS ELFCLASS32
#endif

#define S(literal) (literal), sizeof(literal) - 1

static const char *const programs[MENAGERIE_PROGRAMS] = {
        "p0", "p1", "p2.ext", "p3", "d.ext/p4", "p5", "p6", "p7.x", "p8",
};

static const struct {
        const char *name, *text;
        size_t n;
        unsigned fill; /* how often the last byte stands in all; 0: once */
} scripts[] = {
        { "s0", S("#!/mnt/p0\n"), 0 },
        { "s1", S("#!/mnt/s0\n"), 0 },
        { "s2.ext", S("#!/mnt/s1 -x\n"), 0 },
        { "s3", S("#!/mnt/s2.ext\n"), 0 },
        { "s4", S("#! /mnt/s3\n"), 0 },
        { "s5", S("#!/mnt/s4\t\n"), 0 },
        { "s6", S("#!/mnt/s5"), 0 },
        { "blanks", S("#! \t/mnt/p1 \t an argument  \nAB"), 0 },
        { "relative", S("#!p2.ext\n"), 0 },
        { "missing-interpreter", S("#!/mnt/nothing\n"), 0 },
        { "closed-interpreter", S("#!/mnt/closed"), 0 },
        { "bare", S("#!"), 0 },
        { "empty-line", S("#!\n"), 0 },
        { "blank-line", S("#! \t \n"), 0 },
        { "blank-end", S("#! "), 0 },
        { "all-blank", S("#! "), 300 },
        { "crlf", S("#!/mnt/p0\r\n"), 0 },
        { "directory-line", S("#!/mnt\n"), 0 },
        { "cut", S("#!/mnt/p0a"), 300 },
        { "not-cut", S("#!/mnt/p0 "), 300 },
        { "cut-argument", S("#!/mnt/p0 a"), 300 },
        { "nul", S("#!/mnt/p0\0rest\n"), 0 },
        { "nul-first", S("#!\0/mnt/p0\n"), 0 },
        { "nul-argument", S("#!/mnt/p0 \0a\n"), 0 },
        { "nul-cut", S("#!/mnt/p3 a\0b"), 0 },
        { "by-link", S("#!/mnt/l.ext\n"), 0 },
        { "upper", S("#!/mnt/d.ext/../p7.x\n"), 0 },
};

static const char *const rubbish[MENAGERIE_RUBBISH] = {
        "j0", "j1.ext", "j2.EXT", "j3.tar.gz", "d.ext/nodot", "j5.", ".x", "j7.ext.x",
};

/* An ELF file with one program header and a loader's path behind it. */
static const struct {
        const char *name, *loader;
        size_t n_loader;                                /* counts the NUL */
        uint16_t type, machine, n_headers, header_size; /* 0: as it should be; n_headers 9: none */
        unsigned cut;                                   /* bytes that the file lacks at its end */
} elves[] = {
        { "elf-foreign", S("/mnt/p0\0"), 0, 0x1234, 0, 0, 0 },
        { "elf-no-loader", S("/mnt/nothing\0"), 0, 0, 0, 0, 0 },
        { "elf-closed-loader", S("/mnt/closed\0"), 0, 0, 0, 0, 0 },
        { "elf-rubbish-loader", S("/mnt/long\0"), 0, 0, 0, 0, 0 },
        { "elf-empty-loader", S("/mnt/empty\0"), 0, 0, 0, 0, 0 },
        { "elf-foreign-loader", S("/mnt/elf-foreign\0"), 0, 0, 0, 0, 0 },
        { "elf-loader", S("/mnt/p1\0"), 0, 0, 0, 0, 0 },
        { "elf-relative-loader.ext", S("p2.ext\0"), 0, 0, 0, 0, 0 },
        { "elf-unterminated", S("/mnt/p1"), 0, 0, 0, 0, 0 },
        { "elf-object", S("/mnt/p1\0"), ET_REL, 0, 0, 0, 0 },
        { "elf-no-headers", S("/mnt/p1\0"), 0, 0, 9, 0, 0 },
        { "elf-odd-headers", S("/mnt/p1\0"), 0, 0, 0, 57, 0 },
        { "elf-many-headers", S("/mnt/p1\0"), 0, 0, 300, 0, 0 },
        { "elf-cut", S("/mnt/p1\0"), 0, 0, 0, 0, 5 },
};

static const char *const others[] = {
        "n/p0", "closed", "empty", "long",    "dir",  "dir.ext",     "fifo", "loop", "dangling.ext", "l.ext",
        "l",    "ls",     "lj.x",  "nothing", "p0/x", "root/mnt/p1", "",     "p0/",  "dir/",
};

const char *menagerie_name(size_t i) {
        if (i < ELEMENTSOF(programs))
                return programs[i];
        i -= ELEMENTSOF(programs);
        if (i < ELEMENTSOF(rubbish))
                return rubbish[i];
        i -= ELEMENTSOF(rubbish);
        if (i < ELEMENTSOF(scripts))
                return scripts[i].name;
        i -= ELEMENTSOF(scripts);
        if (i < ELEMENTSOF(elves))
                return elves[i].name;
        i -= ELEMENTSOF(elves);
        return i < ELEMENTSOF(others) ? others[i] : NULL;
}

static void put(const char *path, const void *bytes, size_t n, mode_t mode) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

        if (fd < 0 || write(fd, bytes, n) != (ssize_t) n || fchmod(fd, mode) < 0 || close(fd) < 0)
                ck_abort_msg("%s: %m", path);
}

static void make_programs(const char *teller) {
        static uint8_t bytes[1 << 20];
        int fd = open(teller, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

        if (n < 64)
                test_skip_all("the helper programs are not built");
        close(fd);
        for (uint8_t i = 0; i < MENAGERIE_PROGRAMS; i++) {
                char path[64];

                bytes[EI_PAD] = (uint8_t) (10 + i);
                memcpy(bytes + EI_PAD + 1, i % 3 == 0 ? "ABABAB" : i % 3 == 1 ? "AABBAA" : "BBBBBB", 6);
                put(programs[i], bytes, (size_t) n, 0755);
                /* The others of that name in the chroot are other programs, and some are not there. */
                if (i % 3 == 2)
                        continue;
                bytes[EI_PAD] = (uint8_t) (50 + i);
                snprintf(path, sizeof path, ENCLOSURE MENAGERIE "/%s", programs[i]);
                put(path, bytes, (size_t) n, 0755);
        }
        bytes[EI_PAD] = 30;
        put("n/p0", bytes, (size_t) n, 0755);
}

static void make_scripts(void) {
        for (size_t i = 0; i < ELEMENTSOF(scripts); i++) {
                char text[512], path[64];
                size_t n = scripts[i].n;

                memcpy(text, scripts[i].text, n);
                for (; n < scripts[i].fill; n++)
                        text[n] = text[scripts[i].n - 1];
                put(scripts[i].name, text, n, 0755);
                snprintf(path, sizeof path, ENCLOSURE MENAGERIE "/%s", scripts[i].name);
                put(path, text, n, 0755);
        }
}

static void make_elves(void) {
        for (size_t i = 0; i < ELEMENTSOF(elves); i++) {
                struct {
                        ehdr e;
                        phdr p;
                        char loader[64];
                } f = { .p = { .p_type = PT_INTERP,
                               .p_offset = sizeof(ehdr) + sizeof(phdr),
                               .p_filesz = elves[i].n_loader,
                               .p_memsz = elves[i].n_loader } };
                int fd = open(programs[0], O_RDONLY | O_CLOEXEC);

                if (fd < 0 || read(fd, &f.e, sizeof f.e) != sizeof f.e)
                        abort();
                close(fd);
                memset(f.e.e_ident + EI_PAD, 0, EI_NIDENT - EI_PAD);
                f.e.e_type = elves[i].type ? elves[i].type : ET_EXEC;
                f.e.e_machine = elves[i].machine ? elves[i].machine : f.e.e_machine;
                f.e.e_phoff = sizeof f.e;
                f.e.e_phnum = elves[i].n_headers == 9 ? 0 : elves[i].n_headers ? elves[i].n_headers : 1;
                f.e.e_phentsize = elves[i].header_size ? elves[i].header_size : sizeof(phdr);
                memcpy(f.loader, elves[i].loader, elves[i].n_loader);
                put(elves[i].name, &f, sizeof f.e + sizeof f.p + elves[i].n_loader - elves[i].cut, 0755);
        }
}

void menagerie_shuffle(uint64_t *random) {
        static const char letters[] = "AABB#!MZ\177E\n x";

        for (size_t i = 0; i < MENAGERIE_RUBBISH; i++) {
                static const size_t sizes[] = { 0, 1, 3, 8, 20, 64, 255, 256, 257, 300 };
                uint8_t bytes[300];
                size_t n = sizes[test_below(random, ELEMENTSOF(sizes))];

                for (size_t k = 0; k < n; k++)
                        bytes[k] = (uint8_t) letters[test_below(random, sizeof letters)];
                put(rubbish[i], bytes, n, 0755);
        }
}

void menagerie_make(const char *teller) {
        static const char *const directories[] = {
                "d.ext", "n", "dir", "dir.ext", ENCLOSURE, ENCLOSURE MENAGERIE, ENCLOSURE MENAGERIE "/d.ext",
        };
        static const char *const links[][2] = {
                { "loop", "loop" }, { "nothing", "dangling.ext" },
                { "p0", "l.ext" },  { "p2.ext", "l" },
                { "s1", "ls" },     { "j0", "lj.x" },
        };
        char bytes[100];
        int here = open(teller, O_PATH | O_CLOEXEC);
        char path[64];

        snprintf(path, sizeof path, "/proc/self/fd/%d", here);
        if (mount("menagerie", MENAGERIE, "tmpfs", 0, "mode=755") < 0 || chdir(MENAGERIE) < 0)
                ck_abort_msg("tmpfs: %m");
        for (size_t i = 0; i < ELEMENTSOF(directories); i++)
                if (mkdir(directories[i], 0755) < 0)
                        abort();
        if (mount("menagerie", "n", "tmpfs", MS_NOSUID, "mode=755") < 0)
                abort();
        make_programs(path);
        close(here);
        if (mount("menagerie", "n", "tmpfs", MS_NOSUID | MS_NOEXEC | MS_REMOUNT, "mode=755") < 0)
                abort();
        make_scripts();
        make_elves();
        memset(bytes, 'B', sizeof bytes);
        put("long", bytes, sizeof bytes, 0755);
        put("empty", bytes, 0, 0755);
        put("closed", bytes, sizeof bytes, 0644);
        if (mkfifo("fifo", 0755) < 0)
                abort();
        for (size_t i = 0; i < ELEMENTSOF(links); i++)
                if (symlink(links[i][0], links[i][1]) < 0)
                        abort();
}
