"""Which sources are compiled together, and how hard."""
import os

import precompiled

# How many sources of a GN target make a unity group: as many as compile together. The headers cost more than the code.
SIZES = {
    'v8/torque_generated_initializers': 32,
    # Assertions only.
    'v8/torque_generated_definitions': 999,
    'v8/v8_compiler': 20,
    'v8/v8_base_without_compiler': 20,
    'v8/v8_initializers': 12,
    'v8/cppgc_base': 24,
    'v8/v8_heap_base': 8,
    'v8/v8_libbase': 24,
    'v8/v8_libplatform': 16,
    'v8/v8_bigint': 16,
    'v8/torque_base': 12,
    'v8/src/inspector/inspector': 20,
}

# By folder, so that a change in one place does not move the groups of another.
BY_FOLDER = ('v8/v8_compiler', 'v8/v8_base_without_compiler')

TURBOSHAFT = 'uses turboshaft\'s namespace, which has a Label and an Operation too'

# Alone, with the reason.
ALONE = {
    'v8/src/objects/js-list-format.cc': 'helpers named as in js-plural-rules.cc',
    'v8/src/objects/js-plural-rules.cc': 'helpers named as in js-list-format.cc',
    'v8/src/objects/js-relative-time-format.cc': 'a Style of its own',
    'v8/src/objects/js-display-names.cc': 'a CheckCalendar of its own',
    'v8/src/snapshot/read-only-deserializer.cc': 'an overload',
    'v8/src/compiler/bytecode-analysis.cc': 'a using',
    'v8/src/base/sanitizer/lsan-virtual-address-space.cc': 'means another VirtualAddressSpace by that name',
    'v8/src/heap/cppgc-internal/marker.cc': 'a constant named as in concurrent-marker.cc',
    'v8/src/builtins/builtins-number-tsa.cc': TURBOSHAFT,
    'v8/src/builtins/builtins-string-tsa.cc': TURBOSHAFT,
    'v8/src/interpreter/interpreter-generator-tsa.cc': TURBOSHAFT,
    'v8/src/torque/csa-generator.cc': 'a helper named as in cc-generator.cc',
}

# In mksnapshot only, where they run once: compiled in less time than what is kept.
IN_MKSNAPSHOT = ('v8/torque_generated_initializers', 'v8/v8_initializers', 'v8/v8_init', 'v8/mksnapshot')

# In tools that run once, but whose bytes decide where what they write lies.
RUN_ONCE = ('v8/torque_base', 'v8/torque', 'v8/bytecode_builtins_list_generator', 'v8/gen-regexp-special-case')


def optimize(target):
    if target in IN_MKSNAPSHOT:
        return '-O0'
    return '-O1' if target in RUN_ONCE else '-O2'


def group(target, sources):
    """Lists of sources, each one unit. Sources are those of one target, with one use."""
    size = SIZES.get(target, 1)
    folders = {}
    for source in sources:
        if source in ALONE or source in precompiled.WITHOUT or not source.endswith('.cc') and not source.endswith('.cpp'):
            folders['', source] = [source]
        else:
            folder = os.path.dirname(source) if target in BY_FOLDER else ''
            folders.setdefault((folder, ''), []).append(source)
    for members in folders.values():
        # Of even size: the last group of a folder is not a small one.
        count = -(-len(members) // size)
        for i in range(count):
            yield members[len(members) * i // count:len(members) * (i + 1) // count]
