/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/interface.h"

#include <ctype.h>

const struct varlink_interface *varlink_interfaces_find(const struct varlink_interface *const *interfaces,
                                                        size_t n, const char *name) {
        for (size_t i = 0; i < n; i++)
                if (streq(interfaces[i]->name, name))
                        return interfaces[i];
        return NULL;
}

const struct varlink_method *varlink_interface_find(const struct varlink_interface *i, const char *method) {
        for (size_t k = 0; k < i->n_methods; k++)
                if (streq(i->methods[k].name, method))
                        return i->methods + k;
        return NULL;
}

/* Finds the name that follows `keyword` at the beginning of this line; its length is 0 if the line declares
 * nothing of that kind. */
static const char *declared_name(const char *line, const char *keyword, size_t *ret_length) {
        const char *p = line + strspn(line, " \t"), *name;
        size_t n = 0;

        if (strncmp(p, keyword, strlen(keyword)) == 0) {
                p += strlen(keyword);
                name = p + strspn(p, " \t");
                while (name > p && (isalnum((unsigned char) name[n]) || name[n] == '.' || name[n] == '-'))
                        n++;
                p = name;
        }
        *ret_length = n;
        return p;
}

/* Counts the lines that declare a `keyword` of that name (NULL: of any). */
static size_t count_declared(const char *description, const char *keyword, const char *name) {
        size_t n = 0, length;

        for (const char *line = description; line; line = strchr(line, '\n')) {
                const char *found;

                line += *line == '\n';
                found = declared_name(line, keyword, &length);
                n += length > 0 && (!name || (strlen(name) == length && memcmp(name, found, length) == 0));
        }
        return n;
}

bool varlink_interface_agrees(const struct varlink_interface *i) {
        for (size_t k = 0; k < i->n_methods; k++)
                if (count_declared(i->description, "method", i->methods[k].name) != 1)
                        return false;
        return count_declared(i->description, "method", NULL) == i->n_methods &&
               count_declared(i->description, "interface", NULL) == 1 &&
               count_declared(i->description, "interface", i->name) == 1;
}
