/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/connection.h"
#include "varlink/link.h"
#include "varlink/parameters.h"

static const char description[] =
                "# The Varlink Service Interface is provided by every varlink service. It\n"
                "# describes the service and the interfaces it implements.\n"
                "interface org.varlink.service\n"
                "\n"
                "# Get a list of all the interfaces a service provides and information\n"
                "# about the implementation.\n"
                "method GetInfo() -> (\n"
                "  vendor: string,\n"
                "  product: string,\n"
                "  version: string,\n"
                "  url: string,\n"
                "  interfaces: []string\n"
                ")\n"
                "\n"
                "# Get the description of an interface that is implemented by this service.\n"
                "method GetInterfaceDescription(interface: string) -> (description: string)\n"
                "\n"
                "# The requested interface was not found.\n"
                "error InterfaceNotFound (interface: string)\n"
                "\n"
                "# The requested method was not found.\n"
                "error MethodNotFound (method: string)\n"
                "\n"
                "# The interface defines the requested method, but the service does not\n"
                "# implement it.\n"
                "error MethodNotImplemented (method: string)\n"
                "\n"
                "# One of the passed parameters is invalid.\n"
                "error InvalidParameter (parameter: string)\n"
                "\n"
                "# The client is denied access.\n"
                "error PermissionDenied ()\n"
                "\n"
                "# The method is expected to be called with 'more' set to true.\n"
                "error ExpectedMore ()\n";

static int get_info(struct varlink *v, json_t *parameters, _unused_ unsigned flags, _unused_ void *user) {
        const struct varlink_server *s = v->server;
        json_t *interfaces;
        int r;

        r = varlink_dispatch(v, parameters, NULL, 0, NULL);
        if (r != 0)
                return r;
        interfaces = json_array();
        for (size_t i = 0; i < s->n_interfaces; i++)
                if (json_array_append_new(interfaces, json_string(s->interfaces[i]->name)) < 0) {
                        json_decref(interfaces);
                        interfaces = NULL;
                }
        return varlink_reply(v, json_pack("{s:s, s:s, s:s, s:s, s:o}", "vendor", s->config.vendor, "product",
                                          s->config.product, "version", s->config.version, "url",
                                          s->config.url, "interfaces", interfaces));
}

static int get_description(struct varlink *v, json_t *parameters, _unused_ unsigned flags,
                           _unused_ void *user) {
        const char *name = NULL;
        const struct varlink_field fields[] = {
                { "interface", VARLINK_STRING, 0, .required = true },
        };
        const struct varlink_interface *interface;
        int r;

        r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &name);
        if (r != 0)
                return r;
        interface = varlink_interfaces_find(v->server->interfaces, v->server->n_interfaces, name);
        if (!interface)
                return varlink_error(v, VARLINK_ERROR_INTERFACE_NOT_FOUND,
                                     json_pack("{s:s}", "interface", name));
        return varlink_reply(v, json_pack("{s:s}", "description", interface->description));
}

static const struct varlink_method methods[] = {
        { "GetInfo", get_info, 0 },
        { "GetInterfaceDescription", get_description, 0 },
};

const struct varlink_interface varlink_service = {
        .name = "org.varlink.service",
        .description = description,
        .methods = methods,
        .n_methods = ELEMENTSOF(methods),
};
