"""Sets of assets: made, edited, published with what they hold, shown to shops, and what changes with their members."""
from __future__ import annotations

import json
import pathlib
from typing import Any

import media_api
import pictures
import tap
import vitrine
from library_api import Library
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}
COLOURS = {'red': (255, 0, 0), 'green': (0, 255, 0), 'blue': (0, 0, 255), 'grey': (128, 128, 128)}


def prepare(workspace: vitrine.Workspace) -> Library:
    workspace.init()
    workspace.catalog(CATALOG)
    ben = media_api.member(workspace, 'ben')
    library = Library(workspace, workspace.serve(), ben)
    for name, colour in COLOURS.items():
        library.upload([(f'{name}.png', library.picture(colour))], 'publish=false&alt=drawn')
    return library


def members(*names: str, **more: str) -> list[dict[str, str]]:
    return [{'asset': name} | more for name in names]


def make(library: Library, name: str, kind: str, content: list[dict[str, str]], **more: Any) -> Any:
    return library.told('SetCreated', 'sets', 'POST', {'name': name, 'type': kind, 'members': content} | more)


def state(library: Library, name: str) -> Any:
    return library.told('AssetState', f'assets/{name}')


def is_live(library: Library, name: str) -> bool:
    return state(library, name)['published'] is not None


def change(library: Library, name: str, body: dict[str, Any], locale: str = 'system_neutral') -> None:
    query = f'?locale={locale}'
    begun = library.told('AssetState', f'assets/{name}/edit{query}', 'POST', {})
    library.told('AssetState', f'assets/{name}/draft{query}', 'PUT', body, If_Match=str(begun['version']))
    library.told('AssetState', f'assets/{name}/finish{query}', 'POST', {})


def publish(library: Library, **body: Any) -> Any:
    return library.told('PublishResult', 'publish', 'POST', body)


def shown(library: Library, locale: str = 'en-us') -> list[Any]:
    """What the shop shows of the mug."""
    reply = library.server.request(f'/channel/v1/acme/OUN001/products/mug/media?locale={locale}')
    equal(reply.status, 200)
    return list(reply.json()['primary'])


def colour_of(library: Library, name: str) -> Any:
    """The colour of the picture that stands for an asset; None when there is none."""
    reply = library.server.image(name, 'fmt=png')
    return pictures.pixels(reply.body).at(5, 5) if reply.status == 200 else None


@tap.test
def a_set_goes_live_with_what_it_holds(library: Library) -> None:
    told = make(library, 'turn', 'spin_set', members('red', 'green', 'blue', 'grey'), rows=2, title='A turn')
    holds(told['seq'] > 0 and told['warnings'] == [], str(told))
    head = told['asset']['head']
    equal(([row['asset'] for row in head['members']], head['rows'], head['title']),
          (['red', 'green', 'blue', 'grey'], 2, 'A turn'))
    equal([is_live(library, name) for name in ('turn', *COLOURS)], [True] * 5)
    vitrine.eventually(lambda: colour_of(library, 'turn') == (255, 0, 0), 'the first picture stands for the set')
    equal(library.server.request('/is/content/acme/turn').status, 403)


@tap.test
def a_set_that_waits_leaves_its_members_alone(library: Library) -> None:
    library.upload([('quiet.png', library.picture((1, 2, 3)))], 'publish=false&alt=drawn')
    told = make(library, 'later', 'image_set', members('quiet'), publish=False)
    equal((told['seq'], is_live(library, 'later'), is_live(library, 'quiet')), (0, False, False))
    plan = publish(library, assets=['later'], dry_run=True)
    equal(plan['planned'], ['later (system_neutral)', 'quiet (system_neutral)'])
    publish(library, assets=['later'])
    equal((is_live(library, 'later'), is_live(library, 'quiet')), (True, True))
    equal(publish(library, assets=['later'])['seq'], 0)


@tap.test
def a_shop_sees_a_set_of_a_product_with_its_members(library: Library) -> None:
    make(library, 'colours', 'swatch_set',
         [{'asset': 'red', 'color': '#F00', 'label': 'Red'}, {'asset': 'green', 'swatch': 'grey'}])
    make(library, 'mix', 'mixed_media_set', members('colours', 'turn'), publish=False)
    mug = media_api.Media(library.server, library.workspace.token, 'mug')
    mug.edit()
    mug.save([{'scope': 'master', 'primary': ['mix', 'blue'], 'additional': []}])
    mug.granted('finish', body={})
    library.refused('unpublished_dependencies', 'publish', 'POST', {'products': ['mug']})
    publish(library, products=['mug'], with_dependencies=True)
    vitrine.eventually(lambda: len(shown(library)) == 2, 'the mug shows both')
    mix, blue = shown(library)
    equal((mix['type'], mix['asset'], mix['url'], mix['rows']), ('mixed_media_set', 'mix', '/is/image/acme/mix', 1))
    equal([(row['type'], row['asset'], row['url'], row['swatch'], row['label']) for row in mix['members']],
          [('swatch_set', 'colours', '/is/image/acme/colours', None, None),
           ('spin_set', 'turn', '/is/image/acme/turn', None, None)])
    equal((blue['type'], blue['asset']), ('image', 'blue'))
    equal(colour_of(library, 'mix'), (255, 0, 0))
    reply = library.server.request('/channel/v1/acme/OUN001/products/mug/media?locale=en-us')
    equal(reply.json()['default_image']['asset'], 'blue', 'a set is no picture')
    change(library, 'mix', {'members': members('colours')})
    publish(library, assets=['mix'])
    vitrine.eventually(lambda: len(shown(library)[0]['members']) == 1, 'the shop follows the set')


@tap.test
def what_becomes_of_a_member_shows_in_its_sets(library: Library) -> None:
    library.upload([('front.png', library.picture((0, 0, 255)))], 'alt=drawn')
    make(library, 'pair', 'image_set', members('front', 'grey'))
    make(library, 'outer', 'mixed_media_set', members('pair'))
    vitrine.eventually(lambda: colour_of(library, 'outer') == (0, 0, 255), 'the inner picture stands for both')
    library.upload([('front.png', library.picture((9, 9, 9)))], 'if_exists=overwrite')
    vitrine.eventually(lambda: colour_of(library, 'outer') == (9, 9, 9), 'new bytes show in the outermost set')
    taken = library.told('UnpublishResult', 'unpublish', 'POST', {'assets': ['front']})
    equal(taken['holders'], ['pair (system_neutral)'])
    holds(is_live(library, 'pair'), 'the set stays live')
    vitrine.eventually(lambda: colour_of(library, 'outer') == (128, 128, 128), 'the next picture stands for it')
    equal(colour_of(library, 'front'), None)


@tap.test
def taking_a_set_back_leaves_its_members(library: Library) -> None:
    make(library, 'gone', 'image_set', members('red', 'green'))
    library.told('UnpublishResult', 'unpublish', 'POST', {'assets': ['gone']})
    equal((is_live(library, 'gone'), is_live(library, 'red'), is_live(library, 'green')), (False, True, True))
    vitrine.eventually(lambda: library.server.image('gone').status == 403, 'the set is shown no more')
    equal(library.server.image('red').status, 200)


@tap.test
def a_member_that_is_edited_is_told_and_left_out(library: Library) -> None:
    library.upload([('held.png', library.picture((4, 4, 4)))], 'publish=false&alt=drawn')
    library.told('AssetState', 'assets/held/edit', 'POST', {})
    told = make(library, 'waits', 'image_set', members('red', 'held'))
    equal([(row['code'], row['subject']) for row in told['warnings']], [('dependency_edited', 'held (system_neutral)')])
    equal((is_live(library, 'waits'), is_live(library, 'held')), (True, False))
    library.told('AssetState', 'assets/held/discard', 'POST', {})


@tap.test
def a_locale_may_have_members_of_its_own(library: Library) -> None:
    make(library, 'local', 'image_set', members('red'))
    change(library, 'local', {'members': members('green')}, 'de-de')
    publish(library, assets=['local'])
    vitrine.eventually(lambda: pictures.pixels(library.server.image('local', 'locale=de-de&fmt=png').body).at(5, 5)
                       == (0, 255, 0), 'the German set begins with its own picture')
    equal(colour_of(library, 'local'), (255, 0, 0))


@tap.test
def an_asset_tells_which_sets_hold_it(library: Library) -> None:
    told = library.told('AssetReferences', 'assets/grey/references')['references']
    named = {row['set']: (row['newest'], row['live']) for row in told if row['set'] is not None}
    equal({name: named[name] for name in ('turn', 'pair', 'colours')},
          {'turn': (True, True), 'pair': (True, True), 'colours': (True, True)})
    equal([row['name'] for row in library.told('AssetList', 'assets?type=spin_set')['assets']], ['turn'])


@tap.test
def what_cannot_be_is_refused_and_leaves_nothing(library: Library) -> None:
    for code, body in (
            ('missing_field', {'type': 'image_set', 'members': members('red')}),
            ('bad_enum', {'name': 'x', 'type': 'image', 'members': members('red')}),
            ('bad_value', {'name': 'x', 'type': 'image_set'}),
            ('bad_value', {'name': 'x', 'type': 'image_set', 'members': members('turn')}),
            ('bad_value', {'name': 'x', 'type': 'spin_set', 'members': members('red', 'green'), 'rows': 3}),
            ('bad_value', {'name': 'x/y', 'type': 'image_set', 'members': members('red')}),
            ('bad_value', {'name': 'x', 'type': 'image_set', 'members': members('red'), 'publish': 'yes'}),
            ('bad_value', {'name': 'x', 'type': 'image_set', 'members': members('red'), 'size': 1}),
            ('unknown_asset', {'name': 'x', 'type': 'image_set', 'members': members('hat')}),
            ('duplicate_name', {'name': 'turn', 'type': 'image_set', 'members': members('red')})):
        library.refused(code, 'sets', 'POST', body)
    library.refused('not_found', 'assets/x')
    begun = library.told('AssetState', 'assets/red/edit', 'POST', {})
    library.refused('bad_value', 'assets/red/draft', 'PUT', {'members': members('green')},
                    If_Match=str(begun['version']))
    library.told('AssetState', 'assets/red/discard', 'POST', {})
    equal(library.upload([('x.png', library.picture((1, 1, 1)))], 'type=spin_set')[0]['code'], 'media_type')
    anna = library.workspace.token
    holds(anna != library.ben, 'two people')
    holds(library.ask('sets', 'POST', {'name': 'by-ben', 'type': 'image_set', 'members': members('red')},
                      token=library.ben).status == 200, 'a producer may make one')


@tap.test
def a_set_is_changed_in_one_step(library: Library) -> None:
    make(library, 'steps', 'image_set', members('red'))
    library.upload([('fresh.png', library.picture((7, 7, 7)))], 'publish=false&alt=drawn')
    told = library.told('SetCreated', 'sets/steps', 'PUT', {'members': members('red', 'fresh'), 'publish': False})
    equal((told['seq'], len(told['asset']['head']['members']), len(told['asset']['published']['members'])), (0, 2, 1))
    holds(not is_live(library, 'fresh'), 'a new member keeps its state')
    told = library.told('SetCreated', 'sets/steps', 'PUT', {'title': 'Steps'})
    equal((told['asset']['published']['title'], is_live(library, 'fresh')), ('Steps', True))
    told = library.told('SetCreated', 'sets/steps?locale=de-de', 'PUT', {'members': members('blue')})
    equal([row['asset'] for row in told['asset']['published']['members']], ['blue'])
    for code, path, body in (('not_found', 'sets/nothing', {}), ('bad_value', 'sets/red', {'title': 'x'}),
                             ('bad_value', 'sets/steps', {'type': 'spin_set'}), ('locale', 'sets/steps?locale=8', {}),
                             ('unknown_asset', 'sets/steps', {'members': members('hat')})):
        library.refused(code, path, 'PUT', body)
    library.told('AssetState', 'assets/steps/edit', 'POST', {})
    library.refused('checked_out', 'sets/steps', 'PUT', {'title': 'y'})
    library.told('AssetState', 'assets/steps/discard', 'POST', {})


def command(workspace: vitrine.Workspace, server: vitrine.Server | None, *words: str) -> Any:
    return json.loads(workspace.run('set', *words, '--json', server=server).out)


@tap.test
def sets_are_built_by_commands(library: Library) -> None:
    workspace, server = library.workspace, library.server
    told = command(workspace, server, 'create', 'chosen', '--type', 'swatch_set', '--members',
                   'red:#ff0000:Red\\, warm,green:grey', '--title', 'Chosen', '--tags', 'a,b', '--folder', 'made/here')
    equal((told['asset']['folder'], told['asset']['head']['tags'], is_live(library, 'chosen')),
          ('made/here', ['a', 'b'], True))
    told = command(workspace, server, 'save', 'chosen', '--members', 'blue:#00f', '--no-publish')
    equal((told['seq'], told['asset']['head']['title']), (0, 'Chosen'))
    equal(command(workspace, server, 'show', 'chosen'), state(library, 'chosen'))
    shown_lines = workspace.run('set', 'show', 'chosen', server=server).out.splitlines()
    equal(shown_lines, ['chosen\tswatch_set\tsystem_neutral\t1 members in 1 rows\tpublished', '    blue:#0000ff'])
    for words in (('create', 'x', '--type', 'image_set'), ('create', 'x', '--type', 'image_set', '--members', 'a\\'),
                  ('save',)):
        workspace.run('set', *words, code=2, server=server)
    workspace.run('set', 'save', 'red', '--title', 'x', code=1, server=server)
    workspace.run('set', 'show', 'nothing', code=1, server=server)


def said_of_sets(manifest: pathlib.Path) -> list[dict[str, str]]:
    columns = ('MediaLocale', 'MediaType', 'MediaDisplayName', 'MediaTitle', 'SetMembers', 'SetRows')
    return sorted(({name: row[name] for name in columns} for row in vitrine.read_tsv(manifest)
                   if row['MediaType'].endswith('Set') and not row['EntityType']),
                  key=lambda row: (row['MediaDisplayName'], row['MediaLocale']))


@tap.test
def sets_move_to_another_installation_by_a_manifest(library: Library) -> None:
    workspace, originals = library.workspace, library.workspace.folder / 'originals'
    out = workspace.folder / 'all.tsv'
    change(library, 'pair', {'members': members('red', 'chosen')})
    workspace.run('export', '--all-locales', '--media', originals, '--out', out, server=library.server)
    said = {(row['MediaDisplayName'], row['MediaLocale']): row for row in vitrine.read_tsv(out)
            if not row['EntityType']}
    turn = said['turn', 'system_neutral']
    equal((turn['MediaType'], turn['SetMembers'], turn['SetRows'], turn['MediaAction']),
          ('SpinSet', 'red,green,blue,grey', '2', 'PublishNow'))
    equal((said['local', 'de-de']['SetMembers'], said['pair', 'system_neutral']['MediaAction']), ('green', 'Draft'))
    with workspace.another() as there:
        there.init()
        there.catalog(CATALOG)
        there.media = originals
        results = there.import_manifest(out)
        equal([row for row in results if not row['Result'].startswith('Success')], [])
        there.run('export', '--all-locales', '--out', there.folder / 'again.tsv')
        equal(said_of_sets(there.folder / 'again.tsv'), said_of_sets(out))
        equal({row['Result'] for row in there.import_manifest(there.folder / 'again.tsv')}, {'Success'})
        equal([row['asset'] for row in command(there, None, 'show', 'pair')['head']['members']], ['red', 'chosen'])
        equal(command(there, None, 'save', 'pair', '--title', 'Here')['asset']['published']['title'], 'Here')
        made = command(there, None, 'create', 'own', '--type', 'image_set', '--members', 'red', '--no-publish')
        equal((made['seq'], made['asset']['published']), (0, None))


tap.main(prepare)
