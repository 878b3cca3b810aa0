# SPDX-License-Identifier: LGPL-2.1-or-later
#
# To be sourced after tap.sh: a Debian root as somebody has it who wants to run Debian's hello for armhf.
#
#   $root          it: QEMU's user emulation and hello:armhf from their packages, what those need in /packages; in /inner and in
#                  /inner/inner further roots, with an armhf hello and busybox but without QEMU
#   binfmtctl      below that root
#   says_hello COMMAND…    for check
#
# BINFMTD_TEST_CACHE, if set, is a folder that keeps the root between runs.

[ "$(id -u)" -eq 0 ] || skip_all 'debootstrap needs root'
command -v debootstrap >/dev/null || skip_all 'no debootstrap'
ctl=$BUILDDIR/binfmtctl
"$ctl" exec --only-added -- true 2>"$scratch/why" || skip_all "$(cat "$scratch/why")"

cache=${BINFMTD_TEST_CACHE:-$scratch}
root=$cache/bookworm-hello-armhf

# in_root ROOT SCRIPT
in_root() { DEBIAN_FRONTEND=noninteractive chroot "$1" /bin/sh -euc "$2"; }

make_root() {
        rm -rf "$root.new"
        debootstrap --variant=minbase bookworm "$root.new" &&
                in_root "$root.new" 'dpkg --add-architecture armhf && apt-get -q update &&
                        apt-get -q install -y --no-install-recommends qemu-user-static hello:armhf &&
                        mkdir /packages && cd /packages &&
                        apt-get -q download libc6:armhf hello:armhf busybox-static:armhf &&
                        for i in /inner /inner/inner; do
                                mkdir -p $i && for p in *.deb; do dpkg -x $p $i; done
                        done' && mv "$root.new" "$root"
}

# One makes it, the others wait.
obtain_root() {
        (
                flock 9
                [ -d "$root" ] || make_root
        ) 9>"$cache/hello.lock"
}

obtain_root >"$scratch/log" 2>&1 || {
        tail -n 20 "$scratch/log" | sed 's/^/# /'
        skip_all 'the packages cannot be had'
}

binfmtctl() { "$ctl" --root="$root" "$@"; }
says_hello() { "$@" >"$scratch/hello" && cat "$scratch/hello" && grep -q 'Hello, world!' "$scratch/hello"; }
