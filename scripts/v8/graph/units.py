"""From objects to units: configurations told once, sources in groups, weights."""
import os
import re

import flags
import groups
import precompiled


V8 = 'obj/v8/v8_base_without_compiler/api.o'


def collect(graph, products):
    """{(machine, target, uses): [edge]} of what is compiled for any product (a tool's name, or `archive`)."""
    uses = {}
    for product, objects in products.items():
        for name in objects:
            uses.setdefault(name, []).append(product)
    found = {}
    for name, of in uses.items():
        edge = graph.by_output[name]
        if edge.rule not in ('cxx', 'cc', 'asm'):
            continue
        machine, target = place(name)
        found.setdefault((machine, target, tuple(sorted(of))), []).append(edge)
    return found


def place(name):
    """An object of another toolchain than the default lies below that toolchain's folder: it is for the building machine."""
    toolchain, _, rest = name.rpartition('obj/')
    return ('host' if toolchain else 'target'), os.path.dirname(rest)


class Configurations:
    def __init__(self, graph):
        self.by_content, self.named = {}, {}
        self.v8 = graph.by_output[V8]

    def of_family(self, edge, target):
        """V8's own targets differ by include paths and defines of ICU, which harm none of them: they share one set."""
        if precompiled.family(target) not in ('v8', 'builtins') or edge.rule != 'cxx':
            return edge, target
        if sorted(flags.flags_of(edge, 'cc')) != sorted(flags.flags_of(self.v8, 'cc')):
            raise SystemExit(f'{target} is not compiled as the rest of V8: {edge.outputs[0]}')
        return self.v8, 'v8'

    def name(self, edge, target):
        edge, target = self.of_family(edge, target)
        language = {'cxx': 'cc', 'cc': 'c', 'asm': 'asm'}[edge.rule]
        words = flags.flags_of(edge, language)
        content = {
            'language': language,
            'includes': flags.includes(flags.words(edge, 'include_dirs')),
            'defines': flags.defines(flags.words(edge, 'defines')),
            'flags': words,
        }
        key = repr(content)
        if key not in self.by_content:
            name = re.sub(r'[^a-z0-9]+', '-', target.split('/')[-1].lower())
            while name in self.named:
                name += '-'
            self.by_content[key] = name
            self.named[name] = content
        return self.by_content[key]


def units(tree, graph, products, weights):
    """Configurations, headers to precompile, units."""
    configurations, out, taken, families = Configurations(graph), [], set(), {}
    for (machine, target, uses), edges in sorted(collect(graph, products).items()):
        by_config = {}
        for edge in edges:
            source = flags.tree(edge.inputs[0])
            config = configurations.name(edge, target)
            by_config.setdefault((config, needs_generated(graph, edge)), []).append(source)
        for (config, generated), sources in by_config.items():
            for members in groups.group(target, sources):
                name = unit_name(target, members, taken)
                unit = {'name': name, 'config': config, 'optimize': groups.optimize(target)}
                family = precompiled.family(target)
                cpp = configurations.named[config]['language'] == 'cc'
                if family and cpp and precompiled.usable(tree, family, members):
                    unit['precompiled'] = family
                    families.setdefault(family, (unit, []))[1].extend(members)
                if machine == 'host':
                    unit['machine'] = machine
                if generated:
                    unit['generated'] = True
                unit.update({'for': list(uses), 'weight': weights.get(name, guess(target, members)), 'sources': members})
                out.append(unit)
    return configurations.named, [header_unit(tree, name, *of) for name, of in sorted(families.items())], out


def header_unit(tree, name, unit, sources):
    """Compiled as its units are."""
    head = {key: unit[key] for key in ('config', 'optimize', 'generated') if key in unit}
    return {'name': name, **head, 'weight': 20000, 'headers': precompiled.headers(tree, name, sources)}


def needs_generated(graph, edge):
    names = {os.path.basename(name) for name in graph.real(edge.implicit + edge.order)}
    return 'bytecodes-builtins-list.h' in names


def unit_name(target, members, taken):
    base = os.path.basename(target)
    if len(members) == 1:
        base += '-' + os.path.splitext(os.path.basename(members[0]))[0]
    elif '/src/' in members[0] and target in groups.BY_FOLDER:
        base += '-' + os.path.dirname(members[0]).split('/src/')[1].replace('/', '-')
    else:
        base += '-group'
    name, n = base, 1
    while name in taken:
        n += 1
        name = f'{base}-{n}'
    taken.add(name)
    return name


def guess(target, members):
    """Milliseconds, until a build has measured them (see graph.py)."""
    if target.startswith('third_party/icu'):
        return 1000
    return 6000 + 800 * len(members) if target.startswith('v8') else 2500
