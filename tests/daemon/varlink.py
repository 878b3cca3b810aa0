#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Varlink client for tests, which holds every reply against the interface's text.

varlink.py SOCKET call METHOD [PARAMETERS]   prints the reply, or "error NAME PARAMETERS"
varlink.py SOCKET more METHOD [N]            prints N replies, or all
varlink.py SOCKET check INTERFACE            is everything in its text documented?

What METHOD replies has to be what its interface says: every field known, none missing that may not be null.
"""
import json
import re
import socket
import sys


class Interface:
    """A description, taken apart far enough to check values against it."""

    def __init__(self, text):
        self.undocumented = []
        self.types, self.methods, self.errors = {}, {}, {}
        self.tokens = self.scan(text)
        self.at = 0
        while self.at < len(self.tokens):
            self.declaration()

    def scan(self, text):
        tokens, commented, line_began = [], False, True
        for line in text.splitlines():
            line_began = True
            for m in re.finditer(r'#.*|->|[A-Za-z][A-Za-z0-9_.]*|\[\]|\[string\]|[?():,]|\S', line):
                word = m.group()
                if word.startswith('#'):
                    commented = True
                    continue
                tokens.append((word, commented, line_began))
                line_began = commented = False
        return tokens

    def next(self, expected=None):
        word = self.tokens[self.at][0]
        if expected and word != expected:
            raise SyntaxError(f'{word} instead of {expected}')
        self.at += 1
        return word

    def peek(self):
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ''

    def declaration(self):
        documented = self.tokens[self.at][1]
        kind, name = self.next(), self.next()
        if not documented:
            self.undocumented.append(f'{kind} {name}')
        if kind == 'type':
            self.types[name] = self.type(name)
        elif kind == 'error':
            self.errors[name] = self.type(name)
        elif kind == 'method':
            arguments = self.type(name)
            self.next('->')
            self.methods[name] = (arguments, self.type(name))
        elif kind != 'interface':
            raise SyntaxError(kind)

    def type(self, owner):
        if self.peek() == '?':
            self.next()
            return ('maybe', self.type(owner))
        if self.peek() in ('[]', '[string]'):
            return ('list' if self.next() == '[]' else 'map', self.type(owner))
        if self.peek() != '(':
            return ('name', self.next())
        self.next()
        fields, values = {}, []
        # A name that says all needs no words: those that follow a documented one on its line, or right below it
        documented = False
        while self.peek() != ')':
            commented, line_began = self.tokens[self.at][1:]
            documented = commented or documented
            name = self.next()
            if self.peek() == ':':
                self.next()
                fields[name] = self.type(owner)
            else:
                values.append(name)
                if not commented:
                    self.undocumented.append(f'{owner}.{name}')
            if self.peek() == ',':
                self.next()
        self.next(')')
        return ('enum', values) if values else ('struct', fields)

    def fault(self, value, kind, where):
        """None if the value is of that type, else what is wrong."""
        what, inner = kind
        if what == 'maybe':
            return None if value is None else self.fault(value, inner, where)
        if what == 'name' and inner in self.types:
            return self.fault(value, self.types[inner], where)
        if what == 'name':
            right = {'string': str, 'int': int, 'bool': bool, 'object': dict}[inner]
            wrong = not isinstance(value, right) or (right is int and isinstance(value, bool))
            return f'{where} is {value!r}, no {inner}' if wrong else None
        if what == 'enum':
            return None if value in inner else f'{where} is {value!r}'
        if what == 'list':
            if not isinstance(value, list):
                return f'{where} is no list'
            faults = (self.fault(v, inner, f'{where}[{i}]') for i, v in enumerate(value))
        elif not isinstance(value, dict):
            return f'{where} is no object'
        elif what == 'map':
            faults = (self.fault(v, inner, f'{where}[{k}]') for k, v in value.items())
        else:
            unknown = set(value) - set(inner)
            if unknown:
                return f'{where} has {unknown}'
            faults = (self.fault(value.get(k), t, f'{where}.{k}') for k, t in inner.items())
        return next((f for f in faults if f), None)


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.buffer = b''

    def send(self, method, parameters=None, more=False):
        message = {'method': method, 'parameters': parameters or {}}
        if more:
            message['more'] = True
        self.socket.sendall(json.dumps(message).encode() + b'\0')

    def receive(self):
        while b'\0' not in self.buffer:
            data = self.socket.recv(1 << 16)
            if not data:
                raise EOFError('the service closed the connection')
            self.buffer += data
        message, self.buffer = self.buffer.split(b'\0', 1)
        return json.loads(message)

    def describe(self, interface):
        self.send('org.varlink.service.GetInterfaceDescription', {'interface': interface})
        return Interface(self.receive()['parameters']['description'])


def checked(interface, method, reply):
    if 'error' in reply:
        name = reply['error'].rsplit('.', 1)
        kind = interface.errors.get(name[1]) if not name[0].startswith('org.varlink.') else None
    else:
        kind = interface.methods[method.rsplit('.', 1)[1]][1]
    fault = kind and interface.fault(reply.get('parameters', {}), kind, 'reply')
    if fault:
        sys.exit(f'{method}: {fault}')
    return reply


def main():
    client = Client(sys.argv[1])
    what, target = sys.argv[2:4]
    if what == 'check':
        missing = client.describe(target).undocumented
        sys.exit(f'not documented: {missing}' if missing else 0)
    interface = client.describe(target.rsplit('.', 1)[0])
    if what == 'call':
        client.send(target, json.loads(sys.argv[4]) if len(sys.argv) > 4 else None)
        reply = checked(interface, target, client.receive())
        if 'error' in reply:
            print('error', reply['error'], json.dumps(reply.get('parameters', {}), sort_keys=True))
        else:
            print(json.dumps(reply['parameters'], sort_keys=True))
        return
    left = int(sys.argv[4]) if len(sys.argv) > 4 else -1
    client.send(target, more=True)
    while left != 0:
        reply = checked(interface, target, client.receive())
        print(json.dumps(reply.get('parameters', reply), sort_keys=True), flush=True)
        left -= 1
        if not reply.get('continues'):
            return


if __name__ == '__main__':
    main()
