"""The picture of a category: one in each channel and locale, through import, publish and the channel API.

`tees` belongs to every channel, `men` to OUN007 only. OUN201 has a channel database of its own.
"""
from __future__ import annotations

import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [
        {'code': 'OUN007', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'fr-ca'],
         'default_locale': 'en-us'},
        {'code': 'OUN116', 'name': 'Berlin', 'type': 'retail', 'locales': ['de-de', 'en-us'],
         'default_locale': 'de-de'},
        {'code': 'OUN201', 'name': 'Tills', 'type': 'retail', 'locales': ['en-us'], 'default_locale': 'en-us',
         'database': 'tills'}],
    'categories': [{'id': 'tees', 'name': 'Tees', 'parent': 'men'},
                   {'id': 'men', 'name': 'Men', 'channels': ['OUN007']},
                   {'id': 'shoes/boots', 'name': 'Boots & more'}],
    'products': [{'id': 'p1', 'name': 'One', 'type': 'simple', 'categories': ['tees']},
                 {'id': 'p2', 'name': 'Two', 'type': 'simple'}]}
ASSETS = ['i1', 'i2', 'i3']

# (channel, locale, category, asset)
ASSIGNED = [('OUN007', 'en-us', 'tees', 'i1'), ('OUN116', 'system_neutral', 'tees', 'i2'),
            ('OUN116', 'de-de', 'tees', 'i3'), ('OUN007', 'system_neutral', 'shoes/boots', 'i2'),
            ('OUN007', 'fr-ca', 'men', 'i3'), ('OUN201', 'en-us', 'tees', 'i3')]
# (channel, locale asked, category) -> (locale of the context that answers, asset), or nothing
ANSWERS = {
    ('OUN007', 'en-us', 'tees'): ('en-us', 'i1'), ('OUN007', 'EN_us', 'tees'): ('en-us', 'i1'),
    ('OUN007', '', 'tees'): ('en-us', 'i1'), ('OUN007', 'fr-ca', 'tees'): None,
    ('OUN116', 'de-de', 'tees'): ('de-de', 'i3'), ('OUN116', 'en-us', 'tees'): ('system_neutral', 'i2'),
    ('OUN116', 'zz-zz', 'tees'): ('system_neutral', 'i2'), ('OUN201', 'en-us', 'tees'): ('en-us', 'i3'),
    ('OUN007', 'en-us', 'men'): None, ('OUN007', 'fr-ca', 'men'): ('fr-ca', 'i3'),
    ('OUN007', 'en-us', 'shoes/boots'): ('system_neutral', 'i2'), ('OUN116', 'de-de', 'shoes/boots'): None}
NOT_FOUND = [('OUN116', 'men'), ('OUN201', 'men'), ('OUN007', 'hats'), ('OUN007', 'p1'), ('OUN999', 'tees')]


def row(asset: str, category: str, channel: str, locale: str, **more: str) -> vitrine.Row:
    return vitrine.assign_row(asset, category, channel=channel, locale=locale) | {
        'EntityType': 'Category', 'EntityKey': 'CategoryID'} | more


def ask(server: vitrine.Server, channel: str, category: str, locale: str = '') -> vitrine.Reply:
    query = f'?locale={locale}' if locale else ''
    return server.get(f'/channel/v1/acme/{channel}/categories/{vitrine.quoted(category)}/media{query}')


def prepare(workspace: vitrine.Workspace) -> tuple[vitrine.Workspace, vitrine.Server]:
    workspace.init()
    workspace.catalog(CATALOG)
    for number, asset in enumerate(ASSETS):
        pictures.draw(workspace.media / f'{asset}.png', 8, 8, (number * 20, 255 - number * 20, 99))
    rows = [vitrine.asset_row(asset, f'{asset}.png', alt=asset) for asset in ASSETS]
    rows += [row(asset, category, channel, locale) for channel, locale, category, asset in ASSIGNED]
    rows += [vitrine.assign_row('i1', product) for product in ('p1', 'p2')]
    equal(set(vitrine.outcomes(workspace.import_rows(rows))), {'Success'})
    return workspace, workspace.serve()


World = tuple[vitrine.Workspace, vitrine.Server]


@tap.test
def a_finished_picture_is_not_seen_before_it_is_published(world: World) -> None:
    workspace, server = world
    before = ask(server, 'OUN007', 'tees')
    equal((before.status, before.json()['source'], before.json()['image']), (200, None, None))
    workspace.publish_all(server=server)
    equal(ask(server, 'OUN007', 'tees').json()['image'],
          {'asset': 'i1', 'url': '/is/image/acme/i1', 'alt': 'i1'})


@tap.test
def each_channel_and_locale_shows_its_own_picture(world: World) -> None:
    for (channel, locale, category), wanted in ANSWERS.items():
        reply = ask(world[1], channel, category, locale)
        equal(reply.status, 200, (channel, locale, category))
        answer = reply.json()
        schema.check(answer, 'CategoryMedia')
        equal((answer['category'], answer['channel']), (category, channel))
        equal(answer['source'], {'channel': channel, 'locale': wanted[0]} if wanted else None,
              (channel, locale, category))
        equal((answer['image'] or {}).get('asset'), wanted[1] if wanted else None, (channel, locale, category))


@tap.test
def a_category_outside_the_channel_is_not_found(world: World) -> None:
    for channel, category in NOT_FOUND:
        reply = ask(world[1], channel, category)
        equal((reply.status, reply.json()['code']), (404, 'not_found'), (channel, category))
        equal(reply['Cache-Control'], 'public, max-age=5', (channel, category))


@tap.test
def answers_can_be_kept_and_purged(world: World) -> None:
    reply = ask(world[1], 'OUN007', 'shoes/boots')
    equal((reply['Cache-Control'], reply['Surrogate-Key']),
          ('public, max-age=60, s-maxage=7200', 'c/acme/OUN007 k/acme/OUN007/shoes%2Fboots'))
    holds(int(reply['Vitrine-Version']) > 0, dict(reply.headers))
    target = '/channel/v1/acme/OUN007/categories/shoes%2Fboots/media'
    equal(world[1].get(target, If_None_Match=reply['ETag']).status, 304)
    equal(world[1].get(target + '?variant=1').json()['code'], 'unknown_parameter')


@tap.test
def what_a_category_cannot_show_is_refused_by_its_row(world: World) -> None:
    refused = [
        (row('i1', 'tees', 'Omnichannel', 'en-us'), 'E_CHANNEL'),
        (row('i1', 'tees', 'Omnichannel', 'system_neutral'), 'E_CHANNEL'),
        (row('i2', 'tees', 'OUN007', 'en-us'), 'E_CATEGORY_LIMIT'),
        (row('i2', 'tees', 'OUN007', 'en-us', MediaDisplayOrder='2'), 'E_CATEGORY_LIMIT'),
        (row('i1', 'tees', 'OUN007', 'en-us', MediaGroup='Additional'), 'E_CATEGORY_LIMIT'),
        (row('i1', 'tees', 'OUN007', 'en-us', MediaType='Video'), 'E_TYPE'),
        (row('i1', 'hats', 'OUN007', 'en-us'), 'E_ENTITY_NOT_FOUND'),
        (row('i1', 'p1', 'OUN007', 'en-us'), 'E_ENTITY_NOT_FOUND'),
        (row('i1', 'tees', 'OUN999', 'en-us'), 'E_CHANNEL')]
    results = world[0].import_rows([given for given, _ in refused], code=1, server=world[1])
    equal([(result['Result'], result['ErrorCode']) for result in results], [('Failed', code) for _, code in refused])
    equal('nothing' in world[0].publish_all(server=world[1]).out.lower(), True)


@tap.test
def the_same_row_again_changes_nothing(world: World) -> None:
    before = ask(world[1], 'OUN007', 'tees')['Vitrine-Version']
    again = row('i1', 'tees', 'OUN007', 'en-us', EntityKey='EntityId', EntityAssignmentAction='PublishNow')
    equal(vitrine.outcomes(world[0].import_rows([again], server=world[1])), ['Success'])
    world[0].publish_all(server=world[1])
    equal(ask(world[1], 'OUN007', 'tees')['Vitrine-Version'], before)


@tap.test
def one_edit_of_a_text_shows_everywhere_its_picture_does(world: World) -> None:
    workspace, server = world

    def texts() -> list[str]:
        shown = [server.media('OUN007', product).json()['default_image'] for product in ('p1', 'p2')]
        return [picture['alt'] for picture in [*shown, ask(server, 'OUN007', 'tees').json()['image']]]

    equal(texts(), ['i1'] * 3)
    equal(vitrine.outcomes(workspace.import_rows([vitrine.asset_row('i1', '', alt='A better text')], server=server)),
          ['Success'])
    equal(texts(), ['i1'] * 3)
    workspace.publish_all(server=server)
    equal(texts(), ['A better text'] * 3)


@tap.test
def a_changed_category_is_followed_without_a_publish(world: World) -> None:
    workspace, server = world
    workspace.catalog({'categories': [{'id': 'men', 'name': 'Gentlemen', 'channels': ['OUN116']},
                                      {'id': 'hats', 'name': 'Hats'}]}, server=server)
    vitrine.eventually(lambda: ask(server, 'OUN007', 'men').status == 404, 'men leaves OUN007')
    equal(ask(server, 'OUN116', 'men').json()['name'], 'Gentlemen')
    equal(ask(server, 'OUN007', 'hats').json()['name'], 'Hats')


@tap.test
def an_unpublished_picture_goes_live_with_its_category(world: World) -> None:
    workspace, server = world
    pictures.draw(workspace.media / 'new.png', 8, 8, (1, 2, 3))
    rows = [vitrine.asset_row('new', 'new.png'), row('new', 'shoes/boots', 'OUN116', 'de-de')]
    equal(vitrine.outcomes(workspace.import_rows(rows, server=server)), ['Success', 'Success'])
    equal(ask(server, 'OUN116', 'shoes/boots', 'de-de').json()['image'], None)
    workspace.publish_all(server=server)
    equal(ask(server, 'OUN116', 'shoes/boots', 'de-de').json()['image']['asset'], 'new')
    equal(server.image('new').status, 200)


tap.main(prepare)
