#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# peers.sh DIR: unpacks the peers that we measure beside, from the distribution's packages, without installing them.
set -eu
mkdir -p "$1"
cd "$1"
[ -e usr/sbin/update-binfmts ] && exit 0
command -v apt-get >/dev/null || { echo 'peers.sh: only Debian packages can be unpacked here' >&2; exit 0; }
apt-get -q download binfmt-support libpipeline1
for package in *.deb; do
        dpkg -x "$package" .
        rm "$package"
done
