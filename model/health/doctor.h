/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Is the machine well? Makes the findings of `binfmtctl doctor` from facts. A finding is a diagnostic whose
 * severity tells how bad it is (error: programs do not run, or may not run soon; warning: something is wrong
 * or in danger; note: worth knowing), whose code is stable, whose name is the entry's, and whose hint is a
 * command wherever there is one. */

#include "model/format/format.h"
#include "model/health/owner.h"
#include "model/plan/guard.h"

/* Another program that registers formats, by its systemd unit. */
struct unit_facts {
        bool installed;
        bool enabled; /* started at boot, as far as links and masks tell */
        bool active;
};

struct machine_facts {
        /* The instance. */
        const char *instance;         /* its directory */
        const char *why, *what_to_do; /* why there is none (NULL: there is one), and a remedy or NULL */
        bool module_known;            /* the kernel has binfmt_misc, built in or loaded */
        bool module_there;            /* it could be loaded */
        bool switched_off;
        enum instance_owner owner;

        /* The programs that write to it. */
        struct unit_facts systemd_binfmt;
        bool withheld; /* our drop-in keeps systemd-binfmt from starting, as binfmtd is enabled */
        struct unit_facts binfmt_support;
        struct unit_facts binfmtd;
        bool answers;    /* binfmtd does */
        size_t changes;  /* that apply would make */
        size_t mistakes; /* errors in definitions */
};

struct doctor_facts {
        const struct machine_facts *machine;
        const struct host *host;
        const struct formats *formats;                 /* joined with the table */
        const struct interpreter *const *interpreters; /* of the entry of formats->items[i]; NULL where there
                                                          is no entry, or an opaque one */
};

/* Every exec feels more entries than that. */
#define DOCTOR_ENTRIES_MAX 500u

/* Appends all findings. 0 or -ENOMEM. */
int doctor_findings(const struct doctor_facts *c, struct diagnostics *ret);

/* Its steps, in their order: the machine as a whole, each entry, and each pair of entries. */
int doctor_check_machine(const struct doctor_facts *c, struct diagnostics *ret);
int doctor_check_entries(const struct doctor_facts *c, struct diagnostics *ret);
int doctor_check_pairs(const struct doctor_facts *c, struct diagnostics *ret);
