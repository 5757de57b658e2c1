"""Stopping and starting loses nothing, and two processes never share a data directory."""
from __future__ import annotations

import concurrent.futures
import shutil
import socket

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'}],
    'products': [{'id': f'p{number}', 'name': f'Product {number}', 'type': 'simple'} for number in range(10)]}
TARGETS = [f'/channel/v1/acme/OUN001/products/p{number}/media?locale={locale}' for number in range(10)
           for locale in ('en-us', 'de-de')] + [f'/is/image/acme/a{number}?wid=50' for number in range(10)]


def published(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    rows = []
    for number in range(10):
        pictures.draw(workspace.media / f'a{number}.png', 60, 60, (number * 20, 10, 10))
        rows += [vitrine.asset_row(f'a{number}', f'a{number}.png'), vitrine.assign_row(f'a{number}', f'p{number}')]
    equal(set(vitrine.outcomes(workspace.import_rows(rows))), {'Success'})
    workspace.publish_all()


def answers(server: vitrine.Server) -> list[tuple[int, str, str, bytes]]:
    replies = [server.get(target) for target in TARGETS]
    return [(reply.status, reply['ETag'], reply['Vitrine-Version'], reply.body) for reply in replies]


@tap.test
def everything_is_the_same_after_a_restart(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with workspace.serving() as server:
        before = answers(server)
        equal({status for status, *_ in before}, {200})
    with workspace.serving() as server:
        equal(answers(server), before)
        holds('nothing' in workspace.publish_all(server=server).out.lower(), 'there is nothing to publish')


@tap.test
def what_can_be_made_again_is_made_again(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with workspace.serving() as server:
        before = answers(server)
    for name in ('cache', 'readstore'):
        shutil.rmtree(workspace.data / name, ignore_errors=True)
    with workspace.serving() as server:
        vitrine.eventually(lambda: server.get('/readyz').status == 200, 'the server is ready')
        vitrine.eventually(lambda: server.get(TARGETS[0]).status == 200, 'the read store is filled again')
        equal(answers(server), before)


@tap.test
def a_backup_that_followed_links_is_good(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with workspace.serving() as server:
        before = answers(server)
    backup = workspace.folder / 'backup'
    shutil.copytree(workspace.data, backup, symlinks=False)
    shutil.rmtree(workspace.data)
    backup.rename(workspace.data)
    store = workspace.data / 'readstore/acme/main.db'
    holds(store.is_file() and not store.is_symlink(), 'a file in place of the link')
    with workspace.serving() as server:
        vitrine.eventually(store.is_symlink, 'the store is built anew')
        equal(answers(server), before)
    workspace.run('doctor')


@tap.test
def a_killed_server_starts_again(workspace: vitrine.Workspace) -> None:
    published(workspace)
    server = workspace.serve()
    before = answers(server)
    server.kill()
    with workspace.serving() as server:
        equal(answers(server), before)


@tap.test
def requests_in_hand_are_finished_before_it_stops(workspace: vitrine.Workspace) -> None:
    published(workspace)
    server = workspace.serve()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(server.image, f'a{number % 10}', f'wid={30 + number}') for number in range(40)]
        waiting[0].result()
        equal(server.stop(), 0)
        outcomes = [one.exception() or one.result().status for one in waiting]
    for outcome in outcomes:
        # 503: its head came after the stop had begun
        holds(outcome in (200, 503) or isinstance(outcome, ConnectionError), f'refused or whole, not {outcome!r}')
    holds(outcomes.count(200) >= 1, outcomes)


@tap.test
def a_second_process_is_kept_out(workspace: vitrine.Workspace) -> None:
    if workspace.database == 'postgresql':
        raise tap.Skip('many nodes may work on PostgreSQL')
    published(workspace)
    with workspace.serving() as server:
        for arguments in (['serve', '--listen', '127.0.0.1:0'], ['publish', '--all'],
                          ['catalog', 'import', workspace.folder / 'catalog.json']):
            ran = workspace.run(*arguments, code=1)
            holds('data_in_use' in ran.err, ran.err)
        equal(server.get(TARGETS[0]).status, 200)
    workspace.run('publish', '--all')


@tap.test
def an_address_that_is_taken_is_told(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with socket.create_server(('127.0.0.1', 0)) as taken:
        address = f'127.0.0.1:{taken.getsockname()[1]}'
        for listener in (('--listen', address), ('--listen', '127.0.0.1:0', '--delivery-listen', address)):
            ran = workspace.run('serve', *listener, code=1)
            holds(f"'{address}'" in ran.err and '(listen)' in ran.err, ran.err)
    with workspace.serving('--listen', address) as server:
        equal(server.get(TARGETS[0]).status, 200)


tap.main()
