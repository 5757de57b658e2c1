"""kill -9 at random points of import, publish, full sync and serving under load.

The shop has generations: in generation 7 every picture and every text of the shop is that of 7, and one publish makes
the step. Whenever the program is killed, the shop must show one generation as a whole: the last whose publish was
acknowledged, or the one being published; and the work can be done again to its end. A reader that asks all the while
must never see two generations under one log number, and at the end nothing may be left lying about.
"""
from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import pathlib
import random
import subprocess
import threading
import time
from collections.abc import Callable

import pictures
import tap
import vitrine
from vitrine import equal, holds

PRODUCTS = 12
ROUNDS = 10 * int(os.environ.get('VITRINE_TEST_SCALE', '1'))
KINDS = ('import', 'publish', 'sync', 'serve')
DAYS = 2 * 24 * 3600  # longer than drafts of a dead process are kept, in seconds
SEED = int(os.environ.get('VITRINE_TEST_SEED', str(random.SystemRandom().randrange(1 << 32))))
CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': f'p{number}', 'name': f'P {number}', 'type': 'simple'} for number in range(PRODUCTS)]}


def colour(generation: int) -> pictures.Colour:
    return (generation * 53 % 256, generation * 101 % 256, generation * 197 % 256)


class Shop:
    """The shop under test, and what is known of it."""

    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        self.random = random.Random(SEED)
        self.acknowledged = 0
        self.seconds = {'import': 1.0, 'publish': 1.0, 'sync': 0.3}
        workspace.init()
        workspace.catalog(CATALOG)
        self.complete(0)

    def rows(self, generation: int) -> vitrine.Rows:
        rows = []
        for number in range(PRODUCTS):
            pictures.draw(self.workspace.media / f'a{number}.png', 64, 48, colour(generation))
            rows += [vitrine.asset_row(f'a{number}', f'a{number}.png', alt=f'generation {generation}'),
                     vitrine.assign_row(f'a{number}', f'p{number}')]
        return rows

    def timed(self, what: str, run: Callable[[], object]) -> None:
        begin = time.monotonic()
        run()
        self.seconds[what] = time.monotonic() - begin

    def complete(self, generation: int, server: vitrine.Server | None = None) -> None:
        """Imports and publishes a generation to its end."""
        def load() -> None:
            results = self.workspace.import_rows(self.rows(generation), server=server)
            equal(set(vitrine.outcomes(results)), {'Success'})

        self.timed('import', load)
        self.timed('publish', lambda: self.workspace.publish_all(server=server))
        self.acknowledged = generation

    def kill_within(self, program: subprocess.Popen[bytes] | subprocess.Popen[str], seconds: float) -> bool:
        """Kills at a random moment; False when the program was done before."""
        try:
            program.wait(self.random.uniform(0, seconds * 1.1))
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
            return True
        return False

    def manifest(self, generation: int) -> list[str]:
        path = self.workspace.file('crash.tsv', vitrine.tsv(self.rows(generation)))
        return ['import', str(path), '--media', str(self.workspace.media), '--result',
                str(self.workspace.folder / 'crash-result.tsv')]

    def generation_shown(self, server: vitrine.Server) -> int | None:
        """The one generation that all answers of one log number show; None while the number moves."""
        replies = [server.media('OUN001', f'p{number}') for number in range(PRODUCTS)]
        images = [server.image(f'a{number}', 'fmt=png') for number in range(PRODUCTS)]
        replies += [server.media('OUN001', f'p{number}') for number in range(PRODUCTS)]
        equal({reply.status for reply in replies + images}, {200})
        texts: dict[str, set[str]] = {}
        for reply in replies:
            texts.setdefault(reply['Vitrine-Version'], set()).add(reply.json()['default_image']['alt'])
        for number, found in texts.items():
            equal(len(found), 1, f'log number {number} shows {found}')
        if len(texts) > 1:
            return None
        generation = int(texts.popitem()[1].pop().split()[1])
        for image in images:
            equal(int(image['Content-Length']), len(image.body))
            shown = pictures.pixels(image.body)
            equal((shown.width, shown.height), (64, 48))
            holds(pictures.close_to(shown.at(20, 20), colour(generation), 1), f'{shown.at(20, 20)} in {generation}')
        return generation

    def check(self, server: vitrine.Server, allowed: set[int]) -> None:
        vitrine.eventually(lambda: server.get('/readyz').status == 200, 'ready after a crash')
        shown: list[int | None] = []

        def settled() -> bool:
            shown.append(self.generation_shown(server))
            return shown[-1] is not None

        vitrine.eventually(settled, 'the log number stands still')
        holds(shown[-1] in allowed, f'generation {shown[-1]}, allowed {allowed}; seed {SEED}')


class Reader(threading.Thread):
    """Asks for all products and pictures until the server is gone."""

    def __init__(self, server: vitrine.Server) -> None:
        super().__init__()
        self.server = server
        self.answers = 0
        self.texts: dict[str, set[str]] = {}  # by log number
        self.torn: list[str] = []

    def run(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                for number in range(PRODUCTS):
                    self.look(number)

    def look(self, number: int) -> None:
        reply = self.server.media('OUN001', f'p{number}')
        if reply.status == 200:
            self.texts.setdefault(reply['Vitrine-Version'], set()).add(reply.json()['default_image']['alt'])
        image = self.server.image(f'a{number}', 'fmt=png')
        if image.status == 200 and int(image['Content-Length']) == len(image.body):
            shown = pictures.pixels(image.body)
            corners = {shown.at(0, 0), shown.at(63, 47), shown.at(0, 47), shown.at(63, 0)}
            self.torn += [str(corners)] if len(corners) > 1 else []
        self.answers += 1

    def check(self) -> None:
        self.join()
        for number, texts in self.texts.items():
            equal(len(texts), 1, f'under load, log number {number} shows {texts}; seed {SEED}')
        equal(self.torn, [], 'pictures of one colour')


def kill_a_command(shop: Shop, generation: int, what: str) -> None:
    if what == 'publish':
        shop.workspace.run(*shop.manifest(generation))
    commands = {'import': lambda: shop.manifest(generation), 'sync': lambda: ['sync', '--full'],
                'publish': lambda: ['publish', '--all', '--with-dependencies', '--wait']}
    program = shop.workspace.start(*commands[what]())
    killed = shop.kill_within(program, shop.seconds[what])
    shown = {shop.acknowledged} if what != 'publish' else {shop.acknowledged, generation} if killed else {generation}
    server = shop.workspace.serve()
    shop.check(server, shown)
    server.kill()


def kill_the_server(shop: Shop, generation: int) -> None:
    server = shop.workspace.serve()
    reader = Reader(server)
    reader.start()
    command = shop.manifest(generation) + ['--server', server.url, '--token', shop.workspace.token]
    loading = shop.workspace.start(*command)
    if shop.random.random() < 0.5:
        loading.wait()
        loading = shop.workspace.start('publish', '--all', '--with-dependencies', '--server', server.url, '--token',
                                       shop.workspace.token)
    time.sleep(shop.random.uniform(0, shop.seconds['publish']))
    server.kill()
    loading.wait()
    reader.check()
    server = shop.workspace.serve()
    shop.check(server, {shop.acknowledged, generation})
    shop.complete(generation, server)
    shop.check(server, {generation})
    equal(server.stop(), 0)


def check_nothing_is_left(workspace: vitrine.Workspace) -> None:
    """Drafts of the dead go with time; what stays in the folders is whole and named by its content."""
    drafts = [*(workspace.data / 'blobs/tmp').iterdir()]
    uploads = [*(workspace.data / 'uploads').iterdir()] if (workspace.data / 'uploads').exists() else []
    for path in drafts + uploads:
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - DAYS))
    server = workspace.serve()
    equal(server.stop(), 0)
    equal([path for path in drafts + uploads if path.exists()], [])
    originals = [path for path in (workspace.data / 'blobs/original').rglob('*') if path.is_file()]
    for path in originals:
        equal(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
    store: pathlib.Path = workspace.data / 'readstore/acme'
    generations = [path for path in store.iterdir() if path.suffix.lstrip('.').isdigit()]
    holds(len(generations) <= 2, f'read stores that were given up are removed: {generations}')
    print(f'# {len(drafts)} drafts and {len(uploads)} uploads collected, {len(originals)} originals whole', flush=True)
    workspace.run('doctor')


@tap.test
def whenever_it_is_killed_the_shop_shows_one_generation(workspace: vitrine.Workspace) -> None:
    print(f'# VITRINE_TEST_SEED={SEED}', flush=True)
    shop = Shop(workspace)
    for generation in range(1, ROUNDS + 1):
        what = KINDS[generation % len(KINDS)]
        print(f'# generation {generation}: kill {what}', flush=True)
        if what == 'serve':
            kill_the_server(shop, generation)
            continue
        kill_a_command(shop, generation, what)
        shop.complete(generation)
    server = workspace.serve()
    shop.check(server, {ROUNDS})
    equal(server.stop(), 0)
    check_nothing_is_left(workspace)


tap.main()
