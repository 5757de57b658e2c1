"""The whole main job on a real shop: 114 products, 1,088 variants, 416 photographs, three channels, two databases.

Every answer for every (channel, locale, product, variant) is compared with the naive model.
"""
from __future__ import annotations

import concurrent.futures
import dataclasses
import http.client
import itertools
import json
import os
import pathlib
import threading
from collections.abc import Iterator

import catalog_a
import model
import pictures
import tap
import vitrine
from vitrine import equal, holds

SAMPLE = 40  # pictures that are fetched and decoded
SHOWN = 5    # differences that are told


@dataclasses.dataclass(frozen=True)
class Question:
    channel: str
    locale: str
    product: str
    variant: str
    values: tuple[tuple[str, str], ...]  # all of a variant, or those chosen

    @property
    def target(self) -> str:
        words = {'locale': self.locale} | ({'variant': self.variant} if self.variant else dict(self.values))
        query = '&'.join(f'{name}={vitrine.quoted(value)}' for name, value in words.items())
        return f'/channel/v1/acme/{self.channel}/products/{vitrine.quoted(self.product)}/media?{query}'


@dataclasses.dataclass
class World:
    workspace: vitrine.Workspace
    made: catalog_a.CatalogA
    server: vitrine.Server
    folder: pathlib.Path


def questions(made: catalog_a.CatalogA) -> Iterator[tuple[Question, bool]]:
    """Every request there is, and whether the product is sold in the channel."""
    for channel, product in itertools.product(catalog_a.CHANNELS, made.products):
        sold = product.channels is None or channel['code'] in product.channels
        for locale in [*channel['locales'], 'it-it']:
            here = (channel['code'], locale, product.id)
            yield Question(*here, '', ()), sold
            for variant, values in product.variants:
                yield Question(*here, variant, tuple(values.items())), sold
            for colour in product.by_colour:
                yield Question(*here, '', (('Color', colour),)), sold


def prepare(workspace: vitrine.Workspace) -> World:
    if not os.environ.get('VITRINE_TEST_DATA'):
        raise tap.Skip('VITRINE_TEST_DATA names no folder')
    folder = pathlib.Path(os.environ['VITRINE_TEST_DATA'], 'catalog-a')
    made = catalog_a.load(folder)
    workspace.init()
    workspace.media = folder
    workspace.catalog(made.content)
    results = workspace.import_rows(made.manifest)
    bad = [row for row in results if row['Result'] not in ('Success', 'SuccessWithWarnings')]
    equal((len(results), bad[:3]), (len(made.manifest), []))
    workspace.publish_all()
    return World(workspace, made, workspace.serve(), folder)


class Client(threading.local):
    """One connection per thread; a question costs one request, not one connection."""

    def __init__(self, server: vitrine.Server) -> None:
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=60)

    def get(self, target: str) -> tuple[int, bytes]:
        self.connection.request('GET', target)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


@tap.test
def every_answer_equals_the_model(world: World) -> None:
    client, wrong, asked = Client(world.server), [], 0

    def ask(pair: tuple[Question, bool]) -> str | None:
        question, sold = pair
        status, body = client.get(question.target)
        if not sold or status != 200:
            return None if status == (200 if sold else 404) else f'{question}: status {status}'
        answer = json.loads(body)
        wanted = world.made.shop.answer(question.product, question.channel, question.locale, question.variant,
                                        dict(question.values))
        found = model.comparable(answer)
        named = (answer['product'], answer['variant'], answer['channel'], answer['locale'])
        if named != (question.product, question.variant or None, question.channel, question.locale):
            return f'{question}: answer is for {named}'
        return None if found == wanted else f'{question}: found {found}, wanted {wanted}'

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for difference in pool.map(ask, questions(world.made)):
            asked += 1
            wrong += [difference] if difference else []
    print(f'# {asked} answers compared')
    equal((len(wrong), wrong[:SHOWN]), (0, []))


@tap.test
def pictures_are_those_of_the_files(world: World) -> None:
    names = sorted(world.made.files)[::max(1, len(world.made.files) // SAMPLE)]
    for name in names:
        reply = world.server.image(name, 'scl=4&fmt=png')
        equal(reply.status, 200, name)
        found = pictures.pixels(reply.body)
        master = pictures.pixels((world.folder / world.made.files[name]).read_bytes())
        equal((found.width, found.height), ((master.width + 2) // 4, (master.height + 2) // 4), name)
        far = 0
        for x, y in itertools.product(range(8, found.width - 8, 16), range(8, found.height - 8, 16)):
            block = [master.at(4 * x + i, 4 * y + j) for i, j in itertools.product(range(4), range(4))]
            mean = tuple(sum(pixel[band] for pixel in block) // 16 for band in range(3))
            far += not pictures.close_to(found.at(x, y), mean, 40)
        holds(far <= 20, f'{name}: {far} of the places looked at are far from the file')


@tap.test
def all_assets_are_served_and_their_locales(world: World) -> None:
    for text in world.made.shop.texts:
        query = 'wid=40' if text.locale == model.NEUTRAL else f'wid=40&locale={text.locale}'
        equal(world.server.image(text.asset, query).status, 200, text)


@tap.test
def the_same_manifest_again_changes_nothing(world: World) -> None:
    before = world.server.media('OUN001', world.made.products[0].id)['Vitrine-Version']
    results = world.workspace.import_rows(world.made.manifest, server=world.server)
    equal({row['Result'] for row in results} - {'Success', 'SuccessWithWarnings'}, set())
    holds('nothing' in world.workspace.publish_all(server=world.server).out.lower(), 'nothing to publish')
    equal(world.server.media('OUN001', world.made.products[0].id)['Vitrine-Version'], before)


tap.main(prepare)
