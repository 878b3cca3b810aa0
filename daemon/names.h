/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Every name that others may rely on, once: fields and ids in the journal (systemd/binfmtd.catalog explains
 * each id), units, sockets, names on the bus (systemd/org.binfmtd1.*). */

#define FIELD_NAME             "BINFMT_NAME"  /* the format */
#define FIELD_STATE            "BINFMT_STATE" /* format_state_name() */
#define FIELD_FILE             "BINFMT_FILE"  /* where it is defined */
#define FIELD_LINE             "BINFMT_LINE"
#define FIELD_HINT             "BINFMT_HINT" /* advice to the user */

#define MESSAGE_CHANGED_ID     "1188916e7bea466f87fda5000d939325" /* an entry was added, replaced, removed … */
#define MESSAGE_STATE_ID       "a8711aca59f94061a9f5e9ec29e462e5" /* a format came to another state */
#define MESSAGE_STALE_ID       "db65ba1a754044e5a5962607cdd577c2"
#define MESSAGE_INVALID_ID     "51012feb38004826b77742ecd3f8f914"
#define MESSAGE_REFUSED_ID     "257c15e5d01d42eb8096e9b99ec9351d"
#define MESSAGE_FAILED_ID      "d2e243c6191848508100945f7ff9761b"
#define MESSAGE_CONTENDED_ID   "a9c5791c5d4d46ba989e50e3f49b137c"
#define MESSAGE_SETTLED_ID     "8dd7157a27794d278f7ed932daa9da93" /* contended no more */
#define MESSAGE_UNAVAILABLE_ID "95ef1b9dd3c74c428c33ad5a7196609d"
#define MESSAGE_AVAILABLE_ID   "839b910bcef54339afa938fd4e0e8750"
#define MESSAGE_FILE_ID        "905a2568ae9e42cb80262cc36b2b644d" /* a file or directory cannot be used */

/* The name of the sockets that systemd hands over: FileDescriptorName=. */
#define SOCKET_NAME "varlink"

/* Our names on the system bus. */
#define BUS_NAME                  "org.binfmtd1"
#define BUS_PATH                  "/org/binfmtd1"
#define BUS_MANAGER               "org.binfmtd1.Manager"
#define BUS_FORMATS               "/org/binfmtd1/format" /* below: sd_bus_path_encode() of a format's name */
#define BUS_FORMAT                "org.binfmtd1.Format"
#define BUS_ERROR_NO_SUCH_FORMAT  "org.binfmtd1.NoSuchFormat"
#define BUS_ERROR_NOT_DECLARED    "org.binfmtd1.NotDeclared"
#define BUS_ERROR_CANNOT_BE_NAMED "org.binfmtd1.CannotBeNamed"
#define BUS_ERROR_CANNOT_WRITE    "org.binfmtd1.CannotWrite"
#define BUS_ERROR_FAILED          "org.binfmtd1.Failed"
#define POLKIT_ACTION             "org.binfmtd1.manage"

/* Names of other programs. */
#define BUS_SYSTEM_ADDRESS "unix:path=/run/dbus/system_bus_socket"
#define DBUS_NAME          "org.freedesktop.DBus"
#define DBUS_PATH          "/org/freedesktop/DBus"
#define DBUS_LOCAL_NAME    "org.freedesktop.DBus.Local"
#define DBUS_LOCAL_PATH    "/org/freedesktop/DBus/Local"
#define POLKIT_NAME        "org.freedesktop.PolicyKit1"
#define POLKIT_PATH        "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_AUTHORITY   "org.freedesktop.PolicyKit1.Authority"

#define MODULE_NAME        "binfmt_misc"
#define AUTOMOUNT_UNIT     "proc-sys-fs-binfmt_misc.automount"
#define SYSTEMD_NAME       "org.freedesktop.systemd1"
#define SYSTEMD_PATH       "/org/freedesktop/systemd1"
#define SYSTEMD_API        "org.freedesktop.systemd1.Manager"
/* This socket exists before the system bus does, and only root may use it. */
#define SYSTEMD_SOCKET  "/run/systemd/private"
#define SYSTEMD_ADDRESS "unix:path=" SYSTEMD_SOCKET
