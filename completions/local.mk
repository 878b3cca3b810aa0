# SPDX-License-Identifier: LGPL-2.1-or-later

dist_bashcompletion_DATA = completions/binfmtctl
dist_zshcompletion_DATA = completions/_binfmtctl
dist_fishcompletion_DATA = completions/binfmtctl.fish
