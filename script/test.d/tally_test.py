import unittest

import tally

ROWS = [
    # output, exit code -> outcomes
    ('1..2\nok 1 - a\nok 2 - b\n', 0, 'passed passed'),
    ('ok 1 - a\nnot ok 2 - b\n1..2\n', 1, 'passed failed'),
    ('1..1\nok 1 - a # SKIP no server\n', 0, 'skipped'),
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

    def test_a_skip_keeps_its_reason(self) -> None:
        self.assertEqual(tally.read_tap('x', '1..1\nok 1 - a # SKIP no server\n', 0)[0].note, 'no server')
