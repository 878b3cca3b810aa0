# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What our programs do in an image, in each kind of place that it can be in, with the table of the machine around it; to be sourced
# after tap.sh, where the table may be written: in a private machine, or in a booted one.
#
#   matrix_machine CTL         this machine: what binfmtctl is, two formats of ours in its table, and an entry of somebody else
#   matrix_light DIR PROGRAM…  makes an image of these programs, those of this machine that the places need, and their libraries
#   matrix_furnish DIR         gives an image a definition, and one of binfmt-support's to import
#   matrix_around PLACE DIR    in a place without a table of its own: nothing of the machine's is changed, unless by --force
#   matrix_own DIR             in a container with a table of its own: that one is changed, and the machine's is not
#
# The places:
#   bound       chroot(8), with the machine's /proc
#   fresh       chroot(8), with a /proc of its own, in which no instance is mounted
#   pids        chroot(8) in a PID namespace, whose /proc has the machine's instance
#   pivoted     a mount namespace whose root it is, with the machine's /proc
#   container   the same in a PID namespace, whose /proc has the machine's instance
#   mapped      the same as pivoted, in a user namespace without an instance

table=/proc/sys/fs/binfmt_misc
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# The machine.

matrix_machine() {
        machine_ctl=$1 machine_root=$scratch/machine
        mkdir -p "$machine_root/usr/bin" "$machine_root/usr/lib/binfmtd/conf.d"
        cp /bin/true "$machine_root/usr/bin/outer"
        cat >"$machine_root/usr/lib/binfmtd/conf.d/outer.conf" <<'CONF'
[outer]
Magic=OUTER
Interpreter=/usr/bin/outer
FixBinary=yes

[outer-plain]
Extension=outer
Interpreter=/usr/bin/outer
CONF
        matrix_reset
}

# Whatever was done to the table: as it was when the test began. More formats of the machine are more files in its conf.d.
matrix_reset() {
        echo -1 >$table/status
        "$machine_ctl" --root="$machine_root" apply >/dev/null 2>&1
        printf ':theirs:E::theirs::/bin/true:' >$table/register
        machine_table >"$scratch/machine-table"
}

# All that can be seen of it, in the kernel's order: nothing but register is left unread.
machine_table() {
        (cd $table && stat -c '%n %i %a %u %Y' . && ls -U | while read -r entry; do
                stat -c '%n %i %a %u %X %Y %Z' "$entry"
                [ "$entry" = register ] || cat "$entry"
        done)
}
table_is_same() {
        machine_table | diff "$scratch/machine-table" - >"$scratch/table-changes" && return
        echo "the machine's table was changed:"
        cat "$scratch/table-changes"
        matrix_reset
        return 1
}

# Images.

matrix_light() {
        light=$1
        shift
        mkdir -p "$light/usr/bin" "$light/usr/lib" "$light/proc" "$light/dev" "$light/run" "$light/tmp"
        : >"$light/dev/null"
        mount -n --bind /dev/null "$light/dev/null" || return 1
        ln -s usr/bin "$light/bin"
        ln -s usr/lib "$light/lib"
        # By their paths: for a shell, some of them are its own.
        for light_file in "$@" /bin/sh /bin/true /bin/cat; do
                cp -L "$light_file" "$light/usr/bin/" || return 1
                for light_library in $(ldd "$light_file" | grep -o '/[^ ]*'); do
                        mkdir -p "$light${light_library%/*}"
                        cp -L "$light_library" "$light$light_library"
                done
        done
}

matrix_furnish() {
        cp "$1/bin/cat" "$1/usr/bin/inner"
        mkdir -p "$1/usr/lib/binfmtd/conf.d" "$1/usr/share/binfmts"
        printf '[inner]\nMagic=INNER\nInterpreter=/usr/bin/inner\n' >"$1/usr/lib/binfmtd/conf.d/inner.conf"
        printf 'package inner\ninterpreter /usr/bin/inner\nmagic IMPRT\n' >"$1/usr/share/binfmts/imported"
}

# What chroots are entered by if it is not this machine's chroot(8), and the root that it sees them in.
matrix_enter='' matrix_above=''

# Places. Each has its mounts in $1, and what stays in the machine's mount namespace is undone by the end of it. Nothing is told to
# /run (-n), which users cannot write to.

place_begin() {
        image=$2
        case $1 in
        bound) mount -n --rbind /proc "$image/proc" && mount -n --make-rslave "$image/proc" ;;
        fresh) mount -n -t proc proc "$image/proc" ;;
        esac
}
# What of ours could have kept it busy?
place_end() {
        case $1 in
        bound) umount -R "$image/proc" ;;
        fresh) umount "$image/proc" ;;
        esac && fails grep "$image/proc" /proc/self/mountinfo && return
        grep "$image/proc" /proc/self/mountinfo
        umount -R -l "$image/proc"
        return 1
}

# Makes the image the root of a mount namespace. Not by pivot_root(8), which cannot leave an initramfs.
matrix_pivot='image=$1
shift
mount -n --make-rprivate /
mount -n --rbind "$image" "$image"
proc "$image/proc"
cd "$image"
mount -n --move . /
exec chroot . "$@"'
proc_of_machine='proc() { mount -n --rbind /proc "$1"; }'
proc_of_namespace='proc() { mount -n --bind /proc/sys/fs/binfmt_misc /run && mount -n -t proc proc "$1" && mount -n --move /run "$1/sys/fs/binfmt_misc"; }'

# in_place PLACE COMMAND…
in_place() {
        place=$1
        shift
        case $place in
        bound | fresh) $matrix_enter chroot "${image#"$matrix_above"}" "$@" ;;
        pids) unshare --mount --pid --fork --kill-child sh -euc "$proc_of_namespace"'
                        image=$1
                        shift
                        mount -n --make-rprivate /
                        proc "$image/proc"
                        exec chroot "$image" "$@"' sh "$image" "$@" ;;
        pivoted) unshare --mount sh -euc "$proc_of_machine; $matrix_pivot" sh "$image" "$@" ;;
        container) unshare --mount --pid --fork --kill-child sh -euc "$proc_of_namespace; $matrix_pivot" sh "$image" "$@" ;;
        mapped) unshare --user --map-root-user --mount sh -euc "$proc_of_machine; $matrix_pivot" sh "$image" "$@" ;;
        own) unshare --user --map-root-user --mount --pid --fork --kill-child sh -euc '
                        proc() { mount -n -t proc proc "$1" && mount -n -t binfmt_misc binfmt_misc "$1/sys/fs/binfmt_misc"; }'"
                        $matrix_pivot" sh "$image" "$@" ;;
        esac
}

# What a cell of the matrix has to hold.

# ends STATUS COMMAND…: in $place, and the machine's table is the same; what was said is in $scratch/said and $scratch/errors
ends() {
        ends_status=$1
        shift
        in_place "$place" "$@" >"$scratch/said" 2>"$scratch/errors"
        ends_actual=$?
        cat "$scratch/said" "$scratch/errors"
        table_is_same || return 1
        [ "$ends_actual" -eq "$ends_status" ] || { echo "exit status $ends_actual, expected $ends_status"; return 1; }
}
is_refused() { ends 1 "$@" && grep -q -- --force "$scratch/errors"; }
# Maintainer scripts must not fail because of it.
is_written_only() { ends 0 "$@" && [ "$(grep -c -- --force "$scratch/errors")" -eq 1 ]; }
says_whose() { ends "$@" && cat "$scratch/said" "$scratch/errors" | grep -qE 'machine (around|that runs)'; }
# Nothing is recommended that is refused, or that would write that table.
recommends_nothing() {
        in_place "$place" "$@" >"$scratch/said" 2>&1
        recommends_status=$?
        cat "$scratch/said"
        table_is_same && [ $recommends_status -le 2 ] &&
                fails grep -E 'mount -t binfmt_misc|binfmtctl (apply|install|save|unregister)( |$)' "$scratch/said"
}

# A shell and unshare(1) wait for the daemon.
last_child() {
        last=$1
        while last_next=$(cat "/proc/$last/task/$last/children" 2>/dev/null) && [ -n "$last_next" ]; do last=${last_next% }; done
        echo "$last"
}

# The daemon is up, says why it does nothing, and takes nothing away at its end.
stays_away() {
        rm -rf "$image/run/binfmtd"
        in_place "$place" binfmtd --log-level=info >"$scratch/daemon" 2>&1 &
        daemon=$!
        for _ in $(seq 100); do
                [ ! -S "$image/run/binfmtd/org.binfmtd" ] || break
                sleep 0.1
        done
        in_place "$place" binfmtctl list >"$scratch/said" 2>&1
        stays_status=$?
        kill "$(last_child $daemon)"
        wait $daemon
        cat "$scratch/daemon" "$scratch/said"
        table_is_same && [ $stays_status -eq 0 ] && grep -qE 'machine (around|that runs)' "$scratch/daemon"
}

changes_table() {
        in_place "$place" "$@"
        changes_status=$?
        machine_table >"$scratch/forced"
        matrix_reset
        [ $changes_status -eq 0 ] && cat "$scratch/forced" && grep -qE '^interpreter /usr/bin/inner' "$scratch/forced"
}
true_runs() { /bin/true && in_place "$place" true && table_is_same; }

matrix_around() {
        place=$1
        place_begin "$place" "$2" || { check "$1: it can be had" false; return; }
        check "$1: apply is refused" is_refused binfmtctl apply
        check "$1: so is install" is_refused binfmtctl install inner
        check "$1: and uninstall" is_refused binfmtctl uninstall inner
        check "$1: and unregister" is_refused binfmtctl unregister
        # Without a table there is nothing to compare with.
        check "$1: apply --dry-run says whose table it is, and what it would do" \
                says_whose $([ "$1" = fresh ] && echo 1 || echo 0) binfmtctl apply --dry-run
        check "$1: update-binfmts --install only writes its definition" \
                is_written_only update-binfmts --package inner --install by-hand /usr/bin/inner --magic HANDS
        check "$1: which is there" grep HANDS "$image/var/lib/binfmts/by-hand"
        check "$1: update-binfmts --import as well" is_written_only update-binfmts --import imported
        check "$1: which is there" grep IMPRT "$image/var/lib/binfmts/imported"
        check "$1: update-binfmts --display works" ends 0 update-binfmts --display
        check "$1: update-binfmts --disable does nothing to the table" is_written_only update-binfmts --disable
        check "$1: update-binfmts --remove only removes its definition" \
                is_written_only update-binfmts --package inner --remove by-hand /usr/bin/inner
        check "$1: update-binfmts --unimport as well" is_written_only update-binfmts --unimport imported
        check "$1: list works" ends 0 binfmtctl list
        check "$1: status works" ends 0 binfmtctl status
        check "$1: doctor recommends nothing that is refused" recommends_nothing binfmtctl doctor
        check "$1: nor does explain" recommends_nothing binfmtctl explain /bin/true
        check "$1: the daemon stays away from the table" stays_away
        check "$1: programs run there and outside" true_runs
        if [ "$1" != fresh ]; then
                check "$1: apply --force changes the table" changes_table binfmtctl apply --force
                check "$1: update-binfmts --force as well" changes_table \
                        update-binfmts --force --package inner --install by-hand /usr/bin/inner --magic HANDS
        fi
        check "$1: nothing stays mounted" place_end "$place"
}

# own_gets COMMAND…: its own instance has it then, as long as this lasts
own_gets() {
        in_place own sh -ec '"$@" >&2; cat /proc/sys/fs/binfmt_misc/[!rs]*' sh "$@" >"$scratch/own"
        own_status=$?
        cat "$scratch/own"
        [ $own_status -eq 0 ] && grep -q '^interpreter /usr/bin/inner' "$scratch/own" && table_is_same
}

matrix_own() {
        place=own image=$1
        check "$place: apply works" own_gets binfmtctl apply
        check "$place: so does install" own_gets binfmtctl install inner
        check "$place: and update-binfmts" own_gets update-binfmts --package inner --install by-hand /usr/bin/inner --magic HANDS
        check "$place: programs run there and outside" true_runs
}
