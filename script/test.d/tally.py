"""Counts single test cases and reads them from TAP and from Meson's JUnit file.

A program that ends badly, prints fewer cases than it planned, or prints none counts as one failed case, so that
nothing can go missing in silence.
"""
from __future__ import annotations

import dataclasses
import pathlib
import re
import threading
import xml.etree.ElementTree

PLAN = re.compile(r'^1\.\.(\d+)(?:\s*#\s*(?i:skip)\s*(.*))?$')
CASE = re.compile(r'^(not )?ok\b\s*\d*\s*(?:- )?(.*?)(?:\s+#\s*(?i:(skip|todo))\b\s*(.*))?$')
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
            outcome = 'failed' if case[1] else 'skipped' if skipped else 'passed'
            cases.append(Case(f'{name}: {case[2]}', outcome, case[4] or ''))
    failed = any(case.outcome == 'failed' for case in cases)
    if planned is None:
        cases.append(Case(name, 'failed', f'no plan was printed, exit code {exit_code}'))
    elif planned not in (0, len(cases)):
        cases.append(Case(name, 'failed', f'{len(cases)} of {planned} cases were printed, exit code {exit_code}'))
    elif exit_code != 0 and not failed:
        cases.append(Case(name, 'failed', f'exit code {exit_code} though no case failed'))
    return cases


def read_junit(prefix: str, path: pathlib.Path) -> dict[str, list[Case]]:
    """The cases of each test Meson ran, by test name (`room/name`)."""
    found: dict[str, list[Case]] = {}
    for suite in xml.etree.ElementTree.parse(path).getroot().iter('testsuite'):
        name = suite.get('name', '').split('.', 1)[-1]
        cases = found.setdefault(name, [])
        for case in suite.iter('testcase'):
            bad = [case.find('failure'), case.find('error')]
            skipped = case.find('skipped') is not None
            outcome = 'failed' if any(part is not None for part in bad) else 'skipped' if skipped else 'passed'
            cases.append(Case(f'{prefix}/{name}: {case.get("name")}', outcome))
        if suite.get('errors', '0') != '0' and not any(case.outcome == 'failed' for case in cases):
            cases.append(Case(f'{prefix}/{name}', 'failed', 'the program ended badly'))
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
