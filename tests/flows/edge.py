"""Varnish and hitch in front of a server: what they keep, what a publish has them forget, and what happens when one
of them is away."""
from __future__ import annotations

import concurrent.futures
import json
import subprocess
from collections.abc import Callable
from typing import Any

import edge_process
import pictures
import tap
import vitrine
from vitrine import equal, holds

PRODUCTS = [f'p{number}' for number in range(10)]
CHANNELS = ('OUN001', 'OUN002')
CATALOG = {
    'channels': [{'code': code, 'name': code, 'type': 'online', 'locales': ['en-us'], 'default_locale': 'en-us'}
                 for code in CHANNELS],
    'categories': [{'id': 'cups', 'name': 'Cups', 'channels': list(CHANNELS)}],
    'products': [{'id': product, 'name': product.upper()} for product in PRODUCTS]}
# what the tests ask for; every kind of answer that edges keep
MEDIA = [f'/channel/v1/acme/{channel}/products/{product}/media' for channel in CHANNELS for product in PRODUCTS]
LISTS = [f'/channel/v1/acme/{channel}/products?ids={",".join(PRODUCTS)}' for channel in CHANNELS]
CATEGORIES = [f'/channel/v1/acme/{channel}/categories/cups/media' for channel in CHANNELS]
CONFIGS = [f'/channel/v1/acme/{channel}/config' for channel in CHANNELS]
IMAGES = [f'/is/image/acme/{product}{query}' for product in PRODUCTS for query in ('', '?wid=20&fmt=png')]
CONTENT = [f'/is/content/acme/{PRODUCTS[1]}', '/is/content/acme/paper', '/is/content/acme/film']
CORPUS = MEDIA + LISTS + CATEGORIES + CONFIGS + IMAGES + CONTENT


def draw(workspace: vitrine.Workspace, name: str, colour: pictures.Colour) -> None:
    pictures.draw(workspace.media / f'{name}.png', 40, 40, colour)


def shop(workspace: vitrine.Workspace) -> None:
    """Ten products with a picture each, a category, a document, a video; all of it live."""
    workspace.init()
    workspace.catalog(CATALOG)
    for number, product in enumerate(PRODUCTS):
        draw(workspace, product, (number * 20, 0, 0))
    workspace.file('media/paper.txt', 'old paper\n')
    rows = [vitrine.asset_row(product, f'{product}.png') for product in PRODUCTS]
    rows += [vitrine.assign_row(product, product) for product in PRODUCTS]
    rows += [vitrine.asset_row('paper', 'paper.txt', MediaType='File', MediaTitle='Paper', ImageAltText='')]
    pictures.film(workspace.media / 'film.mp4')
    rows += [vitrine.video_row('film', 'film.mp4'), category_row('p0', CHANNELS[0])]
    equal(set(vitrine.outcomes(workspace.import_rows(rows))), {'Success'})
    workspace.publish_all()


def category_row(asset: str, channel: str) -> vitrine.Row:
    return {'MediaLocale': 'system_neutral', 'MediaType': 'Image', 'MediaDisplayName': asset, 'EntityType': 'Category',
            'EntityKey': 'CategoryID', 'EntityKeyValue': 'cups', 'EntityChannel': channel,
            'EntityLocale': 'system_neutral', 'MediaGroup': 'Primary', 'MediaDisplayOrder': '1'}


def api(workspace: vitrine.Workspace, server: vitrine.Server, target: str, body: Any = None) -> vitrine.Reply:
    raw = json.dumps(body).encode() if body is not None else None
    return server.request(f'/api/v1/acme/{target}', 'POST' if raw else 'GET', raw,
                          Authorization=f'Bearer {workspace.token}')


def edges(workspace: vitrine.Workspace, server: vitrine.Server) -> list[dict[str, Any]]:
    return list(api(workspace, server, 'edges').json()['edges'])


def settle(workspace: vitrine.Workspace, server: vitrine.Server) -> None:
    """Until every edge has done what it was asked."""
    vitrine.eventually(lambda: all(one['confirmed'] for one in edges(workspace, server)), 'edges confirm')


def change(workspace: vitrine.Workspace, server: vitrine.Server, *rows: vitrine.Row) -> None:
    workspace.import_rows(list(rows), server=server)
    workspace.publish_all(server=server)


class World:
    """A shop behind an edge that has everything."""

    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        self.edge = edge_process.Edge()
        shop(workspace)
        self.server = workspace.serve('--edges', self.edge.name)
        self.edge.start(self.server)
        settle(workspace, self.server)

    def fill(self) -> None:
        for target in CORPUS:
            self.edge.get(target)

    def origin(self) -> dict[str, bytes]:
        return {target: self.server.get(target).body for target in CORPUS}

    def check(self, about: str, act: Callable[[], None]) -> set[str]:
        """@act must make the edge forget what it alters, and nothing else; what that is."""
        self.fill()
        equal([target for target in CORPUS if not self.edge.hits(target)], [], f'{about}: not kept')
        before = self.origin()
        act()
        settle(self.workspace, self.server)
        after = self.origin()
        altered = {target for target in CORPUS if before[target] != after[target]}
        answers = {target: self.edge.get(target) for target in CORPUS}
        equal({target for target in CORPUS if answers[target]['X-Cache'] != 'HIT'}, altered, about)
        equal({target for target in CORPUS if answers[target].body != after[target]}, set(), f'{about}: old')
        return altered


@tap.test
def the_first_request_fills_and_the_next_ones_hit(world: World) -> None:
    # first of all: nothing was asked yet
    for target in CORPUS:
        first, second, origin = world.edge.get(target), world.edge.get(target), world.server.get(target)
        equal((first.status, first['X-Cache'], second['X-Cache']), (200, 'MISS', 'HIT'), target)
        equal((second.body, second['ETag']), (origin.body, origin['ETag']), target)
        equal(second['Surrogate-Key'], '', f'{target}: tags are nobody\'s business')
        cached = '36000' if target.startswith('/is/') else 's-maxage=7200'
        holds(cached in second['Cache-Control'] and int(second['Age']) >= 0, dict(second.headers))


@tap.test
def parts_conditions_and_refusals_go_through(world: World) -> None:
    target = CONTENT[0]
    whole = world.edge.get(target).body
    for _ in range(2):
        part = world.edge.get(target, Range='bytes=3-9')
        equal((part.status, part.body, part['Content-Range']), (206, whole[3:10], f'bytes 3-9/{len(whole)}'))
    tag = world.edge.get(target)['ETag']
    equal(world.edge.get(target, If_None_Match=tag).status, 304)
    equal(world.edge.request(target, 'HEAD').body, b'')
    for _ in range(2):
        refused = world.edge.get('/is/image/acme/nothing')
        equal((refused.status, refused['X-Cache']), (403, 'MISS'))
    # the edge is no way to anything but what is public
    for method, path, status in (('GET', '/api/v1/me', 404), ('GET', '/healthz', 404), ('POST', IMAGES[0], 405),
                                 ('DELETE', MEDIA[0], 405)):
        equal(world.edge.request(path, method).status, status, path)


@tap.test
def previews_go_through_and_are_not_kept(world: World) -> None:
    ran = world.workspace.run('preview', 'create', '--products', 'p1', server=world.server)
    base = ran.out.strip()
    for target in (MEDIA[0], IMAGES[0]):
        for _ in range(2):
            reply = world.edge.get(base + target)
            equal((reply.status, reply['X-Cache'], reply['Cache-Control']), (200, 'MISS', 'private, no-store'), target)


@tap.test
def pictures_files_and_answers_come_by_http2(world: World) -> None:
    for target in (IMAGES[1], CONTENT[2], MEDIA[0]):
        for asked, wanted in (('--http2', '2'), ('--http1.1', '1.1')):
            ran = subprocess.run(['curl', '-sk', asked, '-o', '/dev/null', '-w', '%{http_version} %{http_code}',
                                  f'https://127.0.0.1:{world.edge.tls_port}{target}'], text=True, capture_output=True,
                                 check=True)
            equal(ran.stdout, f'{wanted} 200', target)


@tap.test
def many_who_ask_at_once_are_one_request_to_the_server(world: World) -> None:
    target = '/is/image/acme/p3?wid=31&fmt=png'
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: world.edge.get(target), range(40)))
    equal({reply.status for reply in replies}, {200})
    equal(len({reply.body for reply in replies}), 1)
    equal([reply['X-Cache'] for reply in replies].count('MISS'), 1)


@tap.test
def only_some_may_purge(world: World) -> None:
    target = IMAGES[0]
    world.fill()
    for headers in ({}, {'xkey_purge': 'i/acme/p0'}, {'xkey_softpurge': 's/acme'}):
        equal(world.edge.request(target, 'PURGE', source='127.0.0.2', **headers).status, 403)
        holds(world.edge.hits(target), 'it is still there')
    equal(world.edge.request(target, 'PURGE').status, 200)
    holds(not world.edge.hits(target), 'it is forgotten')
    purged = world.edge.request('/', 'PURGE', xkey_purge='i/acme/p0 i/acme/none')
    equal((purged.status, purged['X-Purged']), (200, '2'), 'both sizes')
    holds(not world.edge.hits(target), 'it is forgotten')


@tap.test
def a_publish_purges_what_it_changed_and_nothing_else(world: World) -> None:
    workspace, server = world.workspace, world.server
    draw(workspace, 'again', pictures.GREEN)
    workspace.file('media/again.txt', 'new paper\n')
    of = {product: {target for target in MEDIA if f'/{product}/' in target} for product in PRODUCTS}

    def act(*rows: vitrine.Row) -> Callable[[], None]:
        return lambda: change(workspace, server, *rows)

    equal(world.check('nothing', lambda: workspace.run('publish', '--all', server=server) and None), set())
    equal(world.check('bytes of a picture', act(vitrine.asset_row('p1', 'again.png'))),
          {IMAGES[2], IMAGES[3], CONTENT[0]})
    equal(world.check('text of a picture', act(vitrine.asset_row('p2', 'p2.png', alt='another text'))),
          of['p2'] | set(LISTS))
    equal(world.check('a document', act(vitrine.asset_row('paper', 'again.txt', MediaType='File', MediaTitle='Paper',
                                                          ImageAltText=''))), {CONTENT[1]})
    equal(world.check('what a product shows', act(vitrine.assign_row('p4', 'p3', order=1),
                                                  vitrine.assign_row('p3', 'p3', order=2))), of['p3'] | set(LISTS))
    equal(world.check('in one channel', act(vitrine.assign_row('p6', 'p5', channel=CHANNELS[1],
                                                           locale='en-us'))),
          {of['p5'].intersection(MEDIA[10:]).pop(), LISTS[1]})
    equal(world.check('a category', act(category_row('p7', CHANNELS[1]))), {CATEGORIES[1]})
    equal(world.check('text of its picture', act(vitrine.asset_row('p7', 'p7.png', alt='cups'))),
          of['p7'] | set(LISTS) | {CATEGORIES[1]})
    equal(world.check('what is taken back', lambda: workspace.run(
        'unpublish', '--products', 'p8', '--wait', server=server) and None), of['p8'] | set(LISTS))


@tap.test
def by_hand_edges_forget_assets_and_addresses_and_nobody_is_told_half(world: World) -> None:
    workspace, server = world.workspace, world.server

    def misses(**request: Any) -> set[str]:
        world.fill()
        reply = api(workspace, server, 'purges', request)
        equal(reply.status, 200, reply.body)
        settle(workspace, server)
        return {target for target in CORPUS if not world.edge.hits(target)}

    equal(misses(assets=['p1', 'p2']), {*IMAGES[2:6], CONTENT[0]})
    equal(misses(addresses=[IMAGES[1], f'https://shop.example{MEDIA[4]}']), {IMAGES[1], MEDIA[4]})
    equal(misses(assets=['p3', 'p4'], template='<ID>\n\nhttps://cdn.example/is/image/acme/<ID>?wid=20&fmt=png\n'),
          set(IMAGES[6:10]))
    world.fill()
    draw(workspace, 'unseen', pictures.BLUE)
    workspace.import_rows([vitrine.asset_row('unseen', 'unseen.png')], server=server)
    for request, status, code in (
            ({}, 422, 'bad_value'),
            ({'assets': ['p1', 'nobody']}, 422, 'unknown_asset'),
            ({'assets': ['unseen']}, 409, 'nothing_published'),
            ({'assets': ['p1'], 'addresses': ['/is/image/other/p1']}, 422, 'bad_value'),
            ({'addresses': [IMAGES[0], '/api/v1/me']}, 422, 'bad_value'),
            ({'addresses': [IMAGES[0], IMAGES[0] + ' x']}, 422, 'bad_value'),
            ({'addresses': ['https://shop.example']}, 422, 'bad_value'),
            ({'addresses': [IMAGES[0]] * 1001}, 422, 'bad_value'),
            ({'assets': ['p1'], 'template': '<ID>' + ' ' * 2500}, 422, 'bad_value'),
            ({'assets': 'p1'}, 422, 'bad_value'), ({'asset': ['p1']}, 422, 'bad_value')):
        reply = api(workspace, server, 'purges', request)
        equal((reply.status, reply.json()['code']), (status, code), str(request)[:200])
    settle(workspace, server)
    equal([target for target in CORPUS if not world.edge.hits(target)], [])
    ran = workspace.run('purge', '--assets', 'p1', '--addresses', MEDIA[0], '--wait', server=server)
    equal(ran.out, 'asked every edge to forget 1 tags and 1 addresses\n')
    equal([world.edge.hits(target) for target in (IMAGES[2], MEDIA[0], IMAGES[0])], [False, False, True])
    told = api(workspace, server, 'audit').json()
    holds('purge' in {entry['action'] for entry in told['entries']}, told)
    told = api(workspace, server, 'assets/p1/publishes').json()['publishes']
    purge, publish = told[0], next(one for one in told if one['seq'])
    equal([(one['items'][0]['action'], one['seq'] is None,
            [(edge['name'], edge['confirmed'], edge['confirmed_at'] is None) for edge in one['edges']])
           for one in (purge, publish)],
          [('purge', True, [(world.edge.name, True, False)]), ('publish', False, [(world.edge.name, True, False)])])


@tap.test
def purging_is_a_job_too(world: World) -> None:
    workspace, server = world.workspace, world.server
    world.fill()
    refused = api(workspace, server, 'jobs', {'type': 'purge', 'parameters': {'assets': 'p1'}})
    equal((refused.status, refused.json()['code']), (422, 'bad_value'))
    made = api(workspace, server, 'jobs', {'type': 'purge', 'parameters': {'assets': ['p1'], 'addresses': [MEDIA[0]]}})
    equal(made.status, 200, made.body)

    def ended() -> dict[str, Any] | None:
        job = api(workspace, server, f'jobs/{made.json()["id"]}').json()
        return job if job['outcome'] else None

    job = vitrine.eventually(ended, 'the job ends')
    equal((job['outcome'], job['result']['tags'], job['result']['addresses']),
          ('completed', ['i/acme/p1'], [MEDIA[0]]))
    items = api(workspace, server, f'jobs/{job["id"]}/items').json()['items']
    equal([(item['code'], item['subject']) for item in items], [('purged', world.edge.name)])
    equal({target for target in CORPUS if not world.edge.hits(target)}, {*IMAGES[2:4], CONTENT[0], MEDIA[0]})


@tap.test
def without_purging_a_republished_picture_stays_until_its_time_ends(world: World) -> None:
    workspace, server, target = world.workspace, world.server, IMAGES[12]
    workspace.run('setting', 'set', 'purge_on_republish', 'false', server=server)
    old = world.edge.get(target).body
    draw(workspace, 'later', pictures.BLUE)
    change(workspace, server, vitrine.asset_row('p6', 'later.png'))
    new = server.get(target).body
    kept = world.edge.get(target)
    holds(new != old, 'the server has the new one')
    equal((kept.body, kept['X-Cache']), (old, 'HIT'))
    holds('max-age=36000' in kept['Cache-Control'], 'for ten hours')
    workspace.run('purge', '--assets', 'p6', '--wait', server=server)
    equal(world.edge.get(target).body, new)
    # what is taken back must not be seen any more
    world.edge.get(IMAGES[18])
    workspace.run('unpublish', '--assets', 'p9', '--force', '--wait', server=server)
    settle(workspace, server)
    equal(world.edge.get(IMAGES[18]).status, 403)
    workspace.run('setting', 'set', 'purge_on_republish', 'default', server=server)


@tap.test
def old_answers_serve_while_the_server_is_away(world: World) -> None:
    workspace, server = world.workspace, world.server
    targets = (IMAGES[3], MEDIA[1], CONTENT[0])
    kept = {target: world.edge.get(target).body for target in targets}
    # their time ends
    equal(world.edge.request('/', 'PURGE', xkey_softpurge='s/acme c/acme/OUN001').status, 200)
    server.kill()
    for target in targets * 2:
        answer = world.edge.get(target)
        equal((answer.status, answer.body), (200, kept[target]), target)
    equal(world.edge.get('/is/image/acme/p3?wid=33').status, 503)
    world.server = workspace.serve('--listen', f'127.0.0.1:{server.port}', '--edges', world.edge.name)
    vitrine.eventually(lambda: world.edge.get('/is/image/acme/p3?wid=33').status == 200, 'the server is back')
    for target in targets:
        vitrine.eventually(lambda: world.edge.hits(target), 'kept anew')


@tap.test
def what_changed_while_the_server_was_away_is_purged_when_it_is_back(world: World) -> None:
    workspace, server, target = world.workspace, world.server, MEDIA[2]
    world.edge.get(target)
    equal(server.stop(), 0)
    workspace.import_rows([vitrine.asset_row('p2', 'p2.png', alt='while away')])
    workspace.publish_all()
    holds(b'while away' not in world.edge.get(target).body, 'nobody has told the edge')
    world.server = workspace.serve('--listen', f'127.0.0.1:{server.port}', '--edges', world.edge.name)
    settle(workspace, world.server)
    vitrine.eventually(lambda: b'while away' in world.edge.get(target).body, 'the edge was told')


tap.main(World)
