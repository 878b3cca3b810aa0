# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += api/libapi.a

api_libapi_a_SOURCES = \
        api/details.c api/details.h \
        api/explanation.c api/explanation.h \
        api/json.c api/json.h \
        api/org-binfmtd.c api/org-binfmtd.h

# The interface's text as a C string.
EXTRA_DIST += api/org.binfmtd.varlink
nodist_api_libapi_a_SOURCES = api/org.binfmtd.inc
BUILT_SOURCES += api/org.binfmtd.inc
CLEANFILES += api/org.binfmtd.inc
api/org.binfmtd.inc: api/org.binfmtd.varlink
	$(AM_V_GEN)$(MKDIR_P) api && $(SED) -e 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' \
	        < $(srcdir)/api/org.binfmtd.varlink > $@.tmp && mv $@.tmp $@

# In link order, as ENGINE_LIBS.
API_LIBS = api/libapi.a varlink/libvarlink.a $(ENGINE_LIBS) $(JANSSON_LIBS) $(SYSTEMD_LIBS)
