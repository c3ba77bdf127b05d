"""Turns V8's own build graph into ours: python3 graph.py TREE OUT VERSION_JSON CPU TIMES GN...

TREE is a scratch copy of the crate, which GN and a few edits of its files change. OUT is the manifest. TIMES is what a build
noted of its units, or a file that is not there; units without a time keep their weight. GN is the command that runs GN.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'graph'))
sys.dont_write_bytecode = True

import arguments
import flags
import generators
import gn
import ninja
import units
import write

ARCHIVE = 'obj/v8/libv8_monolith.a'


def main():
    tree, out, version, cpu, times, *command = sys.argv[1:]
    old = read(out) or {'units': []}
    graph = ninja.Graph(gn.generate(tree, command, cpu))
    archive = graph.by_output[ARCHIVE]
    runs, products = [], {'archive': objects(graph, archive)}
    follow(graph, [*archive.inputs, *archive.implicit, *archive.order], runs, products, set())
    weights = {u['name']: u['weight'] for u in old['units']} | measured(times)
    configs, precompiled, all_units = units.units(tree, graph, products, weights)
    manifest = {
        'v8': read(version)['v8'],
        'arguments': [line for line in arguments.text().split('\n')],
        'defines': {
            'public': public_defines(graph),
            'internal': flags.defines(flags.words(graph.by_output['obj/v8/v8_base_without_compiler/api.o'], 'defines')),
        },
        'tools': sorted(name for name in products if name != 'archive'),
        'generators': generators.generators(graph, runs),
        'configs': configs,
        'precompiled': precompiled,
        'units': all_units,
    }
    with open(out, 'w') as file:
        file.write(write.text(manifest))
    print(f'{len(all_units)} units for {sum(len(u["sources"]) for u in all_units)} sources')


def objects(graph, edge):
    """What is linked: objects by name, those in archives included."""
    out = []
    for name in edge.inputs + graph.real(edge.implicit):
        if name.endswith('.o'):
            out.append(name)
        elif name.endswith('.a') and name in graph.by_output:
            out += objects(graph, graph.by_output[name])
    return list(dict.fromkeys(out))


def follow(graph, names, runs, products, seen):
    """All actions that something needs, those first that others need, and the tools that they run."""
    for name in names:
        if name in seen:
            continue
        seen.add(name)
        edge = graph.by_output.get(name)
        if edge is None or id(edge) in seen:
            continue
        seen.add(id(edge))
        if any(part in edge.rule for part in generators.DROPPED):
            continue
        follow(graph, edge.inputs + edge.implicit + edge.order, runs, products, seen)
        if edge.rule == 'link':
            products[os.path.basename(name)] = objects(graph, edge)
        elif '___build' in edge.rule:
            runs.append(edge)


def public_defines(graph):
    """Of a program that uses V8."""
    edge = graph.by_output['obj/v8/v8_hello_world/hello-world.o']
    return [d for d in flags.defines(flags.words(edge, 'defines')) if d.startswith(('V8_', 'CPPGC_'))]


def measured(path):
    """Milliseconds by unit, rounded so that two machines' noise is not all that a new manifest shows."""
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return {name: max(100, round(int(took), -2)) for name, took in (line.split() for line in file)}


def read(path):
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


main()
