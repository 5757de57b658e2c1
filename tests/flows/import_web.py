"""Media that a manifest names by web address, from a server of the test; and what must not be reached that way."""
from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pictures
import tap
import vitrine
from vitrine import equal, holds

OLD, NEW = 'Mon, 01 Jan 2001 00:00:00 GMT', 'Fri, 01 Jan 2100 00:00:00 GMT'


class Site(http.server.BaseHTTPRequestHandler):
    """Files by path; /hop/N redirects N times."""
    files: dict[str, tuple[bytes, str]] = {}
    asked: list[str] = []

    def do_GET(self) -> None:  # pylint: disable=invalid-name
        self.asked.append(self.path)
        if self.path.startswith('/hop/'):
            left = int(self.path.rsplit('/', 1)[1])
            self.send_response(302)
            self.send_header('Location', f'/hop/{left - 1}' if left > 1 else '/red.png')
            self.send_header('Content-Length', '0')
            self.end_headers()
            return
        if self.path == '/inside':
            self.send_response(302)
            self.send_header('Location', f'http://127.0.0.2:{self.server.server_address[1]}/red.png')
            self.send_header('Content-Length', '0')
            self.end_headers()
            return
        body, modified = self.files.get(self.path, (b'', ''))
        self.send_response(200 if modified else 404)
        self.send_header('Content-Length', str(len(body)))
        if modified:
            self.send_header('Last-Modified', modified)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # pylint: disable=redefined-builtin
        """Says nothing."""


@contextlib.contextmanager
def site(workspace: vitrine.Workspace) -> Iterator[str]:
    """The address of a server with pictures; its machine is allowed in this workspace."""
    for name, colour in (('red', pictures.RED), ('blue', pictures.BLUE)):
        pictures.draw(workspace.folder / f'{name}.png', 30, 30, colour)
    Site.files = {'/red.png': ((workspace.folder / 'red.png').read_bytes(), OLD),
                  '/new.png': ((workspace.folder / 'blue.png').read_bytes(), NEW),
                  '/old.png': ((workspace.folder / 'blue.png').read_bytes(), OLD),
                  '/text.png': (b'no picture', OLD)}
    Site.asked = []
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    workspace.environment['VITRINE_IMPORT_ALLOW'] = '127.0.0.1'
    try:
        yield f'http://127.0.0.1:{server.server_address[1]}'
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ready(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog({'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                                     'default_locale': 'en-us'}]})


@tap.test
def pictures_come_from_the_web(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with site(workspace) as url, workspace.serving() as server:
        rows = [vitrine.asset_row('a', f'{url}/red.png', MediaAction='PublishNow'),
                vitrine.asset_row('b', f'{url}/hop/5', MediaAction='PublishNow'),
                {**vitrine.asset_row('c', ''), 'MediaReferenceUrl': f'{url}/red.png'},
                vitrine.asset_row('d', f'{url}/hop/6'), vitrine.asset_row('e', f'{url}/missing.png'),
                vitrine.asset_row('f', f'{url}/text.png'), vitrine.asset_row('g', f'{url}/inside')]
        results = workspace.import_rows(rows, code=1, server=server)
        equal([row['ErrorCode'] for row in results], ['', '', '', 'E_FETCH', 'E_FETCH', 'E_TYPE', 'E_FETCH'])
        holds('404' in results[4]['ResultDescription'], results[4])
        equal(Site.asked.count('/red.png'), 2, 'once by its address, once by the redirects')
        vitrine.eventually(lambda: server.image('b').status == 200, 'the picture is live')
        equal(pictures.pixels(server.image('b', 'fmt=png').body).at(3, 3), pictures.RED)


@tap.test
def the_younger_file_wins(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with site(workspace) as url:
        latest = {'MediaSourceIfExistsAction': 'TakeLatest'}
        equal(vitrine.outcomes(workspace.import_rows([vitrine.asset_row('a', f'{url}/red.png')])), ['Success'])
        older = workspace.import_rows([vitrine.asset_row('a', f'{url}/old.png', 'older', **latest)])
        holds('existing used' in older[0]['ResultDescription'], older)
        newer = workspace.import_rows([vitrine.asset_row('a', f'{url}/new.png', 'newer', **latest)])
        equal(newer[0]['ResultDescription'], '', newer)


@tap.test
def machines_inside_are_not_asked(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with site(workspace) as url:
        del workspace.environment['VITRINE_IMPORT_ALLOW']
        port = url.rsplit(':', 1)[1]
        hosts = ('127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1')
        rows = [vitrine.asset_row(f'p{number}', f'http://{host}:{port}/red.png') for number, host in enumerate(hosts)]
        results = workspace.import_rows(rows, code=1)
        equal([row['ErrorCode'] for row in results], ['E_FETCH'] * len(hosts))
        equal(Site.asked, [])


tap.main()
