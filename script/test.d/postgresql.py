"""A throw-away PostgreSQL for one test run: own directory, Unix socket only, nothing kept.

The server is our child and is told to stop when we die, however we die.
"""
from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Iterator

NOBODY = 65534  # initdb refuses to work as root
SETTINGS = {
    'listen_addresses': '', 'fsync': 'off', 'synchronous_commit': 'off', 'full_page_writes': 'off',
    'shared_buffers': '32MB', 'max_connections': '80', 'log_min_messages': 'warning',
}


def programs() -> pathlib.Path:
    found = sorted(pathlib.Path('/usr/lib/postgresql').glob('*/bin/initdb'))
    if not found:
        raise RuntimeError('PostgreSQL is not installed; script/bootstrap does that')
    return found[-1].parent


def as_server_user(command: list[str]) -> list[str]:
    drop = ['--reuid', str(NOBODY), '--regid', str(NOBODY), '--clear-groups'] if os.geteuid() == 0 else []
    return ['setpriv', *drop, '--pdeathsig', 'INT', *command]


def wait_until_ready(server: subprocess.Popen[bytes], folder: str, log: pathlib.Path) -> None:
    deadline = time.monotonic() + 30
    ask = [str(programs() / 'pg_isready'), '-q', '-h', folder]
    while subprocess.run(ask, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError('PostgreSQL did not start: ' + log.read_text(errors='replace')[-2000:])
        time.sleep(0.05)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Yields the address of a database cluster; every test makes a database of its own there."""
    folder = tempfile.mkdtemp(prefix='vt-pg-', dir='/tmp')  # a socket's path has at most 107 bytes
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    data, log = f'{folder}/data', pathlib.Path(folder, 'log')
    server = None
    try:
        initdb = [str(programs() / 'initdb'), '-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8',
                  '--locale=C.UTF-8', '--no-sync']
        subprocess.run(as_server_user(initdb), check=True, stdout=subprocess.DEVNULL, cwd=folder)
        options = [part for name, value in SETTINGS.items() for part in ('-c', f'{name}={value}')]
        serve = [str(programs() / 'postgres'), '-D', data, '-k', folder, *options]
        with log.open('wb') as output:
            server = subprocess.Popen(as_server_user(serve), stdout=output, stderr=output, cwd=folder)
        wait_until_ready(server, folder, log)
        yield f'postgresql://test@/postgres?host={urllib.parse.quote(folder, safe="")}'
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)
