"""Rules for every text file, for Python and for shell."""
from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator

from tree import Breach, Rule, Tree

BINARY = ('.png', '.jpg', '.jpeg', '.webp', '.gif', '.ico', '.woff2', '.mp4', '.bin')
CORPUS = 'tests/fuzz/corpus/'  # inputs of fuzz targets: every byte is meant
TAB_ALLOWED = ('.tsv', 'LICENSE')
PYTHON_COLUMNS = 120
# Written in pieces so that this file keeps its own rule. Packages are named in script/bootstrap, never their servers.
REGISTRY_HOSTS = re.compile('|'.join(re.escape(first + last) for first, last in [
    ('deb.', 'debian.org'), ('registry.', 'npmjs.org'), ('registry.', 'yarnpkg.com'), ('pypi.', 'org'),
    ('files.', 'pythonhosted.org'), ('crates.', 'io'), ('proxy.', 'golang.org'), ('ghcr.', 'io'), ('docker.', 'io')]))
CAPABILITY = re.compile(r'^\| (?P<id>[A-Z]\d+) \| .* \|(?P<tests>[^|]*)\|$')


def text_paths(tree: Tree) -> list[str]:
    return [path for path in tree.paths
            if not path.endswith(BINARY) and not path.startswith(CORPUS) and '\0' not in tree.text(path)]


def whitespace(tree: Tree) -> Iterator[Breach]:
    for path in text_paths(tree):
        text = tree.text(path)
        if text and not text.endswith('\n'):
            yield Breach(path, text.count('\n') + 1, 'no newline at the end')
        if path.endswith(TAB_ALLOWED):
            continue
        for number, line in tree.lines(path):
            if line != line.rstrip():
                yield Breach(path, number, 'trailing whitespace')
            if '\t' in line:
                yield Breach(path, number, 'tab; indent with blanks')


def registry_hosts(tree: Tree) -> Iterator[Breach]:
    for path in text_paths(tree):
        if not REGISTRY_HOSTS.search(tree.text(path)):
            continue
        for number, line in tree.lines(path):
            if REGISTRY_HOSTS.search(line):
                yield Breach(path, number, 'names the host of a package registry')


def is_script(tree: Tree, path: str, interpreter: str) -> bool:
    return tree.text(path).split('\n', 1)[0].startswith('#!') and interpreter in tree.text(path).split('\n', 1)[0]


def python_names(module: ast.Module) -> set[str]:
    """Every name a module uses, exports or mentions in a quoted annotation."""
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    quoted = [node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return used | {word for text in quoted if len(text) < 80 for word in re.findall(r'\w+', text)}


def python_module(path: str, module: ast.Module) -> Iterator[Breach]:
    if not path.endswith('_test.py') and not ast.get_docstring(module):
        yield Breach(path, 1, 'a module starts with why it exists')
    used = python_names(module)
    for node in ast.walk(module):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, 'module', '') != '__future__':
            for name in node.names:
                if (name.asname or name.name).split('.')[0] not in used:
                    yield Breach(path, node.lineno, f'unused import of {name.name}')
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield Breach(path, node.lineno, 'name the exceptions to catch')
        elif isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60:
            yield Breach(path, node.lineno, f'function {node.name} has more than 60 lines')


def python(tree: Tree) -> Iterator[Breach]:
    for path in tree.paths:
        if not path.endswith('.py') and ('.' in path.rsplit('/', 1)[-1] or not is_script(tree, path, 'python')):
            continue
        try:
            module = ast.parse(tree.text(path), path)
        except SyntaxError as error:
            yield Breach(path, error.lineno or 1, f'does not compile: {error.msg}')
            continue
        yield from python_module(path, module)
        for number, line in tree.lines(path):
            if len(line) > PYTHON_COLUMNS:
                yield Breach(path, number, f'longer than {PYTHON_COLUMNS} columns')


def shell(tree: Tree) -> Iterator[Breach]:
    for path in tree.paths:
        if not path.endswith('.sh') and not is_script(tree, path, 'sh'):
            continue
        done = subprocess.run(['bash', '-n', tree.root / path], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield Breach(path, 1, done.stderr.strip().split('\n')[0])
        if 'bash' in tree.text(path).split('\n', 1)[0] and 'set -euo pipefail' not in tree.text(path):
            yield Breach(path, 1, 'start with set -euo pipefail')


def test_exists(tree: Tree, name: str) -> bool:
    step, _, test = name.partition('/')
    places = [f'tests/{step}/{test}.py', f'src/{step}/{test}_test.c']
    return any(place in tree.paths for place in places)


def capabilities(tree: Tree) -> Iterator[Breach]:
    """Ids are unique, and what proves a capability is there."""
    path, seen = 'docs/capabilities.md', set()
    for number, line in tree.lines(path) if path in tree.paths else ():
        row = CAPABILITY.match(line)
        if not row:
            continue
        if row['id'] in seen:
            yield Breach(path, number, f'{row["id"]} stands there twice')
        seen.add(row['id'])
        for name in row['tests'].replace(',', ' ').split():
            if not test_exists(tree, name):
                yield Breach(path, number, f'{row["id"]}: there is no test {name}')


RULES = [
    Rule('capabilities name tests that exist', capabilities),
    Rule('no trailing whitespace or tabs', whitespace),
    Rule('no registry hosts', registry_hosts),
    Rule('python files compile and are tidy', python),
    Rule('shell scripts parse', shell),
]
