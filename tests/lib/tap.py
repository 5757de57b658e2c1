"""Runs the tests of one file and prints TAP.

A test is a function marked @tap.test of one Workspace, or of the world a prepare function made of it; its name reads
as a sentence.
Every test runs on SQLite and, where VITRINE_TEST_POSTGRESQL names a server, on PostgreSQL.
"""
from __future__ import annotations

import functools
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import vitrine

DATABASES = ('sqlite', 'postgresql')
Test = Callable[[Any], None]
TESTS: list[Test] = []
Prepare = Callable[[vitrine.Workspace], Any]


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


class World:
    """What a prepare function makes, once."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.made: Any = None
        self.failure: Exception | None = None

    def visit(self, test: Test) -> None:
        """The first visit makes the world; when that went wrong, every visit tells so."""
        if self.failure:
            raise self.failure
        if self.made is None:
            try:
                self.made = self.make()
            except Exception as failure:
                self.failure = failure
                raise
        test(self.made)


class Run:
    def __init__(self) -> None:
        self.number = 0
        self.failed = False

    def one(self, name: str, test: Callable[[], None], logs: Callable[[], str]) -> None:
        self.number += 1
        try:
            test()
        except Skip as why:
            print(f'ok {self.number} - {name} # SKIP {why}', flush=True)
        except Exception:  # whatever goes wrong, the other tests still run
            self.failed = True
            print(f'not ok {self.number} - {name}')
            print('\n'.join('# ' + line for line in (traceback.format_exc() + logs()).splitlines()), flush=True)
        else:
            print(f'ok {self.number} - {name}', flush=True)

    def apart(self, database: str, tests: list[Test]) -> None:
        """Each test in a workspace of its own."""
        for test in tests:
            workspace = vitrine.Workspace(database)
            try:
                self.one(f'{database}: {sentence(test)}', functools.partial(test, workspace), workspace.logs)
            finally:
                workspace.close()

    def together(self, database: str, tests: list[Test], prepare: Prepare) -> None:
        """All tests in the world that @prepare made; when that fails, each of them does."""
        workspace = vitrine.Workspace(database)
        world = World(functools.partial(prepare, workspace))
        try:
            for test in tests:
                self.one(f'{database}: {sentence(test)}', functools.partial(world.visit, test), workspace.logs)
        finally:
            workspace.close()

    def skip(self, database: str, tests: list[Test], why: str) -> None:
        for test in tests:
            self.number += 1
            print(f'ok {self.number} - {database}: {sentence(test)} # SKIP {why}')


def sentence(test: Test) -> str:
    return test.__name__.replace('_', ' ')


def test(function: Test) -> Test:
    """Marks a test of the file; they run in the order they stand in."""
    TESTS.append(function)
    return function


def main(prepare: Prepare | None = None, on: tuple[str, ...] = DATABASES) -> None:
    """Runs the file's tests on each database of @on and ends the program."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f'1..{len(TESTS) * len(on)}', flush=True)
    run = Run()
    for database in on:
        if database == 'postgresql' and not os.environ.get('VITRINE_TEST_POSTGRESQL'):
            run.skip(database, TESTS, 'no PostgreSQL')
        elif prepare:
            run.together(database, TESTS, prepare)
        else:
            run.apart(database, TESTS)
    sys.exit(1 if run.failed else 0)
