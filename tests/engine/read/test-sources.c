/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/read/sources.h"
#include "engine/system/file.h"
#include "tests/engine/tree.h"

#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>

struct result {
        struct catalog catalog;
        struct diagnostics diagnostics;
};

static void result_clear(struct result *r) {
        catalog_clear(&r->catalog);
        diagnostics_clear(&r->diagnostics);
}

static struct result read_all(const char *root) {
        struct result r = { 0 };

        alarm(20);
        assert_ok(sources_read(root, &r.catalog, &r.diagnostics));
        alarm(0);
        return r;
}

static struct result read_path(const char *path) {
        struct result r = { 0 };

        assert_ok(sources_read_path(path, SOURCE_ADDED, &r.catalog, &r.diagnostics));
        return r;
}

static const struct definition *find(const struct result *r, const char *name) {
        for (size_t i = 0; i < r->catalog.n; i++)
                if (streq(r->catalog.definitions[i]->name, name))
                        return r->catalog.definitions[i];
        return NULL;
}

static const struct diagnostic *find_diagnostic(const struct result *r, const char *file) {
        for (size_t i = 0; i < r->diagnostics.n; i++)
                if (streq_ptr(r->diagnostics.items[i].file, file))
                        return &r->diagnostics.items[i];
        return NULL;
}

static void assert_silent(const struct result *r) {
        ck_assert_msg(r->diagnostics.n == 0, "%s: %s", r->diagnostics.n ? r->diagnostics.items[0].file : "",
                      r->diagnostics.n ? r->diagnostics.items[0].message : "");
        ck_assert(!r->catalog.incomplete);
}

static void write_format(const char *path, const char *name, const char *interpreter) {
        char text[400];

        if (strstr(path, "binfmtd"))
                snprintf(text, sizeof text, "[%s]\nExtension=x\nInterpreter=%s\n", name, interpreter);
        else
                snprintf(text, sizeof text, ":%s:E::x::%s:\n", name, interpreter);
        tree_write(path, text);
}

START_TEST(what_is_absent_is_no_mistake)
{
        ck_assert_int_eq(mkdir("absent", 0755), 0);
        _cleanup_(result_clear) struct result r = read_all("absent");

        assert_silent(&r);
        ck_assert_uint_eq(r.catalog.n, 0);
        for (size_t i = 0; source_directories[i]; i++)
                ck_assert_int_eq(source_directories[i][0], '/');
}
END_TEST

START_TEST(a_root_that_is_absent_is_reported)
{
        _cleanup_(result_clear) struct result r = read_all("nowhere/");

        ck_assert_uint_eq(r.diagnostics.n, 1);
        ck_assert_str_eq(r.diagnostics.items[0].file, "nowhere");
        ck_assert(r.catalog.incomplete);
}
END_TEST

START_TEST(admin_files_count_behind_a_link_and_without_it)
{
        tree_write("linked/var/lib/binfmtd/binfmts/d", ":\nextension\n0\nd\n\n/i\n\n\n\n\n");
        tree_link("binfmtd/binfmts", "linked/var/lib/binfmts");
        _cleanup_(result_clear) struct result with = read_all("linked");

        assert_silent(&with);
        ck_assert_uint_eq(with.catalog.n, 1);
        ck_assert_str_eq(find(&with, "d")->file, "linked/var/lib/binfmts/d");

        ck_assert_int_eq(unlink("linked/var/lib/binfmts"), 0);
        _cleanup_(result_clear) struct result without = read_all("linked");

        assert_silent(&without);
        ck_assert_uint_eq(without.catalog.n, 1);
        ck_assert_str_eq(find(&without, "d")->file, "linked/var/lib/binfmtd/binfmts/d");
        ck_assert_int_eq((int) find(&without, "d")->source, SOURCE_BINFMTS_ADMIN);
}
END_TEST

START_TEST(every_source_is_read)
{
        tree_write("all/usr/lib/binfmtd/conf.d/a.conf", "[a]\nExtension=a\nInterpreter=/i\n");
        tree_write("all/usr/lib/binfmt.d/b.conf", ":b:E::b::/i:\n");
        tree_write("all/usr/share/binfmts/c", "package c\nextension c\ninterpreter /i\n");
        tree_write("all/var/lib/binfmts/d", ":\nextension\n0\nd\n\n/i\n\n\n\n\n");
        tree_write("all/etc/binfmtd/override.d/o.conf", "[a]\nEnabled=no\n");
        tree_write("all/run/binfmtd/override.d/a.conf", "[a]\nEnabled=yes\n");
        _cleanup_(result_clear) struct result r = read_all("all/");

        assert_silent(&r);
        ck_assert_uint_eq(r.catalog.n, 4);
        ck_assert_int_eq((int) find(&r, "a")->source, SOURCE_BINFMTD);
        ck_assert_int_eq((int) find(&r, "b")->source, SOURCE_BINFMT_D);
        ck_assert_int_eq((int) find(&r, "c")->source, SOURCE_BINFMTS);
        ck_assert_int_eq((int) find(&r, "d")->source, SOURCE_BINFMTS_ADMIN);
        ck_assert_str_eq(find(&r, "b")->file, "all/usr/lib/binfmt.d/b.conf");
        ck_assert_uint_eq(r.catalog.n_overrides, 2);
        ck_assert_str_eq(r.catalog.overrides[0]->file, "all/etc/binfmtd/override.d/o.conf");
        ck_assert_str_eq(r.catalog.overrides[1]->file, "all/run/binfmtd/override.d/a.conf");
}
END_TEST

/* Against a model: of each basename, the file in the highest directory counts. */
START_TEST(the_higher_directory_replaces)
{
        static const char *const families[] = { "binfmtd/conf.d", "binfmt.d" };
        static const char *const prefixes[] = { "etc", "run", "usr/local/lib", "usr/lib" };
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(100); round++) {
                const char *family = families[round % 2];
                int highest[8];
                bool masked[8] = { 0 };

                tree_remove("model");
                ck_assert_int_eq(mkdir("model", 0755), 0);
                for (int f = 0; f < 8; f++) {
                        highest[f] = -1;
                        for (int p = 3; p >= 0; p--) {
                                char path[100], name[4] = { 'f', (char) ('0' + f), '\0' };
                                size_t kind = test_below(&state, 6);

                                snprintf(path, sizeof path, "model/%s/%s/%s.conf", prefixes[p], family,
                                         name);
                                if (kind > 2)
                                        continue;
                                highest[f] = p;
                                masked[f] = kind > 0;
                                if (kind == 0)
                                        write_format(path, name, prefixes[p]);
                                else if (kind == 1)
                                        tree_write(path, "");
                                else
                                        tree_link("/dev/null", path);
                        }
                }
                _cleanup_(result_clear) struct result r = read_all("model");
                assert_silent(&r);
                for (int f = 0; f < 8; f++) {
                        const struct definition *d = find(&r, (char[]){ 'f', (char) ('0' + f), '\0' });

                        ck_assert_msg(!d == (highest[f] < 0 || masked[f]), "seed %#llx, round %zu, f%d",
                                      (unsigned long long) seed, round, f);
                        if (!d)
                                continue;
                        ck_assert_msg(streq(d->interpreters[0], prefixes[highest[f]]),
                                      "seed %#llx, round %zu, f%d", (unsigned long long) seed, round, f);
                }
        }
}
END_TEST

START_TEST(the_list_says_what_is_read)
{
        _cleanup_(source_files_clear) struct source_files files = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
        bool incomplete = true;

        write_format("list/etc/binfmtd/conf.d/a.conf", "a", "/i");
        write_format("list/usr/lib/binfmtd/conf.d/a.conf", "a", "/i");
        tree_link("/dev/null", "list/run/binfmtd/conf.d/b.conf");
        tree_write("list/run/binfmtd/override.d/c.conf", "[a]\nEnabled=no\n");
        tree_write("list/etc/binfmt.d/d.conf", "");
        tree_write("list/var/lib/binfmts/e", "");
        assert_ok(sources_list("list", &files, &incomplete, &diagnostics));
        ck_assert(!incomplete);
        ck_assert_uint_eq(diagnostics.n, 0);
        ck_assert_uint_eq(files.n, 5);
        ck_assert_str_eq(files.items[0].path, "list/etc/binfmtd/conf.d/a.conf");
        ck_assert(!files.items[0].masked && !files.items[0].override);
        ck_assert_str_eq(files.items[1].path, "list/run/binfmtd/conf.d/b.conf");
        ck_assert(files.items[1].masked);
        ck_assert(files.items[2].override);
        ck_assert_int_eq((int) files.items[3].source, SOURCE_BINFMT_D);
        ck_assert(files.items[3].masked);
        ck_assert_int_eq((int) files.items[4].source, SOURCE_BINFMTS_ADMIN);
        ck_assert(!files.items[4].masked);
}
END_TEST

START_TEST(leftovers_and_directories_do_not_count)
{
        static const char *const names[] = {
                "etc/binfmtd/conf.d/.hidden.conf",
                "etc/binfmtd/conf.d/a.conf.dpkg-new",
                "etc/binfmtd/conf.d/a.conf~",
                "etc/binfmtd/conf.d/README",
                "etc/binfmtd/conf.d/.conf",
                "usr/share/binfmts/a.dpkg-old",
                "usr/share/binfmts/.b",
                "var/lib/binfmts/c.tmp",
                "usr/share/binfmts/d~",
                "usr/share/binfmts/status",
        };

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                char path[100];

                snprintf(path, sizeof path, "left/%s", names[i]);
                tree_write(path, "nonsense");
        }
        ck_assert_int_eq(mkdir("left/usr/share/binfmts/directory", 0755), 0);
        _cleanup_(result_clear) struct result r = read_all("left");
        assert_silent(&r);
        ck_assert_uint_eq(r.catalog.n, 0);
}
END_TEST

static void bind_socket(const char *path) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        memcpy(address.sun_path, path, strlen(path) + 1);
        ck_assert_int_eq(bind(fd, (struct sockaddr *) &address, sizeof address), 0);
}

static void write_long_line(const char *path, size_t n) {
        char *line = malloc(n);

        memset(line, 'x', n);
        tree_write_bytes(path, line, n);
        free(line);
}

START_TEST(what_cannot_be_read_is_reported_and_stops_nothing)
{
        static const struct {
                const char *name, *says;
        } bad[] = {
                { "directory", "is a directory" },    { "fifo", "not a regular file" },
                { "socket", "not a regular file" },   { "loop", "circle" },
                { "dangling", "does not exist" },     { "large", "too large" },
                { "to-directory", "is a directory" }, { "to-fifo", "not a regular file" },
        };

        write_format("bad/etc/binfmtd/conf.d/a.conf", "a", "/i");
        write_format("bad/etc/binfmtd/conf.d/z.conf", "z", "/i");
        ck_assert_int_eq(mkdir("bad/etc/binfmtd/conf.d/directory.conf", 0755), 0);
        ck_assert_int_eq(mkfifo("bad/etc/binfmtd/conf.d/fifo.conf", 0644), 0);
        bind_socket("bad/etc/binfmtd/conf.d/socket.conf");
        tree_link("loop.conf", "bad/etc/binfmtd/conf.d/loop.conf");
        tree_link("nowhere", "bad/etc/binfmtd/conf.d/dangling.conf");
        tree_link("directory.conf", "bad/etc/binfmtd/conf.d/to-directory.conf");
        tree_link("fifo.conf", "bad/etc/binfmtd/conf.d/to-fifo.conf");
        write_long_line("bad/etc/binfmtd/conf.d/large.conf", 10 * 1024 * 1024);
        _cleanup_(result_clear) struct result r = read_all("bad");

        ck_assert(r.catalog.incomplete);
        ck_assert_uint_eq(r.catalog.n, 2);
        ck_assert_uint_eq(r.diagnostics.n, ELEMENTSOF(bad));
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                char path[100];
                const struct diagnostic *d;

                snprintf(path, sizeof path, "bad/etc/binfmtd/conf.d/%s.conf", bad[i].name);
                d = find_diagnostic(&r, path);
                ck_assert_msg(d && strstr(d->message, bad[i].says), "%s: %s", path,
                              d ? d->message : "nothing");
                ck_assert_int_eq((int) d->severity, SEVERITY_ERROR);
                ck_assert_str_eq(d->code, "unreadable");
        }
}
END_TEST

START_TEST(a_device_is_not_read)
{
        tree_mkdir_parents("device/etc/binfmt.d/zero.conf");
        if (mknod("device/etc/binfmt.d/zero.conf", S_IFCHR | 0644, makedev(1, 5)) < 0)
                return;
        _cleanup_(result_clear) struct result r = read_all("device");

        ck_assert_uint_eq(r.diagnostics.n, 1);
        ck_assert(strstr(r.diagnostics.items[0].message, "a device"));
        ck_assert(r.catalog.incomplete);
}
END_TEST

START_TEST(a_directory_that_is_a_file_is_reported)
{
        tree_write("wrong/etc/binfmt.d", "");
        write_format("wrong/usr/lib/binfmt.d/a.conf", "a", "/i");
        _cleanup_(result_clear) struct result r = read_all("wrong");

        ck_assert_uint_eq(r.diagnostics.n, 1);
        ck_assert_str_eq(r.diagnostics.items[0].file, "wrong/etc/binfmt.d");
        ck_assert(r.catalog.incomplete);
        ck_assert(find(&r, "a"));
}
END_TEST

START_TEST(a_line_of_a_megabyte_is_no_trouble)
{
        static const char nuls[8192];

        write_long_line("long/etc/binfmtd/conf.d/a.conf", FILE_SIZE_MAX);
        write_long_line("long/etc/binfmt.d/a.conf", FILE_SIZE_MAX);
        write_long_line("long/usr/share/binfmts/a", FILE_SIZE_MAX);
        write_long_line("long/var/lib/binfmts/a", FILE_SIZE_MAX);
        tree_write_bytes("long/etc/binfmtd/conf.d/nul.conf", nuls, sizeof nuls);
        tree_write_bytes("long/etc/binfmt.d/nul.conf", nuls, sizeof nuls);
        tree_write_bytes("long/usr/share/binfmts/nul", nuls, sizeof nuls);
        tree_write_bytes("long/var/lib/binfmts/nul", nuls, sizeof nuls);
        write_format("long/etc/binfmt.d/z.conf", "z", "/i");
        _cleanup_(result_clear) struct result r = read_all("long");

        ck_assert(r.catalog.incomplete);
        ck_assert_uint_ge(diagnostics_count(&r.diagnostics, SEVERITY_ERROR), 8);
        ck_assert(!find(&r, "z")->invalid);
}
END_TEST

START_TEST(an_empty_admin_file_is_broken_and_an_empty_import_file_is_not)
{
        tree_write("empty/var/lib/binfmts/a", "");
        tree_write("empty/usr/share/binfmts/b", "");
        tree_link("/dev/null", "empty/var/lib/binfmts/c");
        _cleanup_(result_clear) struct result r = read_all("empty");

        ck_assert_uint_eq(r.catalog.n, 1);
        ck_assert(find(&r, "a")->invalid);
        ck_assert_uint_eq(r.diagnostics.n, 1);
        ck_assert_str_eq(r.diagnostics.items[0].code, "short-file");
}
END_TEST

START_TEST(links_lead_where_chroot_would_lead_them)
{
        tree_write("links/srv/real", "[real]\nExtension=x\nInterpreter=/i\n");
        tree_write("links/usr/share/real.d/up.conf", "[up]\nExtension=x\nInterpreter=/i\n");
        tree_write("srv/real", "[outside]\nExtension=x\nInterpreter=/i\n");
        tree_link("/srv/real", "links/etc/binfmtd/conf.d/absolute.conf");
        tree_link("../../../../../../../../../usr/share/real.d/up.conf", "links/etc/binfmtd/conf.d/up.conf");
        tree_link("/etc/passwd", "links/etc/binfmtd/conf.d/outside.conf");
        tree_write("links/opt/binfmt.d/a.conf", ":a:E::x::/i:\n");
        tree_link("/opt/binfmt.d", "links/usr/lib/binfmt.d");
        tree_write("links/opt/jar", "extension jar\ninterpreter /i\n");
        tree_link("../../../opt/jar", "links/usr/share/binfmts/jar");
        _cleanup_(result_clear) struct result r = read_all("links");

        ck_assert_uint_eq(r.catalog.n, 4);
        ck_assert(find(&r, "real") && find(&r, "up") && find(&r, "a") && find(&r, "jar"));
        ck_assert_uint_eq(r.diagnostics.n, 1);
        ck_assert_str_eq(r.diagnostics.items[0].file, "links/etc/binfmtd/conf.d/outside.conf");
        ck_assert(strstr(r.diagnostics.items[0].message, "does not exist"));
}
END_TEST

START_TEST(a_link_to_null_by_way_of_another_masks_too)
{
        write_format("null/usr/lib/binfmt.d/a.conf", "a", "/i");
        tree_link("/dev/null", "null/nothing");
        tree_link("../../nothing", "null/etc/binfmt.d/a.conf");
        if (geteuid() == 0) {
                ck_assert_int_eq(mkdir("null/dev", 0755), 0);
                if (mknod("null/dev/null", S_IFCHR | 0666, makedev(1, 3)) < 0)
                        return;
        } else {
                return;
        }
        _cleanup_(result_clear) struct result r = read_all("null");
        assert_silent(&r);
        ck_assert_uint_eq(r.catalog.n, 0);
}
END_TEST

START_TEST(what_others_could_write_is_not_used)
{
        write_format("trust/etc/binfmtd/conf.d/good.conf", "good", "/i");
        write_format("trust/etc/binfmtd/conf.d/bad.conf", "bad", "/i");
        write_format("trust/usr/lib/binfmtd/conf.d/bad.conf", "bad", "/lower");
        write_format("trust/run/binfmtd/conf.d/b.conf", "b", "/i");
        write_format("trust/usr/lib/binfmtd/conf.d/b.conf", "b", "/lower");
        write_format("trust/etc/binfmt.d/sticky.conf", "sticky", "/i");
        ck_assert_int_eq(chmod("trust/etc/binfmtd/conf.d/bad.conf", 0646), 0);
        ck_assert_int_eq(chmod("trust/run/binfmtd/conf.d", 0757), 0);
        ck_assert_int_eq(chmod("trust/etc/binfmt.d", 01777), 0);
        _cleanup_(result_clear) struct result r = read_all("trust");
        const struct diagnostic *file = find_diagnostic(&r, "trust/etc/binfmtd/conf.d/bad.conf"),
                                *directory = find_diagnostic(&r, "trust/run/binfmtd/conf.d");

        ck_assert(find(&r, "good") && find(&r, "sticky"));
        ck_assert(!find(&r, "bad"));
        ck_assert_str_eq(find(&r, "b")->interpreters[0], "/lower");
        ck_assert(r.catalog.incomplete);
        ck_assert_uint_eq(r.diagnostics.n, 2);
        ck_assert_str_eq(file->code, "writable-by-others");
        ck_assert_str_eq(file->hint, "chmod go-w trust/etc/binfmtd/conf.d/bad.conf");
        ck_assert_str_eq(directory->code, "writable-by-others");
}
END_TEST

START_TEST(what_belongs_to_others_is_not_used)
{
        write_format("owner/etc/binfmt.d/a.conf", "a", "/i");
        write_format("owner/run/binfmt.d/b.conf", "b", "/i");
        if (chown("owner/etc/binfmt.d/a.conf", 4711, 0) < 0 || chown("owner/run/binfmt.d", 4711, 0) < 0)
                return;
        _cleanup_(result_clear) struct result r = read_all("owner");

        ck_assert_uint_eq(r.catalog.n, 0);
        ck_assert_uint_eq(r.diagnostics.n, 2);
        ck_assert_str_eq(r.diagnostics.items[0].code, "owner");
        ck_assert(strstr(r.diagnostics.items[0].message, "4711"));
        ck_assert_str_eq(r.diagnostics.items[1].code, "owner");
}
END_TEST

/* Runs in a process that is not root's. The exit status, 0 if all is as it should be. */
static int read_as_user(void) {
        struct result r = read_all("user");
        bool fine = r.catalog.n == 1 && find(&r, "mine") && r.diagnostics.n == 1 && r.catalog.incomplete &&
                    strstr(r.diagnostics.items[0].message, "may not be read");

        result_clear(&r);
        return !fine;
}

START_TEST(a_user_reads_what_is_his_and_is_told_what_he_may_not)
{
        uid_t uid = geteuid() ?: 4711;
        int status;
        pid_t pid;

        write_format("user/etc/binfmt.d/mine.conf", "mine", "/i");
        write_format("user/etc/binfmt.d/secret.conf", "secret", "/i");
        ck_assert_int_eq(chmod("user/etc/binfmt.d/secret.conf", 0000), 0);
        if (geteuid() == 0)
                ck_assert_int_eq(chown("user/etc/binfmt.d/mine.conf", uid, uid), 0);
        pid = fork();
        if (pid == 0)
                _exit(geteuid() == 0 && (setgid(uid) < 0 || setuid(uid) < 0) ? 2 : read_as_user());
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_named_file_is_read_by_its_format)
{
        static const struct {
                const char *path, *text;
        } files[] = {
                { "named/etc/binfmt.d/a.conf", ":a:E::x::/i:\n" },
                { "named/a.conf", "# by its look\n\n  :a:E::x::/i:\n" },
                { "named/comma", ",a,M,,MZ,,/i,F\n" },
                { "named/binfmts/a", "extension x\ninterpreter /i\n" },
                { "named/lib/binfmts/a", ":\nextension\n0\nx\n\n/i\n" },
                { "named/plain", "; ours\n[a]\nExtension=x\nInterpreter=/i\n" },
                { "named/bracket.conf", "[a]\nMagic=]M]\nInterpreter=/i\n" },
        };

        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                tree_write(files[i].path, files[i].text);
                ck_assert_int_eq(chmod(files[i].path, 0666), 0);
                _cleanup_(result_clear) struct result r = read_path(files[i].path);
                assert_silent(&r);
                ck_assert_uint_eq(r.catalog.n, 1);
                ck_assert_str_eq(r.catalog.definitions[0]->name, "a");
                ck_assert_str_eq(r.catalog.definitions[0]->interpreters[0], "/i");
                ck_assert_str_eq(r.catalog.definitions[0]->file, files[i].path);
                ck_assert_int_eq((int) r.catalog.definitions[0]->source, SOURCE_ADDED);
        }
}
END_TEST

START_TEST(a_named_override_amends)
{
        tree_write("amend/override.d/a.conf", "[a]\nEnabled=no\n");
        _cleanup_(result_clear) struct result r = read_path("amend/override.d/a.conf");

        assert_silent(&r);
        ck_assert_uint_eq(r.catalog.n, 0);
        ck_assert_uint_eq(r.catalog.n_overrides, 1);
}
END_TEST

START_TEST(a_named_directory_is_read_in_order)
{
        write_format("dir/binfmtd/b.conf", "b", "/i");
        write_format("dir/binfmtd/a.conf", "a", "/i");
        write_format("dir/binfmtd/ignored", "c", "/i");
        write_format("dir/binfmtd/deeper/d.conf", "d", "/i");
        tree_write("dir/binfmts/jar", "extension jar\ninterpreter /i\n");
        ck_assert_int_eq(chdir("dir"), 0);
        _cleanup_(result_clear) struct result r = read_path("binfmtd//");
        _cleanup_(result_clear) struct result s = read_path("binfmts");
        ck_assert_int_eq(chdir(".."), 0);

        assert_silent(&r);
        ck_assert_uint_eq(r.catalog.n, 2);
        ck_assert_str_eq(r.catalog.definitions[0]->name, "a");
        ck_assert_str_eq(r.catalog.definitions[1]->file, "binfmtd/b.conf");
        ck_assert_uint_lt(r.catalog.definitions[0]->rank, r.catalog.definitions[1]->rank);
        assert_silent(&s);
        ck_assert_str_eq(s.catalog.definitions[0]->name, "jar");
}
END_TEST

/* A line about each file that was handed on. */
struct handed {
        struct source_sink sink;
        struct catalog catalog;
        struct diagnostics diagnostics;
        char text[512];
};

static int hand_on(const struct source_reading *r, void *userdata) {
        struct handed *h = userdata;
        size_t length = strlen(h->text);

        snprintf(h->text + length, sizeof h->text - length, "%s:%zu:%zu%s ", r->name,
                 r->override ? h->catalog.n_overrides - r->from.n_overrides : h->catalog.n - r->from.n,
                 h->diagnostics.n - r->from.n_diagnostics, r->incomplete ? ":incomplete" : "");
        return 0;
}

static const char *read_each(struct handed *h, const char *root, const char *only) {
        *h = (struct handed){ 0 };
        h->sink = (struct source_sink){ &h->catalog, &h->diagnostics, hand_on, h, false, { 0 } };
        assert_ok(sources_read_each(root, only, &h->sink));
        return h->text;
}

static void handed_clear(struct handed *h) {
        catalog_clear(&h->catalog);
        diagnostics_clear(&h->diagnostics);
}

START_TEST(each_file_is_handed_on_with_what_is_its_own)
{
        _cleanup_(handed_clear) struct handed h = { 0 };

        write_format("each/etc/binfmtd/conf.d/a.conf", "a", "/i");
        tree_write("each/usr/lib/binfmtd/conf.d/a.conf", "[lower]\nExtension=x\nInterpreter=/i\n");
        tree_write("each/etc/binfmtd/conf.d/b.conf", "[b]\nUnknown=key\n[c]\nExtension=c\nInterpreter=/i\n");
        ck_assert_int_eq(mkdir("each/etc/binfmtd/conf.d/d.conf", 0755), 0);
        tree_write("each/etc/binfmtd/override.d/o.conf", "[a]\nEnabled=no\n");
        tree_write("each/etc/binfmt.d/m.conf", "");

        ck_assert_str_eq(read_each(&h, "each", NULL),
                         "a.conf:1:0 b.conf:2:1 d.conf:0:1:incomplete o.conf:1:0 m.conf:0:0 ");
        ck_assert(!h.sink.incomplete && !h.catalog.incomplete);
        ck_assert_int_eq(h.sink.states[0], SOURCE_DIRECTORY_USED);
        ck_assert_int_eq(h.sink.states[1], SOURCE_DIRECTORY_ABSENT);
        handed_clear(&h);

        /* One of them, whichever of its name counts. */
        ck_assert_str_eq(read_each(&h, "each", "/usr/lib/binfmtd/conf.d/a.conf"), "a.conf:1:0 ");
        ck_assert_str_eq(h.catalog.definitions[0]->name, "a");
        ck_assert_int_eq(h.sink.states[4], SOURCE_DIRECTORY_NOT_ASKED);
        handed_clear(&h);
        ck_assert_int_eq(unlink("each/etc/binfmtd/conf.d/a.conf"), 0);
        read_each(&h, "each", "/etc/binfmtd/conf.d/a.conf");
        ck_assert_str_eq(h.catalog.definitions[0]->name, "lower");
        handed_clear(&h);
        ck_assert_str_eq(read_each(&h, "each", "/etc/binfmtd/conf.d/none.conf"), "");
        ck_assert_str_eq(read_each(&h, "each", "/etc/passwd"), "");

        ck_assert_int_eq(chmod("each/etc/binfmtd/conf.d", 0777), 0);
        ck_assert_str_eq(read_each(&h, "each", "/etc/binfmtd/conf.d/b.conf"), "");
        ck_assert_int_eq(h.sink.states[0], SOURCE_DIRECTORY_LEFT_OUT);
        ck_assert(h.sink.incomplete);
}
END_TEST

START_TEST(a_path_is_located_if_a_file_there_could_count)
{
        static const char *const paths[] = {
                "/etc/binfmtd/conf.d/a.conf",
                "/usr/lib/binfmt.d/x.conf",
                "/usr/share/binfmts/jar",
                "/run/binfmtd/override.d/o.conf",
        };
        static const char *const others[] = {
                "/etc/binfmtd/conf.d/a.conf~",
                "/etc/binfmtd/conf.d/.a.conf",
                "/etc/binfmtd/conf.d",
                "/etc/binfmtd/conf.d/",
                "/etc/binfmtd/conf.d/x/a.conf",
                "/usr/share/binfmts/a.dpkg-new",
                "a.conf",
                "",
                "/etc/binfmtd/conf.dx/a.conf",
        };
        unsigned family, first = 99;
        const char *name;

        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                ck_assert_msg(source_locate(paths[i], &family, &name), "%s", paths[i]);
                ck_assert_str_eq(name, strrchr(paths[i], '/') + 1);
                ck_assert_uint_ne(family, first);
                first = family;
        }
        for (size_t i = 0; i < ELEMENTSOF(others); i++)
                ck_assert_msg(!source_locate(others[i], &family, &name), "%s", others[i]);
}
END_TEST

START_TEST(a_named_file_that_is_none_is_reported)
{
        static const char *const names[] = { "no-such-file", "no-such-file/below", "/dev/zero" };
        _cleanup_(result_clear) struct result null = read_path("/dev/null");

        assert_silent(&null);
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                _cleanup_(result_clear) struct result r = read_path(names[i]);

                ck_assert_uint_eq(r.diagnostics.n, 1);
                ck_assert_str_eq(r.diagnostics.items[0].file, names[i]);
                ck_assert(r.catalog.incomplete);
        }
}
END_TEST

TEST_MAIN_AFTER(tree_enter(), "sources", what_is_absent_is_no_mistake, a_root_that_is_absent_is_reported,
                every_source_is_read, admin_files_count_behind_a_link_and_without_it,
                the_higher_directory_replaces, the_list_says_what_is_read,
                leftovers_and_directories_do_not_count, what_cannot_be_read_is_reported_and_stops_nothing,
                a_device_is_not_read, a_directory_that_is_a_file_is_reported,
                a_line_of_a_megabyte_is_no_trouble,
                an_empty_admin_file_is_broken_and_an_empty_import_file_is_not,
                links_lead_where_chroot_would_lead_them, a_link_to_null_by_way_of_another_masks_too,
                what_others_could_write_is_not_used, what_belongs_to_others_is_not_used,
                a_user_reads_what_is_his_and_is_told_what_he_may_not, a_named_file_is_read_by_its_format,
                a_named_override_amends, a_named_directory_is_read_in_order,
                each_file_is_handed_on_with_what_is_its_own, a_path_is_located_if_a_file_there_could_count,
                a_named_file_that_is_none_is_reported)
