"""Runs the tests of our Python tools (*_test.py beside them) and prints TAP."""
from __future__ import annotations

import pathlib
import sys
import traceback
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ('script/lint.d', 'script/test.d', 'tests/lib')


class TapResult(unittest.TestResult):
    count = 0

    def line(self, test: unittest.TestCase, ok: bool, note: str = '') -> None:
        self.count += 1
        print(f'{"ok" if ok else "not ok"} {self.count} - {test.id()}{note}', flush=True)

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.line(test, True)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.line(test, True, f' # SKIP {reason}')

    def addFailure(self, test: unittest.TestCase, err: tuple) -> None:
        super().addFailure(test, err)
        self.line(test, False)
        print(''.join('# ' + line for line in ''.join(traceback.format_exception(*err)).splitlines(True)))

    addError = addFailure

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: tuple | None) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.addFailure(subtest, err)


def main() -> int:
    tests = unittest.TestSuite()
    for folder in FOLDERS:
        sys.path.insert(0, str(ROOT / folder))
        for path in sorted((ROOT / folder).glob('*_test.py')):
            tests.addTests(unittest.defaultTestLoader.loadTestsFromName(path.stem))
    result = TapResult()
    tests.run(result)
    print(f'1..{result.count}')
    return 0 if result.wasSuccessful() else 1


if __name__ == '__main__':
    sys.exit(main())
