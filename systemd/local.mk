# SPDX-License-Identifier: LGPL-2.1-or-later

nodist_systemdsystemunit_DATA = systemd/binfmtd.service
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
