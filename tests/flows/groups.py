"""Publish groups: edited beside the live site, scheduled, live as a whole or not at all, and undone in one step."""
from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import os
import random
import threading
from collections.abc import Iterator
from typing import Any

import pictures
import schema
import tap
import vitrine
from media_api import Media, master, member
from vitrine import equal, eventually, holds

SCALE = int(os.environ.get('VITRINE_TEST_SCALE', '1'))
MANY = 500 * SCALE  # documents of the groups that go live under load
DOCUMENTED_ITEMS = 2000
CHANNELS = [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
             'default_locale': 'en-us'},
            {'code': 'OUN002', 'name': 'Tills', 'type': 'retail', 'locales': ['en-us'], 'default_locale': 'en-us',
             'database': 'tills'}]
PICTURES = ('old', 'new', 'other')


def catalog(products: list[str]) -> dict[str, Any]:
    return {'channels': CHANNELS, 'categories': [{'id': 'cups', 'name': 'Cups'}],
            'products': [{'id': code, 'name': code, 'type': 'simple'} for code in products]}


def at(seconds: float) -> str:
    """A time from now, as the API takes it."""
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return then.strftime('%Y-%m-%dT%H:%M:%SZ')


@dataclasses.dataclass
class Groups:
    """A server, and how to ask it about groups."""
    workspace: vitrine.Workspace
    server: vitrine.Server
    token: str = ''
    tenant: str = vitrine.TENANT

    def ask(self, rest: str, method: str = 'GET', body: Any = None, **headers: str) -> vitrine.Reply:
        raw = None if method in ('GET', 'DELETE') else json.dumps({} if body is None else body).encode()
        return self.server.request(f'/api/v1/{self.tenant}/{rest}', method, raw,
                                   Authorization=f'Bearer {self.token or self.workspace.token}', **headers)

    def told(self, name: str, rest: str, method: str = 'GET', body: Any = None, **headers: str) -> Any:
        reply = self.ask(rest, method, body, **headers)
        equal(reply.status, 200, f'{method} {rest}: {reply.body!r}')
        schema.check(reply.json(), name)
        return reply.json()

    def refused(self, code: str, rest: str, method: str = 'POST', body: Any = None) -> Any:
        reply = self.ask(rest, method, body)
        holds(400 <= reply.status < 500 and reply.json()['code'] == code,
              f'{method} {rest}: {reply.status} {reply.body!r}')
        return reply.json()

    def create(self, name: str) -> Any:
        return self.told('Group', 'groups', 'POST', {'name': name})

    def show(self, name: str) -> Any:
        return self.told('Group', f'groups/{vitrine.quoted(name)}')

    def add(self, name: str, **what: Any) -> int:
        return int(self.told('GroupChanged', f'groups/{name}/items', 'POST', what)['changed'])

    def items(self, name: str) -> list[Any]:
        return list(self.told('GroupItemList', f'groups/{name}/items?limit=500')['items'])

    def publish(self, name: str) -> Any:
        return self.told('GroupPublishResult', f'groups/{name}/publish', 'POST')

    def media(self, product: str, group: str = '') -> Media:
        return Media(self.server, self.token or self.workspace.token, product, group=group)

    def write_texts(self, asset: str, query: str, **texts: Any) -> None:
        """Edits an asset in the context of @query, saves and finishes."""
        path = f'assets/{asset}/{{}}?{query}'
        state = self.told('AssetState', path.format('edit'), 'POST')
        self.told('AssetState', path.format('draft'), 'PUT', texts, If_Match=str(state['version']))
        self.told('AssetState', path.format('finish'), 'POST')

    def is_synced(self, seq: int) -> bool:
        told = self.ask('sync').json()
        return bool(told['databases']) and all(database['seq'] >= seq for database in told['databases'])

    def synced(self, seq: int) -> None:
        eventually(lambda: self.is_synced(seq), f'the stores have number {seq}')

    def shown(self, product: str, channel: str = 'OUN001') -> str | None:
        """The one picture a shopper sees."""
        rows = self.server.media(channel, product, locale='en-us').json()['primary']
        return rows[-1]['asset'] if rows else None


def shop(workspace: vitrine.Workspace, products: list[str]) -> None:
    """Every product shows `old`; three pictures are live."""
    workspace.init()
    workspace.catalog(catalog(products))
    for number, name in enumerate(PICTURES):
        pictures.draw(workspace.media / f'{name}.png', 8, 8, (number * 90, 20, 20))
    rows = [vitrine.asset_row(name, f'{name}.png', alt=name) for name in PICTURES]
    rows += [vitrine.assign_row('old', product) for product in products]
    equal(set(vitrine.outcomes(workspace.import_rows(rows))), {'Success'})
    workspace.publish_all()


@contextlib.contextmanager
def running(workspace: vitrine.Workspace, products: tuple[str, ...] = ('cup', 'mug')) -> Iterator[Groups]:
    shop(workspace, list(products))
    with workspace.serving() as server:
        yield Groups(workspace, server)


@tap.test
def a_group_is_edited_beside_the_live_site_and_goes_live(workspace: vitrine.Workspace) -> None:
    with running(workspace) as groups:
        group = groups.create('spring')
        equal((group['state'], group['items'], group['created_by']), ('open', 0, 'anna'))
        equal([one['name'] for one in groups.told('GroupList', 'groups')['groups']], ['spring'])
        live, there = groups.media('cup'), groups.media('cup', 'spring')
        equal(live.state()['group'], None)
        equal(there.state()['group'] | {'id': 0},
              {'id': 0, 'name': 'spring', 'state': 'open', 'holds': False, 'draft': False})
        there.edit()
        equal(groups.show('spring')['items'], 1)
        there.edit()
        there.save([master('new')])
        there.finish()
        there.write([master('new', manual='other')])
        equal(groups.show('spring')['items'], 1, 'only the first edit takes it in')
        equal(there.state()['group']['draft'], True)
        equal([(item['product'], item['draft']) for item in groups.items('spring')], [('cup', True)])
        equal(groups.media('mug', 'spring').state()['group']['draft'], False)
        # neither the live site nor another group sees anything of it
        groups.create('sale')
        for beside in (live, groups.media('cup', 'sale')):
            equal([node['primary'] for node in beside.state()['head']['nodes']], [['old']])
            equal([version['number'] for version in beside.versions()], [1])
        equal([node['primary'] for node in there.state()['shown']['nodes']], [['new']], 'the preview of the group')
        equal([node['primary'] for node in live.state()['shown']['nodes']], [['old']])
        equal(groups.shown('cup'), 'old')
        done = groups.publish('spring')
        groups.synced(done['seq'])
        equal((groups.shown('cup'), groups.shown('cup', 'OUN002'), groups.shown('mug')), ('new', 'new', 'old'))
        equal(groups.show('spring')['state'], 'published')
        equal([item['product'] for item in groups.items('spring')], ['cup'], 'what it held is history')
        there.refused('group_state', 'edit', body={})
        equal(live.state()['head']['number'], 3)


@tap.test
def texts_of_media_and_pictures_of_categories_wait_in_a_group_too(workspace: vitrine.Workspace) -> None:
    with running(workspace) as groups:
        groups.create('spring')
        groups.write_texts('old', 'group=spring', alt='in spring', tags=['blossom'])
        groups.write_texts('old', 'group=spring&locale=de-de', alt='im Frühling', tags=[])
        there = Media(groups.server, workspace.token, 'cups', 'OUN001', kind='categories', group='spring')
        there.write([master('new')])
        equal(groups.show('spring')['items'], 3)
        live = groups.told('AssetState', 'assets/old')
        equal((live['head']['alt'], [row['locale'] for row in live['locales']]), ('old', ['system_neutral']))
        equal(groups.told('AssetList', 'assets?tag=blossom')['assets'], [], 'the library is that of the live site')
        # a locale that only the group has begun is not waited for
        Media(groups.server, workspace.token, 'cup', 'OUN001', 'de-de').write([master('old')])
        workspace.run('publish', '--products', 'cup', server=groups.server)
        groups.synced(groups.publish('spring')['seq'])
        for locale, alt in (('en-us', 'in spring'), ('de-de', 'im Frühling')):
            equal(groups.server.media('OUN001', 'cup', locale=locale).json()['primary'][0]['alt'], alt)
        picture = groups.server.get('/channel/v1/acme/OUN001/categories/cups/media?locale=en-us').json()['image']
        equal(picture['asset'], 'new')
        equal([row['name'] for row in groups.told('AssetList', 'assets?tag=blossom')['assets']], ['old'])
        groups.synced(groups.told('UndoResult', 'groups/spring/undo', 'POST')['seq'])
        equal(groups.server.media('OUN001', 'cup', locale='de-de').json()['primary'][0]['alt'], 'old')
        equal(groups.told('AssetList', 'assets?tag=blossom')['assets'], [])


@tap.test
def a_set_of_assets_waits_for_what_it_holds(workspace: vitrine.Workspace) -> None:
    with running(workspace) as groups:
        groups.told('SetCreated', 'sets', 'POST', {'name': 'looks', 'type': 'image_set', 'members': [{'asset': 'old'}]})
        workspace.publish_all(server=groups.server)
        pictures.draw(workspace.media / 'draft.png', 8, 8, (1, 2, 3))
        workspace.import_rows([vitrine.asset_row('draft', 'draft.png')], server=groups.server)
        groups.create('spring')
        groups.write_texts('looks', 'group=spring', members=[{'asset': 'old'}, {'asset': 'draft'}])
        refusal = groups.refused('group_invalid', 'groups/spring/publish')
        equal([(row['code'], row['subject'], row['other']) for row in refusal['report']['errors']],
              [('missing_media', 'draft', 'looks (system_neutral)')])
        equal(groups.add('spring', assets=['draft']), 1)
        equal(groups.publish('spring')['published'], 2)


@tap.test
def a_scheduled_group_goes_live_by_itself_and_an_unscheduled_one_does_not(workspace: vitrine.Workspace) -> None:
    with running(workspace) as groups:
        for name, product in (('now', 'cup'), ('never', 'mug')):
            groups.create(name)
            groups.media(product, name).write([master('new')])
            groups.told('Group', f'groups/{name}/schedule', 'PUT', {'at': at(3600)})
        groups.media('cup', 'now').edit()  # an hour before, it still takes edits
        groups.media('cup', 'now').granted('discard', body={})
        soon = groups.told('Group', 'groups/now/schedule', 'PUT', {'at': at(3)})
        equal(soon['state'], 'scheduled')
        groups.media('cup', 'now').refused('group_state', 'edit', body={})  # a minute before, it takes none
        groups.told('Group', 'groups/never/schedule', 'PUT', {'at': at(3)})
        open_again = groups.told('Group', 'groups/never/schedule', 'DELETE')
        equal((open_again['state'], open_again['at'], open_again['job']), ('open', None, None))
        eventually(lambda: groups.show('now')['state'] == 'published', 'the scheduled group is live')
        holds(datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ') >= soon['at'], 'not before')
        groups.synced(groups.show('now')['seq'])
        equal((groups.shown('cup'), groups.shown('mug')), ('new', 'old'))
        job = groups.ask(f'jobs/{soon["job"]}').json()
        eventually(lambda: groups.ask(f'jobs/{soon["job"]}').json()['state'] == 'done', 'its job is done')
        equal(job['type'], 'group')
        groups.refused('forbidden', 'jobs', 'POST', {'type': 'group', 'parameters': {'group': 1}})


@tap.test
def a_locked_item_blocks_the_schedule_and_is_named(workspace: vitrine.Workspace) -> None:
    with running(workspace) as groups:
        groups.create('spring')
        groups.media('mug', 'spring').write([master('new')])
        groups.media('cup', 'spring').edit()
        refusal = groups.refused('group_invalid', 'groups/spring/schedule', 'PUT', {'at': at(3600)})
        schema.check(refusal['report'], 'GroupReport')
        equal([(row['code'], row['subject'], row['other']) for row in refusal['report']['errors']],
              [('checked_out', 'cup (Omnichannel, system_neutral)', 'anna')])
        equal(groups.told('GroupReport', 'groups/spring/validate', 'POST')['ok'], False)
        refusal = groups.refused('group_invalid', 'groups/spring/publish')
        equal(refusal['report']['n_errors'], 1)
        equal((groups.show('spring')['state'], groups.shown('mug')), ('failed', 'old'), 'nothing went live')
        groups.media('cup', 'spring').granted('discard', body={})
        equal(groups.told('Group', 'groups/spring/schedule', 'PUT', {'at': at(3600)})['state'], 'scheduled')
        job = groups.show('spring')['job']
        for verb, method in (('cancel', 'POST'), ('pause', 'POST'), ('run', 'POST'), ('', 'DELETE')):
            groups.refused('job_state', f'jobs/{job}' + (f'/{verb}' if verb else ''), method)


@tap.test
def a_group_is_as_large_and_as_far_from_others_as_the_settings_say(workspace: vitrine.Workspace) -> None:
    products = [f'p{number}' for number in range(DOCUMENTED_ITEMS + 1)]
    with running(workspace, tuple(products)) as groups:
        workspace.run('setting', 'set', 'group_items', str(DOCUMENTED_ITEMS), server=groups.server)
        workspace.run('setting', 'set', 'group_spacing_minutes', '5', server=groups.server)
        groups.create('first')
        groups.create('second')
        refusal = groups.refused('group_full', 'groups/first/items', 'POST', {'products': products})
        holds('2000 are allowed' in refusal['detail'], refusal)
        equal(groups.show('first')['items'], 0, 'all or nothing')
        equal(groups.add('first', products=products[:-1]), DOCUMENTED_ITEMS)
        groups.media(products[-1], 'first').refused('group_full', 'edit', body={})
        equal(groups.show('first')['items'], DOCUMENTED_ITEMS)
        noon = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=1)
        groups.told('Group', 'groups/first/schedule', 'PUT', {'at': noon.strftime('%Y-%m-%dT%H:%M:%SZ')})
        for seconds, allowed in ((299, False), (-299, False), (300, True), (-300, True)):
            body = {'at': (noon + datetime.timedelta(seconds=seconds)).strftime('%Y-%m-%dT%H:%M:%SZ')}
            if allowed:
                groups.told('Group', 'groups/second/schedule', 'PUT', body)
                continue
            free = noon + datetime.timedelta(seconds=300 if seconds > 0 else -300)
            refusal = groups.refused('group_time', 'groups/second/schedule', 'PUT', body)
            holds("'first'" in refusal['detail'] and free.strftime('%Y-%m-%dT%H:%M:%SZ') in refusal['detail'], refusal)
        groups.refused('bad_value', 'groups/second/schedule', 'PUT', {'at': at(-1)})


@tap.test
def the_last_to_go_live_wins_and_conflicts_are_told_before(workspace: vitrine.Workspace) -> None:
    with running(workspace) as groups:
        for name, picture in (('nine', 'new'), ('five past', 'other')):
            groups.create(name)
            groups.media('cup', name).write([master(picture)])
        report = groups.told('GroupReport', 'groups/nine/validate', 'POST')
        row = next(row for row in report['warnings'] if row['code'] == 'other_group')
        equal((report['ok'], row['other'], row['base'], row['theirs'], row['head']), (True, 'five past', 1, 3, 2))
        for name, picture in (('nine', 'new'), ('five%20past', 'other')):
            groups.synced(groups.publish(name)['seq'])
            equal(groups.shown('cup'), picture)
        equal(workspace.run('publish', '--all', server=groups.server).out.startswith('nothing'), True)


class Reader(threading.Thread):
    """A shopper who asks for products of one channel at random until told to stop: what he sees with which number."""

    def __init__(self, groups: Groups, channel: str, products: list[str], seed: int) -> None:
        super().__init__()
        self.groups, self.channel, self.products = groups, channel, products
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.seen: list[tuple[int, str | None]] = []
        self.problem = ''

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                reply = self.groups.server.media(self.channel, self.random.choice(self.products), locale='en-us')
                rows = reply.json()['primary']
                self.seen.append((int(reply['Vitrine-Version']), rows[-1]['asset'] if rows else None))
        except (OSError, KeyError, ValueError) as problem:  # told by the test: a thread has no other way
            self.problem = repr(problem)


@contextlib.contextmanager
def watched(groups: Groups, products: list[str]) -> Iterator[list[Reader]]:
    readers = [Reader(groups, channel['code'], products, seed) for seed, channel in enumerate(CHANNELS * 2)]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        for reader in readers:
            reader.stopping.set()
            reader.join()


@tap.test
def readers_see_all_of_a_group_or_nothing_of_it(workspace: vitrine.Workspace) -> None:
    products = [f'p{number}' for number in range(MANY)]
    with running(workspace, tuple(products)) as groups:
        before = int(groups.server.media('OUN001', 'p0', locale='en-us')['Vitrine-Version'])
        workspace.import_rows([vitrine.assign_row('new', product) for product in products], server=groups.server)
        groups.create('spring')
        equal(groups.add('spring', products=products), MANY)
        with watched(groups, products) as readers:
            eventually(lambda: all(len(reader.seen) > 5 for reader in readers), 'everybody reads the old')
            done = groups.publish('spring')
            equal(done['published'], MANY)
            groups.synced(done['seq'])
            counts = [len(reader.seen) for reader in readers]
            eventually(lambda: all(len(reader.seen) > count + 5 for reader, count in zip(readers, counts)),
                       'everybody reads the new')
        for reader in readers:
            equal(reader.problem, '')
            equal(reader.seen, sorted(reader.seen, key=lambda seen: seen[0]), 'numbers never go back')
            equal({number < done['seq'] for number, _ in reader.seen}, {True, False}, 'before and after were seen')
            equal({(number >= done['seq'], picture) for number, picture in reader.seen},
                  {(False, 'old'), (True, 'new')})
            holds(all(before <= number <= done['seq'] for number, _ in reader.seen), 'old or new number')
        undone = groups.told('UndoResult', 'groups/spring/undo', 'POST')
        equal(undone['restored'], MANY)
        groups.synced(undone['seq'])
        equal({groups.shown(product) for product in products[:20]}, {'old'})


@tap.test
def a_server_killed_while_a_group_goes_live_leaves_all_or_nothing(workspace: vitrine.Workspace) -> None:
    products = [f'p{number}' for number in range(MANY)]
    shop(workspace, products)
    rows = [vitrine.assign_row('new', product) for product in products]
    workspace.import_rows(rows)
    workspace.run('group', 'create', 'spring')
    workspace.run('group', 'add', 'spring', '--products', ','.join(products))
    for delay in (0.0, 0.02, 0.1, 0.3):
        process = workspace.start('group', 'publish', 'spring')
        with contextlib.suppress(Exception):
            process.wait(delay)
        process.kill()
        process.wait()
        group = json.loads(workspace.run('group', 'show', 'spring', '--json').out)
        holds(group['state'] in ('open', 'publishing', 'published'), group)
        with workspace.serving() as server:
            groups = Groups(workspace, server)
            groups.synced(group['seq'] or 0)
            seen = {groups.shown(product) for product in random.Random(1).sample(products, 50)}
        equal(seen, {'new' if group['state'] == 'published' else 'old'}, f'after {delay} s: {group}')
    if group['state'] != 'published':
        workspace.run('group', 'publish', 'spring')
    equal(json.loads(workspace.run('group', 'show', 'spring', '--json').out)['state'], 'published')


@tap.test
def groups_of_two_tenants_know_nothing_of_each_other(workspace: vitrine.Workspace) -> None:
    shop(workspace, ['cup'])
    workspace.run('tenant', 'create', 'other')
    secret = workspace.file('secret', 'long enough\n')
    workspace.run('user', 'add', 'olga', '--role', 'administrator', '--password-file', secret, '--tenant', 'other')
    token = workspace.run('token', 'create', '--user', 'olga', '--name', 'flow', '--tenant', 'other').out.strip()
    with workspace.serving() as server:
        ours, theirs = Groups(workspace, server), Groups(workspace, server, token, 'other')
        number = ours.create('spring')['id']
        equal(theirs.told('GroupList', 'groups')['groups'], [])
        for word in ('spring', str(number)):
            theirs.refused('not_found', f'groups/{word}', 'GET')
            theirs.refused('not_found', f'groups/{word}/publish')
        theirs.create('spring')
        ours.media('cup', 'spring').write([master('new')])
        done = ours.publish('spring')
        theirs.refused('not_found', f'publishes/{done["seq"]}/undo')
        equal(theirs.show('spring')['state'], 'open')


@tap.test
def who_may_publish_manages_groups_and_only_administrators_undo_over_others(workspace: vitrine.Workspace) -> None:
    shop(workspace, ['cup'])
    paul, rita = member(workspace, 'paul'), member(workspace, 'rita', 'reader')
    with workspace.serving() as server:
        anna, producer, reader = (Groups(workspace, server, token) for token in (workspace.token, paul, rita))
        reader.refused('forbidden', 'groups', 'POST', {'name': 'spring'})
        producer.create('spring')
        equal(reader.show('spring')['created_by'], 'paul')
        producer.media('cup', 'spring').write([master('new')])
        seq = producer.publish('spring')['seq']
        producer.media('cup').write([master('other')])
        equal(workspace.run('publish', '--products', 'cup', server=server).code, 0)
        refusal = producer.refused('changed_since', 'groups/spring/undo')
        equal(refusal['changed'], ['cup (Omnichannel, system_neutral)'])
        producer.refused('forbidden', 'groups/spring/undo', 'POST', {'force': True})
        undone = anna.told('UndoResult', 'groups/spring/undo', 'POST', {'force': True})
        anna.synced(undone['seq'])
        equal(anna.shown('cup'), 'old')
        equal(anna.show('spring')['undone'], undone['seq'])
        trail = anna.ask('audit?limit=500').json()['entries']
        equal([entry['subject'] for entry in trail if entry['action'] == 'group create'], ['spring'])
        equal({entry['seq'] for entry in trail if entry['action'] == 'undo'}, {undone['seq']})
        holds(seq in {entry['seq'] for entry in trail if entry['action'] == 'group publish'}, trail)


@tap.test
def every_step_is_a_command(workspace: vitrine.Workspace) -> None:
    shop(workspace, ['cup', 'mug'])
    workspace.import_rows([vitrine.assign_row('new', 'cup'), vitrine.assign_row('other', 'mug')])
    run = workspace.run
    holds('spring\topen\t0 items' in run('group', 'create', 'spring').out, 'created')
    equal(run('group', 'create', 'spring', code=1).err.strip().endswith('(duplicate_name)'), True)
    holds(run('group', 'add', 'spring', '--products', 'cup,mug').out.startswith('2 documents'), 'added')
    holds(run('group', 'remove', 'spring', '--products', 'mug').out.startswith('1 documents'), 'removed')
    holds('cup (Omnichannel' in run('group', 'show', 'spring', '--items').out, 'listed')
    holds('0 errors' in run('group', 'validate', 'spring').out, 'valid')
    holds('scheduled' in run('group', 'schedule', 'spring', at(3600)).out, 'scheduled')
    holds('spring' in run('group', 'list', '--state', 'scheduled').out, 'in the list')
    holds('\topen\t' in run('group', 'unschedule', 'spring').out, 'open again')
    holds('would go live' in run('group', 'publish', 'spring', '--dry-run', '--changes').out, 'a plan')
    holds('published 1 documents' in run('publish', '--group', 'spring', '--wait').out, 'published')
    run('group', 'publish', 'spring', code=1)
    holds('would go back' in run('group', 'undo', 'spring', '--dry-run').out, 'a plan')
    undone = json.loads(run('group', 'undo', 'spring', '--json', '--wait').out)
    with workspace.serving() as server:
        groups = Groups(workspace, server)
        equal((groups.shown('cup'), groups.shown('mug')), ('old', 'old'))
        holds('restored 1' in run('undo', str(undone['seq']), '--wait', server=server).out, 'undone again')
        equal(groups.shown('cup'), 'new')
        run('group', 'create', 'gone', server=server)
        run('group', 'delete', 'gone', code=1, server=server)
        holds('is gone' in run('group', 'delete', 'gone', '--confirm', 'gone', server=server).out, 'deleted')
    run('group', 'show', 'gone', code=1)


tap.main()
