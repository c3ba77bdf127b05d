"""Reads the part of ninja's language that GN writes."""
import glob
import os
import re
import shlex


class Edge:
    def __init__(self, outputs, rule, inputs, implicit, order, variables, path):
        self.outputs, self.rule, self.inputs = outputs, rule, inputs
        self.implicit, self.order = implicit, order
        self.variables = variables  # the file's: defines, cflags and so on
        self.own = {}  # the edge's
        self.path = path


class Graph:
    def __init__(self, folder):
        self.by_output, self.commands = {}, {}
        for path in [os.path.join(folder, 'toolchain.ninja'), os.path.join(folder, 'build.ninja'),
                     *sorted(glob.glob(os.path.join(folder, '**/*.ninja'), recursive=True))]:
            self._read(path)

    def _read(self, path):
        variables, edge, rule = {}, None, None
        with open(path) as file:
            text = file.read().replace('$\n', '')
        for line in text.split('\n'):
            if line.startswith('build '):
                rule = None
                edge = self._edge(line, variables, path)
                for output in edge.outputs:
                    self.by_output.setdefault(output, edge)
            elif line.startswith('rule '):
                rule, edge = line[5:].strip(), None
                self.commands.setdefault(rule, {})
            elif line.startswith('  '):
                name, _, value = line.strip().partition(' = ')
                (self.commands[rule] if rule else edge.own)[name] = value
            elif ' = ' in line:
                name, _, value = line.partition(' = ')
                variables[name] = value

    @staticmethod
    def _edge(line, variables, path):
        outputs, _, rest = line[6:].replace('$ ', '\0').replace('$:', '\1').partition(': ')
        def words(text):
            return [word.replace('\0', ' ').replace('\1', ':') for word in text.split()]
        rest, _, order = rest.partition('||')
        rest, _, implicit = re.sub(r' \| ', '\2', rest).partition('\2')
        rule, *inputs = words(rest)
        outputs = words(outputs.partition(' | ')[0])
        return Edge(outputs, rule, inputs, words(implicit), words(order), variables, path)

    def real(self, names):
        """Files behind phony names."""
        seen, found, queue = set(), [], list(names)
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            edge = self.by_output.get(name)
            if edge is None or edge.rule not in ('phony', 'stamp'):
                found.append(name)
            else:
                queue += edge.inputs + edge.implicit + edge.order
        return found

    def command(self, edge):
        return shlex.split(self.commands[edge.rule]['command'].replace('$:', ':').replace('$ ', ' '))


def flags(edge, name):
    return shlex.split(edge.variables.get(name, '').replace('$:', ':').replace('$ ', '\\ '))
