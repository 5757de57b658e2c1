"""Clients that are slow, silent or far too many: each has a bound, and everybody else is served meanwhile."""
from __future__ import annotations

import contextlib
import pathlib
import socket
from collections.abc import Iterator

import pictures
import tap
import vitrine
from vitrine import equal, eventually, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'cup', 'name': 'Cup'}]}
MOST = 3000  # connections at once
END_SECONDS = 120  # by when a client without an end must be gone
BODY = b'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
# what a client begins with; some go on a byte at a time
SLOW = {
    'nothing': (b'', False),
    'a piece of a head': (b'GET /healthz HTT', False),
    'a head that does not end': (b'GET /healthz HTTP/1.1\r\nHost: x\r\nX: ', True),
    'a body that does not come': (BODY + b'Content-Length: 1000\r\n\r\n', False),
    'a body that does not end': (BODY + b'Content-Length: 9000\r\n\r\n', True),
    'chunks that do not end': (BODY + b'Transfer-Encoding: chunked\r\n\r\n2000\r\n', True),
    'a second head that does not end': (b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /', True),
}


def published(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'a.png', 40, 40, pictures.RED)
    workspace.import_rows([vitrine.asset_row('a', 'a.png'), vitrine.assign_row('a', 'cup')])
    workspace.publish_all()


def is_served(server: vitrine.Server) -> None:
    equal(server.media('OUN001', 'cup').json()['default_image']['asset'], 'a')
    equal(server.image('a', 'wid=20').status, 200)


def is_ended(client: socket.socket) -> bool:
    """Whether the server has closed; an answer that came before is thrown away."""
    try:
        while client.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@tap.test
def a_slow_client_is_ended_and_the_others_are_served(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with workspace.serving() as server, contextlib.ExitStack() as stack:
        clients = {}
        for about, (begin, _) in SLOW.items():
            clients[about] = stack.enter_context(socket.create_connection((server.host, server.port)))
            clients[about].sendall(begin)
            clients[about].setblocking(False)

        def all_are_ended() -> bool:
            is_served(server)
            for about in [about for about, client in clients.items() if is_ended(client)]:
                del clients[about]
            for about, client in clients.items():
                with contextlib.suppress(OSError):  # ended since
                    client.send(b'x' if SLOW[about][1] else b'')
            return not clients

        eventually(all_are_ended, f'the end of {list(SLOW)}', END_SECONDS)
        is_served(server)


@contextlib.contextmanager
def crowd(server: vitrine.Server, n: int) -> Iterator[list[socket.socket]]:
    """@n connections that hold on to their place."""
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(n):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex((server.host, server.port))
            clients.append(client)
        yield clients


@tap.test
def too_many_clients_wait_or_are_refused_and_the_server_lives(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with workspace.serving() as server:
        files = pathlib.Path(f'/proc/{server.process.pid}/fd')
        before = len(list(files.iterdir()))
        with crowd(server, MOST + 500):
            eventually(lambda: len(list(files.iterdir())) >= before + MOST * 9 // 10, 'the server is crowded')
            holds(len(list(files.iterdir())) <= before + MOST + 100, 'no more than the bound are taken')
            # a place is free as soon as those that say nothing have had their time
            is_served(server)
        eventually(lambda: len(list(files.iterdir())) < before + 100, 'they are gone')
        is_served(server)


tap.main(on=('sqlite',))
