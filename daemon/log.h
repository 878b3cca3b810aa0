/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The daemon's log: structured records where standard error is the journal, plain lines anywhere else. No
 * other module prints. */

#include "model/base/macro.h"

#include <stdarg.h>
#include <syslog.h>

/* The metadata of a record. Every field may be left out; nothing is kept. */
struct log_record {
        int level;        /* LOG_ERR … LOG_DEBUG */
        const char *id;   /* MESSAGE_..._ID of daemon/names.h */
        const char *name; /* of the format */
        const char *state;
        const char *file; /* where it is defined */
        unsigned line;
        const char *hint;
};

/* Finds out where standard error goes. Records above `level` are dropped from now on; until this is called,
 * those above LOG_INFO are. */
void log_open(int level);

/* Would a record of this level be written? Saves putting together an expensive message in vain. */
bool log_takes(int level);

/* Writes one record; the message is one line without a full stop. */
void log_write(const struct log_record *r, const char *format, ...) _printf_(2, 3);

/* A record with a level and nothing else. */
#define log_say(severity, ...) log_write(&(const struct log_record){ .level = (severity) }, __VA_ARGS__)

/* "err", "warning", "info" or "debug" to LOG_…; -EINVAL for anything else. */
int log_level_from_name(const char *name);
