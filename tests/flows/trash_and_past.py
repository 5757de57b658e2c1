"""The trash and the past by command: the same on the data directory and through a server."""
from __future__ import annotations

import json

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}
PLACE = ('--channel', 'OUN001', '--locale', 'en-us')


def shop(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'a.png', 8, 8, pictures.RED)
    workspace.import_rows([vitrine.asset_row('old', 'a.png', alt='old'), vitrine.asset_row('waste', 'a.png', alt='w'),
                           vitrine.assign_row('old', 'mug')])
    workspace.publish_all()


def walk(workspace: vitrine.Workspace, server: vitrine.Server | None) -> None:
    def run(*words: str, code: int | None = 0) -> vitrine.Ran:
        return workspace.run(*words, server=server, code=code)

    then = json.loads(run('past', 'mug', *PLACE, '--json').out)
    equal([row['asset'] for row in then['primary']], ['old'])
    holds(f'log number {then["seq"]}\tmaster\t' in run('past', 'mug', *PLACE, '--seq', str(then['seq'])).out, 'then')
    holds('nothing was live' in run('past', 'mug', *PLACE, '--at', '2001-01-01T00:00:00Z').out, 'before there was any')
    holds('(bad_value)' in run('past', 'mug', *PLACE, '--at', 'noon', code=1).err, 'a time')
    holds('(bad_value)' in run('past', 'mug', *PLACE, '--at', '2001-01-01T00:00:00Z', '--seq', '1', code=1).err, 'both')

    holds('(referenced)' in run('trash', 'put', 'old', code=1).err, 'what is shown stays')
    equal(run('trash', 'put', 'waste').out, 'in the trash\n')
    [line] = run('trash', 'list').out.splitlines()
    number, name, kind, _, live = line.split('\t')
    equal((name, kind, live), ('waste', 'image', 'was live'))
    equal(run('trash', 'restore', number).out, 'waste is back, and live\n')
    equal(run('trash', 'list').out, '')
    run('trash', 'put', 'waste')
    for words in ((), ('--all', number), (number, number)):
        equal(run('trash', 'empty', *words, code=2).out, '')
    holds('(bad_value)' in run('trash', 'empty', 'waste', code=1).err, 'an id')
    equal(run('trash', 'empty', number).out, '1 assets are gone for good\n')
    holds('(not_found)' in run('trash', 'empty', number, code=1).err, 'it is gone')
    equal(run('trash', 'empty', '--all').out, '0 assets are gone for good\n')


@tap.test
def here(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    walk(workspace, None)


@tap.test
def through_a_server(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        walk(workspace, server)


tap.main()
