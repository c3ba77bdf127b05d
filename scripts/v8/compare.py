"""Says what differs between two packed archives: compare.py EXPECTED ACTUAL. Exit code 1 if anything does."""
import hashlib
import sys
import tarfile


def main():
    expected, actual = (contents(path) for path in sys.argv[1:])
    lines = [f'only in {side}: {name}' for side, a, b in (('the archive checked in', expected, actual), ('the new one', actual, expected))
             for name in sorted(a.keys() - b.keys())]
    lines += [f'differs: {name}' for name in sorted(expected.keys() & actual.keys()) if expected[name] != actual[name]]
    print('\n'.join(lines[:40] + ([f'and {len(lines) - 40} more'] if len(lines) > 40 else [])))
    sys.exit(1 if lines else 0)


def contents(path):
    """Hashes by name; the members of a static library count as files of their own."""
    found = {}
    with tarfile.open(path) as tar:
        for member in tar:
            data = tar.extractfile(member).read()
            if member.name.endswith('.a'):
                found.update({f'{member.name}({name})': digest(part) for name, part in objects(data)})
            else:
                found[member.name] = digest(data)
    return found


def objects(data):
    """GNU's format: headers of 60 bytes, long names in the member `//`."""
    at, names = 8, b''
    while at + 60 <= len(data):
        name, size = data[at:at + 16].strip(), int(data[at + 48:at + 58])
        part = data[at + 60:at + 60 + size]
        if name == b'//':
            names = part
        elif name[:1] == b'/' and name[1:].isdigit():
            start = int(name[1:])
            yield names[start:names.index(b'/', start)].decode(), part
        else:
            yield name.decode(), part
        at += 60 + size + size % 2


def digest(data):
    return hashlib.sha256(data).hexdigest()


main()
