#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# model/ is pure: it may call memory and string functions, nothing that reads a file, a clock, the environment or the kernel, and
# nothing from the folders above. What it may include is in tests/check-arrows.sh.
set -u

allowed='^(__errno_location|__ctype_.*|__[a-z]*str.*|__mem.*|__v?a?sn?printf_chk|__vasprintf_chk|__asprintf_chk|__stack_chk_fail|__popcount[sd]i2|bcmp|__isoc.*|__xpg.*|__assert_fail|mem[a-z]+|str[a-z]*|malloc|calloc|realloc|reallocarray|free|abort|qsort|qsort_r|bsearch|tsearch|tfind|tdestroy|twalk_r|v?sn?printf|v?asprintf|is[a-z]+|to[a-z]+|htobe.*|be[0-9].*|le[0-9].*|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|sanitizer|gcov|llvm).*|_?_?(asan|ubsan|sanitizer|gcov|llvm).*)$'
library=$BUILDDIR/model/libmodel.a

echo 1..1
defined=$(nm --defined-only -g "$library" | awk 'NF==3 {print $3}' | sort -u)
foreign=$(nm -u "$library" | awk 'NF==2 {print $2}' | sort -u | grep -vxF "$defined" | grep -vE "$allowed")
if [ -z "$defined" ]; then
        echo 'not ok 1 - the library of model/ has symbols'
elif [ -n "$foreign" ]; then
        echo "not ok 1 - model/ calls nothing that does I/O: $(echo $foreign)"
else
        echo 'ok 1 - model/ calls nothing that does I/O'
fi
