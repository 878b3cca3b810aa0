/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/remedy.h"
#include "tests/model/small-world.h"
#include "tests/test.h"

static void assert_package(const char *machine, const char *loader, const char *expected) {
        _cleanup_(pattern_unrefp) struct pattern *p = small_machine(machine);
        uint8_t header[PATTERN_HEADER_SIZE] = { 0 };
        const char *package, *architecture;
        char both[64] = "unknown";

        memcpy(header, pattern_magic(p), p->size);
        if (loader_package(loader, header, &package, &architecture))
                snprintf(both, sizeof both, "%s:%s", package, architecture);
        ck_assert_str_eq(both, expected);
}

START_TEST(loaders_have_packages)
{
        assert_package("arm", "/lib/ld-linux-armhf.so.3", "libc6:armhf");
        assert_package("arm", "/lib/ld-linux.so.3", "libc6:armel");
        assert_package("arm", "/lib/ld-musl-armhf.so.1", "musl:armhf");
        assert_package("aarch64", "/lib/ld-linux-aarch64.so.1", "libc6:arm64");
        assert_package("x86_64", "/lib64/ld-linux-x86-64.so.2", "libc6:amd64");
        assert_package("i386", "/lib/ld-linux.so.2", "libc6:i386");
        assert_package("ppc64le", "/lib64/ld64.so.2", "libc6:ppc64el");
        assert_package("s390x", "/lib/ld64.so.1", "libc6:s390x");
        assert_package("riscv64", "/lib/ld-linux-riscv64-lp64d.so.1", "libc6:riscv64");
        assert_package("mips64el", "/lib64/ld.so.1", "libc6:mips64el");
        assert_package("mipsel", "/lib/ld.so.1", "libc6:mipsel");
        assert_package("loongarch64", "/lib64/ld-linux-loongarch-lp64d.so.1", "libc6:loong64");
        assert_package("alpha", "/lib/ld-linux.so.2", "libc6.1:alpha");
        assert_package("aarch64", "/system/bin/linker64", "unknown");
        assert_package("aarch64", "/nix/store/x/lib/ld-linux-aarch64.so.1", "unknown");
}
END_TEST

START_TEST(qemu_is_known_by_its_path)
{
        ck_assert(is_qemu("/usr/bin/qemu-arm-static"));
        ck_assert(is_qemu("qemu-arm"));
        ck_assert(is_qemu("/usr/libexec/qemu-binfmt/arm-binfmt-P"));
        ck_assert(!is_qemu("/usr/bin/box64"));
        ck_assert(!is_qemu("/opt/qemu-things/run"));
}
END_TEST

START_TEST(names_of_others_are_quoted)
{
        _cleanup_(text_clear) struct text t = { 0 };

        remedy_write(&t, "echo -1 > ", "/my instance", "it's; rm -rf");
        ck_assert_str_eq(t.data, "echo -1 > '/my instance/it'\\''s; rm -rf'");
        text_clear(&t);
        remedy_declared(&t, "a b", "Enabled=yes");
        ck_assert_str_eq(t.data,
                         "printf '%s\\n' '[a b]' Enabled=yes > '/etc/binfmtd/override.d/a b.conf' && "
                         "binfmtctl apply");
}
END_TEST

START_TEST(the_table_of_a_machine_around_is_changed_there)
{
        struct setting here = { .root = "" }, inside = { .root = "", .around = true };
        struct text t = { 0 };

        remedy_entry(&t, &here);
        remedy_apply(&t, &here, "./a b");
        ck_assert_str_eq(t.data, "binfmtctl apply");
        text_clear(&t);
        remedy_apply(&t, &inside, "./a b");
        ck_assert_str_eq(t.data, "binfmtctl exec './a b'");
        text_clear(&t);
        remedy_entry(&t, &inside);
        ck_assert_str_eq(t.data, "on the machine around: ");
        text_clear(&t);
}
END_TEST

TEST_MAIN("remedy", loaders_have_packages, qemu_is_known_by_its_path, names_of_others_are_quoted,
          the_table_of_a_machine_around_is_changed_there)
