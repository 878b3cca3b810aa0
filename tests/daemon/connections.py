#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""connections.py SOCKET SERVICE USER: connects, as several users, until binfmtd refuses more, which has to be at these numbers.

Prints "full" once nobody can connect any more, and holds all until standard input ends."""

import json
import os
import resource
import socket
import sys

path, service, user = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
FIRST_UID = 1000
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
clients = []


def connect(uid):
    """SO_PEERCRED tells the effective user at the time of connect(2)."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    os.seteuid(uid)
    try:
        s.connect(path)
    finally:
        os.seteuid(0)
    return s


def reply(s):
    data = b''
    while not data.endswith(b'\0'):
        more = s.recv(1 << 16)
        assert more, f'closed after {data}'
        data += more
    return json.loads(data[:-1])


def ask(some):
    """All calls are under way at the same time."""
    for s in some:
        s.sendall(b'{"method":"org.binfmtd.GetStatus"}\0')
    for s in some:
        answer = reply(s)
        assert answer['parameters']['status']['formats'] == 1, answer


def refused(uid, scope, limit):
    s = connect(uid)
    answer = reply(s)
    assert answer == {'error': 'org.binfmtd.TooManyConnections', 'parameters': {'scope': scope, 'limit': limit}}, answer
    assert s.recv(1) == b'', 'it is not closed'


uid = FIRST_UID
while len(clients) < service:
    mine = [connect(uid) for _ in range(min(user, service - len(clients)))]
    clients += mine
    ask(mine)
    if len(clients) < service:
        refused(uid, 'user', user)
    uid += 1
refused(uid, 'service', service)
refused(FIRST_UID, 'service', service)
ask(clients)
for gone in (clients.pop(), clients.pop(0)):
    gone.close()
    # Whether it is noticed before the next one comes is up to the loop: an answer to another comes after it.
    ask(clients[:1])
    clients.append(connect(uid))
    ask(clients)
print('full', flush=True)
sys.stdin.read()
