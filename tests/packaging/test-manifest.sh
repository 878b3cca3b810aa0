#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The DaemonSet for Kubernetes' nodes: its schema, and that it does to a table exactly what apply does, without any privilege but to be
# root.
. "${srcdir:-.}/tests/ctl/instance.sh"

top=$(cd "$srcdir" && pwd)
manifest=$top/packaging/container/daemonset.yaml
# The distribution's Python has the distribution's packages, whatever other there is.
for python in python3 /usr/bin/python3 ''; do
        [ -n "$python" ] || skip_all 'no schema of Kubernetes (python3-kubernetes)'
        ! "$python" -c 'import kubernetes, yaml' 2>/dev/null || break
done
tool() { "$python" "$top/tests/packaging/manifest.py" "$@"; }

check 'the manifest is as the schema wants it' tool check "$manifest"
refuses() {
        sed "$1" "$manifest" >"$scratch/wrong.yaml"
        ! same "$manifest" "$scratch/wrong.yaml" >/dev/null && ! tool check "$scratch/wrong.yaml"
}
check 'a key that is none is found' refuses 's/mountPropagation:/mountPropagate:/'
check 'and a value of another type' refuses 's/runAsUser: 0/runAsUser: root/'
check 'and one that is missing' refuses '/^  selector:/,/app.kubernetes.io/d'
check 'and a volume that is not there' refuses 's/^        - name: sys-fs/        - name: other/'

# The image: the definitions that are shipped, and interpreters by the names that Debian gives them.
cp "$top"/conf.d/*.conf "$root/usr/lib/binfmtd/conf.d/"
cp /bin/true "$root/usr/bin/interpreter"
for interpreter in aarch64 arm riscv64 s390x; do
        ln "$root/usr/bin/interpreter" "$root/usr/bin/qemu-$interpreter-static"
done
printf '[local]\nExtension=local\nInterpreter=/usr/bin/run\n' >"$root/usr/lib/binfmtd/conf.d/local.conf"

# What the host has of its own
host() {
        register ':theirs:E::theirs::/bin/true:'
        register ':qemu-theirs:E::qemu::/bin/true:'
}
described() { for name in $(names | sort); do echo "$name $(stat -c %a "$binfmt_misc/$name")"; cat "$binfmt_misc/$name"; done; }

host
"$ctl" apply --root="$root" 'qemu-*.conf' >/dev/null 2>&1
described >"$scratch/applied"
check 'apply registers the formats of the image' grep -x 'qemu-aarch64 1644' "$scratch/applied"
check 'and leaves the others' fails grep '^local ' "$scratch/applied"

mkdir -p /mnt/host/fs/binfmt_misc
tool args "$manifest" | sed 's|=/host/|=/mnt/host/|' >"$scratch/args"
# As its container: root without capabilities, the instance elsewhere, and it comes only later.
pod() {
        set --
        while IFS= read -r argument; do set -- "$@" "$argument"; done <"$scratch/args"
        setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$ctl" --root="$root" "$@"
}
"$ctl" unregister --root="$root" --quiet
pod_waits() {
        pod >"$scratch/pod" 2>&1 &
        pod_pid=$!
        mount --bind "$binfmt_misc" /mnt/host/fs/binfmt_misc
        wait $pod_pid
        pod_status=$?
        cat "$scratch/pod"
        return $pod_status
}
check 'the pod waits for the mount, and succeeds' pod_waits
described >"$scratch/pod-applied"
check 'the table is exactly what apply makes of it' same "$scratch/applied" "$scratch/pod-applied"
table >"$scratch/before"
check 'another time it has nothing to do' says '^nothing to do: ' pod
unchanged() { table | same "$scratch/before" -; }
check 'and writes nothing' unchanged
plan
