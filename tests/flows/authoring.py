"""The authoring API as a script uses it: every answer fits its schema, and nothing is told to those without a token."""
from __future__ import annotations

import dataclasses
import json
from typing import Any

import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue', 'swatch': '#0000FF'}, {'value': 'Red'}]}],
    'categories': [{'id': 'mugs', 'name': 'Cups and mugs'}],
    'products': [{'id': '81323', 'name': 'Linen Tee', 'type': 'master', 'dimensions': ['Color'],
                  'variants': [{'id': '81323-BL', 'values': {'Color': 'Blue'}}]},
                 {'id': '90001', 'name': 'Mug', 'type': 'simple'},
                 {'id': '90002', 'name': 'Big mug', 'type': 'simple'}]}
# body of a publish request -> codes of which one must come
REFUSED = [
    (b'{', {'bad_json'}), (b'', {'bad_json', 'bad_request'}), (b'[]', {'bad_json', 'bad_value', 'missing_field'}),
    (b'{"all":true,"all":true}', {'bad_json'}), ({}, {'missing_field'}),
    ({'all': 'yes'}, {'bad_value'}), ({'surprise': 1}, {'bad_value'}),
    ({'products': ['nobody']}, {'entity_not_found', 'not_found'}), ({'assets': ['nobody']}, {'not_found'})]
FOUND = [
    ('q=mug', ['mugs', '90001', '90002']), ('q=LINEN', ['81323']), ('q=81323', ['81323']),
    ('q=900', ['90001', '90002']), ('q=nothing', []), ('q=mug&limit=1', ['mugs']),
    ('q=mug&limit=1&after=category:mugs', ['90001'])]


@dataclasses.dataclass
class World:
    workspace: vitrine.Workspace
    server: vitrine.Server

    def ask(self, target: str, method: str = 'GET', body: Any = None, token: str | None = None) -> vitrine.Reply:
        headers = {'Authorization': f'Bearer {token or self.workspace.token}'}
        if body is not None:
            headers['Content_Type'] = 'application/json'
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return self.server.request('/api/v1/' + target, method, raw, **headers)

    def answer(self, name: str, target: str, method: str = 'GET', body: Any = None) -> Any:
        """The answer of a request that is granted, compared with schema @name."""
        reply = self.ask(target, method, body)
        equal((reply.status, reply['Content-Type'].split(';')[0]), (200, 'application/json'), reply.body)
        schema.check(reply.json(), name)
        return reply.json()


def prepare(workspace: vitrine.Workspace) -> World:
    workspace.init()
    workspace.run('tenant', 'create', 'other')
    world = World(workspace, workspace.serve())
    world.answer('CatalogReport', 'acme/catalog', 'POST', CATALOG)
    return world


@tap.test
def a_token_says_whose_it_is(world: World) -> None:
    tenants = world.answer('Me', 'me')['tenants']
    equal(tenants[0], {'code': 'acme', 'role': 'administrator'})


@tap.test
def products_are_found_by_name_or_id(world: World) -> None:
    for query, ids in FOUND:
        found = world.answer('ProductFound', f'acme/products?{query}')
        equal([row['id'] for row in found['products']], ids, query)
        for row in found['products']:
            equal(row['type'] == 'category', row['id'] == 'mugs', row)
    for query in ('q=mug&limit=0', 'q=mug&limit=-1', 'q=mug&limit=abc', 'q=mug&after=cups'):
        reply = world.ask(f'acme/products?{query}')
        holds(reply.status in (400, 422), f'{query}: {reply.status}')


@tap.test
def a_product_without_media_says_so(world: World) -> None:
    state = world.answer('AssignmentState', 'acme/products/81323/media?channel=Omnichannel&locale=system_neutral')
    equal((state['product'], state['name'], state['version'], state['head'], state['published'], state['checked_out']),
          ('81323', 'Linen Tee', 0, None, None, False))
    for target, code in (('acme/products/nobody/media?channel=Omnichannel&locale=system_neutral', 'entity_not_found'),
                         ('acme/products/81323/media?channel=OUN999&locale=en-us', 'channel'),
                         ('acme/products/81323/media?channel=OUN001&locale=no%20tag', 'locale')):
        equal(world.ask(target).json()['code'], code, target)


@tap.test
def the_same_catalogue_again_changes_nothing(world: World) -> None:
    head = world.answer('SyncStatus', 'acme/sync')['head']
    report = world.answer('CatalogReport', 'acme/catalog', 'POST', CATALOG)
    equal((report['products'], report['variants'], report['changed'], report['refused']), (3, 1, 0, 0))
    equal(world.answer('SyncStatus', 'acme/sync')['head'], head)


@tap.test
def sync_reaches_the_log(world: World) -> None:
    head = world.answer('SyncStatus', 'acme/sync')['head']
    vitrine.eventually(lambda: all(row['seq'] >= head and row['problem'] is None
                                   for row in world.answer('SyncStatus', f'acme/sync?seq={head}')['databases']), 'sync')
    equal([row['name'] for row in world.answer('SyncStatus', 'acme/sync')['databases']], ['main'])
    reply = world.server.media('OUN001', '81323', locale='de-de')
    schema.check(reply.json(), 'ProductMedia')
    equal(int(reply['Vitrine-Version']), head)
    schema.check(world.server.get('/channel/v1/acme/OUN001/products?ids=81323,x').json(), 'ProductList')
    schema.check(world.server.get('/channel/v1/acme/OUN001/config').json(), 'ChannelConfig')


@tap.test
def publishing_nothing_is_told(world: World) -> None:
    head = world.answer('SyncStatus', 'acme/sync')['head']
    result = world.answer('PublishResult', 'acme/publish', 'POST', {'all': True})
    equal((result['published'], result['n_missing'], result['n_skipped']), (0, 0, 0))
    equal(world.answer('SyncStatus', 'acme/sync')['head'], head)


@tap.test
def bodies_that_are_not_right_are_refused(world: World) -> None:
    for body, codes in REFUSED:
        reply = world.ask('acme/publish', 'POST', body)
        holds(400 <= reply.status < 500 and reply.json()['code'] in codes, f'{body!r}: {reply.status} {reply.body!r}')


@tap.test
def another_tenant_is_not_there(world: World) -> None:
    for target in ('nobody/products?q=x', 'nobody/sync', 'other/products?q=x'):
        reply = world.ask(target)
        holds(reply.status in (403, 404), f'{target}: {reply.status}')
    equal(world.server.get('/channel/v1/other/OUN001/products/81323/media').status, 404)


@tap.test
def without_a_token_every_route_is_closed(world: World) -> None:
    routes = json.loads((vitrine.ROOT / 'contract/routes.json').read_text(encoding='utf-8'))
    for route in routes:
        target = route['path'].replace('{tenant}', 'acme').replace('{product}', '81323')
        if route['permission'] != 'public':
            body = None if route['method'] == 'GET' else b'{}' if 'request' in route else b''
            reply = world.server.request(target, route['method'], body)
            equal((reply.status, reply.json()['code']), (401, 'unauthorized'), target)


tap.main(prepare)
