"""What whole-program tests stand on: data directories, commands, servers, a raw HTTP client, manifests.

Nothing sleeps for a fixed time: whatever takes time is asked again until a deadline. pictures.py draws and reads
pictures, tap.py runs the tests.
"""
from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get('VITRINE_PROGRAM', str(ROOT / 'build/vitrine'))
TENANT = 'acme'
START_SECONDS = 60
STOP_SECONDS = 60
COMMAND_SECONDS = 600


@dataclasses.dataclass(frozen=True)
class Ran:
    """A command that ended."""
    code: int
    out: str
    err: str


@dataclasses.dataclass(frozen=True)
class Reply:
    """An HTTP answer, whole."""
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def __getitem__(self, header: str) -> str:
        return self.headers.get(header, '')


def equal(found: object, wanted: object, about: object = '') -> None:
    if found != wanted:
        raise AssertionError(f'{about}{": " if about else ""}found {found!r}, wanted {wanted!r}')


def holds(condition: object, about: object) -> None:
    if not condition:
        raise AssertionError(str(about))


def eventually(ask: Callable[[], Any], about: str, seconds: float = 60) -> Any:
    """Asks until the answer is true; the deadline is for a program that hangs, not a measure of speed."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f'not within {seconds} s: {about}')
        time.sleep(0.05)


def quoted(text: str) -> str:
    """A piece of an address, every reserved character escaped."""
    return urllib.parse.quote(text, safe='')


class Server:
    """A running `vitrine serve` and its address."""

    def __init__(self, workspace: Workspace, arguments: Iterable[str]) -> None:
        self.log = workspace.folder / f'serve-{workspace.count()}.log'
        with self.log.open('wb') as log:
            self.process = subprocess.Popen([PROGRAM, 'serve', *arguments], env=workspace.environment, text=True,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        self.printed: list[str] = []  # lines of standard output so far
        self._addresses: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.url = self._addresses.get(timeout=START_SECONDS)
        except queue.Empty:
            self.url = ''
        if not self.url:
            self.kill()
            raise AssertionError(f'serve did not start: {self.tail()}')
        self.host, port = self.url.removeprefix('http://').rsplit(':', 1)
        self.port = int(port)

    def _read(self) -> None:
        """Keeps the pipe empty for as long as the server lives; an empty text stands for its end."""
        for line in self.process.stdout or ():
            self.printed.append(line.rstrip('\n'))
            if line.startswith('listening on '):
                self._addresses.put(line.split()[-1].rstrip('/'))
        self._addresses.put('')

    def tail(self) -> str:
        return self.log.read_text(errors='replace')[-4000:]

    def request(self, target: str, method: str = 'GET', body: bytes | None = None, **headers: str) -> Reply:
        """@target goes out as written; a header's name has _ for -."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace('_', '-'), value)
            if body is not None:
                connection.putheader('Content-Length', str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, target: str, **headers: str) -> Reply:
        return self.request(target, **headers)

    def raw(self, request: bytes) -> bytes:
        """Everything the server says to @request until it closes; for what http.client refuses to send."""
        with socket.create_connection((self.host, self.port), timeout=60) as connection:
            connection.sendall(request)
            with contextlib.suppress(OSError):  # a server that has refused it may be gone by now
                connection.shutdown(socket.SHUT_WR)
            pieces = []
            while piece := connection.recv(65536):
                pieces.append(piece)
        return b''.join(pieces)

    def media(self, channel: str, product: str, **query: str) -> Reply:
        """The channel API's answer for one product."""
        words = '&'.join(f'{quoted(name)}={quoted(value)}' for name, value in query.items())
        target = f'/channel/v1/{TENANT}/{quoted(channel)}/products/{quoted(product)}/media'
        return self.get(target + ('?' + words if words else ''))

    def image(self, asset: str, query: str = '', **headers: str) -> Reply:
        return self.get(f'/is/image/{TENANT}/{quoted(asset)}' + ('?' + query if query else ''), **headers)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self._gone(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f'serve did not stop: {self.tail()}') from None

    def kill(self) -> None:
        self.process.kill()
        self._gone(None)

    def _gone(self, seconds: float | None) -> int:
        code = self.process.wait(seconds)
        self._reader.join()
        if self.process.stdout:
            self.process.stdout.close()
        return code


class Workspace:
    """A temporary folder with room for a data directory, and the database that goes with it."""

    def __init__(self, database: str) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='vitrine-flow-'))
        self.data = self.folder / 'data'
        self.media = self.folder / 'media'
        self.media.mkdir()
        self.database = database
        self.token = ''
        self.servers: list[Server] = []
        self._count = 0
        self._databases: list[str] = []
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith('VITRINE_')}
        self.environment['VITRINE_DATA'] = str(self.data)
        if database == 'postgresql':
            self.environment['VITRINE_DATABASE'] = self._new_postgresql()

    def count(self) -> int:
        self._count += 1
        return self._count

    def _new_postgresql(self) -> str:
        """The address of a new, empty database."""
        parts = urllib.parse.urlsplit(os.environ['VITRINE_TEST_POSTGRESQL'])
        name = f'flow_{os.getpid()}_{time.monotonic_ns()}'
        subprocess.run(['psql', '-q', parts.geturl(), '-c', f'CREATE DATABASE {name}'], check=True)
        self._databases.append(name)
        return parts._replace(path='/' + name).geturl()

    def close(self) -> None:
        for server in self.servers:
            if server.process.poll() is None:
                server.kill()
        for name in self._databases:
            subprocess.run(['psql', '-q', os.environ['VITRINE_TEST_POSTGRESQL'], '-c',
                            f'DROP DATABASE {name} WITH (FORCE)'], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def another(self) -> Iterator[Workspace]:
        """An empty installation beside this one."""
        there = Workspace(self.database)
        try:
            yield there
        finally:
            there.close()

    def logs(self) -> str:
        return ''.join(f'\n{server.log.name}:\n{server.tail()}' for server in self.servers)

    def run(self, *arguments: str | pathlib.Path, code: int | None = 0, server: Server | None = None) -> Ran:
        """A command; @code is the exit code it must have, None for any."""
        command = [PROGRAM, *map(str, arguments)]
        if server:
            command += ['--server', server.url, '--token', self.token]
        done = subprocess.run(command, env=self.environment, text=True, errors='replace', capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=COMMAND_SECONDS, cwd=self.folder, check=False)
        if code is not None and done.returncode != code:
            raise AssertionError(f'vitrine {" ".join(map(str, arguments))}: exit code {done.returncode}, not {code}\n'
                                 f'{done.stdout[-2000:]}\n{done.stderr[-4000:]}')
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str | pathlib.Path) -> subprocess.Popen[bytes]:
        """A command in the background, for tests that kill it."""
        return subprocess.Popen([PROGRAM, *map(str, arguments)], env=self.environment, cwd=self.folder,
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def file(self, name: str, content: str | bytes | dict[str, Any]) -> pathlib.Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def init(self) -> str:
        """A data directory with one tenant; remembers the token."""
        password = self.file('password', 'correct horse battery staple\n')
        ran = self.run('init', '--data', self.data, '--tenant', TENANT, '--admin', 'anna', '--password-file', password)
        holds(ran.out.endswith('\n') and ran.out.count('\n') == 1 and len(ran.out) > 20, f'a token: {ran.out!r}')
        self.token = ran.out.strip()
        return self.token

    def catalog(self, content: dict[str, Any], server: Server | None = None) -> Ran:
        return self.run('catalog', 'import', self.file('catalog.json', content), server=server)

    def import_rows(self, rows: Rows, code: int = 0, server: Server | None = None) -> Rows:
        """Imports a manifest of @rows; the rows of its result."""
        return self.import_manifest(self.file(f'manifest-{self.count()}.tsv', tsv(rows)), code, server)

    def import_manifest(self, manifest: pathlib.Path, code: int = 0, server: Server | None = None) -> Rows:
        result = self.folder / f'result-{self.count()}.tsv'
        self.run('import', manifest, '--media', self.media, '--result', result, code=code, server=server)
        return read_tsv(result)

    def publish_all(self, code: int = 0, server: Server | None = None) -> Ran:
        return self.run('publish', '--all', '--with-dependencies', '--wait', code=code, server=server)

    def serve(self, *arguments: str) -> Server:
        server = Server(self, ['--listen', '127.0.0.1:0', *arguments])
        self.servers.append(server)
        return server

    @contextlib.contextmanager
    def serving(self, *arguments: str) -> Iterator[Server]:
        """A server that must have ended well when the block is left."""
        server = self.serve(*arguments)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()
        equal(server.process.returncode, 0, f'exit code of serve; {server.tail()}')


# Manifests

Row = dict[str, str]
Rows = list[Row]


def tsv(rows: Rows) -> str:
    """A manifest of @rows; a column exists where any row has it."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = ['\t'.join(columns)] + ['\t'.join(row.get(column, '') for column in columns) for row in rows]
    return '\n'.join(lines) + '\n'


def read_tsv(path: pathlib.Path) -> Rows:
    """Rows of a manifest without tabs or line ends inside a field, which our tests do not write."""
    lines = path.read_text(encoding='utf-8-sig').splitlines()
    columns = lines[0].split('\t')
    return [dict(zip(columns, line.split('\t'))) for line in lines[1:] if line]


def asset_row(name: str, path: str, alt: str = 'a picture', *, locale: str = 'system_neutral', **more: str) -> Row:
    """A manifest row that brings a picture in."""
    return {'MediaLocale': locale, 'MediaType': 'Image', 'MediaImportPath': path, 'MediaDisplayName': name,
            'ImageAltText': alt, **more}


def video_row(name: str, path: str, **more: str) -> Row:
    """A manifest row that brings a video in."""
    return asset_row(name, path, MediaType='Video', MediaTitle=f'All of {name}', ImageAltText='', **more)


def assign_row(asset: str, product: str, *, channel: str = 'Omnichannel', locale: str = 'system_neutral',
               order: int = 1, cell: str = '', variant: bool = False, **more: str) -> Row:
    """A manifest row that shows an existing picture on a product, a variant or a cell (`Color:Blue`)."""
    kind = 'Product|DimensionMatrix' if cell else 'Product|Variant' if variant else 'Product|Master'
    return {'MediaLocale': 'system_neutral', 'MediaType': 'Image', 'MediaDisplayName': asset, 'EntityType': kind,
            'EntityKey': 'EntityId|DimensionMatrix' if cell else 'EntityId',
            'EntityKeyValue': f'{product}|{cell}' if cell else product, 'EntityChannel': channel,
            'EntityLocale': locale, 'MediaGroup': 'Primary', 'MediaDisplayOrder': str(order), **more}


def outcomes(rows: Rows) -> list[str]:
    return [row['Result'] for row in rows]
