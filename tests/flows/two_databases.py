"""Channel databases hold what their own channels may show and nothing else."""
from __future__ import annotations

import sqlite3

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [
        {'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'], 'default_locale': 'en-us',
         'database': 'main'},
        {'code': 'OUN003', 'name': 'Shop', 'type': 'retail', 'locales': ['en-us'], 'default_locale': 'en-us',
         'database': 'tills'}],
    'products': [{'id': 'both', 'name': 'Sold everywhere', 'type': 'simple'},
                 {'id': 'online', 'name': 'Sold online', 'type': 'simple', 'channels': ['OUN001']},
                 {'id': 'till', 'name': 'Sold in the shop', 'type': 'simple', 'channels': ['OUN003']}]}
EXPECTED = {'main': {('OUN001', 'both'), ('OUN001', 'online')}, 'tills': {('OUN003', 'both'), ('OUN003', 'till')}}


def rows_of(workspace: vitrine.Workspace, database: str) -> set[tuple[str, str]]:
    files = list(workspace.data.glob(f'**/{database}.db'))
    equal(len(files), 1, f'files of channel database {database}')
    connection = sqlite3.connect(f'file:{files[0]}?mode=ro', uri=True)
    try:
        return set(connection.execute('SELECT DISTINCT channel, product FROM product_row WHERE body IS NOT NULL'))
    finally:
        connection.close()


def prepare(workspace: vitrine.Workspace) -> vitrine.Workspace:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'a.png', 20, 20)
    rows = [vitrine.asset_row('a', 'a.png')]
    rows += [vitrine.assign_row('a', product['id']) for product in CATALOG['products']]
    workspace.import_rows(rows)
    workspace.publish_all()
    return workspace


@tap.test
def each_database_has_rows_of_its_channels_only(workspace: vitrine.Workspace) -> None:
    for database, rows in EXPECTED.items():
        equal(rows_of(workspace, database), rows)


@tap.test
def a_product_outside_the_assortment_is_not_found(workspace: vitrine.Workspace) -> None:
    with workspace.serving() as server:
        for channel, product, status in (('OUN001', 'both', 200), ('OUN003', 'both', 200), ('OUN001', 'till', 404),
                                         ('OUN003', 'online', 404), ('OUN001', 'online', 200), ('OUN003', 'till', 200),
                                         ('OUN999', 'both', 404), ('OUN001', 'nobody', 404)):
            reply = server.media(channel, product)
            equal(reply.status, status, f'{channel} {product}')
            holds(status == 200 or reply.json()['code'] == 'not_found', reply.body)
            holds(status == 200 or 'max-age=5' in reply['Cache-Control'], dict(reply.headers))


@tap.test
def both_reach_the_number_a_publish_waits_for(workspace: vitrine.Workspace) -> None:
    with workspace.serving() as server:
        versions = {server.media(channel, 'both')['Vitrine-Version'] for channel in ('OUN001', 'OUN003')}
        equal(len(versions), 1)
        holds(int(versions.pop()) > 0, 'a number')


@tap.test
def a_channel_that_leaves_a_database_takes_its_rows_along(workspace: vitrine.Workspace) -> None:
    moved = {'channels': [{**CATALOG['channels'][1], 'database': 'main'}]}
    with workspace.serving() as server:
        workspace.catalog(moved, server=server)
        vitrine.eventually(lambda: ('OUN003', 'till') in rows_of(workspace, 'main'), 'rows arrive in main')
        vitrine.eventually(lambda: server.media('OUN003', 'till').status == 200, 'main answers for the shop')
        vitrine.eventually(lambda: not rows_of(workspace, 'tills'), 'rows leave tills')


tap.main(prepare)
