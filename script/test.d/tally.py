"""Counts single test cases and reads them from TAP and from Meson's log.

A program that ends badly, prints fewer cases than it planned, or prints none counts as one failed case, so that
nothing can go missing in silence.
"""
from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import threading

PLAN = re.compile(r'^1\.\.(\d+)(?:\s*#\s*(?i:skip)\s*(.*))?$')
CASE = re.compile(r'^(not )?ok\b\s*\d*\s*(?:- )?(.*?)(?:\s*#\s*(?i:(skip|todo))\b\s*(.*))?$')
OUTCOMES = ('passed', 'failed', 'skipped')


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    outcome: str  # one of OUTCOMES
    note: str = ''


def read_tap(name: str, text: str, exit_code: int) -> list[Case]:
    """The cases of one TAP program, with a failed one added when its end contradicts its lines."""
    cases: list[Case] = []
    planned: int | None = None
    for line in text.splitlines():
        if plan := PLAN.match(line):
            planned = int(plan[1])
            if planned == 0:
                cases.append(Case(name, 'skipped', plan[2] or ''))
        elif case := CASE.match(line):
            skipped = (case[3] or '').lower() == 'skip'
            # cmocka writes `not ok 7 # SKIP name`
            outcome = 'skipped' if skipped else 'failed' if case[1] else 'passed'
            cases.append(Case(f'{name}: {case[2] or case[4]}', outcome, (case[4] or '') if case[2] else ''))
    failed = any(case.outcome == 'failed' for case in cases)
    if planned is None:
        cases.append(Case(name, 'failed', f'no plan was printed, exit code {exit_code}'))
    elif planned not in (0, len(cases)):
        cases.append(Case(name, 'failed', f'{len(cases)} of {planned} cases were printed, exit code {exit_code}'))
    elif exit_code != 0 and not failed:
        cases.append(Case(name, 'failed', f'exit code {exit_code} though no case failed'))
    return cases


@dataclasses.dataclass(frozen=True)
class Program:
    """One test program Meson ran."""
    cases: list[Case]
    output: str

    @property
    def failed(self) -> bool:
        return any(case.outcome == 'failed' for case in self.cases)


def read_meson(prefix: str, path: pathlib.Path) -> dict[str, Program]:
    """The test programs Meson ran, by name (`room/name`), from its log of one JSON object per line."""
    found: dict[str, Program] = {}
    for line in path.read_text(encoding='utf-8').splitlines():
        test = json.loads(line)
        cases = read_tap(f'{prefix}/{test["name"]}', test['stdout'] or '', test['returncode'])
        if test['result'] in ('TIMEOUT', 'INTERRUPT', 'ERROR') and not any(case.outcome == 'failed' for case in cases):
            cases.append(Case(f'{prefix}/{test["name"]}', 'failed', test['result'].lower()))
        found[test['name']] = Program(cases, (test['stdout'] or '') + (test.get('stderr') or ''))
    return found


class Tally:
    """All cases of a run. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cases: list[Case] = []

    def add(self, name: str, cases: list[Case], output: str, seconds: float) -> None:
        counts = {outcome: sum(case.outcome == outcome for case in cases) for outcome in OUTCOMES}
        told = ', '.join(f'{count} {outcome}' for outcome, count in counts.items() if count)
        with self._lock:
            self._cases += cases
            print(f'{"FAIL" if counts["failed"] else "ok  "} {name} ({told}; {seconds:.1f} s)', flush=True)
            if counts['failed']:
                print('\n'.join('     | ' + line for line in output.splitlines()[-60:]), flush=True)

    def finish(self) -> bool:
        """Prints what failed or was skipped, then the line others count on; True when nothing failed."""
        by = {outcome: [case for case in self._cases if case.outcome == outcome]
              for outcome in OUTCOMES}
        for outcome in ('skipped', 'failed'):
            for case in by[outcome]:
                print(f'{outcome}: {case.name}' + (f' ({case.note})' if case.note else ''))
        print(f'{len(by["passed"])} passed, {len(by["failed"])} failed, {len(by["skipped"])} skipped')
        return not by['failed']
