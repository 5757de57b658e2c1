"""The library: folders, uploads by form, editing texts by check-out, search, versions, where an asset is used."""
from __future__ import annotations

import media_api
import tap
import vitrine
from library_api import Library, form
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}


def prepare(workspace: vitrine.Workspace) -> Library:
    workspace.init()
    workspace.catalog(CATALOG)
    ben = media_api.member(workspace, 'ben')
    return Library(workspace, workspace.serve(), ben)


@tap.test
def uploads_go_live_and_bad_files_do_not_stop_good_ones(library: Library) -> None:
    red, blue = library.picture((255, 0, 0)), library.picture((0, 0, 255))
    files = library.upload([('mug+front.png', red), ('broken.png', red[:60]), ('back.png', blue)],
                         'folder=mugs/2026&tags=kitchen,%20sale')
    equal([(row['asset'], row['renamed'], row['code']) for row in files],
          [('mug-front', True, None), (None, False, 'media_type'), ('back', False, None)])
    vitrine.eventually(lambda: library.server.image('mug-front').status == 200, 'the upload is live')
    equal(library.names('folder=mugs/2026'), ['back', 'mug-front'])
    draft = library.upload([('quiet.png', red)], 'publish=false')
    equal((draft[0]['asset'], draft[0]['seq']), ('quiet', 0))
    equal(library.server.image('quiet').status, 403)


@tap.test
def a_taken_name_is_refused_replaced_or_kept_beside(library: Library) -> None:
    red, green = library.picture((255, 0, 0)), library.picture((0, 255, 0))
    library.upload([('twice.png', red)])
    equal(library.upload([('twice.png', green)])[0]['code'], 'duplicate_name')
    copies = [library.upload([('twice.png', green)], 'if_exists=keep_both')[0]['asset'] for _ in range(2)]
    equal(copies, ['twice-1', 'twice-2'])
    replaced = library.upload([('twice.png', green)], 'if_exists=overwrite')[0]
    equal((replaced['asset'], replaced['new'], replaced['seq'] > 0), ('twice', False, True))
    equal([row['number'] for row in library.told('VersionList', 'assets/twice/versions')['versions']], [2, 1])


@tap.test
def what_is_no_form_is_refused(library: Library) -> None:
    for kind, body, code in [('text/plain', b'x', 'bad_request'), ('multipart/form-data', b'x', 'bad_request'),
                             ('multipart/form-data; boundary=b', b'--b\r\n', 'bad_request')]:
        reply = library.server.request('/api/v1/acme/assets', 'POST', body, Content_Type=kind,
                                     Authorization=f'Bearer {library.workspace.token}')
        equal((reply.status, reply.json()['code'], reply.json()['files']), (400, code, []), kind)
    kind, body = form([('x.png', b'x')])
    for query, code in [('publish=maybe', 'bad_value'), ('if_exists=never', 'bad_enum')]:
        reply = library.server.request(f'/api/v1/acme/assets?{query}', 'POST', body, Content_Type=kind,
                                     Authorization=f'Bearer {library.workspace.token}')
        equal(reply.json()['code'], code, query)
    for query, code in [('folder=a//b', 'bad_value'), ('locale=!', 'locale'), ('type=Image', 'bad_enum')]:
        equal(library.upload([('y.png', library.picture((1, 1, 1)))], query)[0]['code'], code, query)
    equal(library.names('q=y'), [])


@tap.test
def folders_are_made_moved_and_removed(library: Library) -> None:
    library.upload([('linen.png', library.picture((9, 9, 9)))], 'folder=shirts/summer')
    paths = [row['path'] for row in library.told('FolderList', 'folders', 'POST', {'path': 'hats/felt'})['folders']]
    holds({'hats', 'hats/felt', 'shirts', 'shirts/summer'} <= set(paths), paths)
    moved = library.told('FolderList', 'folders/shirts/summer', 'PUT', {'path': 'summer'})['folders']
    equal([row['assets'] for row in moved if row['path'] == 'summer'], [1])
    equal(library.names('folder=summer'), ['linen'])
    library.refused('not_empty', 'folders/hats', 'DELETE')
    library.refused('not_empty', 'folders/summer', 'DELETE')
    library.refused('duplicate_name', 'folders/summer', 'PUT', {'path': 'hats'})
    library.refused('not_found', 'folders/caps', 'DELETE')
    library.told('FolderList', 'folders/hats/felt', 'DELETE')
    library.told('FolderList', 'folders/hats', 'DELETE')
    equal(library.told('AssetState', 'assets/linen/folder', 'PUT', {'path': ''})['folder'], '')
    library.told('FolderList', 'folders/summer', 'DELETE')
    library.refused('not_found', 'assets/linen/folder', 'PUT', {'path': 'summer'})


@tap.test
def texts_are_edited_by_one_at_a_time_and_go_live_when_published(library: Library) -> None:
    library.upload([('tee.png', library.picture((8, 8, 8)))], 'alt=A%20tee')
    state = library.told('AssetState', 'assets/tee/edit', 'POST', {})
    equal((state['draft']['alt'], state['checked_out_by']), ('A tee', 'anna'))
    change = {'alt': 'A better tee', 'tags': ['shirt'], 'focal': {'x': 0.25, 'y': 0.75}}
    library.refused('version_missing', 'assets/tee/draft', 'PUT', change)
    library.refused('stale_version', 'assets/tee/draft', 'PUT', change, If_Match='"99"')
    library.refused('bad_value', 'assets/tee/draft', 'PUT', {'blob': 'x'}, If_Match=str(state['version']))
    library.refused('checked_out', 'assets/tee/edit', 'POST', {}, token=library.ben)
    saved = library.told('AssetState', 'assets/tee/draft', 'PUT', change, If_Match=str(state['version']))
    equal((saved['head']['alt'], saved['draft']['focal']), ('A tee', {'x': 0.25, 'y': 0.75}))
    finished = library.told('AssetState', 'assets/tee/finish', 'POST', {})
    equal((finished['head']['alt'], finished['published']['alt'], finished['draft']), ('A better tee', 'A tee', None))
    equal(library.names('state=draft&tag=shirt'), ['tee'])
    library.workspace.publish_all(server=library.server)
    equal(library.told('AssetState', 'assets/tee')['published']['alt'], 'A better tee')
    library.told('AssetState', 'assets/tee/versions/1/restore', 'POST', {})
    equal(library.told('AssetState', 'assets/tee')['head']['alt'], 'A tee')


@tap.test
def a_locale_has_texts_and_bytes_of_its_own(library: Library) -> None:
    library.upload([('cup.png', library.picture((70, 70, 70)))], 'alt=A%20cup')
    state = library.told('AssetState', 'assets/cup/edit?locale=DE_de', 'POST', {})
    equal((state['locale'], state['draft']['alt'], state['draft']['binary']), ('de-de', 'A cup', None))
    library.told('AssetState', 'assets/cup/draft?locale=de-de', 'PUT', {'alt': 'Eine Tasse'},
               If_Match=str(state['version']))
    library.told('AssetState', 'assets/cup/finish?locale=de-de', 'POST', {})
    library.upload([('cup.png', library.picture((70, 0, 70)))], 'locale=de-de&if_exists=overwrite')
    state = library.told('AssetState', 'assets/cup?locale=de-de')
    equal((state['head']['alt'], [row['locale'] for row in state['locales']]),
          ('Eine Tasse', ['de-de', 'system_neutral']))
    vitrine.eventually(lambda: library.server.get('/is/image/acme/cup?locale=de-de').body !=
                       library.server.get('/is/image/acme/cup?locale=en-us').body, 'the German picture is its own')
    library.told('AssetState', 'assets/cup/edit?locale=fr-ca', 'POST', {})
    gone = library.told('AssetState', 'assets/cup/discard?locale=fr-ca', 'POST', {})
    equal([row['locale'] for row in gone['locales']], ['de-de', 'system_neutral'])


@tap.test
def an_asset_tells_where_it_is_used(library: Library) -> None:
    library.upload([('used.png', library.picture((3, 3, 3)))])
    equal(library.told('AssetReferences', 'assets/used/references')['references'], [])
    mug = media_api.Media(library.server, library.workspace.token, 'mug')
    mug.write([media_api.master('used')])
    found = library.told('AssetReferences', 'assets/used/references')['references']
    equal([(row['product'], row['channel'], row['newest'], row['live']) for row in found],
          [('mug', 'Omnichannel', True, False)])
    library.workspace.publish_all(server=library.server)
    mug.write([])
    found = library.told('AssetReferences', 'assets/used/references')['references']
    equal([(row['newest'], row['live']) for row in found], [(False, True)])


@tap.test
def languages_are_those_of_all_channels_and_neutral(library: Library) -> None:
    equal(library.told('ContextList', 'contexts')['locales'], ['system_neutral', 'de-de', 'en-us'])
    library.workspace.catalog({'channels': [{'code': 'OUN002', 'name': 'Tills', 'type': 'retail',
                                           'locales': ['fr-ca', 'en-us'], 'default_locale': 'fr-ca'}]},
                            server=library.server)
    contexts = library.told('ContextList', 'contexts')
    equal(contexts['locales'], ['system_neutral', 'de-de', 'en-us', 'fr-ca'])
    equal([(one['code'], one['locales']) for one in contexts['channels']],
          [('OUN001', ['en-us', 'de-de']), ('OUN002', ['fr-ca', 'en-us'])])


@tap.test
def what_is_uploaded_while_choosing_can_be_chosen_at_once(library: Library) -> None:
    mug = media_api.Media(library.server, library.workspace.token, 'mug', 'OUN001', 'de-de')
    mug.edit()
    asset = library.upload([('picked.png', library.picture((5, 5, 5)))], 'folder=picked')[0]['asset']
    mug.save([media_api.master(asset)])
    equal(mug.finish()['head']['nodes'][0]['primary'], ['picked'])
    equal(library.names('folder=picked'), ['picked'])


@tap.test
def a_renamed_asset_keeps_its_old_address(library: Library) -> None:
    library.upload([('first.png', library.picture((10, 20, 30)))])
    vitrine.eventually(lambda: library.server.image('first').status == 200, 'the upload is live')
    told = library.told('AssetState', 'assets/first/name', 'PUT', {'name': 'second'})
    equal((told['name'], sorted(told['image_ids'])), ('second', ['first', 'second']))
    vitrine.eventually(lambda: library.server.image('second').status == 200, 'the new address answers')
    equal(library.server.image('first').body, library.server.image('second').body)
    library.told('UnpublishResult', 'unpublish', 'POST', {'assets': ['second']})
    vitrine.eventually(lambda: library.server.image('second').status == 403, 'it is taken back')
    equal(library.server.image('first').status, 403, 'and its old address with it')
    library.refused('duplicate_name', 'assets/second/name', 'PUT', {'name': 'back'})
    library.refused('bad_value', 'assets/second/name', 'PUT', {'name': 'a/b'})
    library.refused('not_found', 'assets/first/name', 'PUT', {'name': 'third'})


@tap.test
def an_asset_in_the_trash_is_gone_from_every_shop_until_it_is_restored(library: Library) -> None:
    library.upload([('waste.png', library.picture((70, 20, 30)))])
    vitrine.eventually(lambda: library.server.image('waste').status == 200, 'the upload is live')
    library.told('AssetDeleted', 'assets/waste', 'DELETE')
    vitrine.eventually(lambda: library.server.image('waste').status == 403, 'no shop shows it')
    library.refused('not_found', 'assets/waste')
    [row] = [row for row in library.told('TrashList', 'trash')['assets'] if row['name'] == 'waste']
    equal((row['type'], row['was_live']), ('image', True))
    library.upload([('waste.png', library.picture((1, 1, 1)))], 'publish=false')
    told = library.told('TrashRestored', f'trash/{row["id"]}/restore', 'POST', {})
    equal((told['name'], told['renamed']), ('waste-1', True))
    vitrine.eventually(lambda: library.server.image('waste-1').status == 200, 'it is live again')
    equal(library.told('TrashEmptied', 'trash', 'DELETE')['gone'], 0)
    library.told('AssetDeleted', 'assets/waste-1', 'DELETE')
    equal(library.told('TrashEmptied', 'trash', 'DELETE')['gone'], 1)
    library.refused('not_found', f'trash/{row["id"]}/restore', 'POST', {})
    library.refused('not_found', f'trash/{row["id"]}', 'DELETE')
    library.refused('bad_value', 'trash/waste/restore', 'POST', {})
    library.refused('bad_value', 'assets/waste?force=maybe', 'DELETE')


@tap.test
def what_published_media_show_cannot_be_deleted_unless_forced_by_an_administrator(library: Library) -> None:
    library.refused('referenced', 'assets/used', 'DELETE')
    equal(library.ask('assets/used?force=true', 'DELETE', token=library.ben).status, 403)
    library.told('AssetState', 'assets/used')


@tap.test
def a_person_who_only_reads_changes_nothing(library: Library) -> None:
    password = library.workspace.file('password', 'correct horse battery staple\n')
    token = library.ask('users', 'POST', {'name': 'rita', 'role': 'reader', 'password': password.read_text().strip()})
    equal(token.status, 200, repr(token.body))
    made = library.ask('tokens', 'POST', {'user': 'rita', 'name': 'test'})
    rita = made.json()['token']
    equal(library.ask('assets', token=rita).status, 200)
    for path, method in [('assets/tee/edit', 'POST'), ('folders', 'POST'), ('folders/mugs', 'DELETE'),
                         ('assets/tee/folder', 'PUT')]:
        body = {'path': 'x'} if method != 'DELETE' else None
        equal(library.ask(path, method, body, token=rita).status, 403, path)


tap.main(prepare)
