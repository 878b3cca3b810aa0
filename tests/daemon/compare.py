#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare.py SOCKET: the daemon says the same over Varlink and on the system bus, field by field. It prints which states it saw."""

import json
import socket
import sys

import dbus

MANAGER, FORMAT = 'org.binfmtd1.Manager', 'org.binfmtd1.Format'


def varlink(method, parameters=None, more=False):
    """The parameters of all replies."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(sys.argv[1])
        s.sendall(json.dumps({'method': 'org.binfmtd.' + method, 'parameters': parameters or {}, 'more': more}).encode() + b'\0')
        data, replies = b'', []
        while True:
            while b'\0' not in data:
                data += s.recv(65536)
            message, data = data.split(b'\0', 1)
            message = json.loads(message)
            if 'error' in message:
                raise RuntimeError(message)
            replies.append(message['parameters'])
            if not message.get('continues'):
                return replies


def plain(value):
    """A D-Bus value as JSON has it."""
    if isinstance(value, dbus.Dictionary):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, dbus.Boolean):
        return bool(value)
    return str(value) if isinstance(value, str) else int(value)


def without_nulls(value):
    return {k: without_nulls(v) for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def differences(what, fields, properties):
    """A field that is null is empty there, of whichever type."""
    fields = {k[0].upper() + k[1:]: v for k, v in fields.items()}
    properties = {str(k): plain(v) for k, v in properties.items()}
    if fields.keys() != properties.keys():
        yield f'{what}: {sorted(fields)} and {sorted(properties)}'
        return
    for key, value in fields.items():
        there = properties[key]
        if (there not in ('', 0, {})) if value is None else there != without_nulls(value) or type(there) is not type(value):
            yield f'{what}: {key} is {value!r} and {there!r}'


def compare():
    bus = dbus.SystemBus()
    objects = bus.get_object('org.binfmtd1', '/org/binfmtd1').GetManagedObjects(
        dbus_interface='org.freedesktop.DBus.ObjectManager')
    there = {str(o[FORMAT]['Name']): (path, o[FORMAT]) for path, o in objects.items() if FORMAT in o}
    formats = {r['format']['name']: r['format'] for r in varlink('List', more=True)}
    if formats.keys() != there.keys():
        yield f'formats: {sorted(formats)} and {sorted(there)}'
        return
    for name, fields in formats.items():
        path, properties = there[name]
        yield from differences(name, fields, properties)
        shown = json.loads(bus.get_object('org.binfmtd1', path).Describe(dbus_interface=FORMAT))
        if shown['format'] != fields:
            yield f'{name}: Describe differs'
        try:
            if shown != varlink('Show', {'name': name})[0]:
                yield f'{name}: Show and Describe differ'
        except RuntimeError:
            if '\\x' not in name:  # no UTF-8: it cannot be named there
                raise
    manager = bus.get_object('org.binfmtd1', '/org/binfmtd1')
    for path, header in (('./x', b'ALPHA'), ('./x.beta', b''), ('./x', b'#!/bin/sh\n'), ('./x', b'MZ')):
        verdict, sentence, text = manager.Explain(path, dbus.ByteArray(header), dbus_interface=MANAGER)
        explanation = varlink('Explain', {'path': path, 'header': header.hex()})[0]['explanation']
        if json.loads(text) != explanation or (verdict, sentence) != (explanation['verdict'], explanation['sentence']):
            yield f'Explain {path} {header} differs'
    properties = bus.get_object('org.binfmtd1', '/org/binfmtd1').GetAll(
        MANAGER, dbus_interface='org.freedesktop.DBus.Properties')
    yield from differences('status', varlink('GetStatus')[0]['status'], properties)
    print(*sorted({f['state'] for f in formats.values()}))


found = list(compare())
print(*found, sep='\n')
sys.exit(bool(found))
