"""The manifest as text: a line for what is one thing, so that a new V8 shows as a readable difference."""
import json


def text(manifest):
    parts = []
    for key, value in manifest.items():
        parts.append(f'{json.dumps(key)}: {block(key, value)}')
    return '{\n' + ',\n'.join(parts) + '\n}\n'


def block(key, value):
    if key == 'units':
        return '[\n' + ',\n'.join(unit(u, 'sources') for u in value) + '\n]'
    if key == 'precompiled':
        return '[\n' + ',\n'.join(unit(u, 'headers') for u in value) + '\n]'
    if key in ('configs', 'generators', 'tools', 'defines'):
        return json.dumps(value, indent=1)
    return json.dumps(value)


def unit(u, many):
    head = {k: v for k, v in u.items() if k != many}
    start = json.dumps(head)[:-1] + f', "{many}": ['
    if len(u[many]) == 1:
        return f'{start}{json.dumps(u[many][0])}]}}'
    return start + '\n' + ',\n'.join(f'  {json.dumps(name)}' for name in u[many]) + ']}'
