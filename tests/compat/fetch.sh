# SPDX-License-Identifier: LGPL-2.1-or-later
#
# To be sourced: what Debian's archive has of binfmt-support, from where the machine's apt has its own packages, with lists of its own,
# so that the machine's apt stays as it is. Where BINFMTD_TEST_CACHE is set, what was fetched is kept there for the next time.
#
#   fetch_source DIRECTORY            binfmt-support's source, unpacked into DIRECTORY
#   fetch_packages DIRECTORY NAME…    packages, unpacked into DIRECTORY

fetch_cache=${BINFMTD_TEST_CACHE:+$BINFMTD_TEST_CACHE/binfmt-support}

fetch_begin() {
        command -v apt-get >/dev/null || { echo 'there is no apt' >&2; return 1; }
        fetch_archive=$(apt-get indextargets --no-release-info --format '$(REPO_URI) $(COMPONENT)' 2>/dev/null |
                awk '$2 == "main" && $1 !~ /security/ { print $1; exit }')
        [ -n "$fetch_archive" ] || { echo 'apt knows of no archive' >&2; return 1; }
        fetch_state=$(mktemp -d)
        fetch_files=${fetch_cache:-$fetch_state/files}
        mkdir -p "$fetch_state/lists/partial" "$fetch_state/cache/archives/partial" "$fetch_files" || return 1
        for fetch_key in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
                [ ! -e "$fetch_key" ] || break
        done
        for fetch_type in deb deb-src; do
                echo "$fetch_type [signed-by=$fetch_key] $fetch_archive bookworm main"
        done >"$fetch_state/sources.list"
        fetch_updated=
}

# In the folder of the files.
fetch_apt() {
        set -- -qq -o "Dir::State::Lists=$fetch_state/lists" -o "Dir::Cache=$fetch_state/cache" \
                -o "Dir::Etc::SourceList=$fetch_state/sources.list" -o Dir::Etc::SourceParts=/nonexistent \
                -o APT::Sandbox::User=root "$@"
        (cd "$fetch_files" && apt-get "$@")
}

# The lists are read once, if anything is missing at all.
fetch_update() {
        [ -n "$fetch_updated" ] || fetch_apt update || return 1
        fetch_updated=1
}

fetch_source() {
        fetch_begin || return 1
        [ -e "$fetch_files"/binfmt-support_*.orig.tar.gz ] || { fetch_update && fetch_apt source --tar-only binfmt-support; }
        mkdir -p "$1" && tar -xf "$fetch_files"/binfmt-support_*.orig.tar.gz -C "$1" --strip-components 1
        fetch_status=$?
        rm -rf "$fetch_state"
        return $fetch_status
}

fetch_packages() {
        fetch_to=$1 fetch_status=0
        shift
        fetch_begin && mkdir -p "$fetch_to" || return 1
        for fetch_name; do
                [ -n "$(find "$fetch_files" -name "${fetch_name}_*.deb")" ] || { fetch_update && fetch_apt download "$fetch_name"; }
                dpkg -x "$(find "$fetch_files" -name "${fetch_name}_*.deb")" "$fetch_to" || fetch_status=1
        done
        rm -rf "$fetch_state"
        return $fetch_status
}
