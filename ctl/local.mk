# SPDX-License-Identifier: LGPL-2.1-or-later

bin_PROGRAMS += binfmtctl
binfmtctl_SOURCES = \
        ctl/apply.c \
        ctl/cat-config.c \
        ctl/context.c ctl/context.h \
        ctl/exec.c \
        ctl/explain.c ctl/explain.h ctl/explain-header.c ctl/explain-print.c ctl/explain-tree.c \
        ctl/lint.c \
        ctl/list.c \
        ctl/main.c \
        ctl/platforms.c \
        ctl/render.c ctl/render.h \
        ctl/select.c ctl/select.h \
        ctl/show.c \
        ctl/status.c \
        ctl/table.c ctl/table.h \
        ctl/test.c \
        ctl/unregister.c \
        ctl/verbs.c ctl/verbs.h
binfmtctl_LDADD = $(API_LIBS) $(JANSSON_LIBS) $(SMARTCOLS_LIBS)
