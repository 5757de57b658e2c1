import json
import pathlib
import tempfile
import unittest

import tally

ROWS = [
    # output, exit code -> outcomes
    ('1..2\nok 1 - a\nok 2 - b\n', 0, 'passed passed'),
    ('ok 1 - a\nnot ok 2 - b\n1..2\n', 1, 'passed failed'),
    ('1..1\nok 1 - a # SKIP no server\n', 0, 'skipped'),
    ('1..1\nnot ok 1 # SKIP as_cmocka_says_it\n', 0, 'skipped'),
    ('1..0 # SKIP nothing to do\n', 0, 'skipped'),
    ('1..1\nok - unnumbered\n', 0, 'passed'),
    ('1..2\nok 1 - a\n', 0, 'passed failed'),
    ('1..1\nok 1 - a\n', 1, 'passed failed'),
    ('1..1\nok 1 - a\n', -11, 'passed failed'),
    ('no TAP at all\n', 0, 'failed'),
    ('', 0, 'failed'),
    ('1..1\nok 1 - a\n1..1\nok 2 - b\n', 0, 'passed passed failed'),
]


class Tap(unittest.TestCase):
    def test_every_case_is_counted_and_a_contradiction_fails(self) -> None:
        for text, code, outcomes in ROWS:
            with self.subTest(text):
                self.assertEqual(' '.join(case.outcome for case in tally.read_tap('x', text, code)), outcomes)

    def test_mesons_log_is_read_and_a_program_that_hangs_or_dies_has_failed(self) -> None:
        tap = '1..1\nok 1 - a\n'
        rows = [('r/fine', tap, 'OK', 0, 'passed'), ('r/hangs', tap, 'TIMEOUT', 0, 'passed failed'),
                ('r/dies', tap, 'FAIL', -6, 'passed failed'), ('r/says', '1..1\nnot ok 1 - a\n', 'FAIL', 1, 'failed')]
        with tempfile.NamedTemporaryFile('w', suffix='.json') as log:
            for name, stdout, result, code, _ in rows:
                log.write(json.dumps({'name': name, 'stdout': stdout, 'result': result, 'returncode': code}) + '\n')
            log.flush()
            found = tally.read_meson('unit', pathlib.Path(log.name))
        outcomes = [' '.join(case.outcome for case in found[row[0]].cases) for row in rows]
        self.assertEqual(outcomes, [row[-1] for row in rows])

    def test_a_skip_keeps_its_reason(self) -> None:
        self.assertEqual(tally.read_tap('x', '1..1\nok 1 - a # SKIP no server\n', 0)[0].note, 'no server')
