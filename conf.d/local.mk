# SPDX-License-Identifier: LGPL-2.1-or-later

# Definitions that we ship. Examples are documentation: nobody's table should hold them unasked.
confdir = $(prefix)/lib/binfmtd/conf.d
dist_conf_DATA = \
        conf.d/ape.conf \
        conf.d/appimage.conf \
        conf.d/jar.conf \
        conf.d/java-class.conf \
        conf.d/llvm-bitcode.conf \
        conf.d/luajit.conf \
        conf.d/mono.conf \
        conf.d/python3.11.conf \
        conf.d/python3.12.conf \
        conf.d/python3.13.conf \
        conf.d/python3.14.conf \
        conf.d/qemu-aarch64.conf \
        conf.d/qemu-aarch64_be.conf \
        conf.d/qemu-alpha.conf \
        conf.d/qemu-arm.conf \
        conf.d/qemu-armeb.conf \
        conf.d/qemu-cris.conf \
        conf.d/qemu-hexagon.conf \
        conf.d/qemu-hppa.conf \
        conf.d/qemu-i386.conf \
        conf.d/qemu-i486.conf \
        conf.d/qemu-loongarch64.conf \
        conf.d/qemu-m68k.conf \
        conf.d/qemu-microblaze.conf \
        conf.d/qemu-microblazeel.conf \
        conf.d/qemu-mips.conf \
        conf.d/qemu-mips64.conf \
        conf.d/qemu-mips64el.conf \
        conf.d/qemu-mipsel.conf \
        conf.d/qemu-mipsn32.conf \
        conf.d/qemu-mipsn32el.conf \
        conf.d/qemu-nios2.conf \
        conf.d/qemu-or1k.conf \
        conf.d/qemu-ppc.conf \
        conf.d/qemu-ppc64.conf \
        conf.d/qemu-ppc64le.conf \
        conf.d/qemu-riscv32.conf \
        conf.d/qemu-riscv64.conf \
        conf.d/qemu-s390x.conf \
        conf.d/qemu-sh4.conf \
        conf.d/qemu-sh4eb.conf \
        conf.d/qemu-sparc.conf \
        conf.d/qemu-sparc32plus.conf \
        conf.d/qemu-sparc64.conf \
        conf.d/qemu-x86_64.conf \
        conf.d/qemu-xtensa.conf \
        conf.d/qemu-xtensaeb.conf \
        conf.d/wasm.conf \
        conf.d/wine.conf

examplesdir = $(docdir)/examples
dist_examples_DATA = \
        conf.d/examples/box64.conf \
        conf.d/examples/fex.conf

EXTRA_DIST += conf.d/README
