"""Rules that need a compiler, a formatter or a generator."""
from __future__ import annotations

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tree import Breach, Rule, Tree

PACKAGES = ('glib-2.0', 'jansson', 'libpq', 'sqlite3', 'vips', 'libmicrohttpd', 'cmocka')
GENERATED = ('docs/openapi.yaml', 'ui/src/contract.ts')
PLACE = re.compile(r'^(?P<path>[^:\s]+):(?P<line>\d+):\d+: (?:fatal )?(?:error|warning): (?P<text>.*)$', re.MULTILINE)
JOBS = 2


def formatted(tree: Tree) -> Iterator[Breach]:
    paths = [path for path in tree.ending('.c', '.h') if path.startswith(('src/', 'tests/', 'bench/'))]
    if not paths:
        return
    done = subprocess.run(['clang-format-14', '--dry-run', *paths], cwd=tree.root, capture_output=True, text=True,
                          check=False)
    reported = set()
    for match in PLACE.finditer(done.stderr):
        if match['path'] not in reported:
            reported.add(match['path'])
            yield Breach(match['path'], int(match['line']), 'not formatted; run clang-format-14 -i')
    if done.returncode != 0 and not reported:
        yield Breach(paths[0], 1, f'clang-format-14 failed: {done.stderr.strip()[:200]}')


def compile_flags() -> list[str]:
    found = []
    for package in PACKAGES:
        done = subprocess.run(['pkg-config', '--cflags', package], capture_output=True, text=True, check=False)
        found += done.stdout.split()
    return sorted(set(found))


def generate_headers(tree: Tree, out: pathlib.Path) -> None:
    """What the build makes from contract/ and from .sql files, so that headers which include it can be compiled."""
    (out / 'contract').mkdir()
    if (tree.root / 'script/gen-contract.py').exists():
        subprocess.run([sys.executable, tree.root / 'script/gen-contract.py', 'c', tree.root / 'contract',
                        out / 'contract'], check=True)
    for path in tree.ending('.sql', under='src/'):
        stem = pathlib.Path(path).stem
        subprocess.run([sys.executable, tree.root / 'script/gen-sql.py', tree.room_of(path) or '', tree.root / path,
                        out / f'{stem}_sql.h', out / f'{stem}_sql.c'], check=True)


def headers_alone(tree: Tree) -> Iterator[Breach]:
    headers = [path for path in tree.ending('.h') if path.startswith(('src/', 'tests/'))]
    flags = compile_flags()
    with tempfile.TemporaryDirectory() as folder:
        generate_headers(tree, pathlib.Path(folder))
        command = ['gcc', '-std=gnu17', '-fsyntax-only', '-Wall', '-Wextra', '-Wno-unused-parameter', '-D_GNU_SOURCE',
                   '-Isrc', '-I.', f'-I{folder}', *flags, '-x', 'c', '-']

        def compile_one(path: str) -> tuple[str, str, int]:
            name = path.removeprefix('src/')
            done = subprocess.run(command, cwd=tree.root, input=f'#include "{name}"\n', text=True, capture_output=True,
                                  check=False)
            return path, done.stderr, done.returncode

        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for path, output, code in pool.map(compile_one, headers):
                if code != 0 or 'warning:' in output:
                    first = PLACE.search(output)
                    yield Breach(path, 1, 'does not compile alone: ' + (first['text'] if first else output[:200]))


def generated_files(tree: Tree) -> Iterator[Breach]:
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder)
        (out / 'docs').mkdir()
        command = [sys.executable, tree.root / 'script/gen-contract.py', 'docs', tree.root / 'contract', out]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield Breach('contract', 1, f'script/gen-contract.py failed: {done.stderr.strip()[-200:]}')
            return
        for path in GENERATED:
            fresh = (out / path).read_text(encoding='utf-8')
            if path not in tree.paths or tree.text(path) != fresh:
                yield Breach(path, 1, 'stale; run script/gen-contract.py docs contract .')


def tools_exist(tree: Tree) -> Iterator[Breach]:
    for tool in ('gcc', 'clang-format-14', 'pkg-config'):
        if shutil.which(tool) is None:
            yield Breach('script/bootstrap', 1, f'{tool} is missing; script/bootstrap installs it')


RULES = [
    Rule('the tools of the rules are installed', tools_exist),
    Rule('C is formatted', formatted),
    Rule('every header compiles alone', headers_alone),
    Rule('generated files are fresh', generated_files),
]
