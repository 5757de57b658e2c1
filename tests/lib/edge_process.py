"""An edge (script/edge: Varnish and hitch) in front of a server of a test."""
from __future__ import annotations

import atexit
import contextlib
import http.client
import random
import shutil
import socket
import subprocess
import threading

import tap
import vitrine

START_SECONDS = 60
PORTS = range(12000, 32000)
TRIES = 50


def free_port() -> int:
    """Below those that the kernel gives to connections: no client of another test takes it before the edge does."""
    for port in random.sample(PORTS, TRIES):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(('127.0.0.1', port))
            return port
    raise AssertionError('no port is free')


class Edge:
    """Its ports are known before it runs, for the server to be told."""

    def __init__(self) -> None:
        if not shutil.which('varnishd') or not shutil.which('hitch'):
            raise tap.Skip('varnish and hitch are not installed')
        self.port, self.tls_port = free_port(), free_port()
        self.name = f'varnish:http://127.0.0.1:{self.port}'
        self.process: subprocess.Popen[str] | None = None

    def start(self, origin: vitrine.Server, *arguments: str) -> Edge:
        command = [str(vitrine.ROOT / 'script/edge'), '--origin', f'{origin.host}:{origin.port}', '--http',
                   str(self.port), '--https', str(self.tls_port), *arguments]
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        atexit.register(self.stop)
        watch = threading.Timer(START_SECONDS, self.process.kill)
        watch.start()
        line = self.process.stdout.readline() if self.process.stdout else ''
        watch.cancel()
        if not line.startswith('edge on '):
            raise AssertionError('script/edge did not start')
        return self

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        self.process.wait(60)
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None

    def __enter__(self) -> Edge:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def request(self, target: str, method: str = 'GET', source: str = '127.0.0.1', **headers: str) -> vitrine.Reply:
        """@source: the address it comes from."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60, source_address=(source, 0))
        try:
            connection.request(method, target, headers={name.replace('_', '-'): text for name, text in headers.items()})
            answer = connection.getresponse()
            return vitrine.Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, target: str, **headers: str) -> vitrine.Reply:
        return self.request(target, **headers)

    def hits(self, target: str) -> bool:
        """Whether the edge has the answer; it has it afterwards."""
        return self.get(target)['X-Cache'] == 'HIT'
