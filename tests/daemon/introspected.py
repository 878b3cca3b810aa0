#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""introspected.py DIRECTORY: what the daemon on the system bus introspects is what the files org.binfmtd1.*.xml in the directory say,
and these have a text for everything."""

import sys
import xml.etree.ElementTree as tree

import dbus

DOCUMENTATION = 'org.gtk.GDBus.DocString'
FILES = {'org.binfmtd1.Manager': '/org/binfmtd1', 'org.binfmtd1.Format': '/org/binfmtd1/format/alpha'}


def shape(element):
    """An element without its documentation, as a comparable value."""
    inside = [shape(e) for e in element if e.get('name') != DOCUMENTATION]
    attributes = {k: v for k, v in element.attrib.items()}
    # The default, which only some write down
    if element.tag == 'annotation' and attributes == {
            'name': 'org.freedesktop.DBus.Property.EmitsChangedSignal', 'value': 'true'}:
        return None
    return (element.tag, sorted(attributes.items()), [i for i in inside if i])


def undocumented(element):
    for e in element.iter():
        if e.tag in ('interface', 'property', 'method', 'signal', 'arg'):
            if not any(a.get('name') == DOCUMENTATION and a.get('value') for a in e.findall('annotation')):
                yield f'{e.tag} {e.get("name")}'


bus = dbus.SystemBus()
failed = False
for interface, path in FILES.items():
    said = tree.fromstring(bus.get_object('org.binfmtd1', path).Introspect(
        dbus_interface='org.freedesktop.DBus.Introspectable'))
    said = said.find(f'interface[@name="{interface}"]')
    written = tree.parse(f'{sys.argv[1]}/{interface}.xml').getroot().find('interface')
    for nothing in undocumented(written):
        print(f'{interface}: no documentation of {nothing}')
        failed = True
    if shape(said) != shape(written):
        failed = True
        print(tree.tostring(said, encoding='unicode'), '\n', shape(said), '\n', shape(written))
sys.exit(failed)
