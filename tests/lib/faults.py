"""Calls that fail on purpose: tests/fault/fault.c in front of the program, and states to go back to.

A fault is armed for the n-th call of a kind. Which calls a program makes need not be known: a test arms the first,
the second and so on until a run comes through without meeting its fault.
"""
from __future__ import annotations

import contextlib
import json
import mmap
import os
import pathlib
import random
import shutil
import sqlite3
import struct
import subprocess
import urllib.parse
from collections.abc import Iterator

import vitrine

LIBRARY = pathlib.Path(vitrine.PROGRAM).parent / 'tests/fault/libfault.so'
KINDS = {'write': 1, 'flush': 2, 'name': 4, 'open': 8, 'database': 16, 'worker': 32}
CONTROL = struct.Struct('=iiqqq')  # as struct Control of fault.c
CODES = {row['code'] for row in json.loads((vitrine.ROOT / 'contract/errors.json').read_text(encoding='utf-8'))}
# they move without anything being done, or tell what the read stores could not take
PASSING = {'consumer', 'publish_plan', 'quarantine', 'sync_batch', 'node'}
HISTORY = {'change', 'change_entry', 'changelog_head', 'audit'}  # longer when something was done in several goes
Tables = dict[str, list[str]]


class Faults:
    """Makes calls of the programs fail that a workspace starts while it is open."""

    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        self.hits = 0  # in all
        path = workspace.folder / 'fault'
        path.write_bytes(CONTROL.pack(0, 0, 0, 0, 0))
        with path.open('r+b') as file:
            self.map = mmap.mmap(file.fileno(), CONTROL.size)
        self.environment = {'LD_PRELOAD': str(LIBRARY), 'VITRINE_FAULT': str(path),
                            'VITRINE_FAULT_UNDER': str(workspace.data),
                            'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'}

    def preloaded(self) -> contextlib.AbstractContextManager[None]:
        """Programs started inside have the library in front of them."""
        return changed(self.workspace.environment, self.environment)

    @contextlib.contextmanager
    def armed(self, kinds: str, n: int, sticky: bool = False) -> Iterator[None]:
        """The n-th call of @kinds (`write`, `write+flush`) fails inside, and later ones if @sticky; 0: none."""
        mask = sum(KINDS[kind] for kind in kinds.split('+'))
        self.map[:] = CONTROL.pack(mask, sticky, n, 0, 0)
        try:
            yield
        finally:
            _, _, _, self.calls, self.hit = CONTROL.unpack(self.map[:])
            self.map[:] = CONTROL.pack(0, 0, 0, 0, 0)
            self.hits += self.hit


@contextlib.contextmanager
def changed(environment: dict[str, str], more: dict[str, str]) -> Iterator[None]:
    before = dict(environment)
    environment.update(more)
    try:
        yield
    finally:
        environment.clear()
        environment.update(before)


def points(calls: int, most: int, choose: random.Random) -> list[int]:
    """Which of @calls calls to let fail: all, or any @most of them."""
    return sorted(choose.sample(range(1, calls + 1), min(calls, most)))


class Stock:
    """States of a data directory and its database, kept to go back to."""

    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        self.postgresql = workspace.environment.get('VITRINE_DATABASE', '')

    def _sql(self, text: str) -> str:
        return subprocess.run(['psql', '-q', '-At', os.environ['VITRINE_TEST_POSTGRESQL'], '-c', text], check=True,
                              capture_output=True, text=True).stdout

    def _name(self) -> str:
        return urllib.parse.urlsplit(self.postgresql).path.lstrip('/')

    def save(self, state: str) -> None:
        shutil.copytree(self.workspace.data, self.workspace.folder / f'saved-{state}', symlinks=True)
        if self.postgresql:
            self._sql(f'CREATE DATABASE {self._name()}_{state} TEMPLATE {self._name()}')

    def restore(self, state: str) -> None:
        shutil.rmtree(self.workspace.data, ignore_errors=True)
        saved = self.workspace.folder / f'saved-{state}'
        if saved.exists():
            shutil.copytree(saved, self.workspace.data, symlinks=True)
        if self.postgresql:
            template = f'TEMPLATE {self._name()}_{state}' if saved.exists() else ''
            self._sql(f'DROP DATABASE {self._name()} WITH (FORCE)')
            self._sql(f'CREATE DATABASE {self._name()} {template}')

    def close(self) -> None:
        for saved in self.workspace.folder.glob('saved-*') if self.postgresql else ():
            self._sql(f'DROP DATABASE {self._name()}_{saved.name.removeprefix("saved-")} WITH (FORCE)')

    def tables(self) -> Tables:
        """Every row of every table of the authoring database, as text, but for those that move by themselves."""
        found = self._postgresql_rows() if self.postgresql else self._sqlite_rows()
        return {name: sorted(rows) for name, rows in found.items() if name not in PASSING}

    def _sqlite_rows(self) -> Tables:
        path = self.workspace.data / 'vitrine.db'
        if not path.exists():
            return {}
        with contextlib.closing(sqlite3.connect(path)) as connection:
            names = [name for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                     if not name.startswith('sqlite_')]
            return {name: [repr(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in names}

    def _postgresql_rows(self) -> Tables:
        def ask(text: str) -> list[str]:
            return subprocess.run(['psql', '-q', '-At', self.postgresql, '-c', text], check=True, capture_output=True,
                                  text=True).stdout.splitlines()
        names = ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = ask(' UNION ALL '.join(f"SELECT '{name} ' || t::text FROM {name} t" for name in names)) if names else []
        found: Tables = {name: [] for name in names}
        for row in rows:
            name, _, values = row.partition(' ')
            found.setdefault(name, []).append(values)
        return found


def shape(tables: Tables) -> dict[str, int]:
    """How many rows there are of each; what can be compared between two runs of one command."""
    return {name: len(rows) for name, rows in tables.items() if rows and name not in HISTORY}
