"""Runs GN in a scratch copy of the crate."""
import os
import subprocess
import sys

import arguments


def generate(tree, gn, cpu):
    for edits in (arguments.EDITS, arguments.EDITS_MORE):
        for path, (old, new) in edits.items():
            edit(os.path.join(tree, path), old, new)
    fake_compiler(tree)
    args = arguments.text() + f'\ntarget_cpu="{cpu}"\n'
    done = subprocess.run([*gn, 'gen', 'out/graph', '--root=.', f'--args={args}'], cwd=tree, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f'gn gen failed:\n{done.stdout}{done.stderr}')
    return os.path.join(tree, 'out/graph')


def edit(path, old, new):
    with open(path) as file:
        text = file.read()
    if new and new in text and old not in text:
        return
    if not new and old not in text:
        return
    if text.count(old) != 1:
        sys.exit(f'{path}: found {text.count(old)} times, not once: {old!r}')
    with open(path, 'w') as file:
        file.write(text.replace(old, new))


def fake_compiler(tree):
    """GN looks whether the compiler is there, and for its runtime library, but runs neither."""
    runtime = os.path.join(tree, 'clang/lib/clang/21/lib/x86_64-unknown-linux-gnu')
    os.makedirs(runtime, exist_ok=True)
    os.makedirs(os.path.join(tree, 'clang/bin'), exist_ok=True)
    for file in (os.path.join(runtime, 'libclang_rt.builtins.a'), os.path.join(tree, 'clang/bin/clang')):
        open(file, 'a').close()
