# SPDX-License-Identifier: LGPL-2.1-or-later
#
# fish completion for binfmtctl, which says itself what may stand where: "binfmtctl complete".

function __binfmtctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -l before (string match -r -- '^--[^=]*=' $current)
    set -e words[1]

    for line in ($program complete -- $words "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (string replace -- "$before" '' "$current") | string replace -r '^' -- "$before"
            case ':directories'
                __fish_complete_directories (string replace -- "$before" '' "$current") '' | string replace -r '^' -- "$before"
            case ':command'
                set -l verb (contains -i -- exec $words)
                set -l command $words[(math $verb + 1)..-1] "$current"
                complete -C (string join ' ' -- $command)
            case '*'
                echo $line
        end
    end
end

complete -c binfmtctl -f -k -a '(__binfmtctl_complete)'
