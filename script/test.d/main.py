"""Builds Vitrine and runs its tests; started by script/test, which tells how to call it.

Every test has a name STEP/TEST. A step is one way to run tests:

    lint      every rule of script/lint               unit   rooms' tests, gcc
    scripts   tests of our Python tools               asan   the same under ASan and UBSan, clang
    build     each build compiles without a warning   tsan   those that use threads, under TSan
    flows     whole-program tests (tests/flows)       crash  kill -9 at random points
    flows-asan  some of them under ASan               real   on data outside the repository
    fuzz     each fuzz target under libFuzzer, for 5 s, with CI set for up to 60 s,
             times VITRINE_TEST_SCALE
"""
from __future__ import annotations

import concurrent.futures
import dataclasses
import fnmatch
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import postgresql
import tally

ROOT = pathlib.Path(__file__).resolve().parents[2]
JOBS = 2  # that compute
SCRIPTS_AT_ONCE = 3  # of those that wait as much as they compute

# Tests that also run under TSan: what shares data between threads. Not imaging/cage: its workers decode with libraries
# that TSan cannot see into, and a report there ends the worker.
TSAN_TESTS = ('base/thread', 'base/log', 'db/*', 'http/*', 'jobs/*', 'delivery/*', 'sync/*', 'readstore/*', 'blob/*')
FLOWS_UNDER_ASAN = ('first_picture', 'image_requests', 'broken_calls')


@dataclasses.dataclass(frozen=True)
class Build:
    folder: str
    compiler: str
    options: tuple[str, ...]


BUILDS = {
    'gcc': Build('build', 'gcc', ()),
    'asan': Build('build-asan', 'clang-14',
                  ('-Db_sanitize=address,undefined', '-Db_lundef=false', '-Ddebug=true', '-Doptimization=1')),
    'tsan': Build('build-tsan', 'clang-14',
                  ('-Db_sanitize=thread', '-Db_lundef=false', '-Ddebug=true', '-Doptimization=1')),
    'fuzz': Build('build-fuzz', 'clang-14', ('-Db_sanitize=address,undefined', '-Db_lundef=false', '-Ddebug=true',
                                             '-Doptimization=1', '-Dfuzzers=true')),
}
UNIT_STEPS = {'unit': 'gcc', 'asan': 'asan', 'tsan': 'tsan'}
FUZZ_LIST = re.compile(r"^fuzz = \[(.*)\]$", re.MULTILINE)
SCALE = int(os.environ.get('VITRINE_TEST_SCALE', '1'))
FUZZ_ALL_SECONDS = 360  # of a run with CI set


@dataclasses.dataclass(frozen=True)
class Script:
    """A test program of ours that prints TAP."""
    name: str
    command: tuple[str, ...]
    build: str | None
    timeout: int
    targets: tuple[str, ...] = ('vitrine', 'tests/fault/libfault.so')  # of ninja

    @property
    def computes(self) -> bool:
        return self.build == 'fuzz'


def fuzzers() -> list[Script]:
    targets: list[tuple[str, str]] = []
    for path in sorted(ROOT.glob('src/*/meson.build')):
        listed = FUZZ_LIST.search(path.read_text(encoding='utf-8'))
        targets += [(path.parent.name, name) for name in listed[1].replace("'", '').split(', ')] if listed else []
    seconds = SCALE * (min(60, FUZZ_ALL_SECONDS * JOBS // len(targets)) if os.environ.get('CI') else 5)
    return [Script(f'fuzz/{name}', ('python3', 'script/test.d/fuzz.py', room, name, str(seconds)), 'fuzz',
                   240 + seconds, (f'src/{room}-{name}-fuzz',)) for room, name in targets]


def scripts() -> list[Script]:
    def python(path: pathlib.Path) -> tuple[str, ...]:
        return ('python3', str(path.relative_to(ROOT)))

    found = [Script('lint', ('script/lint', '--tap'), None, 300),
             Script('scripts', ('python3', 'script/test.d/unittests.py'), None, 300)]
    flows = sorted(ROOT.glob('tests/flows/*.py'))
    # the longest begin first, so that none is left to run alone at the end
    found += [Script(f'real/{path.stem}', python(path), 'gcc', 1200)
              for path in sorted(ROOT.glob('tests/real/*_test.py'))]
    found += [Script(f'crash/{path.stem}', python(path), 'gcc', 900 * SCALE)
              for path in sorted(ROOT.glob('tests/crash/*.py'))]
    found += [Script(f'flows-asan/{flow.stem}', python(flow), 'asan', 900)
              for flow in flows if flow.stem in FLOWS_UNDER_ASAN]
    found += [Script(f'flows/{flow.stem}', python(flow), 'gcc', 600 * SCALE) for flow in flows]
    found.append(Script('tsan/planted_race', ('python3', 'script/test.d/planted_race.py'), 'tsan', 120,
                        ('tests/race/race',)))
    return found + fuzzers()


def suppressions(name: str) -> str:
    path = ROOT / 'tests' / name
    return f':suppressions={path}' if path.exists() else ''


def environment() -> dict[str, str]:
    return {
        **os.environ, 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'PYTHONDONTWRITEBYTECODE': '1',
        'PYTHONPATH': str(ROOT / 'tests/lib'),
        'ASAN_OPTIONS': 'abort_on_error=1:detect_stack_use_after_return=1',
        'LSAN_OPTIONS': 'print_suppressions=0' + suppressions('lsan.supp'),
        'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
        'TSAN_OPTIONS': 'halt_on_error=1:second_deadlock_stack=1' + suppressions('tsan.supp'),
        'ASAN_SYMBOLIZER_PATH': '/usr/bin/llvm-symbolizer-14', 'TSAN_SYMBOLIZER_PATH': '/usr/bin/llvm-symbolizer-14',
        'G_SLICE': 'always-malloc', 'G_DEBUG': 'fatal-criticals',
    }


@dataclasses.dataclass(frozen=True)
class Needed:
    """What a run wants of one build."""
    targets: list[str]  # of ninja; empty: everything
    tests: list[dict]   # Meson's description of each unit test


class Run:
    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.tally = tally.Tally()
        self.environment = environment()

    def wants(self, name: str) -> bool:
        return not self.names or any(part in name for part in self.names)

    def call(self, command: list[str], timeout: int, **more: str) -> tuple[int, str, float]:
        """Exit code, output and duration; a program that takes too long is killed with its children."""
        begin = time.monotonic()
        with subprocess.Popen(command, cwd=ROOT, env={**self.environment, **more}, text=True, errors='replace',
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              start_new_session=True) as program:
            try:
                output, _ = program.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                output = program.communicate()[0] + f'\nkilled after {timeout} s\n'
        return program.returncode, output, time.monotonic() - begin

    def setup(self, key: str) -> bool:
        """Configures a build anew each time: Meson does not notice by itself that a room was added."""
        build = BUILDS[key]
        again = ['--reconfigure'] if (ROOT / build.folder / 'build.ninja').exists() else []
        command = ['meson', 'setup', *again, build.folder, *build.options]
        code, output, seconds = self.call(command, 300, CC=build.compiler)
        if code != 0:
            self.tally.add(f'build/{key}', [tally.Case(f'build/{key}', 'failed', 'meson setup')], output, seconds)
        return code == 0

    def unit_tests(self, key: str) -> list[dict]:
        """Meson's description of the unit tests of one build that this run wants."""
        step = next((step for step, used in UNIT_STEPS.items() if used == key), None)
        if step is None:
            return []
        code, output, _ = self.call(['meson', 'introspect', BUILDS[key].folder, '--tests'], 120)
        if code != 0:
            raise RuntimeError(output)
        found = [test for test in json.loads(output) if 'unit' in ' '.join(test['suite'])]
        if key == 'tsan':
            found = [test for test in found if any(fnmatch.fnmatch(test['name'], glob) for glob in TSAN_TESTS)]
        return [test for test in found if self.wants(f'{step}/{test["name"]}')]

    def compile(self, key: str, targets: list[str]) -> bool:
        folder = BUILDS[key].folder
        code, output, seconds = self.call(['ninja', '-C', folder, f'-j{JOBS}', *targets], 1200)
        case = tally.Case(f'build/{key}', 'failed' if code else 'passed')
        self.tally.add(f'build/{key}', [case], output, seconds)
        return code == 0

    def run_units(self, key: str, tests: list[dict]) -> None:
        step = next(step for step, used in UNIT_STEPS.items() if used == key)
        folder = ROOT / BUILDS[key].folder
        command = ['meson', 'test', '-C', str(folder), '--no-rebuild', '--num-processes', str(JOBS), '--suite', 'unit',
                   '--timeout-multiplier', '1' if key == 'gcc' else '4', *(test['name'] for test in tests)]
        log = folder / 'meson-logs/testlog.json'
        log.unlink(missing_ok=True)
        _, output, seconds = self.call(command, 1800)
        found = tally.read_meson(step, log) if log.exists() else {}
        programs = [found.get(test['name']) or tally.Program(
            [tally.Case(f'{step}/{test["name"]}', 'failed', 'it left no result')], output) for test in tests]
        self.tally.add(f'{step}: {len(tests)} programs', [case for program in programs for case in program.cases],
                       '\n'.join(program.output for program in programs if program.failed), seconds)

    def run_script(self, script: Script) -> None:
        program = {'VITRINE_PROGRAM': str(ROOT / BUILDS[script.build].folder / 'vitrine')} if script.build else {}
        code, output, seconds = self.call(list(script.command), script.timeout, **program)
        self.tally.add(script.name, tally.read_tap(script.name, output, code), output, seconds)

    def run_scripts(self, chosen: list[Script], at_once: int) -> None:
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.run_script, chosen))

    def builds_needed(self, chosen: list[Script]) -> dict[str, Needed]:
        needed: dict[str, Needed] = {}
        for key in BUILDS:
            if not self.setup(key):
                continue
            tests = self.unit_tests(key)
            targets = [os.path.relpath(test['cmd'][0], ROOT / BUILDS[key].folder) for test in tests]
            targets += sorted({target for script in chosen if script.build == key for target in script.targets})
            if targets or self.wants(f'build/{key}'):
                everything = not self.names and key not in ('tsan', 'fuzz')
                needed[key] = Needed([] if everything else targets, tests)
        return needed

    def run(self) -> bool:
        chosen = [script for script in scripts() if self.wants(script.name)]
        for script in [script for script in chosen if script.build is None]:
            self.run_script(script)
        needed = self.builds_needed(chosen)
        built = [key for key, wanted in needed.items() if self.compile(key, wanted.targets)]
        if not built:
            return self.tally.finish()
        with postgresql.running() as address:
            self.environment['VITRINE_TEST_POSTGRESQL'] = address
            for key in built:
                if needed[key].tests:
                    self.run_units(key, needed[key].tests)
            chosen = [script for script in chosen if script.build in built]
            self.run_scripts([script for script in chosen if not script.computes], SCRIPTS_AT_ONCE)
            self.run_scripts([script for script in chosen if script.computes], JOBS)
        return self.tally.finish()

    def list(self) -> None:
        names = [script.name for script in scripts()] + [f'build/{key}' for key in BUILDS]
        for step, key in UNIT_STEPS.items():
            if self.setup(key):
                names += [f'{step}/{test["name"]}' for test in self.unit_tests(key)]
        print('\n'.join(name for name in sorted(names) if self.wants(name)))


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = sys.argv[1:]
    if names[:1] == ['--list']:
        Run(names[1:]).list()
        return 0
    return 0 if Run(names).run() else 1


if __name__ == '__main__':
    sys.exit(main())
