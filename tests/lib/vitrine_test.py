import contextlib
import io
import os
import pathlib
import tempfile
import unittest
from unittest import mock

import pictures
import tap
import vitrine

FAKE = '''#!/usr/bin/env python3
import http.server, signal, sys
if sys.argv[1] != 'serve':
    print('ran', *sys.argv[1:])
    sys.exit(3 if sys.argv[1] == 'fail' else 0)
if '--broken' in sys.argv:
    sys.exit('broken on purpose')
class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Echo)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print('starting', flush=True)
print(f'listening on http://127.0.0.1:{server.server_port}', flush=True)
server.serve_forever()
'''


class Harness(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        program = pathlib.Path(folder, 'program')
        program.write_text(FAKE, encoding='utf-8')
        program.chmod(0o755)
        self.enterContext(mock.patch.object(vitrine, 'PROGRAM', str(program)))
        self.workspace = vitrine.Workspace('sqlite')
        self.addCleanup(self.workspace.close)

    def test_a_command_must_end_with_the_code_that_is_expected(self) -> None:
        self.assertEqual(self.workspace.run('a', 'b').out, 'ran a b\n')
        self.assertEqual(self.workspace.run('fail', code=3).code, 3)
        self.assertRaises(AssertionError, self.workspace.run, 'fail')

    def test_a_server_is_asked_with_the_target_as_written_and_stops(self) -> None:
        with self.workspace.serving() as server:
            self.assertEqual(server.get('/a%2Fb?x=%zz').body, b'/a%2Fb?x=%zz')
            self.assertIn(b'/raw', server.raw(b'GET /raw HTTP/1.0\r\n\r\n'))
        self.assertEqual(server.process.returncode, 0)

    def test_a_server_that_does_not_start_is_told_with_its_last_words(self) -> None:
        with self.assertRaisesRegex(AssertionError, 'broken on purpose'):
            self.workspace.serve('--broken')

    def test_a_workspace_leaves_nothing_behind(self) -> None:
        server = self.workspace.serve()
        self.workspace.close()
        self.assertIsNotNone(server.process.returncode)
        self.assertFalse(os.path.exists(self.workspace.folder))

    def test_a_manifest_reads_back(self) -> None:
        rows = [{'A': '1', 'B': ''}, {'A': '', 'B': '2'}]
        path = self.workspace.file('m.tsv', vitrine.tsv(rows))
        self.assertEqual(vitrine.read_tsv(path), rows)

    def test_waiting_ends_at_a_deadline(self) -> None:
        self.assertRaises(AssertionError, vitrine.eventually, lambda: False, 'never', 0.1)
        self.assertEqual(vitrine.eventually(lambda: 7, 'at once'), 7)


class Pictures(unittest.TestCase):
    def test_colours_survive_every_format(self) -> None:
        wanted = {(2, 2): pictures.RED, (30, 2): pictures.GREEN, (2, 20): pictures.BLUE, (30, 20): pictures.WHITE}
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ('ppm', 'png', 'jpg', 'webp'):
                with self.subTest(suffix):
                    path = pathlib.Path(folder, f'a.{suffix}')
                    pictures.draw(path, 32, 24)
                    found = pictures.pixels(path.read_bytes())
                    self.assertEqual((found.width, found.height), (32, 24))
                    for place, colour in wanted.items():
                        self.assertTrue(pictures.close_to(found.at(*place), colour, 10), (place, found.at(*place)))

    def test_a_ppm_with_a_comment_and_a_grey_one_are_read(self) -> None:
        self.assertEqual(pictures.read_ppm(b'P6\n# by vips\n1 1\n255\nabc').at(0, 0), (97, 98, 99))
        self.assertEqual(pictures.read_ppm(b'P5\n1 1\n255\na').at(0, 0), (97, 97, 97))


class Tap(unittest.TestCase):
    def test_failures_and_skips_are_told_and_the_rest_runs(self) -> None:
        def fine(_: object) -> None: ...

        def skips(_: object) -> None:
            raise tap.Skip('no moon')

        def fails(_: object) -> None:
            raise AssertionError('on purpose')

        run, out = tap.Run(), io.StringIO()
        with contextlib.redirect_stdout(out):
            run.apart('sqlite', [fails, skips, fine])
        lines = [line for line in out.getvalue().splitlines() if not line.startswith('#')]
        self.assertEqual(lines, ['not ok 1 - sqlite: fails', 'ok 2 - sqlite: skips # SKIP no moon',
                                 'ok 3 - sqlite: fine'])
        self.assertTrue(run.failed)

    def test_a_world_that_cannot_be_made_fails_every_test(self) -> None:
        def prepare(_: object) -> None:
            raise AssertionError('no world')

        run, out = tap.Run(), io.StringIO()
        with contextlib.redirect_stdout(out):
            run.together('sqlite', [lambda _: None, lambda _: None], prepare)
        self.assertEqual(out.getvalue().count('not ok'), 2)
