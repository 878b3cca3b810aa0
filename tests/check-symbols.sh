#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# No function or object of ours is called like one of a library that the program links: the library, and what it links in turn, would
# get ours wherever it means its own, and a reader would take the one for the other.
#
#   PROGRAMS='binfmtd …' check-symbols.sh   in BUILDDIR; make says which programs there are
#
# A program's symbols are ours if an object of our rooms has them, too: the others come from the C library's start-up code, or are
# copies of a library's variables. A program that is linked statically has no libraries to be compared with; its objects are other
# programs', too. What a sanitizer's runtime defines is the C library's names, on purpose.
#
# Functions that check runs look unreachable to shellcheck, and tests/tap.sh makes $scratch.
# shellcheck disable=SC1091,SC2154,SC2317
set -u
. "${srcdir:-.}/tests/tap.sh"
PROGRAMS=${PROGRAMS:-binfmtctl binfmtd run-detectors update-binfmts}

# list_symbols [OPTION…] FILE…: what they define for others, sorted
list_symbols() { nm -g --defined-only "$@" 2>/dev/null | awk 'NF == 3 { sub("@.*", "", $3); print $3 }' | sort -u; }

# Each folder that has a fragment of the Makefile has objects in the build tree, or none.
list_objects() {
        for fragment in "$srcdir"/*/local.mk; do
                folder=${fragment%/local.mk} folder=$BUILDDIR/${folder##*/}
                case $folder in */tests | */bench) continue ;; esac
                if [ -d "$folder" ]; then
                        find "$folder" -name '*.o'
                fi
        done
}

# list_libraries PROGRAM: paths, with those of libraries' libraries; nothing if it is linked statically
list_libraries() {
        ldd "$1" 2>/dev/null | awk '{ for (i = 1; i <= NF; i++) if ($i ~ "^/") print $i }' |
                grep -vE '/(lib(asan|hwasan|lsan|tsan|ubsan)\.so|libclang_rt\.)'
}

# no_name_is_taken PROGRAM OURS: for check; OURS is a file of symbols
no_name_is_taken() {
        [ -x "$1" ] || { echo "There is no $1."; return 1; }
        list_symbols "$1" | comm -12 - "$2" >"$scratch/of-program"
        for library in $(list_libraries "$1"); do
                list_symbols -D "$library" | comm -12 - "$scratch/of-program" | sed "s|\$| is also a symbol of $library|"
        done >"$scratch/taken"
        cat "$scratch/taken"
        [ ! -s "$scratch/taken" ]
}

has_lines() { [ -s "$1" ]; }

skip() {
        tap_count=$((tap_count + 1))
        echo "ok $tap_count - $1 # SKIP $2"
}

export LC_ALL=C
list_objects >"$scratch/objects"
# shellcheck disable=SC2046
list_symbols $(cat "$scratch/objects") >"$scratch/ours"
check 'our objects have symbols' has_lines "$scratch/ours"
for program in $PROGRAMS; do
        name="$program bears no name that a library of its has"
        if [ -x "$BUILDDIR/$program" ] && ! list_symbols "$BUILDDIR/$program" | grep -q .; then
                skip "$name" 'it is stripped'
        else
                check "$name" no_name_is_taken "$BUILDDIR/$program" "$scratch/ours"
        fi
done

# Are such mistakes seen? One name is the C library's, the other that of a library which the program links.

compile() { ${CC:-cc} "$@"; }

cat >"$scratch/library.c" <<'END'
int planted_function(int i);
int planted_function(int i) { return i + 1; }
int planted_other(int i);
int planted_other(int i) { return i - 1; }
END
cat >"$scratch/program.c" <<'END'
int planted_other(int i);
int planted_function(int i);
int planted_function(int i) { return i + 2; }
int raise(int i);
int raise(int i) { return i; }
int planted_own(int i);
int planted_own(int i) { return i; }
int main(void) { return planted_function(raise(planted_own(planted_other(0)))); }
END

plant() {
        compile -shared -fPIC -o "$scratch/libplanted.so" "$scratch/library.c" &&
                compile -fno-builtin -c -o "$scratch/program.o" "$scratch/program.c" &&
                compile -o "$scratch/planted" "$scratch/program.o" "$scratch/libplanted.so"
}

# is_seen NAME LIBRARY: for check
is_seen() {
        if no_name_is_taken "$scratch/planted" "$scratch/ours-planted" >"$scratch/complaints"; then
                echo 'It does not fail.'
                return 1
        fi
        grep -q "^$1 is also a symbol of .*/$2" "$scratch/complaints" || { cat "$scratch/complaints"; return 1; }
}

others_are_fine() {
        no_name_is_taken "$scratch/planted" "$scratch/ours-planted" >"$scratch/complaints"
        ! grep -vE '^(raise|planted_function) ' "$scratch/complaints"
}

if plant >"$scratch/compiler" 2>&1; then
        list_symbols "$scratch/program.o" >"$scratch/ours-planted"
        check 'a name of the C library is seen' is_seen raise '\(libc\|ld-musl\)'
        check 'a name of another library is seen' is_seen planted_function libplanted
        check 'no other name is complained of' others_are_fine
else
        sed 's/^/# /' "$scratch/compiler"
        skip 'mistakes are seen' 'no compiler that makes programs of this machine'
fi
plan
