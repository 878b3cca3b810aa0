# SPDX-License-Identifier: LGPL-2.1-or-later

SCDOC_PAGES = man/binfmtctl.1 man/binfmtd-conf.5 man/binfmtd-packaging.7 man/binfmtd.8 man/org.binfmtd.7 man/org.binfmtd1.5 \
        man/update-binfmts.8
EXTRA_DIST += $(SCDOC_PAGES:=.scd)
dist_man_MANS += $(SCDOC_PAGES)
MAINTAINERCLEANFILES += $(SCDOC_PAGES)

$(SCDOC_PAGES): %: %.scd
	$(AM_V_GEN)if test '$(SCDOC)' = no; then \
	        echo 'scdoc is needed to build $@' >&2; exit 1; fi; \
	$(MKDIR_P) man && $(SCDOC) < $< > $@.tmp && mv $@.tmp $@
