"""A full disk and a locked database: whoever writes is told, shoppers notice nothing, and nothing is lost."""
from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from typing import Any

import faults
import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'cup', 'name': 'Cup'}]}


def prepare(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'a.png', 40, 40, pictures.RED)
    workspace.import_rows([vitrine.asset_row('a', 'a.png'), vitrine.assign_row('a', 'cup')])
    workspace.publish_all()


def api(workspace: vitrine.Workspace, server: vitrine.Server, target: str, body: Any, method: str = 'POST') -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.request(f'/api/v1/acme/{target}', method, raw, Authorization=f'Bearer {workspace.token}')


def shows(server: vitrine.Server, asset: str = 'a') -> None:
    equal(server.media('OUN001', 'cup').json()['default_image']['asset'], asset)


@tap.test
def on_a_full_disk_writers_are_told_and_shoppers_notice_nothing(workspace: vitrine.Workspace) -> None:
    prepare(workspace)
    broken = faults.Faults(workspace)
    pictures.draw(workspace.media / 'b.png', 40, 40, pictures.BLUE)
    rows = [vitrine.asset_row('b', 'b.png'), vitrine.assign_row('b', 'cup')]
    with broken.preloaded():
        server = workspace.serve()
        upload = api(workspace, server, 'uploads', b'').json()['upload']
    with broken.armed('write', 1, sticky=True):
        reply = api(workspace, server, f'uploads/{upload}/b.png', (workspace.media / 'b.png').read_bytes(), 'PUT')
        equal((reply.status, reply.json()['code']), (503, 'storage'))
        for width in (11, 12):
            image = server.image('a', f'wid={width}&fmt=png')
            equal((image.status, pictures.pixels(image.body).width), (200, width))
        shows(server)
    holds(broken.hit > 0, 'the disk was full')
    equal(vitrine.outcomes(workspace.import_rows(rows, server=server)), ['Success'] * 2)
    workspace.publish_all(server=server)
    equal([row['asset'] for row in server.media('OUN001', 'cup').json()['primary']], ['a', 'b'])
    equal(server.stop(), 0)
    workspace.run('doctor')


@tap.test
def a_command_on_a_full_disk_does_what_it_can_and_the_rest_later(workspace: vitrine.Workspace) -> None:
    prepare(workspace)
    broken = faults.Faults(workspace)
    pictures.draw(workspace.media / 'b.png', 40, 40, pictures.BLUE)
    rows = [vitrine.asset_row('b', 'b.png'), vitrine.assign_row('b', 'cup')]
    manifest = workspace.file('rows.tsv', vitrine.tsv(rows))
    with broken.preloaded():
        for n in (1, 4, 9):
            with broken.armed('write', n, sticky=True):
                ran = workspace.run('import', manifest, '--media', workspace.media, '--result', 'result.tsv', code=None)
            equal(ran.code, 1 if broken.hit else 0, f'{n}: {ran}')
            holds(not broken.hit or 'storage' in ran.err or 'Failed' in ran.out, f'{n}: {ran}')
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * 2)
    workspace.publish_all()
    workspace.run('doctor')


@contextlib.contextmanager
def locked(workspace: vitrine.Workspace) -> Iterator[None]:
    """Another program holds what every writer needs."""
    if workspace.database == 'sqlite':
        with contextlib.closing(sqlite3.connect(workspace.data / 'vitrine.db', isolation_level=None)) as holder:
            holder.execute('BEGIN IMMEDIATE')
            yield
            holder.execute('ROLLBACK')
        return
    command = ['psql', '-q', '-At', workspace.environment['VITRINE_DATABASE']]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        print('BEGIN; LOCK TABLE account IN EXCLUSIVE MODE; SELECT \'held\';', file=holder.stdin, flush=True)
        equal(holder.stdout.readline(), 'held\n')
        yield
        holder.stdin.close()


@tap.test
def while_the_database_is_locked_writers_are_told_and_shoppers_notice_nothing(workspace: vitrine.Workspace) -> None:
    prepare(workspace)
    with workspace.serving() as server:
        with locked(workspace):
            body = {'name': 'ben', 'password': 'long enough', 'role': 'reader'}
            refused = api(workspace, server, 'users', body)
            equal((refused.status, refused.json()['code']), (503, 'database'))
            shows(server)
            equal(server.image('a', 'wid=13').status, 200)
        equal(api(workspace, server, 'users', body).status, 200)


tap.main()
