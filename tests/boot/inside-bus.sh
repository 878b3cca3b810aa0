#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine with a system bus, polkitd and binfmtd: who may read, who may change, over D-Bus and Varlink; the socket's life; and
# at the end a format is switched off, which inside-disabled.sh looks at after a reboot.
. /test/tap.sh
. /test/inside.sh

socket=/run/binfmtd/org.binfmtd
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
manager() { busctl --allow-interactive-authorization=no call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager "$@"; }
plain=/org/binfmtd1/format/machine_2dplain
state() { busctl get-property org.binfmtd1 $plain org.binfmtd1.Format State; }
is() { [ "$("$2")" = "$1" ] || { "$2"; return 1; }; }
refuses() { ! "$@" && in_table machine-plain; }
nobody_manager() { nobody busctl --allow-interactive-authorization=no call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager "$@"; }
owned() { busctl --list --acquired --no-legend --no-pager | grep '^org\.binfmtd1 '; }
unit_is() { [ "$(systemctl is-active "$1")" = "$2" ] || { systemctl status "$1"; return 1; }; }

check 'the socket is there, for everyone' [ "$(stat -c '%F %a' $socket)" = 'socket 666' ]
check 'systemd holds it' unit_is binfmtd.socket active
check 'the daemon is on the bus' soon owned
check 'polkit knows the action' grep -q org.binfmtd1.manage /usr/share/polkit-1/actions/org.binfmtd1.policy
check 'root reads' is 's "registered"' state
check 'everybody reads all' nobody busctl call org.binfmtd1 /org/binfmtd1 org.freedesktop.DBus.ObjectManager GetManagedObjects
check 'root switches a format off' manager Disable asb 1 machine-plain false
check 'its entry is gone' not_in_table machine-plain
check 'its file can be read by everybody' nobody cat /etc/binfmtd/override.d/zz-switched.conf
check 'and on' manager Enable asb 1 machine-plain false
check 'its entry is back' in_table machine-plain
check 'until the next boot, too' manager Disable asb 1 machine-plain true
check 'by a file that everybody can read' nobody cat /run/binfmtd/override.d/zz-switched.conf
check 'a restart leaves it off' restarts
soon owned >/dev/null
check '… still' is 's "disabled"' state
check 'it is switched on again' manager Enable asb 1 machine-plain true
check 'somebody else may not, as nobody has authorised him' refuses nobody_manager Disable asb 1 machine-plain false
mkdir -p /etc/polkit-1/rules.d
cat >/etc/polkit-1/rules.d/50-test.rules <<'RULE'
polkit.addRule(function(action, subject) {
        if (action.id == "org.binfmtd1.manage" && subject.user == "nobody")
                return polkit.Result.YES;
});
RULE
check 'a rule lets him' soon nobody_manager Disable asb 1 machine-plain false
check '… switch it off' not_in_table machine-plain
check '… and on' nobody_manager Enable asb 1 machine-plain false
rm /etc/polkit-1/rules.d/50-test.rules
systemctl stop polkit
systemctl mask --runtime --quiet polkit
check 'without polkitd he may not' refuses nobody_manager Disable asb 1 machine-plain false
check 'but root may' manager Reload
systemctl unmask --runtime --quiet polkit
check 'python3-dbus and a Varlink client are told the same' python3 /test/compare.py $socket

if command -v varlinkctl >/dev/null; then
        check 'varlinkctl introspects' varlinkctl introspect $socket org.binfmtd
        check 'it calls' varlinkctl call $socket org.binfmtd.Show '{"name":"machine-plain"}'
        check 'it lists' varlinkctl call --more $socket org.binfmtd.List '{}'
        check 'as anybody' nobody varlinkctl call --more $socket org.binfmtd.List '{}'
        check 'who may not change' refuses nobody varlinkctl call $socket org.binfmtd.Disable '{"names":["machine-plain"]}'
        check 'root may' varlinkctl call $socket org.binfmtd.Disable '{"names":["machine-plain"]}'
        check '… switch it off' not_in_table machine-plain
        check '… and on' varlinkctl call $socket org.binfmtd.Enable '{"names":["machine-plain"]}'
fi

## The bus goes, the daemon stays, and is there again

entries "$scratch/before"
check 'a restart of the bus' systemctl restart dbus.service
check '… leaves the daemon as it is' active
check '… which joins it again' soon owned
entries "$scratch/after"
check '… and has written nothing' same "$scratch/before" "$scratch/after"

## The socket stays while the service is restarted, and goes with it

connect_on() {
        python3 - "$scratch" $socket <<'PYTHON'
import collections, os, socket, sys
connected, refused = 0, collections.Counter()
open(sys.argv[1] + '/begun', 'w')
while not os.path.exists(sys.argv[1] + '/enough'):
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(sys.argv[2])
            connected += 1
    except OSError as e:
        refused[str(e)] += 1
print(connected, 'connected, refused:', dict(refused))
sys.exit(bool(refused) or connected < 100)
PYTHON
}
begin_connecting() {
        rm -f "$scratch/begun" "$scratch/enough"
        connect_on >"$scratch/connected" 2>&1 &
        connecting=$!
        soon ls "$scratch/begun" >/dev/null
}
end_connecting() {
        touch "$scratch/enough"
        wait $connecting
        nobody_refused=$?
        sed 's/^/# /' "$scratch/connected"
}
nobody_was_refused() { return "$nobody_refused"; }

begin_connecting
check 'a restart' restarts
check '… is well' active
end_connecting
check 'no client was refused in the meantime' nobody_was_refused
begin_connecting
check 'killed, it comes back' comes_back
end_connecting
check 'no client was refused then, either' nobody_was_refused
begin_connecting
check 'a stop, while clients connect,' systemctl stop binfmtd
check '… stops the socket' soon unit_is binfmtd.socket inactive
end_connecting
# At the end of the boot, systemd's children that wait for their turn (Type=idle) hold all of its sockets for up to 5 s.
check '… and a question starts nothing' soon not_asked
check '… so that the service stays as it is' unit_is binfmtd.service inactive
check 'a start' systemctl start binfmtd
check '… starts the socket' unit_is binfmtd.socket active
check 'all is back' soon in_table machine-plain machine-pinned
check 'the daemon is asked again' asked
check 'disable --now' systemctl --quiet disable --now binfmtd
check '… stops the socket' soon unit_is binfmtd.socket inactive
check 'a question starts nothing then, either' soon not_asked
check 'and nobody starts it by a question' fails nobody busctl --timeout=5 call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager ListFormats
check '… indeed' unit_is binfmtd.service inactive
check 'enable --now is all that it takes' systemctl --quiet enable --now binfmtd
check '… for the service' active
check '… and the socket' unit_is binfmtd.socket active
check '… and the bus' soon owned

check 'QEMU comes' apt-get -q install -y --no-download --no-install-recommends qemu-user-static
check 'with its format' soon in_table qemu-arm
[ ! -e /test/hello-arm ] || check 'an ARM program runs' /test/hello-arm
check 'it is switched off' binfmtctl disable qemu-arm
check '… at once' not_in_table qemu-arm
check '… which binfmtctl shows' lists qemu-arm disabled
check '… as the daemon told it' asked
check 'no unit has failed' no_failed_unit
finish
