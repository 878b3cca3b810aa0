/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* update-binfmts --enable, --disable. On the machine itself, a format that is disabled by name stays
 * disabled; disabling all lasts until the next boot, or until all are enabled. */

#include "compat/managed.h"
#include "compat/messages.h"
#include "compat/unmanaged.h"
#include "compat/update-binfmts.h"

#include <stdio.h>

static bool is_known(const struct place *p, const char *name) {
        _cleanup_(admin_file_clear) struct admin_file admin_file = { 0 };

        return place_load(p, name, false, &admin_file);
}

static bool register_all(const struct place *p, char **names) {
        return p->machine && !p->test ? managed_settle(names) : unmanaged_register(p, names);
}

/* As soon as it is switched on, a daemon may register it: that it was there is asked before. */
static bool enable_one(const struct place *p, const char *name) {
        char *names[] = { (char *) name, NULL };
        bool was_there = place_has(p->procdir, name);

        if (!is_known(p, name))
                return complain("%s not in database of installed binary formats.", name);
        if (p->machine && !p->test && !managed_switch(names, true))
                return false;
        if (p->apart)
                return true;
        if (was_there) {
                complain("%s already enabled in kernel.", name);
                return true;
        }
        return register_all(p, names);
}

/* Drops broken ones, after complaining, and those that are registered. */
static void keep_missing(const struct place *p, char **names) {
        size_t kept = 0;

        for (size_t i = 0; names[i]; i++)
                if (!place_has(p->procdir, names[i]) && is_known(p, names[i]))
                        names[kept++] = names[i];
                else
                        free(names[i]);
        names[kept] = NULL;
}

static bool enable_all(const struct place *p) {
        _cleanup_(names_freep) char **names = NULL;

        if (!place_list(p, p->admindir, &names))
                return false;
        if (p->machine && !p->test && !managed_switch_for_now(names, true))
                return false;
        if (p->apart)
                return true;
        keep_missing(p, names);
        return !*names || register_all(p, names);
}

bool act_enable(const struct place *p, const char *name) {
        if (!p->apart && !place_mount(p))
                return true;
        return name ? enable_one(p, name) : enable_all(p);
}

static bool disable_machines(const struct place *p, char **names, bool for_now) {
        if (!(for_now ? managed_switch_for_now : managed_switch)(names, false))
                return false;
        return p->apart || managed_settle(names);
}

static bool disable_all(const struct place *p) {
        _cleanup_(names_freep) char **names = NULL;
        bool worked = true;

        if (!place_list(p, p->admindir, &names))
                return false;
        if (p->machine && !p->test && *names)
                worked = disable_machines(p, names, true);
        if (p->apart)
                return worked;
        for (char **n = names; *n; n++)
                worked = unmanaged_unregister(p, *n) && worked;
        unmanaged_unmount(p);
        return worked;
}

bool act_disable(const struct place *p, const char *name) {
        char *names[] = { (char *) name, NULL };

        if (!name)
                return disable_all(p);
        if (p->machine && !p->test && managed_declares(name) && !disable_machines(p, names, false))
                return false;
        return p->apart || unmanaged_unregister(p, name);
}
