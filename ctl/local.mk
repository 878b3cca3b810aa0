# SPDX-License-Identifier: LGPL-2.1-or-later

bin_PROGRAMS += binfmtctl
binfmtctl_SOURCES = \
        ctl/apply.c \
        ctl/cat-config.c \
        ctl/choice.c ctl/choice.h \
        ctl/context.c ctl/context.h \
        ctl/doctor.c \
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
        ctl/systemd-binfmt.c ctl/systemd-binfmt.h \
        ctl/table.c ctl/table.h \
        ctl/test.c \
        ctl/unregister.c \
        ctl/verbs.c ctl/verbs.h \
        ctl/wait.c ctl/wait.h
binfmtctl_LDADD = $(API_LIBS) $(JANSSON_LIBS) $(SMARTCOLS_LIBS)

# What distributions may install in the place of systemd's own: the same program by another name.
install-exec-hook: install-systemd-binfmt
install-systemd-binfmt:
	$(MKDIR_P) '$(DESTDIR)$(pkglibexecdir)'
	$(LN_S) -f '$(bindir)/binfmtctl' '$(DESTDIR)$(pkglibexecdir)/systemd-binfmt'
uninstall-hook: uninstall-systemd-binfmt
uninstall-systemd-binfmt:
	rm -f '$(DESTDIR)$(pkglibexecdir)/systemd-binfmt'
.PHONY: install-systemd-binfmt uninstall-systemd-binfmt
