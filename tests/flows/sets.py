"""Sets of assets: made, edited, published with what they hold, shown to shops, and what changes with their members."""
from __future__ import annotations

from typing import Any

import media_api
import pictures
import schema
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
        library.upload([(f'{name}.png', library.picture(colour))], 'publish=false')
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
    library.upload([('quiet.png', library.picture((1, 2, 3)))], 'publish=false')
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
    library.upload([('front.png', library.picture((0, 0, 255)))])
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
    library.upload([('held.png', library.picture((4, 4, 4)))], 'publish=false')
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
def a_manifest_leaves_sets_as_they_are(library: Library) -> None:
    out = library.workspace.folder / 'all.tsv'
    library.workspace.run('export', '--out', out, server=library.server)
    rows = out.read_text(encoding='utf-8-sig').splitlines()
    holds(not any('\tturn\t' in row and 'Library' in row for row in rows), 'a manifest cannot say what a set is')
    holds(any('\tmix\t' in row for row in rows), 'what a product shows is told by the name of the set')
    schema.check(library.told('AssetState', 'assets/turn'), 'AssetState')


tap.main(prepare)
