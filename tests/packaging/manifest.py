# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The DaemonSet against Kubernetes' own schema, as its client library has it: each key is known, each value of its type, and nothing
# that is required is missing. `manifest.py check FILE`; `manifest.py args FILE` prints the arguments of the first container, one a line.

import sys

import yaml


def check(manifest):
    from kubernetes.client import ApiClient
    from kubernetes.client.configuration import Configuration

    client = ApiClient(Configuration())

    class Response:
        data = __import__('json').dumps(manifest)

    # What the schema does not know is dropped, so it is missing in what comes back.
    known = client.sanitize_for_serialization(client.deserialize(Response, 'V1DaemonSet'))
    return list(differences(manifest, known, ''))


def differences(given, known, path):
    if isinstance(given, dict) and isinstance(known, dict):
        for key in sorted(set(given) | set(known)):
            if key not in known:
                yield f'{path}.{key}: no such key'
            elif key not in given:
                yield f'{path}.{key}: required'
            else:
                yield from differences(given[key], known[key], f'{path}.{key}')
    elif isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        for index, (a, b) in enumerate(zip(given, known)):
            yield from differences(a, b, f'{path}[{index}]')
    elif given != known or type(given) is not type(known):
        yield f'{path}: {given!r} is no value for it'


def main():
    with open(sys.argv[2]) as f:
        manifest = yaml.safe_load(f)
    pod = manifest['spec']['template']['spec']
    if sys.argv[1] == 'args':
        print(*pod['initContainers'][0]['args'], sep='\n')
        return 0
    wrong = check(manifest)
    labels = manifest['spec']['template']['metadata']['labels']
    if not manifest['spec']['selector']['matchLabels'].items() <= labels.items():
        wrong.append('the selector does not select its own pods')
    volumes = {v['name'] for v in pod['volumes']}
    for container in pod['initContainers'] + pod['containers']:
        for mount in container.get('volumeMounts', []):
            if mount['name'] not in volumes:
                wrong.append(f"{container['name']}: there is no volume {mount['name']}")
    print(*wrong, sep='\n')
    return 1 if wrong else 0


sys.exit(main())
