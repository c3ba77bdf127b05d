"""Runs a generator: generate.py OUT OUTPUTS -- COMMAND... with {out} in it for the folder. It expects folders to be there."""
import os
import subprocess
import sys

out, outputs, _, *command = sys.argv[1:]
for name in outputs.split(','):
    os.makedirs(os.path.join(out, os.path.dirname(name)), exist_ok=True)
environment = {**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}
done = subprocess.run([word.replace('{out}', out) for word in command], env=environment)
sys.exit(done.returncode)
