"""Headers that are read once instead of by every unit: most of the time of V8's build went into them.

Which ones is counted, so that a new V8 needs no new list: those that enough sources of a family include by themselves. The
conditions around them are not evaluated, so what stands in a condition of another kind than V8's and ICU's own is left out.
"""
import collections
import os
import re

# Families by GN target. Members of one are compiled with the same flags and defines.
FAMILIES = {
    'v8/v8_base_without_compiler': 'v8',
    'v8/v8_compiler': 'v8',
    'v8/torque_generated_definitions': 'v8',
    'v8/src/inspector/inspector': 'v8',
    'v8/torque_generated_initializers': 'builtins',
    'v8/v8_initializers': 'builtins',
    'v8/v8_init': 'builtins',
    'v8/mksnapshot': 'builtins',
    'third_party/icu/icuuc_private': 'icu-common',
    'third_party/icu/icui18n': 'icu-i18n',
}
ABSEIL = 'third_party/abseil-cpp/'

# How many sources have to include a header.
ENOUGH = {'v8': 5, 'builtins': 2, 'icu-common': 8, 'icu-i18n': 8, 'abseil': 5}

# They only make sense where they are included: they define macros, or want some.
NOT_ALONE = re.compile(r'macros|template|turboshaft-builtins|tsa|number-builtins-reducer|\.inc$|-tq\.h$|\.\./')
OUR_CONDITIONS = re.compile(r'#\s*if\s+(!\s*)?(defined\()?(!\s*)?(UCONFIG_|V8_ENABLE_|V8_INTL_|ABSL_HAVE_)')


def family(target):
    return 'abseil' if target.startswith(ABSEIL) else FAMILIES.get(target)


# Names that mean something else where all of V8's headers are known.
WITHOUT = {
    'v8/src/ast/prettyprinter.cc': 'means v8::RegExp, not the internal one',
    'v8/src/objects/js-temporal-objects.cc': 'means Temporal\'s RoundingMode, not Intl\'s',
}


def usable(tree, name, sources):
    """Some of ICU's and Abseil's sources say by macros what a header is to be. None of V8's does."""
    if any(source in WITHOUT for source in sources):
        return False
    return name in ('v8', 'builtins') or not any(defines_first(os.path.join(tree, source)) for source in sources)


def defines_first(path):
    """Whether an #include comes after a #define."""
    with open(path, encoding='utf-8', errors='replace') as file:
        directives = re.findall(r'^\s*#\s*(define|include)\b', file.read(), re.M)
    return 'define' in directives and 'include' in directives[directives.index('define'):]


def headers(tree, name, sources):
    counts = collections.Counter()
    for source in sources:
        path = os.path.join(tree, source)
        if os.path.exists(path):
            counts.update(set(includes(path)))
    found = {header for header, count in counts.items() if count >= ENOUGH[name] and not NOT_ALONE.search(header)}
    if name == 'builtins':
        found |= torque(tree)
    # The C++ library's first: ICU's own and V8's do not need it, but its macros are not theirs to change.
    return sorted(found, key=lambda header: (header[0] != '<', header))


def includes(path):
    """What a source includes whatever the platform, `<x>` and `"x"` as they stand."""
    conditions = []
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            if re.match(r'\s*#\s*if', line):
                conditions.append(bool(OUR_CONDITIONS.match(line.strip())))
            elif re.match(r'\s*#\s*(else|elif)', line) and conditions:
                conditions[-1] = False
            elif re.match(r'\s*#\s*endif', line) and conditions:
                conditions.pop()
            else:
                match = re.match(r'\s*#\s*include\s+([<"][^>"]+[>"])', line)
                if match and all(conditions):
                    yield match[1]


def torque(tree):
    """Torque's C++ includes what its sources say."""
    found = set()
    for folder in ('v8/src', 'v8/third_party'):
        for path, _, names in os.walk(os.path.join(tree, folder)):
            for name in names:
                if name.endswith('.tq'):
                    with open(os.path.join(path, name), encoding='utf-8') as file:
                        found |= {f'"{header}"' for header in re.findall(r"^#include '([^']+)'", file.read(), re.M)}
    return {header for header in found if not NOT_ALONE.search(header)}
