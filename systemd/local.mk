# SPDX-License-Identifier: LGPL-2.1-or-later

nodist_systemdsystemunit_DATA = systemd/binfmtd.service
dist_systemdsystemunit_DATA = systemd/binfmtd.socket
EXTRA_DIST += systemd/binfmtd.service.in
CLEANFILES += systemd/binfmtd.service

systemd/binfmtd.service: systemd/binfmtd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && $(SED) -e 's,@sbindir[@],$(sbindir),g' \
	        < $(srcdir)/systemd/binfmtd.service.in > $@.tmp && mv $@.tmp $@

# Of somebody else's units.
systemdbinfmtdropindir = $(systemdsystemunitdir)/systemd-binfmt.service.d
dist_systemdbinfmtdropin_DATA = systemd/systemd-binfmt.service.d/50-binfmtd.conf
binfmtsupportdropindir = $(systemdsystemunitdir)/binfmt-support.service.d
dist_binfmtsupportdropin_DATA = systemd/binfmt-support.service.d/50-binfmtd.conf

dist_systemdsystempreset_DATA = systemd/50-binfmtd.preset
dist_catalog_DATA = systemd/binfmtd.catalog
dist_tmpfiles_DATA = systemd/binfmtd.conf systemd/binfmtd-update-binfmts.conf

# D-Bus: who may talk to whom, what starts us, what we say (for people and code generators), and what polkit decides. The bus
# looks below /usr/share only, as systemd below its own.
dbuspolicydir = $(datadir)/dbus-1/system.d
dbusservicedir = $(datadir)/dbus-1/system-services
dbusinterfacedir = $(datadir)/dbus-1/interfaces
polkitactiondir = $(datadir)/polkit-1/actions
dist_dbuspolicy_DATA = systemd/org.binfmtd1.conf
dist_dbusservice_DATA = systemd/org.binfmtd1.service
dist_dbusinterface_DATA = systemd/org.binfmtd1.Manager.xml systemd/org.binfmtd1.Format.xml
dist_polkitaction_DATA = systemd/org.binfmtd1.policy

# What people write, what binfmtctl disable and enable write (inside its sandbox the daemon could not make these), and what
# update-binfmts writes.
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(sysconfdir)/binfmtd/conf.d' '$(DESTDIR)$(sysconfdir)/binfmtd/override.d' \
	        '$(DESTDIR)$(localstatedir)/lib/binfmts'

# Only what nobody has put anything into.
uninstall-local:
	-cd '$(DESTDIR)$(sysconfdir)' && rmdir binfmtd/conf.d binfmtd/override.d binfmtd 2>/dev/null || :
	-rmdir '$(DESTDIR)$(localstatedir)/lib/binfmts' 2>/dev/null || :
