"""GN's flags as Zig's clang takes them."""
import ninja

# Of Chromium's own clang, or for its build machines: no code depends on them.
DROPPED = ('-W', '-fdiagnostics', '-fcrash-diagnostics-dir', '-fcolor-diagnostics', '-fno-lifetime-dse', '--target=',
           '-fsanitize-ignore-for-ubsan-feature', '-no-canonical-prefixes', '-ffile-compilation-dir', '-fmodule')
# What else of Chromium V8 would be built beside.
DROPPED_DEFINES = ('USE_UDEV', 'USE_AURA', 'USE_OZONE', 'NVALGRIND', 'PA_ENABLE', '_GLIBCXX_ASSERTIONS')


def clean(words):
    out, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word == '-mllvm':
            skip = True
        elif word in ('-O3', '-O2'):
            pass  # the unit's, see groups.py
        elif word.startswith(DROPPED):
            pass
        elif word not in out:
            out.append(word)
    return out


def defines(words):
    return [word[2:] for word in words if not word[2:].startswith(DROPPED_DEFINES)]


def includes(words):
    return [tree(word[2:]) for word in words]


def tree(path):
    """A path of GN's output folder, seen from the top of the crate. `gen` is what generators write."""
    if path == '../..':
        return '.'
    return path[6:] if path.startswith('../../') else path


def words(edge, name):
    return ninja.flags(edge, name)


def flags_of(edge, language):
    if language == 'asm':
        return clean(words(edge, 'asmflags'))
    return clean(words(edge, 'cflags') + words(edge, f'cflags_{language}'))
