#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Debian 12 with its own kernel, Linux 6.1, where binfmt_misc is a module: a boot in which the first access loads it, one with images and
# containers that see the machine's table, and one in which it cannot be loaded until later. The root is the initramfs of a machine in QEMU, which needs no KVM.
#
# BINFMTD_TEST_CACHE, if set, is a folder that keeps the pristine root and the kernel between runs.
set -u
. "${srcdir:-.}/tests/tap.sh"
. "${srcdir:-.}/tests/boot/lib.sh"

machine_need qemu-system-x86_64 cpio
[ "$(uname -m)" = x86_64 ] || skip_all 'the kernel is one for x86_64'
machine_prepare bookworm

kernel=$machine_cache/bookworm-kernel
get_kernel() {
        rm -rf "$kernel.new"
        mkdir "$kernel.new" && cp -a --reflink=auto "$(machine_pristine bookworm)" "$scratch/kernel" &&
                in_root "$scratch/kernel" 'cd /tmp && apt-get -q download "$(
                        apt-cache depends linux-image-cloud-amd64 | sed -n "s/.*Depends: \(linux-image-[0-9]\)/\1/p")"' &&
                dpkg -x "$scratch"/kernel/tmp/linux-image*.deb "$kernel.new" && rm -rf "$scratch/kernel" &&
                mv "$kernel.new" "$kernel"
}
[ -d "$kernel" ] || get_kernel >"$machine_log" 2>&1 || give_up 'no kernel of Debian 12 can be had'
version=$(ls "$kernel/lib/modules")

# Only what is looked at: unpacking is slow without KVM.
root=$scratch/root
machine_new bookworm "$root" || plan
machine_furnish "$root"
systemctl --quiet --root="$root" enable binfmtd
rm -rf "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/locale "$root"/usr/share/i18n "$root"/usr/include \
        "$root"/var/cache "$root"/var/lib/apt "$root"/usr/lib/x86_64-linux-gnu/perl* "$root"/usr/lib/x86_64-linux-gnu/gconv \
        "$root"/usr/lib/udev/hwdb* "$root"/usr/share/perl* "$root"/usr/share/zoneinfo
mkdir -p "$root/lib/modules/$version" "$root/var/cache"
cp "$kernel/lib/modules/$version"/modules.* "$root/lib/modules/$version/"
cp "$kernel/lib/modules/$version/kernel/fs/binfmt_misc.ko" "$kernel/lib/modules/$version/kernel/fs/autofs/autofs4.ko" \
        "$root/lib/modules/$version/"
chroot "$root" /sbin/depmod "$version"
ln -s lib/systemd/systemd "$root/init"

# machine SCRIPT NAME: what the script says comes out of the second serial port
machine() {
        printf '#!/bin/sh\nstty -F /dev/ttyS1 raw\nexec sh /test/%s >/dev/ttyS1 2>&1\n' "$1" >"$root/test/now"
        chmod +x "$root/test/now"
        (cd "$root" && find . -xdev | cpio --quiet -o -H newc) >"$scratch/initramfs"
        timeout 300 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2G -nodefaults -display none -no-reboot \
                -kernel "$kernel/boot/vmlinuz-$version" -initrd "$scratch/initramfs" \
                -serial "file:$machine_log" -serial "file:$root/test/results" \
                -append 'console=ttyS0 rdinit=/init panic=-1 systemd.show_status=1' </dev/null >"$scratch/qemu" 2>&1
        cat "$scratch/qemu" >>"$machine_log"
        machine_results "$root" "$2"
}

machine inside-module.sh 'Linux 6.1'
cp "$machine_top/tests/roots/matrix.sh" "$root/test/"
machine inside-chroots.sh 'Linux 6.1, images'
mv "$root/lib/modules/$version/binfmt_misc.ko" "$root/test/"
chroot "$root" /sbin/depmod "$version"
machine inside-withheld.sh 'Linux 6.1, the module withheld'
plan
