# SPDX-License-Identifier: LGPL-2.1-or-later

bin_PROGRAMS += binfmtctl
binfmtctl_SOURCES = \
        ctl/answers.c ctl/answers.h \
        ctl/apply.c \
        ctl/cat-config.c \
        ctl/choice.c ctl/choice.h \
        ctl/command-line.c ctl/command-line.h \
        ctl/complete.c \
        ctl/context.c ctl/context.h \
        ctl/daemon.c ctl/daemon.h \
        ctl/doctor.c \
        ctl/distribution.c ctl/distribution.h \
        ctl/edit.c \
        ctl/editor.c ctl/editor.h \
        ctl/effect.c ctl/effect.h \
        ctl/exec.c \
        ctl/explain.c ctl/explain.h ctl/explain-header.c ctl/explain-print.c ctl/explain-tree.c \
        ctl/fields.c ctl/fields.h \
        ctl/install.c \
        ctl/lint.c \
        ctl/list.c \
        ctl/main.c \
        ctl/monitor.c \
        ctl/platforms.c \
        ctl/reload.c \
        ctl/render.c ctl/render.h \
        ctl/save.c \
        ctl/select.c ctl/select.h \
        ctl/show.c \
        ctl/status.c \
        ctl/switch.c \
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
	ln -s -f -r '$(DESTDIR)$(bindir)/binfmtctl' '$(DESTDIR)$(pkglibexecdir)/systemd-binfmt' 2>/dev/null || \
	        ln -s -f '$(bindir)/binfmtctl' '$(DESTDIR)$(pkglibexecdir)/systemd-binfmt'
uninstall-hook: uninstall-systemd-binfmt
uninstall-systemd-binfmt:
	rm -f '$(DESTDIR)$(pkglibexecdir)/systemd-binfmt'
.PHONY: install-systemd-binfmt uninstall-systemd-binfmt
