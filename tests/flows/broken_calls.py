"""Whatever call fails, a command says so with a code, leaves nothing half done, and does it when it is run again.

Calls of files, of the database and of the decoder's processes fail, the first, the second and so on, until a run comes
through without meeting its fault. An ordinary run takes some of these points, others each time and VITRINE_TEST_SCALE
times as many; it says its VITRINE_TEST_SEED. Under ASan, where everything takes longer, it takes the fewest.
"""
from __future__ import annotations

import dataclasses
import os
import random
import re
from typing import Any

import faults
import pictures
import tap
import vitrine
from media_api import Media, master
from vitrine import equal, holds

SCALE = int(os.environ.get('VITRINE_TEST_SCALE', '1'))
UNDER_ASAN = 'build-asan' in vitrine.PROGRAM
MOST = {'sqlite': (1 if UNDER_ASAN else 2) * SCALE, 'postgresql': SCALE}  # points of one command and kind of calls
SEED = int(os.environ.get('VITRINE_TEST_SEED', str(random.SystemRandom().randrange(1 << 32))))
FILES = ('write', 'flush', 'name', 'open')
CODE = re.compile(r'\(([a-z_]+)\)$', re.MULTILINE)
CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'categories': [{'id': 'mugs', 'name': 'Mugs'}],
    'products': [{'id': f'p{number}', 'name': f'P {number}', 'type': 'simple'} for number in range(3)]}
MORE = {'categories': [{'id': 'cups', 'name': 'Cups'}],
        'products': [{'id': f'q{number}', 'name': f'Q {number}', 'categories': ['cups']} for number in range(3)]}


@dataclasses.dataclass(frozen=True)
class Flow:
    """A command, the state it begins with, and the calls that fail."""
    name: str
    state: str
    command: tuple[str, ...]
    kinds: tuple[str, ...]
    whole: bool = True  # all or nothing; else each row is, and a second run completes them
    once: bool = False  # what is done is refused a second time


PUBLISH = ('publish', '--all', '--with-dependencies', '--wait')
FLOWS = (
    Flow('init', 'empty', ('init', '--data', 'data', '--tenant', 'acme', '--admin', 'anna', '--password-file',
                           'password'), (*FILES, 'database'), whole=False),
    Flow('catalog import', 'live', ('catalog', 'import', 'more.json'), (*FILES, 'database'), whole=False),
    Flow('import', 'live', ('import', 'next.tsv', '--media', 'media', '--result', 'result.tsv'),
         (*FILES, 'database', 'worker'), whole=False),
    Flow('publish', 'drafts', PUBLISH, (*FILES, 'database')),
    Flow('set save', 'live', ('set', 'save', 'pair', '--members', 'a1,a2'), ('write', 'database'), whole=False),
    Flow('unpublish', 'live', ('unpublish', '--products', 'p0', '--wait'), ('write', 'database')),
    Flow('group publish', 'group', ('group', 'publish', 'spring', '--wait'), ('write', 'database'), whole=False,
         once=True),
    Flow('group undo', 'group_live', ('group', 'undo', 'spring', '--wait'), ('write', 'database')),
    Flow('asset history', 'live', ('asset', 'history', 'a0'), ('database',)),
    Flow('sync', 'drafts', ('sync',), ('database',)),
    Flow('full sync', 'live', ('sync', '--full'), (*FILES, 'database')),
    Flow('user', 'live', ('user', 'add', 'ben', '--role', 'producer', '--password-file', 'password'),
         ('write', 'database')),
    Flow('token', 'live', ('token', 'create', '--user', 'anna', '--name', 'till'), ('write', 'database')),
    Flow('preview', 'live', ('preview', 'create', '--products', 'p0'), ('write', 'database')),
    Flow('tenant', 'live', ('tenant', 'create', 'other'), ('write', 'database')),
)


def manifest(workspace: vitrine.Workspace, generation: int) -> vitrine.Rows:
    rows = []
    for number in range(3):
        picture = f'g{generation}-{number}.png'
        pictures.draw(workspace.media / picture, 24, 16, (40 * generation, 60 * number, 9))
        rows += [vitrine.asset_row(f'a{number}', picture, alt=f'generation {generation}'),
                 vitrine.assign_row(f'a{number}', f'p{number}')]
    return rows


class Shop:
    """A workspace with states to begin from: empty, live (published), drafts (live, and the next generation), group
    (the drafts are in a publish group) and group_live."""

    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        self.stock = faults.Stock(workspace)
        self.faults = faults.Faults(workspace)
        self.random = random.Random(SEED)
        workspace.init()
        workspace.catalog(CATALOG)
        workspace.file('more.json', MORE)
        workspace.import_rows(manifest(workspace, 0))
        workspace.publish_all()
        workspace.run('set', 'create', 'pair', '--type', 'image_set', '--members', 'a0')
        self.stock.save('live')
        workspace.file('next.tsv', vitrine.tsv(manifest(workspace, 1)))
        workspace.run('import', 'next.tsv', '--media', 'media')
        self.stock.save('drafts')
        workspace.run('group', 'create', 'spring')
        workspace.run('group', 'add', 'spring', '--products', 'p0,p1,p2', '--assets', 'a0,a1,a2')
        self.stock.save('group')
        workspace.run('group', 'publish', 'spring')
        self.stock.save('group_live')

    def run(self, flow: Flow, kinds: str, n: int, code: int | None) -> vitrine.Ran:
        with self.faults.preloaded(), self.faults.armed(kinds, n):
            return self.workspace.run(*flow.command, code=code)

    def told(self, ran: vitrine.Ran) -> bool:
        """Whether a refusal says why, with a code of the contract: in words, or in the rows of the result."""
        result = self.workspace.folder / 'result.tsv'
        if result.exists() and any(row['Result'] == 'Failed' for row in vitrine.read_tsv(result)):
            return all(row['ErrorCode'].startswith('E_') for row in vitrine.read_tsv(result)
                       if row['Result'] == 'Failed')
        return bool(set(CODE.findall(ran.err)) & faults.CODES)

    def fail_at(self, flow: Flow, kind: str, n: int, wanted: dict[str, int]) -> None:
        about = f'{flow.name}, call {n} of {kind}'
        self.stock.restore(flow.state)
        before = self.stock.tables()
        (self.workspace.folder / 'result.tsv').unlink(missing_ok=True)
        ran = self.run(flow, kind, n, None)
        holds(self.faults.hit >= 1, f'{about}: was not reached')
        holds(ran.code in (0, 1), f'{about}: exit code {ran.code}\n{ran.err}')
        left = self.stock.tables()
        if ran.code == 0:
            equal(faults.shape(left), wanted, about)
            return
        holds(self.told(ran), f'{about}: no code in {ran.err!r}')
        if flow.whole and faults.shape(left) != wanted:
            equal(left, before, about)
        done = left != before if flow.whole else flow.once and faults.shape(left) == wanted
        again = self.workspace.run(*flow.command, code=None if done else 0)
        holds(again.code in (0, 1), f'{about}, again: exit code {again.code}\n{again.err}')
        equal(faults.shape(self.stock.tables()), wanted, f'{about}, again')

    def fail(self, flow: Flow) -> int:
        """Every kind of calls at some points; how many there were."""
        self.stock.restore(flow.state)
        self.run(flow, flow.kinds[0], 0, 0)
        wanted = faults.shape(self.stock.tables())
        tried = 0
        kinds = flow.kinds if self.workspace.database == 'sqlite' else ('database',)  # files are the same there
        for kind in kinds:
            self.stock.restore(flow.state)
            self.run(flow, kind, 0, 0)
            calls = faults.points(self.faults.calls, MOST[self.workspace.database], self.random)
            for n in calls:
                self.fail_at(flow, kind, n, wanted)
            tried += len(calls)
        self.workspace.run('sync')  # for what was done, but for the read stores
        self.workspace.run('doctor')
        return tried


@tap.test
def a_command_whose_call_fails_says_so_and_can_be_run_again(workspace: vitrine.Workspace) -> None:
    print(f'# VITRINE_TEST_SEED={SEED}', flush=True)
    shop = Shop(workspace)
    try:
        for flow in FLOWS:
            tried = shop.fail(flow)
            print(f'# {workspace.database}: {flow.name}: {tried} faults', flush=True)
            holds(tried > 0, f'{flow.name} meets no fault')
    finally:
        shop.stock.close()
    print(f'# {workspace.database}: {shop.faults.hits} faults in all', flush=True)


def without_version(state: dict[str, Any]) -> dict[str, Any]:
    """A state without what each edit counts on."""
    head = {**state['head'], 'number': 0} if state['head'] else None
    return {**state, 'version': 0, 'head': head}


def edits(media: Media) -> list[tuple[str, str, object]]:
    """The steps of one edit, from check-out to finished, and a reset that takes it back."""
    body = {'nodes': [master('a1', 'a2')], 'swatches': [], 'matrix': []}
    return [('edit', 'POST', {}), ('draft', 'PUT', body), ('finish', 'POST', {}), ('edit', 'POST', {}),
            ('discard', 'POST', {}), ('reset', 'POST', {'finish': True})]


@tap.test
def an_edit_whose_call_fails_is_not_half_done(workspace: vitrine.Workspace) -> None:
    shop = Shop(workspace)
    media = None
    try:
        with shop.faults.preloaded():
            server = workspace.serve()
        media = Media(server, workspace.token, 'p2', 'OUN001', 'en-us')
        n, failed, missed = -1, 0, False
        done: list[dict[str, Any]] = []  # the state after each step, when nothing fails
        while not missed:
            n, missed = n + 1, n >= 0
            for step, (verb, method, body) in enumerate(edits(media)):
                state = media.state()
                headers = {'If_Match': str(state['version'])} if verb in ('draft', 'finish') else {}
                with shop.faults.armed('database', n):
                    reply = media.ask(verb, method, body, **headers)
                missed = missed and not shop.faults.hit
                if n == 0:
                    done.append(without_version(media.state()))
                if reply.status == 200:
                    continue
                failed += 1
                holds(reply.status in (500, 503), f'{n} {verb}: {reply.status} {reply.body!r}')
                holds(reply.json()['code'] in faults.CODES, f'{n} {verb}: {reply.body!r}')
                left = media.state()
                if left['version'] != state['version']:
                    equal(without_version(left), done[step], f'{verb}, call {n}: done, but for the answer')
                    continue
                equal(left, state, f'{verb}, call {n}')
                media.granted(verb, method, body, **headers)
        print(f'# {workspace.database}: {failed} of {n} times 6 requests failed', flush=True)
        holds(failed >= n - 1 and n > 5, 'faults were met')
        equal(server.stop(), 0)
    finally:
        shop.stock.close()


@tap.test
def an_answer_whose_call_fails_is_an_error_once_and_right_the_next_time(workspace: vitrine.Workspace) -> None:
    shop = Shop(workspace)
    shop.stock.close()
    for kind in ('database', *FILES):
        with shop.faults.preloaded():
            server = workspace.serve()
        wanted = server.media('OUN001', 'p0').json()
        for n in range(1, 9):
            with shop.faults.armed(kind, n):
                told = [server.media('OUN001', f'p{n % 3}', locale=f'x{chr(97 + n)}-{kind}'),
                        server.image('a0', f'wid={n}')]
            for reply in told:
                holds(reply.status in (200, 403, 500, 503), f'{kind} {n}: {reply.status} {reply.body!r}')
                holds(reply.status == 200 or 'max-age' not in reply['Cache-Control'], 'a failure is never kept')
            equal(server.media('OUN001', 'p0').json(), wanted)
            image = server.image('a0', f'wid={n}')
            equal((image.status, pictures.pixels(image.body).width), (200, n))
        equal(server.stop(), 0)


tap.main()
