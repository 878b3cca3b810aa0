#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""fuzz.py bus|varlink SOCKET ROUNDS SEED: sends so many malformed and mutated messages, as whoever runs it."""

import json
import os
import random
import socket
import struct
import sys

kind, path, rounds, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
dice = random.Random(seed)
BATCH = 50


def connected():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(path)
    return s


def mutated(data):
    data = bytearray(data)
    for _ in range(dice.choice((0, 1, 1, 2, 8))):
        at = dice.randrange(len(data))
        what = dice.randrange(4)
        if what == 0:
            data[at] = dice.randrange(256)
        elif what == 1:
            data[at] ^= 1 << dice.randrange(8)
        elif what == 2 and len(data) > 1:
            del data[at:at + dice.randrange(1, 9)]
        else:
            data[at:at] = data[at:at + dice.randrange(1, 9)]
        if not data:
            return b'x'
    return bytes(data)


## D-Bus: little endian, as much of it as is needed

def padded(data, n):
    return data + b'\0' * (-len(data) % n)


def string(s, signature=False):
    s = s.encode(errors='surrogateescape')
    return (bytes([len(s)]) if signature else struct.pack('<I', len(s))) + s + b'\0'


def call(serial, where, interface, member, destination='org.binfmtd1', signature='', body=b''):
    fields = b''
    for code, kind_of, value in ((1, 'o', where), (2, 's', interface), (3, 's', member), (6, 's', destination), (8, 'g', signature)):
        if value:
            fields = padded(fields, 8) + bytes([code, 1]) + kind_of.encode() + b'\0'
            fields = padded(fields, 4) if kind_of != 'g' else fields
            fields += string(value, kind_of == 'g')
    return padded(struct.pack('<cBBBIII', b'l', 1, dice.choice((0, 0, 4)), 1, len(body), serial, len(fields)) + fields, 8) + body


def strings(values):
    data = b''
    for v in values:
        data = padded(data, 4) + string(v)
    return struct.pack('<I', len(data)) + data


def argument():
    return dice.choice(('alpha', 'beta', '', 'x' * dice.randrange(300), '../../x', 'a\nb', '[x]', '\u20ac', '%s%n', 'a]'))


def random_call(serial):
    names = [argument() for _ in range(dice.randrange(4))]
    body, signature = dice.choice((
        (b'', ''),
        (string(argument()), 's'),
        (padded(strings(names), 4) + struct.pack('<I', dice.randrange(2)), 'asb'),
        (padded(string(dice.choice(('org.binfmtd1.Format', 'org.binfmtd1.Manager', 'x.y', ''))), 4) + string(argument()), 'ss'),
        (string(dice.choice(('org.binfmtd1.Format', 'org.binfmtd1.Manager', ''))), 's'),
        (struct.pack('<Q', dice.getrandbits(64)), 't'),
    ))
    where = dice.choice(('/', '/org', '/org/binfmtd1', '/org/binfmtd1/format', '/org/binfmtd1/format/alpha', '/org/binfmtd1/format/_',
                         '/org/binfmtd1/format/_f', '/org/binfmtd1/format/a_00b', '/org/binfmtd1/format/_ff_fe', '/org/binfmtd1/format/a/b',
                         '/org/binfmtd1/format/' + 'y' * dice.randrange(1, 400)))
    interface = dice.choice(('org.binfmtd1.Manager', 'org.binfmtd1.Format', 'org.freedesktop.DBus.Properties', '', 'x.y',
                             'org.freedesktop.DBus.Introspectable', 'org.freedesktop.DBus.ObjectManager', 'org.freedesktop.DBus.Peer'))
    member = dice.choice(('Enable', 'Disable', 'Reload', 'GetFormat', 'ListFormats', 'Describe', 'Get', 'GetAll', 'Set', 'Introspect',
                          'GetManagedObjects', 'Ping', 'GetMachineId', 'Nothing'))
    return call(serial, where, interface, member, 'org.binfmtd1', signature, body)


class Bus:
    def __init__(self):
        self.s, self.data, self.serial = connected(), b'', 1
        self.s.sendall(b'\0AUTH EXTERNAL ' + str(os.getuid()).encode().hex().encode() + b'\r\n')
        assert self.s.recv(200).startswith(b'OK')
        self.s.sendall(b'BEGIN\r\n' + call(1, '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello', 'org.freedesktop.DBus'))

    def answer(self):
        """Waits for the answer of an honest call, past all others."""
        self.serial += 1
        self.s.sendall(call(self.serial, '/org/binfmtd1', 'org.freedesktop.DBus.Peer', 'Ping').replace(b'l\x01\x04', b'l\x01\x00', 1))
        while True:
            while len(self.data) < 16 or len(self.data) < self.size():
                more = self.s.recv(1 << 20)
                if not more:
                    raise ConnectionResetError
                self.data += more
            message, self.data = self.data[:self.size()], self.data[self.size():]
            if message[1] in (2, 3) and b'\5\1u\0' + struct.pack('<I', self.serial) in message:
                return

    def size(self):
        order = '<' if self.data[:1] == b'l' else '>'
        body, _, fields = struct.unpack(order + 'III', self.data[4:16])
        return 16 + fields + -fields % 8 + body

    def send(self):
        self.serial += 1
        message = random_call(self.serial)
        if dice.randrange(4) > 0:
            self.s.sendall(message)
            return
        # The bus may refuse it, or wait for more of it: nothing else can follow, and what went before has to have arrived.
        self.answer()
        self.s.sendall(mutated(message))
        raise ConnectionResetError


## Varlink

def random_value(depth=0):
    what = dice.randrange(9 if depth < 3 else 6)
    if what < 3:
        return argument()
    if what < 6:
        return dice.choice((None, True, False, 0, -1, 2**63 - 1, 0.5))
    if what == 6:
        return [random_value(depth + 1) for _ in range(dice.randrange(5))]
    return {dice.choice(('name', 'names', 'runtime', 'path', 'header', 'x')): random_value(depth + 1) for _ in range(dice.randrange(4))}


class Varlink:
    def __init__(self):
        self.s, self.data = connected(), b''

    def send(self):
        method = dice.choice(('org.binfmtd.', 'org.varlink.service.', 'x.', '')) + dice.choice(
            ('GetStatus', 'List', 'Show', 'Enable', 'Disable', 'Reload', 'Explain', 'GetInfo', 'GetInterfaceDescription', 'x', ''))
        message = {'method': method, 'parameters': random_value()}
        for flag in ('more', 'oneway', 'upgrade', 'y'):
            if dice.randrange(6) == 0:
                message[flag] = dice.choice((True, True, False, 1, None))
        data = json.dumps(message).encode()
        if dice.randrange(2):
            self.s.sendall(data + b'\0')
            return
        # It may be the end of the connection, but not of what went before; and the service has to end it, as nothing else follows.
        self.answer()
        self.s.sendall(mutated(data) + b'\0')
        self.s.shutdown(socket.SHUT_WR)
        while self.s.recv(1 << 20):
            pass
        raise ConnectionResetError

    def answer(self):
        """An honest call, whose answer is known by what only it asks."""
        self.s.sendall(json.dumps({'method': 'org.binfmtd.Show', 'parameters': {'name': 'no such'}}).encode() + b'\0')
        while b'"no such"' not in self.data:
            more = self.s.recv(1 << 20)
            if not more:
                raise ConnectionResetError
            self.data = self.data[-100:] + more
        self.data = b''


client, closed = None, 0
for i in range(rounds):
    try:
        client = client or (Bus if kind == 'bus' else Varlink)()
        client.send()
        if i % BATCH == BATCH - 1:
            client.answer()
    except (ConnectionResetError, BrokenPipeError):
        client.s.close()
        client, closed = None, closed + 1
client = (Bus if kind == 'bus' else Varlink)()
client.answer()
print(f'{rounds} messages with seed {seed}; {closed} times the connection was closed')
