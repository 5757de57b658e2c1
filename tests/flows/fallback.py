"""Which media a shopper sees: both fallback chains, at every level, asked from outside.

Each scenario is a product of its own, so that one import and one publish serve all. A row of SCENARIOS says what is
assigned where and what each request must answer. Contexts are written channel/locale with * for Omnichannel and N for
neutral; nodes are master, a cell (`Color:blue|Style:slim`) or a variant (`blue-slim-L`).
"""
from __future__ import annotations

import itertools

import pictures
import tap
import vitrine
from vitrine import equal

DIMENSIONS = {'Color': ['blue', 'red'], 'Style': ['slim', 'reg'], 'Size': ['S', 'L']}
CHANNELS = {'OUN007': ['en-us', 'fr-ca'], 'OUN116': ['de-de', 'en-us'], 'OUN201': ['en-us']}
ASSETS = ['i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7', 'i8', 'i9']
VARIANTS = ['-'.join(values) for values in itertools.product(*DIMENSIONS.values())]
W = 'OUN007/en-us'

# name: ([(context, node, asset)], [(context asked, selection, source, scope, assets)])
# A selection is empty, a variant, or chosen values written `Color=blue`.
SCENARIOS = {
    'neutral answers everywhere': (
        [('*/N', 'master', 'i1')],
        [(W, '', '*/N', 'master', 'i1'), ('OUN116/de-de', '', '*/N', 'master', 'i1')]),
    'language beats neutral': (
        [('*/N', 'master', 'i1'), ('*/en-us', 'master', 'i2')],
        [(W, '', '*/en-us', 'master', 'i2'), ('OUN007/fr-ca', '', '*/N', 'master', 'i1')]),
    'channel and locale beat language': (
        [('*/N', 'master', 'i1'), ('*/en-us', 'master', 'i2'), (W, 'master', 'i3')],
        [(W, '', W, 'master', 'i3'), ('OUN116/en-us', '', '*/en-us', 'master', 'i2'),
         ('OUN116/de-de', '', '*/N', 'master', 'i1')]),
    'another locale of the channel is no fallback': (
        [('OUN007/fr-ca', 'master', 'i4')],
        [(W, '', None, 'none', ''), ('OUN007/fr-ca', '', 'OUN007/fr-ca', 'master', 'i4')]),
    'a variant inherits the master': (
        [('*/N', 'master', 'i1')],
        [(W, 'blue-slim-L', '*/N', 'master', 'i1'), (W, '', '*/N', 'master', 'i1')]),
    'a cell beats the master': (
        [('*/N', 'master', 'i1'), ('*/N', 'Color:blue', 'i2')],
        [(W, 'blue-slim-L', '*/N', 'dimensions', 'i2'), (W, 'red-slim-L', '*/N', 'master', 'i1')]),
    'a variant beats a cell': (
        [('*/N', 'master', 'i1'), ('*/N', 'Color:blue|Style:slim', 'i3'), ('*/N', 'blue-slim-L', 'i4')],
        [(W, 'blue-slim-L', '*/N', 'variant', 'i4'), (W, 'blue-slim-S', '*/N', 'dimensions', 'i3'),
         (W, '', '*/N', 'master', 'i1')]),
    'context beats node': (
        [('*/N', 'blue-slim-L', 'i4'), (W, 'master', 'i5')],
        [(W, 'blue-slim-L', W, 'master', 'i5')]),
    'a set severs though it holds nothing for the request': (
        [('*/N', 'master', 'i1'), (W, 'blue-slim-L', 'i6')],
        [(W, 'red-reg-S', W, 'none', ''), (W, 'blue-slim-L', W, 'variant', 'i6'), (W, '', W, 'none', ''),
         ('OUN116/en-us', 'red-reg-S', '*/N', 'master', 'i1')]),
    'a language set severs too': (
        [('*/en-us', 'Color:blue', 'i8'), ('*/N', 'master', 'i1')],
        [(W, 'red-slim-S', '*/en-us', 'none', ''), ('OUN007/fr-ca', 'red-slim-S', '*/N', 'master', 'i1')]),
    'more dimensions beat fewer': (
        [('*/N', 'Color:blue', 'i2'), ('*/N', 'Color:blue|Style:slim', 'i3')],
        [(W, 'blue-slim-S', '*/N', 'dimensions', 'i3'), (W, 'blue-reg-S', '*/N', 'dimensions', 'i2')]),
    'colour weighs more than style': (
        [('*/N', 'Color:blue', 'i2'), ('*/N', 'Style:slim', 'i9')],
        [(W, 'blue-slim-S', '*/N', 'dimensions', 'i2'), (W, 'red-slim-S', '*/N', 'dimensions', 'i9')]),
    'the sum of weights decides': (
        [('*/N', 'Color:blue|Size:S', 'i2'), ('*/N', 'Style:slim|Size:S', 'i3'), ('*/N', 'Color:red|Style:slim', 'i7'),
         ('*/N', 'Color:red|Size:S', 'i8')],
        [(W, 'blue-slim-S', '*/N', 'dimensions', 'i2'), (W, 'red-slim-S', '*/N', 'dimensions', 'i7')]),
    'a variant beats a cell of all dimensions': (
        [('*/N', 'Color:blue|Style:slim|Size:S', 'i3'), ('*/N', 'blue-slim-S', 'i4'),
         ('*/N', 'Color:blue|Style:slim|Size:L', 'i5')],
        [(W, 'blue-slim-S', '*/N', 'variant', 'i4'), (W, 'blue-slim-L', '*/N', 'dimensions', 'i5')]),
    'some dimensions chosen': (
        [('*/N', 'master', 'i1'), ('*/N', 'Color:blue', 'i2'), ('*/N', 'Color:blue|Style:slim', 'i3')],
        [(W, 'Color=blue', '*/N', 'dimensions', 'i2'), (W, 'Style=slim', '*/N', 'master', 'i1'),
         (W, 'Color=blue&Style=slim', '*/N', 'dimensions', 'i3'), (W, 'Color=BLUE', '*/N', 'dimensions', 'i2'),
         (W, 'Color=violet&Style=slim', '*/N', 'master', 'i1')]),
    'order is kept and the first image is the default': (
        [('*/N', 'master', 'i5'), ('*/N', 'master', 'i2'), ('*/N', 'master', 'i9')],
        [(W, '', '*/N', 'master', 'i5 i2 i9')]),
    'channel and neutral answer neutral only': (
        [('OUN007/N', 'master', 'i5'), ('*/N', 'master', 'i1')],
        [(W, '', '*/N', 'master', 'i1'), ('OUN007/N', '', 'OUN007/N', 'master', 'i5')]),
    'locale tags compare without case': (
        [('*/N', 'master', 'i1'), (W, 'master', 'i3')],
        [('OUN007/EN_us', '', W, 'master', 'i3'), ('OUN007/En-Us', '', W, 'master', 'i3')]),
    'an unknown locale falls back': (
        [('*/N', 'master', 'i1'), (W, 'master', 'i3')],
        [('OUN007/zz-zz', '', '*/N', 'master', 'i1'), ('OUN007/', '', W, 'master', 'i3')]),
    'nothing assigned': (
        [], [(W, '', None, 'none', ''), (W, 'blue-slim-L', None, 'none', '')]),
}
IDS = {name: f'p{number}' for number, name in enumerate(SCENARIOS)}


def context(text: str) -> dict[str, str]:
    channel, locale = text.split('/')
    return {'channel': 'Omnichannel' if channel == '*' else channel,
            'locale': 'system_neutral' if locale == 'N' else locale}


def product(name: str) -> dict:
    variants = [{'id': f'{IDS[name]}-{variant}', 'values': dict(zip(DIMENSIONS, variant.split('-')))}
                for variant in VARIANTS]
    return {'id': IDS[name], 'name': name, 'type': 'master', 'dimensions': list(DIMENSIONS), 'variants': variants}


def assignment(name: str, place: str, node: str, asset: str, order: int) -> vitrine.Row:
    is_variant = node in VARIANTS
    return vitrine.assign_row(asset, f'{IDS[name]}-{node}' if is_variant else IDS[name], **context(place), order=order,
                              cell=node if ':' in node else '', variant=is_variant)


def prepare(workspace: vitrine.Workspace) -> vitrine.Server:
    workspace.init()
    channels = [{'code': code, 'name': code, 'type': 'online', 'locales': locales, 'default_locale': locales[0]}
                for code, locales in CHANNELS.items()]
    dimensions = [{'name': name, 'values': [{'value': value} for value in values]}
                  for name, values in DIMENSIONS.items()]
    dimensions[0]['values'][0]['swatch'] = '#0000FF'
    workspace.catalog({'channels': channels, 'dimensions': dimensions,
                       'products': [product(name) for name in SCENARIOS],
                       'catalogs': [{'number': '5', 'channels': ['OUN007']}]})
    for number, asset in enumerate(ASSETS):
        pictures.draw(workspace.media / f'{asset}.png', 8, 8, (number * 20, 255 - number * 20, 99))
    rows = [vitrine.asset_row(asset, f'{asset}.png', alt=asset) for asset in ASSETS]
    for name, (assigned, _) in SCENARIOS.items():
        rows += [assignment(name, *what, order=order) for order, what in enumerate(assigned, 1)]
    rows.append(assignment('nothing assigned', W, 'master', 'i1', 1) | {'CatalogNumber': '5'})
    rows.append({'MediaLocale': 'system_neutral', 'EntityType': 'Product|Master|Swatch',
                 'EntityKey': 'EntityId|SwatchType|SwatchId', 'EntityChannel': 'Omnichannel',
                 'EntityKeyValue': f'{IDS["neutral answers everywhere"]}|Color|red', 'EntityLocale': 'system_neutral',
                 'SwatchGroup': 'Color', 'SwatchDimension': 'red', 'SwatchValue': '#F00'})
    results = workspace.import_rows(rows)
    equal({row['Result'] for row in results} - {'Success', 'SuccessWithWarnings'}, set())
    workspace.publish_all()
    return workspace.serve()


def query(place: str, name: str, selection: str) -> dict[str, str]:
    locale = context(place)['locale']
    words = {'locale': locale} if locale else {}
    if '=' in selection:
        return words | dict(pair.split('=') for pair in selection.split('&'))
    return words | ({'variant': f'{IDS[name]}-{selection}'} if selection else {})


@tap.test
def every_scenario_answers_as_the_rules_say(server: vitrine.Server) -> None:
    for name, (_, requests) in SCENARIOS.items():
        for place, selection, source, scope, assets in requests:
            reply = server.media(context(place)['channel'], IDS[name], **query(place, name, selection))
            about = f'{name}: {place} {selection}'
            equal(reply.status, 200, about)
            answer = reply.json()
            equal(answer['source'], {**context(source), 'scope': scope} if source else None, about)
            equal([row['asset'] for row in answer['primary']], assets.split(), about)
            equal((answer['default_image'] or {}).get('asset'), assets.split()[0] if assets else None, about)


@tap.test
def the_id_of_a_variant_stands_for_its_product(server: vitrine.Server) -> None:
    name = 'a variant beats a cell'
    by_variant = server.media('OUN007', f'{IDS[name]}-blue-slim-L', locale='en-us').json()
    by_product = server.media('OUN007', IDS[name], locale='en-us', variant=f'{IDS[name]}-blue-slim-L').json()
    equal(by_variant, by_product)


@tap.test
def a_catalogue_is_asked_first(server: vitrine.Server) -> None:
    shown = server.media('OUN007', IDS['nothing assigned'], locale='en-us', catalog='5').json()
    equal([row['asset'] for row in shown['primary']], ['i1'])
    equal(server.media('OUN007', IDS['nothing assigned'], locale='en-us').json()['primary'], [])
    neutral = server.media('OUN007', IDS['neutral answers everywhere'], locale='en-us', catalog='5').json()
    equal([row['asset'] for row in neutral['primary']], ['i1'])


@tap.test
def swatches_are_the_products_own_or_the_central_ones(server: vitrine.Server) -> None:
    central = {'dimension': 'Color', 'value': 'blue', 'from': 'central', 'type': 'hex', 'hex': '#0000ff'}
    own = {'dimension': 'Color', 'value': 'red', 'from': 'product', 'type': 'hex', 'hex': '#ff0000'}
    equal(server.media('OUN007', IDS['neutral answers everywhere'], locale='en-us').json()['swatches'], [central, own])
    equal(server.media('OUN007', IDS['nothing assigned'], locale='en-us').json()['swatches'], [central])


@tap.test
def lists_give_the_default_images_in_the_order_asked(server: vitrine.Server) -> None:
    names = ['language beats neutral', 'nothing assigned', 'order is kept and the first image is the default']
    ids = [IDS[name] for name in names]
    answer = server.get(f'/channel/v1/acme/OUN007/products?ids={ids[2]},nobody,{ids[0]},{ids[1]}&locale=en-us').json()
    equal([row['product'] for row in answer['products']], [ids[2], ids[0], ids[1]])
    equal([(row['default_image'] or {}).get('asset') for row in answer['products']], ['i5', 'i2', None])
    equal(answer['unknown'], ['nobody'])
    too_many = ','.join(f'x{number}' for number in range(201))
    equal(server.get(f'/channel/v1/acme/OUN007/products?ids={too_many}&locale=en-us').status // 100, 4)


@tap.test
def the_configuration_of_a_channel_can_be_read(server: vitrine.Server) -> None:
    reply = server.get('/channel/v1/acme/OUN007/config')
    equal(reply.status, 200)
    text = reply.body.decode()
    for word in ('en-us', 'fr-ca', 'Color', 'blue', '#0000ff'):
        equal(word in text, True, word)


tap.main(prepare)
