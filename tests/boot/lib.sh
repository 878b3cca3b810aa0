# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whole machines for tests; to be sourced after tap.sh. A machine is a Debian root that holds the built tree and a script; the script
# runs in the booted machine, as the last unit of the boot, and speaks TAP; what it said becomes part of the test outside.
#
#   machine_need TOOL…          skips the test where there cannot be machines
#   machine_prepare SUITE…      makes pristine roots (or finds them in BINFMTD_TEST_CACHE), and builds for them
#   machine_new SUITE DIR       a copy of such a root, with the built tree installed
#   machine_copy ROOT DIR       a copy of any root, without it
#   machine_furnish DIR         formats to try, and what wants them early in the boot
#   machine_contain DIR         makes it fit for a container
#   machine_ask_for_mount DIR   at boot, binfmt_misc is mounted
#   machine_script DIR NAME     tests/boot/NAME is what runs in it at the next boot
#   machine_boot DIR            boots it in a container whose binfmt_misc is private
#   machine_results DIR NAME    counts what the script said there

machine_top=$(cd "$srcdir" && pwd)
machine_cache=${BINFMTD_TEST_CACHE:-$scratch}
machine_packages=systemd,systemd-sysv,dbus,libpam-systemd,udev,kmod,libinih1,libjansson4,libsmartcols1,polkitd,python3-dbus
machine_log=$scratch/log

# Where this cannot work at all, with the reason.
machine_need() {
        [ "$(id -u)" -eq 0 ] || skip_all 'debootstrap needs root'
        for machine_tool in debootstrap "$@"; do
                command -v "$machine_tool" >/dev/null || skip_all "no $machine_tool"
        done
        [ -x "$BUILDDIR/binfmtd" ] || skip_all 'no binfmtd is built'
}

# give_up WHY: the network or the packages are at fault, not we.
give_up() {
        tail -n 20 "$machine_log" | sed 's/^/# /'
        skip_all "$*"
}

# A TMPDIR from outside is no folder in there.
in_root() { DEBIAN_FRONTEND=noninteractive env -u TMPDIR chroot "$1" /bin/sh -euc "$2"; }

# The packages that the machine is to install later are there already: it has no network.
machine_make_base() {
        debootstrap --variant=minbase --include="$machine_packages" "$1" "$base.new" &&
                in_root "$base.new" 'apt-get clean && apt-get -q update &&
                        apt-get -q install -y --download-only --no-install-recommends qemu-user-static' &&
                mv "$base.new" "$base"
}

# Its name tells what is in it: an older one in a cache is another.
machine_pristine() { echo "$machine_cache/$1-boot-bus"; }

machine_base() {
        base=$(machine_pristine "$1")
        [ -d "$base" ] || {
                rm -rf "$base.new"
                machine_make_base "$1" >"$machine_log" 2>&1
        } || give_up "no root of Debian $1 can be had"
}

# What is installed is built for /usr, which is not where a build of developers goes. It is kept, and make brings it up to date. With
# BINFMTD_BOOT_SANITIZERS it is instrumented, with the sanitizers' libraries inside: the machines have none.
machine_build() {
        machine_tree=$BUILDDIR/tests/boot/tree${BINFMTD_BOOT_SANITIZERS:+-sanitized}
        mkdir -p "$machine_tree" &&
                { [ -e "$machine_tree/Makefile" ] || (cd "$machine_tree" && machine_configure); } &&
                make -C "$machine_tree" -j"$(nproc)" all
}

machine_configure() {
        if [ -n "${BINFMTD_BOOT_SANITIZERS-}" ]; then
                set -- "--enable-sanitizers=$BINFMTD_BOOT_SANITIZERS" LDFLAGS='-static-libasan -static-libubsan'
        fi
        "$machine_top/configure" --quiet --prefix=/usr --sysconfdir=/etc "$@"
}

# Looking for leaks at the end wants ptrace(2), which the unit forbids; other tests look for them.
machine_install() {
        make -C "$machine_tree" install DESTDIR="$1" || return 1
        if [ -z "${BINFMTD_BOOT_SANITIZERS-}" ]; then
                chroot "$1" /usr/sbin/binfmtd --version
        else
                mkdir -p "$1/etc/systemd/system/binfmtd.service.d"
                printf '[Service]\nEnvironment=ASAN_OPTIONS=detect_leaks=0:abort_on_error=1\n' \
                        >"$1/etc/systemd/system/binfmtd.service.d/sanitized.conf"
                printf 'DefaultEnvironment=ASAN_OPTIONS=detect_leaks=0\n' >>"$1/etc/systemd/system.conf"
        fi
}

# Units that cannot work in a container are none of ours; systemd's own mount unit shall do its work there, too.
machine_contain() {
        for machine_unit in dev-hugepages.mount sys-fs-fuse-connections.mount; do
                ln -s /dev/null "$1/etc/systemd/system/$machine_unit"
        done
        mkdir "$1/etc/systemd/system/proc-sys-fs-binfmt_misc.mount.d"
        printf '[Unit]\nConditionPathIsReadWrite=\n' \
                >"$1/etc/systemd/system/proc-sys-fs-binfmt_misc.mount.d/container.conf"
}

# What stands for the automount, which cannot be had in a container.
machine_ask_for_mount() {
        machine_asking=$1/etc/systemd/system/sysinit.target.wants
        mkdir -p "$machine_asking"
        ln -s /lib/systemd/system/proc-sys-fs-binfmt_misc.mount "$machine_asking/"
}

# Tests that run at the same time share roots and build.
machine_prepare() {
        exec 9>"$machine_cache/boot.lock"
        flock 9
        for machine_suite in "$@"; do
                machine_base "$machine_suite"
        done
        machine_build >"$machine_log" 2>&1 || {
                tail -n 40 "$machine_log" | sed 's/^/# /'
                echo 'Bail out! the tree cannot be built for a machine'
                exit 1
        }
        exec 9>&-
}

machine_new() {
        machine_copy "$(machine_pristine "$1")" "$2" || return 1
        machine_install "$2" >"$machine_log" 2>&1 || {
                check "the built tree can be installed in Debian $1" cat "$machine_log" /nonexistent
                return 1
        }
}

machine_copy() {
        cp -a --reflink=auto "$1" "$2" || return 1
        mkdir "$2/test"
        cp "$machine_top/tests/tap.sh" "$machine_top"/tests/boot/inside*.sh "$2/test/"
        cat >"$2/etc/systemd/system/boot-test.service" <<'UNIT'
[Unit]
Description=The test in the machine
After=multi-user.target
SuccessAction=poweroff-force
FailureAction=poweroff-force

[Service]
Type=oneshot
Environment=HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive srcdir=/test
ExecStart=/test/now
TimeoutStartSec=10min

[Install]
WantedBy=default.target
UNIT
        systemctl --quiet --root="$2" enable boot-test.service
}

# Formats that need no package: of ours, of binfmt.d, with and without F, with an interpreter where a sandbox might hide it.
machine_furnish() {
        mkdir -p "$1/home/user"
        cp "$1/usr/bin/echo" "$1/home/user/interpreter"
        cp "$1/usr/bin/cat" "$1/usr/bin/pinned-interpreter"
        cat >"$1/etc/binfmtd/conf.d/machine.conf" <<'CONF'
[machine-plain]
Extension=machine
Interpreter=/usr/bin/echo

[machine-pinned]
Magic=PINNED
Interpreter=/usr/bin/pinned-interpreter
FixBinary=yes

[machine-home]
Extension=home
Interpreter=/home/user/interpreter
FixBinary=yes
CONF
        mkdir -p "$1/usr/lib/binfmt.d"
        echo ':vendor:E::vendor::/usr/bin/echo:' >"$1/usr/lib/binfmt.d/vendor.conf"
        # As a shell script, which shells make of what the kernel does not take, they fail.
        for machine_file in machine vendor home; do echo 'exit 99' >"$1/test/hello.$machine_file"; done
        printf 'PINNED || exit 99' >"$1/test/hello.pinned"
        chmod +x "$1"/test/hello.*
        cat >"$1/etc/systemd/system/early.service" <<'UNIT'
[Unit]
Description=The first that may need foreign programs
DefaultDependencies=no
After=sysinit.target
Before=basic.target

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo early $$(/test/hello.machine) >/test/early'

[Install]
WantedBy=basic.target
UNIT
        systemctl --quiet --root="$1" enable early.service
}

machine_script() {
        printf '#!/bin/sh\nexec sh /test/%s >/test/results 2>&1\n' "$2" >"$1/test/now"
        chmod +x "$1/test/now"
        rm -f "$1/test/results"
}

# A user namespace with every id mapped, so that root is root, but with an instance of its own; sysfs and cgroup2 can be
# mounted in there only with network and control groups of its own. systemd prints to a terminal or not at all. One machine at a
# time: two would share the control groups that we are in, and each would end the other's services.
machine_boot() {
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 flock "${TMPDIR:-/tmp}/binfmtd-test-boot.lock" timeout 700 script -qec "$BUILDDIR/binfmtctl exec --only-added -- \
                unshare --cgroup --net systemd-nspawn --register=no --keep-unit --directory=$1 --boot" \
                "$machine_log" </dev/null >/dev/null 2>&1
}

# Every line of a test inside is one outside; a machine that did not come to its plan has failed.
machine_results() {
        machine_file=$1/test/results
        touch "$machine_file"
        while IFS= read -r line; do
                case $line in
                'ok '* | 'not ok '*)
                        tap_count=$((tap_count + 1))
                        case $line in 'not ok '*) tap_failed=$((tap_failed + 1)) ;; esac
                        echo "${line%%ok *}ok $tap_count - $2: ${line#* - }"
                        ;;
                '#'*) echo "$line" ;;
                esac
        done <"$machine_file"
        check "$2: the machine boots and the test in it comes to its end" grep '^1\.\.' "$machine_file"
        check "$2: the console tells of no ordering cycle" fails grep -aiE 'ordering cycle|deleted to break' "$machine_log"
        grep -q '^1\.\.' "$machine_file" || tail -qn 40 "$machine_log" "$machine_file" | sed 's/^/# /'
}
