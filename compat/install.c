/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* update-binfmts --install, --remove, --import, --unimport: change binfmt-support's admin files, then
 * register or unregister what they declare. */

#include "compat/managed.h"
#include "compat/messages.h"
#include "compat/unmanaged.h"
#include "compat/update-binfmts.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Has another package installed it? Then a message names both, with `said` behind it. A broken file belongs
 * to no package. */
static bool is_of_other(const struct place *p, const char *name, const char *package, const char *said) {
        _cleanup_(admin_file_clear) struct admin_file old = { 0 };

        if (!place_load(p, name, true, &old) || streq(old.fields[ADMIN_PACKAGE], package))
                return false;
        complain("current package is %s, but binary format already installed by %s%s", package_name(package),
                 package_name(old.fields[ADMIN_PACKAGE]), said);
        return true;
}

/* Registers a format that is new or was changed. On the machine itself, the old entry serves until the new
 * one does. */
static bool register_anew(const struct place *p, const char *name, bool was_there) {
        char *names[] = { (char *) name, NULL };

        if (p->machine && !p->test)
                return managed_settle(names);
        if (was_there && !unmanaged_unregister(p, name))
                return complain("unable to disable binary format %s", name);
        return unmanaged_register(p, names) || complain("unable to enable binary format %s", name);
}

static bool are_twins(const struct admin_file *a, const struct admin_file *b) {
        for (size_t i = ADMIN_TYPE; i <= ADMIN_MASK; i++)
                if (!streq(a->fields[i], b->fields[i]))
                        return false;
        return true;
}

static bool has_twin(const struct place *p, const char *name, const struct admin_file *admin_file) {
        _cleanup_(names_freep) char **names = NULL;

        if (!place_list(p, p->admindir, &names))
                return false;
        for (char **n = names; *n; n++) {
                _cleanup_(admin_file_clear) struct admin_file other = { 0 };

                if (!streq(*n, name) && place_load(p, *n, true, &other) && are_twins(admin_file, &other))
                        return true;
        }
        return false;
}

static void demonstrate_enabling(const struct place *p, const char *name,
                                 const struct admin_file *admin_file) {
        bool dispatched = *admin_file->fields[ADMIN_DETECTOR] || has_twin(p, name, admin_file);
        _cleanup_(text_clear) struct text t = { 0 };

        place_mount(p);
        if (place_has(p->procdir, name)) {
                complain("%s already enabled in kernel.", name);
                return;
        }
        admin_file_append_string(admin_file, name,
                                 dispatched ? DISPATCHER_PATH : admin_file->fields[ADMIN_INTERPRETER], &t);
        printf("enable %s with the following format string:\n %s", name, t.failed ? "" : t.data);
}

/* --test. Removing the old entry is only demonstrated, so the table still shows it afterwards. */
static bool demonstrate_install(const struct place *p, const char *name, const struct admin_file *admin_file,
                                bool always) {
        bool table = always || place_is_mounted(p);

        if (table && place_has(p->admindir, name))
                unmanaged_unregister(p, name);
        puts("install the following binary format description:");
        admin_file_print(admin_file);
        if (table)
                demonstrate_enabling(p, name, admin_file);
        return true;
}

/* What is mounted for a package that is installed in an image keeps the image's /proc busy. So on the
 * machine itself, nothing is: whoever mounts it registers what is declared by then. */
static bool may_mount(const struct place *p, const char *name, bool always) {
        if (always && p->machine && !p->apart)
                complain("%s is not registered now, as binfmt_misc is not mounted on %s", name, p->procdir);
        return always && !p->machine && !p->apart;
}

bool act_install(const struct place *p, const char *name, const struct admin_file *admin_file, bool always) {
        _cleanup_free_ char *path = place_path(p->admindir, name);
        const char *package = admin_file->fields[ADMIN_PACKAGE];
        bool was_there = place_has(p->admindir, name);
        char *names[] = { (char *) name, NULL };

        if (!path)
                return complain_errno(-ENOMEM, "unable to install %s", name);
        if (is_of_other(p, name, package, ""))
                return false;
        if (p->test)
                return demonstrate_install(p, name, admin_file, always);
        if (!place_make_admindir(p) || !admin_file_write(admin_file, path))
                return false;
        /* A user who installs it by hand wants it switched on; a package that is upgraded leaves the switch
         * alone. */
        if (p->machine && streq(package, ":") && !managed_switch(names, true))
                return false;
        if (!place_is_mounted(p) && !may_mount(p, name, always))
                return true;
        return !place_mount(p) || register_anew(p, name, was_there);
}

/* Removes the entry also if no definition of ours is behind it, unless something else declares the format.
 */
static bool unregister_format(const struct place *p, const char *name) {
        char *names[] = { (char *) name, NULL };
        bool worked = true;

        if (p->machine) {
                worked = managed_settle(names);
                if (managed_retains(name))
                        return worked;
        }
        return unmanaged_unregister(p, name) && worked;
}

bool act_remove(const struct place *p, const char *name, const char *package, bool always) {
        _cleanup_free_ char *path = place_path(p->admindir, name);

        if (!path)
                return complain_errno(-ENOMEM, "unable to remove %s", name);
        if (!place_has(p->admindir, name)) {
                complain("%s does not exist; nothing to do!", path);
                return true;
        }
        if (is_of_other(p, name, package, "; not removing."))
                return true;
        if (p->test) {
                if (always || place_is_mounted(p))
                        unmanaged_unregister(p, name);
                printf("remove %s\n", path);
                return true;
        }
        if (unlink(path) < 0)
                return complain_errno(-errno, "unable to remove %s", path);
        if (p->apart || (!always && !place_is_mounted(p)))
                return true;
        return unregister_format(p, name) || complain("unable to disable binary format %s", name);
}

/* An import file, by its name in the import directory or by its path. */
struct import {
        char *path;
        const char *name;
        struct given given;
};

static void import_clear(struct import *i) {
        free(i->path);
        given_clear(&i->given);
}

static bool import_read(const struct place *p, const char *name, const char *verb, struct import *ret) {
        const char *slash = strrchr(name, '/');

        ret->name = slash ? slash + 1 : name;
        ret->path = slash ? strdup(name) : place_path(p->importdir, name);
        if (!ret->path)
                return complain_errno(-ENOMEM, "unable to %s %s", verb, name);
        if (place_is_reserved(ret->name))
                return false;
        return given_read(ret->path, &ret->given) ||
               complain("couldn't find information about '%s' to %s", ret->name, verb);
}

static bool is_local(const struct place *p, const char *name) {
        _cleanup_(admin_file_clear) struct admin_file old = { 0 };

        if (!place_load(p, name, true, &old) || !streq(old.fields[ADMIN_PACKAGE], ":"))
                return false;
        complain("preserving local changes to %s", name);
        return true;
}

static bool require_line(const struct import *i, enum admin_file_field field) {
        return i->given.values[field] ||
               complain("%s: required '%s' line missing", i->path, admin_file_field_names[field]);
}

static bool import_one(const struct place *p, const char *name) {
        _cleanup_(import_clear) struct import i = { 0 };
        _cleanup_(admin_file_clear) struct admin_file admin_file = { 0 };
        const char *interpreter;

        if (!import_read(p, name, "import", &i))
                return false;
        if (is_local(p, i.name))
                return true;
        if (!require_line(&i, ADMIN_PACKAGE) || !require_line(&i, ADMIN_INTERPRETER))
                return false;
        interpreter = i.given.values[ADMIN_INTERPRETER];
        if (access(interpreter, X_OK) < 0)
                complain("%s: no executable %s found, but continuing anyway as you request", i.path,
                         interpreter);
        if (!admin_file_make(i.path, &i.given, &admin_file))
                return false;
        /* A format that cannot be registered here and now is no failure of the package, and was complained
         * of. One that is not declared now is. */
        return act_install(p, i.name, &admin_file, false) || place_has(p->admindir, i.name);
}

static bool unimport_one(const struct place *p, const char *name) {
        _cleanup_(import_clear) struct import i = { 0 };

        if (!import_read(p, name, "unimport", &i))
                return false;
        if (!place_has(p->admindir, i.name) || is_local(p, i.name))
                return true;
        if (!require_line(&i, ADMIN_PACKAGE))
                return false;
        act_remove(p, i.name, i.given.values[ADMIN_PACKAGE], false);
        return true;
}

static bool for_all(const struct place *p, bool (*act)(const struct place *p, const char *name)) {
        _cleanup_(names_freep) char **names = NULL;
        bool worked = true;

        if (!place_list(p, p->importdir, &names))
                return false;
        for (char **n = names; *n; n++)
                worked = act(p, *n) && worked;
        return worked;
}

bool act_import(const struct place *p, const char *name) {
        return name ? import_one(p, name) : for_all(p, import_one);
}

bool act_unimport(const struct place *p, const char *name) {
        return name ? unimport_one(p, name) : for_all(p, unimport_one);
}
