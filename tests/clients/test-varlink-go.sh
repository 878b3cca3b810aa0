#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Another implementation of Varlink, Go's: its generator understands the interface that the daemon describes, and a client made of
# that understands all that the daemon says.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

for tool in go varlink-go-interface-generator python3; do
        command -v $tool >/dev/null || skip_all "no $tool"
done
[ -d /usr/share/gocode/src/github.com/varlink/go ] || skip_all 'no varlink for Go (golang-github-varlink-go-dev)'
conf=$root/usr/lib/binfmtd/conf.d
socket=/mnt/run/org.binfmtd
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$scratch"' EXIT

soon() {
        for _ in $(seq 500); do
                "$@" >"$scratch/soon" 2>&1 && return
                sleep 0.02
        done
        cat "$scratch/soon"
        return 1
}

cat >"$conf/all.conf" <<'X'
[alpha]
Magic=ALPHA
Interpreter=/usr/bin/run

[beta]
Extension=beta
Interpreter=/usr/bin/run

[gone]
Extension=gone
Interpreter=/usr/bin/missing
X
"$BUILDDIR/binfmtd" --root="$root" --socket="$socket" 2>"$scratch/log" &
pid=$!
describe() {
        python3 "$srcdir/tests/daemon/varlink.py" "$socket" call org.varlink.service.GetInterfaceDescription '{"interface": "org.binfmtd"}' |
                python3 -c 'import json, sys; sys.stdout.write(json.load(sys.stdin)["description"])' >"$1"
}
make_client() {
        mkdir -p "$scratch/src/orgbinfmtd" "$scratch/src/client" &&
                describe "$scratch/src/orgbinfmtd/org.binfmtd.varlink" &&
                (cd "$scratch/src/orgbinfmtd" && varlink-go-interface-generator org.binfmtd.varlink) &&
                cp "$srcdir/tests/clients/client.go" "$scratch/src/client/" &&
                (cd "$scratch/src/client" && env GO111MODULE=off GOPATH="$scratch:/usr/share/gocode" GOCACHE="$scratch/cache" \
                        GOFLAGS= go build -o "$scratch/client" .)
}

check 'the daemon answers' soon describe /dev/null
check 'a client can be made from its description' make_client
check 'it understands the daemon, and is understood' gives 0 "$scratch/client" "unix:$socket" <<'X'
status true true 3 2
format alpha registered
format beta registered
format gone inactive
show alpha 1 true 1
unknown alpa alpha
disabled disabled
explained runs beta
X
kill -TERM "$pid"
check 'the daemon ends well' wait "$pid"
pid=
plan
