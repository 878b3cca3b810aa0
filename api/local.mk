# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += api/libapi.a

api_libapi_a_SOURCES = \
        api/json.c api/json.h

# In link order, as ENGINE_LIBS.
API_LIBS = api/libapi.a varlink/libvarlink.a $(ENGINE_LIBS) $(JANSSON_LIBS) $(SYSTEMD_LIBS)
