"""What writes sources: tools that the build makes, and python scripts."""
import os

import flags

# Nobody includes what they write, or they only check.
DROPPED = ('chromeos_buildflags', 'dump_build_config', 'protocol_compatibility')
# They only say when to run, which the build knows by itself.
DROPPED_OPTIONS = ('--depfile', '--stamp')


def generators(graph, edges):
    return [generator(graph, edge) for edge in edges]


def generator(graph, edge):
    command = graph.command(edge)
    words = iter(command[1:])
    script, args = next(words), []
    for word in words:
        if word in DROPPED_OPTIONS:
            next(words)
        else:
            args.append(place(word))
    out = {'name': edge.rule.split('___build')[0].strip('_').split('_', 1)[1]}
    if script.endswith('tools/run.py'):
        out['tool'] = os.path.basename(args.pop(0))
    else:
        out['script'] = flags.tree(script)
    out['args'] = args
    inputs = [flags.tree(name) for name in edge.inputs + edge.implicit if name.startswith('../../')]
    out['inputs'] = sorted({name for name in inputs if not name.endswith('tools/run.py')})
    out['outputs'] = [name[4:] for name in edge.outputs]
    out['headers'] = any(name.endswith('.h') for name in edge.outputs)
    return out


def place(word):
    """Arguments name files of the crate by their place in it, and what is written by {out}."""
    head, equals, tail = word.partition('=')
    if equals and tail.startswith('../../'):
        return f'{head}={flags.tree(tail)}'
    return '{out}/' + word[4:] if word.startswith('gen/') else flags.tree(word)
