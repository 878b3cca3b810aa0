# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For distributions: where drop-ins go, and what their packages are built from.

pkgconfigdir = $(datadir)/pkgconfig
nodist_pkgconfig_DATA = packaging/binfmtd.pc
EXTRA_DIST += packaging/binfmtd.pc.in
CLEANFILES += packaging/binfmtd.pc

packaging/binfmtd.pc: packaging/binfmtd.pc.in Makefile
	$(AM_V_GEN)$(MKDIR_P) packaging && $(SED) -e 's,@prefix[@],$(prefix),g' -e 's,@sysconfdir[@],$(sysconfdir),g' \
	        -e 's,@bindir[@],$(bindir),g' -e 's,@VERSION[@],$(VERSION),g' \
	        < $(srcdir)/packaging/binfmtd.pc.in > $@.tmp && mv $@.tmp $@

EXTRA_DIST += \
        debian/binfmtd-binfmt-support.links \
        debian/binfmtd-binfmt-support.postinst \
        debian/binfmtd-binfmt-support.postrm \
        debian/binfmtd-binfmt-support.prerm \
        debian/binfmtd-binfmt-support.tmpfiles \
        debian/binfmtd.lintian-overrides \
        debian/binfmtd.postinst \
        debian/binfmtd.postrm \
        debian/binfmtd.preinst \
        debian/binfmtd.prerm \
        debian/changelog \
        debian/control \
        debian/copyright \
        debian/rules \
        debian/source/format

EXTRA_DIST += \
        packaging/alpine/APKBUILD \
        packaging/alpine/binfmtd.initd \
        packaging/arch/PKGBUILD \
        packaging/container/Containerfile \
        packaging/container/daemonset.yaml \
        packaging/rpm/binfmtd.rpmlintrc \
        packaging/rpm/binfmtd.spec \
        packaging/rpm/macros.binfmtd
