# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine outside of user namespaces, with the table of its kernel: whose table it is in an image and in a container.
. /test/tap.sh
. /test/inside.sh
. /test/matrix.sh

systemctl stop binfmtd
matrix_machine /usr/bin/binfmtctl
check 'an image can be made' matrix_light "$scratch/image" /usr/bin/binfmtctl /usr/sbin/binfmtd /usr/sbin/update-binfmts
matrix_furnish "$scratch/image"
for place in bound fresh pids pivoted container; do
        matrix_around $place "$scratch/image"
done
umount "$scratch/image/dev/null"

# The daemon's sandbox is none of these places.
systemctl start binfmtd
check 'the service keeps the table all the same' soon in_table machine-plain
finish
