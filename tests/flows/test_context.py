"""The test context: all that is finished answers on an address of its own, for few and for nobody to keep."""
from __future__ import annotations

import pictures
import tap
import vitrine
from media_api import Media, master
from vitrine import equal, eventually, holds

CATALOG = {'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                         'default_locale': 'en-us'}],
           'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}
MEDIA = '/channel/v1/acme/OUN001/products/mug/media'


class Tests:
    """The address that a server printed for tests."""

    def __init__(self, server: vitrine.Server) -> None:
        line = [line for line in server.printed if line.startswith('testing on ')]
        equal(len(line), 1, server.printed)
        self.host, port = line[0].split('http://')[1].rsplit(':', 1)
        self.port = int(port)

    request = vitrine.Server.request
    get = vitrine.Server.get


def prepare(workspace: vitrine.Workspace) -> vitrine.Workspace:
    workspace.init()
    workspace.catalog(CATALOG)
    for at, name in enumerate(('old', 'new', 'next')):
        pictures.draw(workspace.media / f'{name}.png', 40, 30 + at)
    workspace.import_rows([vitrine.asset_row('old', 'old.png'), vitrine.assign_row('old', 'mug')])
    workspace.publish_all()
    workspace.import_rows([vitrine.asset_row(name, f'{name}.png') for name in ('new', 'next')])
    return workspace


def api(workspace: vitrine.Workspace, server: vitrine.Server, method: str, rest: str,
        body: bytes | None = None) -> None:
    reply = server.request(f'/api/v1/acme/{rest}', method, body, Authorization=f'Bearer {workspace.token}')
    equal(reply.status, 200, reply.body)


@tap.test
def what_is_finished_is_seen_at_once_and_by_tests_alone(workspace: vitrine.Workspace) -> None:
    with workspace.serving('--test-listen', '127.0.0.1:0') as server:
        tests = Tests(server)
        media = Media(server, workspace.token, 'mug')
        shop = server.get(MEDIA).body
        equal(tests.get(MEDIA).body, shop, 'nothing is finished that is not live')
        media.edit()
        media.save([master('new')])
        equal(tests.get(MEDIA).body, shop, 'what is being edited is not finished')
        media.finish()
        seen = tests.get(MEDIA)
        equal(seen.json()['default_image']['asset'], 'new')
        equal(seen['Cache-Control'], 'private, no-store')
        equal(seen['Surrogate-Key'], '')
        drawn = tests.get('/is/image/acme/new?wid=20&fmt=png')
        equal((drawn.status, drawn['Cache-Control']), (200, 'private, no-store'))
        file = tests.get('/is/content/acme/next')
        equal((file.status, file['Cache-Control']), (200, 'private, no-store'))
        equal(server.get(MEDIA).body, shop, 'the shop')
        equal(server.image('new').status, 403)
        workspace.run('publish', '--products', 'mug', '--with-dependencies', '--wait', server=server)
        equal(server.get(MEDIA).body, seen.body, 'the shop after the publish')
        equal(server.image('new', 'wid=20&fmt=png').body, drawn.body)


@tap.test
def a_new_name_and_the_trash_are_seen_at_once(workspace: vitrine.Workspace) -> None:
    with workspace.serving('--test-listen', '127.0.0.1:0') as server:
        tests = Tests(server)
        equal(tests.get('/is/image/acme/next').status, 200)
        api(workspace, server, 'PUT', 'assets/next/name', b'{"name": "last"}')
        equal(tests.get('/is/image/acme/last').status, 200)
        equal(tests.get('/is/image/acme/next').status, 200, 'the old address')
        api(workspace, server, 'DELETE', 'assets/last')
        unknown = tests.get('/is/image/acme/nobody')
        equal((unknown.status, unknown.body), (403, b'Image not found.'))
        for name in ('last', 'next'):
            gone = tests.get(f'/is/image/acme/{name}')
            equal((gone.status, gone.body), (403, unknown.body))
        for nothing in ('OUN001/products/none/media', 'OUN009/products/mug/media'):
            equal(tests.get(f'/channel/v1/acme/{nothing}').status, 404)
        equal(tests.get(MEDIA.replace('acme', 'other')).status, 404)
        eventually(lambda: not list((workspace.data / 'test' / 'cache' / 'previews').glob('*')), 'stores are removed')


@tap.test
def only_certain_addresses_may_ask(workspace: vitrine.Workspace) -> None:
    for allowed, status in (('10.0.0.0/8,192.0.2.7', 403), ('10.0.0.0/8,127.0.0.0/8', 200), ('', 200)):
        with workspace.serving('--test-listen', '127.0.0.1:0', '--test-allow', allowed) as server:
            tests = Tests(server)
            for target in (MEDIA, '/is/image/acme/old', '/healthz'):
                reply = tests.get(target)
                equal(reply.status, status, f'{allowed!r} {target}')
                holds(status == 200 or reply.json()['code'] == 'address_refused', reply.body)
            equal(tests.get('/api/v1/me').status, 404 if status == 200 else 403, 'nothing else is here')
            equal(server.get(MEDIA).status, 200, 'the shop is for everybody')
    workspace.run('serve', '--listen', '127.0.0.1:0', '--test-listen', '127.0.0.1:0', '--test-allow', 'nobody', code=1)


@tap.test
def there_is_none_unless_asked_for(workspace: vitrine.Workspace) -> None:
    with workspace.serving() as server:
        holds(not any(line.startswith('testing') for line in server.printed), server.printed)


tap.main(prepare)
