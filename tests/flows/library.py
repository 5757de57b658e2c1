"""The library: folders, uploads by form, editing texts by check-out, search, versions, where an asset is used."""
from __future__ import annotations

import dataclasses
import json
import secrets
from typing import Any

import media_api
import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}


def form(files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Content type and body of a form with files."""
    boundary = secrets.token_hex(12)
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
             f'Content-Type: application/octet-stream\r\n\r\n'.encode() + content + b'\r\n' for name, content in files]
    return f'multipart/form-data; boundary={boundary}', b''.join(parts) + f'--{boundary}--\r\n'.encode()


@dataclasses.dataclass
class World:
    workspace: vitrine.Workspace
    server: vitrine.Server
    ben: str  # a producer's token

    def ask(self, path: str, method: str = 'GET', body: Any = None, token: str = '', **headers: str) -> vitrine.Reply:
        raw = json.dumps(body).encode() if body is not None else b'' if method != 'GET' else None
        return self.server.request(f'/api/v1/acme/{path}', method, raw,
                                   Authorization=f'Bearer {token or self.workspace.token}', **headers)

    def told(self, form_name: str, path: str, method: str = 'GET', body: Any = None, **headers: str) -> Any:
        reply = self.ask(path, method, body, **headers)
        equal(reply.status, 200, f'{method} {path}: {reply.body!r}')
        schema.check(reply.json(), form_name)
        return reply.json()

    def refused(self, code: str, path: str, method: str = 'GET', body: Any = None, token: str = '',
                **headers: str) -> None:
        reply = self.ask(path, method, body, token, **headers)
        holds(400 <= reply.status < 500 and reply.json()['code'] == code, f'{path}: {reply.status} {reply.body!r}')

    def upload(self, files: list[tuple[str, bytes]], query: str = '') -> list[Any]:
        kind, body = form(files)
        reply = self.server.request(f'/api/v1/acme/assets?{query}', 'POST', body, Content_Type=kind,
                                    Authorization=f'Bearer {self.workspace.token}')
        equal(reply.status, 200, repr(reply.body))
        schema.check(reply.json(), 'UploadedAssets')
        return list(reply.json()['files'])

    def picture(self, colour: pictures.Colour) -> bytes:
        path = self.workspace.media / 'drawn.png'
        pictures.draw(path, 40, 20, colour)
        return path.read_bytes()

    def names(self, query: str) -> list[str]:
        return [row['name'] for row in self.told('AssetList', f'assets?{query}')['assets']]


def prepare(workspace: vitrine.Workspace) -> World:
    workspace.init()
    workspace.catalog(CATALOG)
    ben = media_api.member(workspace, 'ben')
    return World(workspace, workspace.serve(), ben)


@tap.test
def uploads_go_live_and_bad_files_do_not_stop_good_ones(world: World) -> None:
    red, blue = world.picture((255, 0, 0)), world.picture((0, 0, 255))
    files = world.upload([('mug+front.png', red), ('broken.png', red[:60]), ('back.png', blue)],
                         'folder=mugs/2026&tags=kitchen,%20sale')
    equal([(row['asset'], row['renamed'], row['code']) for row in files],
          [('mug-front', True, None), (None, False, 'media_type'), ('back', False, None)])
    vitrine.eventually(lambda: world.server.image('mug-front').status == 200, 'the upload is live')
    equal(world.names('folder=mugs/2026'), ['back', 'mug-front'])
    draft = world.upload([('quiet.png', red)], 'publish=false')
    equal((draft[0]['asset'], draft[0]['seq']), ('quiet', 0))
    equal(world.server.image('quiet').status, 403)


@tap.test
def a_taken_name_is_refused_replaced_or_kept_beside(world: World) -> None:
    red, green = world.picture((255, 0, 0)), world.picture((0, 255, 0))
    world.upload([('twice.png', red)])
    equal(world.upload([('twice.png', green)])[0]['code'], 'duplicate_name')
    copies = [world.upload([('twice.png', green)], 'if_exists=keep_both')[0]['asset'] for _ in range(2)]
    equal(copies, ['twice-1', 'twice-2'])
    replaced = world.upload([('twice.png', green)], 'if_exists=overwrite')[0]
    equal((replaced['asset'], replaced['new'], replaced['seq'] > 0), ('twice', False, True))
    equal([row['number'] for row in world.told('VersionList', 'assets/twice/versions')['versions']], [2, 1])


@tap.test
def what_is_no_form_is_refused(world: World) -> None:
    for kind, body, code in [('text/plain', b'x', 'bad_request'), ('multipart/form-data', b'x', 'bad_request'),
                             ('multipart/form-data; boundary=b', b'--b\r\n', 'bad_request')]:
        reply = world.server.request('/api/v1/acme/assets', 'POST', body, Content_Type=kind,
                                     Authorization=f'Bearer {world.workspace.token}')
        equal((reply.status, reply.json()['code'], reply.json()['files']), (400, code, []), kind)
    kind, body = form([('x.png', b'x')])
    for query, code in [('publish=maybe', 'bad_value'), ('if_exists=never', 'bad_enum')]:
        reply = world.server.request(f'/api/v1/acme/assets?{query}', 'POST', body, Content_Type=kind,
                                     Authorization=f'Bearer {world.workspace.token}')
        equal(reply.json()['code'], code, query)
    for query, code in [('folder=a//b', 'bad_value'), ('locale=!', 'locale'), ('type=Image', 'bad_enum')]:
        equal(world.upload([('y.png', world.picture((1, 1, 1)))], query)[0]['code'], code, query)
    equal(world.names('q=y'), [])


@tap.test
def folders_are_made_moved_and_removed(world: World) -> None:
    world.upload([('linen.png', world.picture((9, 9, 9)))], 'folder=shirts/summer')
    paths = [row['path'] for row in world.told('FolderList', 'folders', 'POST', {'path': 'hats/felt'})['folders']]
    holds({'hats', 'hats/felt', 'shirts', 'shirts/summer'} <= set(paths), paths)
    moved = world.told('FolderList', 'folders/shirts/summer', 'PUT', {'path': 'summer'})['folders']
    equal([row['assets'] for row in moved if row['path'] == 'summer'], [1])
    equal(world.names('folder=summer'), ['linen'])
    world.refused('not_empty', 'folders/hats', 'DELETE')
    world.refused('not_empty', 'folders/summer', 'DELETE')
    world.refused('duplicate_name', 'folders/summer', 'PUT', {'path': 'hats'})
    world.refused('not_found', 'folders/caps', 'DELETE')
    world.told('FolderList', 'folders/hats/felt', 'DELETE')
    world.told('FolderList', 'folders/hats', 'DELETE')
    equal(world.told('AssetState', 'assets/linen/folder', 'PUT', {'path': ''})['folder'], '')
    world.told('FolderList', 'folders/summer', 'DELETE')
    world.refused('not_found', 'assets/linen/folder', 'PUT', {'path': 'summer'})


@tap.test
def texts_are_edited_by_one_at_a_time_and_go_live_when_published(world: World) -> None:
    world.upload([('tee.png', world.picture((8, 8, 8)))], 'alt=A%20tee')
    state = world.told('AssetState', 'assets/tee/edit', 'POST', {})
    equal((state['draft']['alt'], state['checked_out_by']), ('A tee', 'anna'))
    change = {'alt': 'A better tee', 'tags': ['shirt'], 'focal': {'x': 0.25, 'y': 0.75}}
    world.refused('version_missing', 'assets/tee/draft', 'PUT', change)
    world.refused('stale_version', 'assets/tee/draft', 'PUT', change, If_Match='"99"')
    world.refused('bad_value', 'assets/tee/draft', 'PUT', {'blob': 'x'}, If_Match=str(state['version']))
    world.refused('checked_out', 'assets/tee/edit', 'POST', {}, token=world.ben)
    saved = world.told('AssetState', 'assets/tee/draft', 'PUT', change, If_Match=str(state['version']))
    equal((saved['head']['alt'], saved['draft']['focal']), ('A tee', {'x': 0.25, 'y': 0.75}))
    finished = world.told('AssetState', 'assets/tee/finish', 'POST', {})
    equal((finished['head']['alt'], finished['published']['alt'], finished['draft']), ('A better tee', 'A tee', None))
    equal(world.names('state=draft&tag=shirt'), ['tee'])
    world.workspace.publish_all(server=world.server)
    equal(world.told('AssetState', 'assets/tee')['published']['alt'], 'A better tee')
    world.told('AssetState', 'assets/tee/versions/1/restore', 'POST', {})
    equal(world.told('AssetState', 'assets/tee')['head']['alt'], 'A tee')


@tap.test
def a_locale_has_texts_and_bytes_of_its_own(world: World) -> None:
    world.upload([('cup.png', world.picture((70, 70, 70)))], 'alt=A%20cup')
    state = world.told('AssetState', 'assets/cup/edit?locale=DE_de', 'POST', {})
    equal((state['locale'], state['draft']['alt'], state['draft']['binary']), ('de-de', 'A cup', None))
    world.told('AssetState', 'assets/cup/draft?locale=de-de', 'PUT', {'alt': 'Eine Tasse'},
               If_Match=str(state['version']))
    world.told('AssetState', 'assets/cup/finish?locale=de-de', 'POST', {})
    world.upload([('cup.png', world.picture((70, 0, 70)))], 'locale=de-de&if_exists=overwrite')
    state = world.told('AssetState', 'assets/cup?locale=de-de')
    equal((state['head']['alt'], [row['locale'] for row in state['locales']]),
          ('Eine Tasse', ['de-de', 'system_neutral']))
    vitrine.eventually(lambda: world.server.get('/is/image/acme/cup?locale=de-de').body !=
                       world.server.get('/is/image/acme/cup?locale=en-us').body, 'the German picture is its own')
    world.told('AssetState', 'assets/cup/edit?locale=fr-ca', 'POST', {})
    gone = world.told('AssetState', 'assets/cup/discard?locale=fr-ca', 'POST', {})
    equal([row['locale'] for row in gone['locales']], ['de-de', 'system_neutral'])


@tap.test
def an_asset_tells_where_it_is_used(world: World) -> None:
    world.upload([('used.png', world.picture((3, 3, 3)))])
    equal(world.told('AssetReferences', 'assets/used/references')['references'], [])
    mug = media_api.Media(world.server, world.workspace.token, 'mug')
    mug.write([media_api.master('used')])
    found = world.told('AssetReferences', 'assets/used/references')['references']
    equal([(row['product'], row['channel'], row['newest'], row['live']) for row in found],
          [('mug', 'Omnichannel', True, False)])
    world.workspace.publish_all(server=world.server)
    mug.write([])
    found = world.told('AssetReferences', 'assets/used/references')['references']
    equal([(row['newest'], row['live']) for row in found], [(False, True)])


@tap.test
def languages_are_those_of_all_channels_and_neutral(world: World) -> None:
    equal(world.told('ContextList', 'contexts')['locales'], ['system_neutral', 'de-de', 'en-us'])
    world.workspace.catalog({'channels': [{'code': 'OUN002', 'name': 'Tills', 'type': 'retail',
                                           'locales': ['fr-ca', 'en-us'], 'default_locale': 'fr-ca'}]},
                            server=world.server)
    contexts = world.told('ContextList', 'contexts')
    equal(contexts['locales'], ['system_neutral', 'de-de', 'en-us', 'fr-ca'])
    equal([(one['code'], one['locales']) for one in contexts['channels']],
          [('OUN001', ['en-us', 'de-de']), ('OUN002', ['fr-ca', 'en-us'])])


@tap.test
def what_is_uploaded_while_choosing_can_be_chosen_at_once(world: World) -> None:
    mug = media_api.Media(world.server, world.workspace.token, 'mug', 'OUN001', 'de-de')
    mug.edit()
    asset = world.upload([('picked.png', world.picture((5, 5, 5)))], 'folder=picked')[0]['asset']
    mug.save([media_api.master(asset)])
    equal(mug.finish()['head']['nodes'][0]['primary'], ['picked'])
    equal(world.names('folder=picked'), ['picked'])


@tap.test
def a_person_who_only_reads_changes_nothing(world: World) -> None:
    password = world.workspace.file('password', 'correct horse battery staple\n')
    token = world.ask('users', 'POST', {'name': 'rita', 'role': 'reader', 'password': password.read_text().strip()})
    equal(token.status, 200, repr(token.body))
    made = world.ask('tokens', 'POST', {'user': 'rita', 'name': 'test'})
    rita = made.json()['token']
    equal(world.ask('assets', token=rita).status, 200)
    for path, method in [('assets/tee/edit', 'POST'), ('folders', 'POST'), ('folders/mugs', 'DELETE'),
                         ('assets/tee/folder', 'PUT')]:
        body = {'path': 'x'} if method != 'DELETE' else None
        equal(world.ask(path, method, body, token=rita).status, 403, path)


tap.main(prepare)
