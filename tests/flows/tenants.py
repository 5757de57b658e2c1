"""Two tenants with the same products, pictures, channels and categories: neither ever sees anything of the other."""
from __future__ import annotations

import json
import re
from typing import Any

import pictures
import tap
import vitrine
from vitrine import equal, holds

ROUTES = json.loads((vitrine.ROOT / 'contract/routes.json').read_text(encoding='utf-8'))
TENANTS = ('acme', 'other')
COLOURS = {'acme': pictures.RED, 'other': pictures.BLUE}
NAMES = {'channel': 'OUN001', 'product': 'cup', 'category': 'cups', 'asset': 'cup', 'asset...': 'cup', 'version': '1'}
# what a route of this kind shows only with it
QUERIES = {'channel_products': 'ids=cup', 'product_media_show': 'channel=Omnichannel&locale=system_neutral',
           'category_media_show': 'channel=OUN001&locale=system_neutral'}


def mark(tenant: str) -> str:
    """Stands in every text of a tenant and nowhere else."""
    return f'of-{tenant}-only'


def catalog(tenant: str) -> dict[str, Any]:
    return {'channels': [{'code': 'OUN001', 'name': f'Shop {mark(tenant)}', 'type': 'online', 'locales': ['en-us'],
                          'default_locale': 'en-us'}],
            'dimensions': [{'name': 'Color', 'values': [{'value': f'Blue {mark(tenant)}', 'swatch': '#0000ff'}]}],
            'categories': [{'id': 'cups', 'name': f'Cups {mark(tenant)}'}],
            'products': [{'id': 'cup', 'name': f'Cup {mark(tenant)}', 'categories': ['cups']},
                         {'id': f'extra-{mark(tenant)}', 'name': f'Extra {mark(tenant)}'}]}


class World:
    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        self.tokens = {'acme': workspace.init()}
        workspace.run('tenant', 'create', 'other')
        secret = workspace.file('secret', 'long enough\n')
        workspace.run('user', 'add', f'olga-{mark("other")}', '--role', 'administrator', '--password-file', secret,
                      '--tenant', 'other')
        self.tokens['other'] = workspace.run('token', 'create', '--user', f'olga-{mark("other")}', '--name',
                                             mark('other'), '--tenant', 'other').out.strip()
        for tenant in TENANTS:
            self.fill(tenant)
        self.server = workspace.serve()

    def fill(self, tenant: str) -> None:
        folder = self.workspace.media / tenant
        folder.mkdir()
        for name in ('cup.png', f'extra-{mark(tenant)}.png'):
            pictures.draw(folder / name, 32, 32, COLOURS[tenant])
        file = self.workspace.file('catalog.json', catalog(tenant))
        self.workspace.run('catalog', 'import', file, '--tenant', tenant)
        self.load(tenant, [
            vitrine.asset_row('cup', 'cup.png', alt=f'A cup {mark(tenant)}', MediaSourceProvider='dam',
                              MediaSourceId='1'),
            vitrine.asset_row(f'extra-{mark(tenant)}', f'extra-{mark(tenant)}.png', alt=mark(tenant)),
            vitrine.assign_row('cup', 'cup')])
        self.workspace.run('publish', '--all', '--wait', '--tenant', tenant)

    def load(self, tenant: str, rows: vitrine.Rows, code: int = 0,
             server: vitrine.Server | None = None) -> vitrine.Rows:
        manifest = self.workspace.file('manifest.tsv', vitrine.tsv(rows))
        result = self.workspace.folder / 'result.tsv'
        self.workspace.token = self.tokens[tenant]
        self.workspace.run('import', manifest, '--media', self.workspace.media / tenant, '--result', result, '--tenant',
                           tenant, code=code, server=server)
        return vitrine.read_tsv(result)

    def ask(self, target: str, method: str = 'GET', body: Any = None, who: str = 'acme') -> vitrine.Reply:
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return self.server.request(target, method, raw, Authorization=f'Bearer {self.tokens[who]}')

    def shown(self, tenant: str) -> dict[str, Any]:
        """Everything a shop sees, with tags; not the log number, which is one for all tenants."""
        found: dict[str, Any] = {}
        for rest in ('products/cup/media', 'products?ids=cup', 'categories/cups/media', 'config'):
            reply = self.server.get(f'/channel/v1/{tenant}/OUN001/{rest}')
            equal(reply.status, 200, reply.body)
            found[rest] = (reply.body, reply['ETag'])
        image = self.server.get(f'/is/image/{tenant}/cup?fmt=png')
        found['image'] = (image.body, image['ETag'])
        return found


@tap.test
def each_shop_shows_its_own(world: World) -> None:
    for tenant in TENANTS:
        media = world.server.get(f'/channel/v1/{tenant}/OUN001/products/cup/media').json()
        equal(media['default_image'],
              {'asset': 'cup', 'url': f'/is/image/{tenant}/cup', 'alt': f'A cup {mark(tenant)}'})
        image = pictures.pixels(world.server.get(f'/is/image/{tenant}/cup?fmt=png').body)
        holds(pictures.close_to(image.at(9, 9), COLOURS[tenant], 1), f'{tenant}: {image.at(9, 9)}')


@tap.test
def no_answer_names_anything_of_the_other(world: World) -> None:
    asked = 0
    for route in [route for route in ROUTES if route['method'] == 'GET' and '{tenant}' in route['path']]:
        for tenant, other in (TENANTS, TENANTS[::-1]):
            names = {**NAMES, 'tenant': tenant}
            target = re.sub(r'\{([^}]*)\}', lambda name: names.get(name[1], 'none'), route['path'])
            target += '?' + QUERIES[route['id']] if route['id'] in QUERIES else ''
            mine, foreign = world.ask(target, who=tenant), world.ask(target, who=other)
            holds(mark(other).encode() not in mine.body, f'{target}: {mine.body!r}')
            if route['permission'] != 'public':
                equal(foreign.status, 403, f'{target} for {other}')
                holds(mark(tenant).encode() not in foreign.body, f'{target} for {other}')
            asked += 1
    product = f'extra-{mark("other")}'
    equal(world.server.get(f'/channel/v1/acme/OUN001/products/{product}/media').status, 404)
    equal(world.server.get(f'/is/image/acme/{product}').status, 403)
    found = world.ask(f'/api/v1/acme/products?q={mark("other")}').json()
    holds(mark('other') not in json.dumps(found), found)
    equal([row['code'] for row in world.ask('/api/v1/me').json()['tenants']], ['acme'])
    print(f'# {asked} answers', flush=True)


@tap.test
def what_one_has_does_not_exist_for_the_other(world: World) -> None:
    foreign = f'extra-{mark("other")}'
    upload = world.ask('/api/v1/other/uploads', 'POST', who='other').json()['upload']
    equal(world.ask(f'/api/v1/other/uploads/{upload}/a.png', 'PUT', b'x', 'other').status, 200)
    token = world.ask('/api/v1/other/tokens', who='other').json()['tokens'][0]['id']
    for target, method, body in (
            (f'uploads/{upload}/b.png', 'PUT', b'x'), (f'uploads/{upload}/import', 'POST', b'MediaLocale\n'),
            (f'tokens/{token}', 'DELETE', None),
            (f'products/{foreign}/media?channel=Omnichannel&locale=system_neutral', 'GET', None),
            (f'products/{foreign}/media/edit?channel=Omnichannel&locale=system_neutral', 'POST', {})):
        reply = world.ask(f'/api/v1/acme/{target}', method, body)
        equal(reply.status, 404, f'{method} {target}: {reply.body!r}')
        holds(mark('other') not in reply.json().get('title', ''), reply.body)
    equal(len(world.ask('/api/v1/other/tokens', who='other').json()['tokens']), 1, 'the token is still there')
    for wanted in ({'assets': [foreign]}, {'products': [foreign]}):
        reply = world.ask('/api/v1/acme/publish', 'POST', wanted)
        holds(reply.status in (404, 422), f'{wanted}: {reply.status} {reply.body!r}')


@tap.test
def a_manifest_finds_only_its_own_tenants_assets(world: World) -> None:
    foreign = f'extra-{mark("other")}'
    known = world.load('other', [vitrine.asset_row(foreign, f'{foreign}.png', alt=mark('other'))], server=world.server)
    number = known[0]['InternalMediaId']
    holds(number, 'the row names the asset it found')
    before = world.shown('other')
    results = world.load('acme', [vitrine.assign_row(foreign, 'cup', order=2), vitrine.assign_row('cup', foreign),
                                  {**vitrine.assign_row('', 'cup', order=2), 'InternalMediaId': number}], code=1,
                         server=world.server)
    equal(vitrine.outcomes(results), ['Failed'] * 3, results)
    equal(results[1]['ErrorCode'], 'E_ENTITY_NOT_FOUND')
    holds(all(mark('other') not in row['ResultDescription'].replace(foreign, '') for row in results), results)
    world.workspace.run('publish', '--all', '--wait', '--tenant', 'acme', code=None, server=world.server)
    equal(world.shown('other'), before)


@tap.test
def a_publish_moves_nothing_of_the_other(world: World) -> None:
    store = world.workspace.data / 'readstore/other/main.db'
    before, inode = world.shown('other'), store.stat().st_ino
    pictures.draw(world.workspace.media / 'acme/cup.png', 32, 32, pictures.GREEN)
    world.load('acme', [vitrine.asset_row('cup', 'cup.png', alt='changed')], server=world.server)
    image = world.shown('acme')['image']
    world.workspace.run('publish', '--all', '--wait', '--tenant', 'acme', server=world.server)
    holds(world.shown('acme')['image'] != image, 'the step is seen')
    equal(world.shown('other'), before)
    world.workspace.run('unpublish', '--products', 'cup', '--wait', '--tenant', 'acme', server=world.server)
    equal((world.shown('other'), store.stat().st_ino), (before, inode))
    equal(world.server.get('/channel/v1/acme/OUN001/products/cup/media').json()['default_image'], None)


tap.main(World)
