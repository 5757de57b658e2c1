"""Previews: a signed address answers as the shop will, for drafts and publish groups, and for nobody to keep."""
from __future__ import annotations

import json
from typing import Any

import pictures
import schema
import tap
import vitrine
from media_api import Media, master, member
from vitrine import equal, eventually, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'},
                 {'code': 'OUN002', 'name': 'Tills', 'type': 'retail', 'locales': ['en-us'], 'default_locale': 'en-us',
                  'database': 'tills'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue', 'swatch': '#0000ff'}, {'value': 'Red'}]}],
    'categories': [{'id': 'tees', 'name': 'Tees'}],
    'products': [{'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color'], 'categories': ['tees'],
                  'variants': [{'id': 'tee-b', 'values': {'Color': 'Blue'}},
                               {'id': 'tee-r', 'values': {'Color': 'Red'}}]},
                 {'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}
# what is asked of the shop, once through the preview and once after the publish
ASKED = ['OUN001/products/tee/media', 'OUN001/products/tee/media?locale=de-de', 'OUN001/products/tee-b/media',
         'OUN001/products/tee/media?Color=Red', 'OUN002/products/tee/media', 'OUN001/products?ids=tee,mug,none',
         'OUN001/products/mug/media', 'OUN001/categories/tees/media', 'OUN001/config']
PICTURES = ['old', 'new', 'cell', 'fresh']


class Previews:
    """A server, and how to ask it about previews."""

    def __init__(self, workspace: vitrine.Workspace, server: vitrine.Server, token: str = '') -> None:
        self.server, self.token = server, token or workspace.token

    def ask(self, rest: str = '', method: str = 'GET', body: Any = None) -> vitrine.Reply:
        raw = json.dumps(body).encode() if body is not None else None
        return self.server.request(f'/api/v1/acme/previews{rest}', method, raw, Authorization=f'Bearer {self.token}')

    def create(self, **shows: Any) -> Any:
        reply = self.ask('', 'POST', shows)
        equal(reply.status, 200, reply.body)
        schema.check(reply.json(), 'Preview')
        return reply.json()


def is_private(reply: vitrine.Reply) -> None:
    equal(reply['Cache-Control'], 'private, no-store')
    equal(reply['Surrogate-Key'], '')
    equal(reply['Referrer-Policy'], 'no-referrer')


def shown(server: vitrine.Server, base: str) -> list[tuple[int, bytes]]:
    """Each answer, without what a preview's addresses begin with; and the pictures as they are drawn."""
    answers = []
    for asked in ASKED:
        reply = server.get(f'{base}/channel/v1/acme/{asked}')
        if base:
            is_private(reply)
        answers.append((reply.status, reply.body.replace(f'"{base}/is/'.encode(), b'"/is/')))
    for name in PICTURES:
        reply = server.get(f'{base}/is/image/acme/{name}?wid=20&fmt=png')
        answers.append((reply.status, reply.body if reply.status == 200 else b''))
        reply = server.get(f'{base}/is/content/acme/{name}')
        answers.append((reply.status, reply.body if reply.status == 200 else b''))
        if base and reply.status == 200:
            is_private(reply)
    return answers


def prepare(workspace: vitrine.Workspace) -> vitrine.Workspace:
    workspace.init()
    workspace.catalog(CATALOG)
    for at, name in enumerate(PICTURES):
        pictures.draw(workspace.media / f'{name}.png', 40, 30 + at)
    workspace.import_rows([vitrine.asset_row('old', 'old.png'), vitrine.assign_row('old', 'tee'),
                           vitrine.assign_row('old', 'mug')])
    workspace.publish_all()
    category = vitrine.assign_row('new', 'tees', channel='OUN001') | {
        'EntityType': 'Category', 'EntityKey': 'CategoryID'}
    workspace.import_rows([vitrine.asset_row('new', 'new.png', 'new'), vitrine.asset_row('cell', 'cell.png', 'blue'),
                           vitrine.asset_row('new', 'old.png', 'neu', locale='de-de'),
                           vitrine.asset_row('fresh', 'fresh.png', 'fresh'),
                           vitrine.asset_row('old', 'old.png', 'a better text'),
                           vitrine.assign_row('new', 'tee'), vitrine.assign_row('old', 'tee', order=2),
                           vitrine.assign_row('cell', 'tee', cell='Color:Blue'), category])
    return workspace


@tap.test
def a_preview_is_what_the_shop_shows_after_the_publish(workspace: vitrine.Workspace) -> None:
    with workspace.serving() as server:
        previews = Previews(workspace, server)
        before = shown(server, '')
        base = previews.create(products=['tee'], categories=['tees'], hours=1)['address']
        foreseen = shown(server, base)
        equal(shown(server, ''), before, 'the shop, while it is previewed')
        holds(foreseen != before, 'drafts are seen')
        holds(json.loads(foreseen[0][1])['default_image']['asset'] == 'new', foreseen[0])
        workspace.run('publish', '--products', 'tee', '--with-dependencies', server=server)
        workspace.run('publish', '--categories', 'tees', '--wait', server=server)
        equal(shown(server, ''), foreseen, 'the shop after the publish')
        equal(shown(server, base), foreseen, 'the preview after the publish')


@tap.test
def a_preview_of_a_group_is_what_the_group_makes_live(workspace: vitrine.Workspace) -> None:
    with workspace.serving() as server:
        workspace.run('group', 'create', 'spring', server=server)
        Media(server, workspace.token, 'mug', group='spring').write([master('new', 'old')])
        base = workspace.run('preview', 'create', '--group', 'spring', server=server).out.strip()
        foreseen = shown(server, base)
        holds(foreseen != shown(server, ''), 'the group is seen')
        workspace.run('group', 'publish', 'spring', '--wait', server=server)
        equal(shown(server, ''), foreseen, 'the shop after the group')


@tap.test
def drafts_are_seen_as_they_are_when_somebody_looks(workspace: vitrine.Workspace) -> None:
    with workspace.serving() as server:
        base = Previews(workspace, server).create(products=['mug'])['address']
        target = f'{base}/channel/v1/acme/OUN001/products/mug/media'
        for name in ('fresh', 'cell'):
            Media(server, workspace.token, 'mug').write([master(name)])
            equal(server.get(target).json()['primary'][0]['asset'], name)
        picture = pictures.pixels(server.get(f'{base}/is/image/acme/cell').body)
        equal((picture.width, picture.height), (40, 32), 'the draft that is shown')
        equal(server.image('fresh').status, 403, 'nobody else sees it')


@tap.test
def an_address_nobody_signed_or_that_has_ended_is_refused(workspace: vitrine.Workspace) -> None:
    token = member(workspace, 'rita', 'reader')
    with workspace.serving() as server:
        previews = Previews(workspace, server)
        made = previews.create(assets=['fresh'], hours=2)
        base = made['address']
        place, word = base.rsplit('/', 1)
        other = previews.create(assets=['cell'], hours=2)['address'].rsplit('/', 1)[1]
        number, until, signature = word.split('.')
        forged = [f'{number}.{int(until) + 3600}.{signature}', f'{number}.{until}.{"0" * 64}',
                  f'{other.split(".")[0]}.{until}.{signature}', word + '0', 'x', '%00', '..']
        for rest in ('channel/v1/acme/OUN001/products/mug/media', 'is/image/acme/fresh', 'is/content/acme/fresh'):
            for wrong in forged:
                reply = server.get(f'{place}/{wrong}/{rest}')
                holds(reply.status in (400, 403), f'{wrong}: {reply.status}')
                holds(reply.json()['code'] in ('preview_invalid', 'bad_request'), reply.body)
            foreign = server.get(f'{base}/{rest}'.replace('acme', 'other'))
            equal((foreign.status, foreign.json()['code']), (403, 'preview_invalid'), rest)
            is_private(foreign)
        equal(server.get(f'{base}/is/image/acme/fresh').status, 200)
        equal(previews.ask(f'/{made["id"]}', 'DELETE').status, 200)
        for rest in ('channel/v1/acme/OUN001/config', 'is/image/acme/fresh'):
            ended = server.get(f'{base}/{rest}')
            equal((ended.status, ended.json()['code']), (410, 'preview_ended'), rest)
            is_private(ended)
        equal(Previews(workspace, server, token).ask('', 'POST', {'assets': ['cell']}).status, 403, 'a reader')
        trail = server.get('/api/v1/acme/audit?limit=1000', Authorization=f'Bearer {workspace.token}').json()
        acts = [entry['action'] for entry in trail['entries']]
        equal(acts[-1], 'preview revoke')
        holds(acts.count('preview create') == 5, acts)
        eventually(lambda: not list((workspace.data / 'cache' / 'previews').glob('*')), 'stores are removed')


@tap.test
def the_command_line_makes_lists_and_ends_previews(workspace: vitrine.Workspace) -> None:
    base = workspace.run('preview', 'create', '--assets', 'fresh,cell', '--hours', '3').out.strip()
    number = base.rsplit('/', 1)[1].split('.')[0]
    listed = json.loads(workspace.run('preview', 'list', '--json').out)
    schema.check(listed, 'PreviewList')
    equal([str(one['id']) for one in listed['previews']][0], number)
    equal(listed['previews'][0]['shows'], {'products': [], 'categories': [], 'assets': ['fresh', 'cell']})
    holds(f'{number}\t' not in workspace.run('preview', 'revoke', number).out, 'it has ended')
    workspace.run('preview', 'revoke', number, code=1)
    workspace.run('preview', 'create', '--group', 'none', code=1)
    workspace.run('preview', 'create', code=2)


tap.main(prepare)
