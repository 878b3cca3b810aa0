# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += varlink/libvarlink.a

varlink_libvarlink_a_SOURCES = \
        varlink/account.c varlink/account.h \
        varlink/address.c varlink/address.h \
        varlink/call.c varlink/call.h \
        varlink/client.c varlink/client.h \
        varlink/config.h \
        varlink/connection.c varlink/connection.h \
        varlink/interface.c varlink/interface.h \
        varlink/link.c varlink/link.h \
        varlink/parameters.c varlink/parameters.h \
        varlink/server.c varlink/server.h \
        varlink/service.c \
        varlink/session.c varlink/session.h \
        varlink/stream.c varlink/stream.h

# In link order, as ENGINE_LIBS; of model/ only the text.
VARLINK_LIBS = varlink/libvarlink.a model/libmodel.a $(JANSSON_LIBS) $(SYSTEMD_LIBS)
