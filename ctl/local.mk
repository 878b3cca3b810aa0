# SPDX-License-Identifier: LGPL-2.1-or-later

bin_PROGRAMS += binfmtctl
binfmtctl_SOURCES = \
        ctl/client.c ctl/client.h \
        ctl/columns.c ctl/columns.h \
        ctl/command-line.c ctl/command-line.h \
        ctl/context.c ctl/context.h \
        ctl/distribution.c ctl/distribution.h \
        ctl/editor.c ctl/editor.h \
        ctl/fields.c ctl/fields.h \
        ctl/file-args.c ctl/file-args.h \
        ctl/main.c \
        ctl/name-args.c ctl/name-args.h \
        ctl/render.c ctl/render.h \
        ctl/snapshot.c ctl/snapshot.h \
        ctl/systemd-binfmt.c ctl/systemd-binfmt.h \
        ctl/take-effect.c ctl/take-effect.h \
        ctl/verb-table.c ctl/verb-table.h \
        ctl/wait.c ctl/wait.h \
        ctl/verbs/apply.c \
        ctl/verbs/cat-config.c \
        ctl/verbs/complete.c \
        ctl/verbs/doctor.c \
        ctl/verbs/edit.c \
        ctl/verbs/exec.c \
        ctl/verbs/explain.c ctl/verbs/explain-private.h \
        ctl/verbs/explain-header.c \
        ctl/verbs/explain-print.c \
        ctl/verbs/explain-tree.c \
        ctl/verbs/install.c \
        ctl/verbs/lint.c \
        ctl/verbs/list.c \
        ctl/verbs/monitor.c \
        ctl/verbs/platforms.c \
        ctl/verbs/reload.c \
        ctl/verbs/save.c \
        ctl/verbs/show.c \
        ctl/verbs/status.c \
        ctl/verbs/switch.c \
        ctl/verbs/test.c \
        ctl/verbs/unregister.c
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
