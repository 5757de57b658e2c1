"""A dry run names exactly the answers that differ once the thing is done: the shop is asked before and after. And what
the history tells of each log number is what the shop was seen to show then.

A walk of random edits over every kind of node, context and asset, the same each time for SEED.
"""
from __future__ import annotations

import itertools
import json
import os
import random
from typing import Any

import pictures
import schema
import tap
import vitrine
from media_api import Media, cell, master, variant
from vitrine import equal, holds

SEED = 7
STEPS = 10 * int(os.environ.get('VITRINE_TEST_SCALE', '1'))
VARIANTS = {f'tee-{color[0]}{size}': {'Color': color, 'Size': size}
            for color, size in itertools.product(('Blue', 'Red'), ('S', 'L'))}
CATALOG = {
    'channels': [{'code': 'OUN001', 'locales': ['en-us', 'de-de']}, {'code': 'OUN002', 'locales': ['fr-fr', 'en-us']}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue'}, {'value': 'Red'}]},
                   {'name': 'Size', 'values': [{'value': 'S'}, {'value': 'L'}]}],
    'products': [{'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color', 'Size'],
                  'variants': [{'id': code, 'values': values} for code, values in VARIANTS.items()]},
                 {'id': 'cup', 'name': 'Cup', 'type': 'simple'},
                 {'id': 'bag', 'name': 'Bag', 'type': 'simple', 'channels': ['OUN002']}]}
ASSETS = ('one', 'two', 'three', 'four')
PLACES = [(channel['code'], locale) for channel in CATALOG['channels'] for locale in channel['locales']]
CONTEXTS = [('Omnichannel', 'system_neutral'), ('Omnichannel', 'en-us'), ('Omnichannel', 'fr'), *PLACES]
SWATCH = {'dimension': 'Color', 'value': 'Red', 'hex': '#ff0000'}

Place = tuple[str, str, str, str | None]


class Walk:
    def __init__(self, workspace: vitrine.Workspace, server: vitrine.Server) -> None:
        self.workspace, self.server = workspace, server
        self.random = random.Random(SEED)
        self.n_told = 0
        self.recorded: list[tuple[int, dict[Place, Any]]] = []  # what was shown, by log number

    def shown(self) -> dict[Place, Any]:
        """Everything a shopper sees of each place; whence it comes is no part of it."""
        answers: dict[Place, Any] = {}
        entities = [('tee', None), ('cup', None), ('bag', None), *(('tee', code) for code in VARIANTS)]
        for (channel, locale), (product, code) in itertools.product(PLACES, entities):
            reply = self.server.media(channel, code or product, locale=locale)
            if reply.status == 200:
                answer = reply.json()
                answers[channel, locale, product, code] = {
                    key: answer[key] for key in ('primary', 'additional', *(() if code else ('swatches',)))}
        return answers

    def edit_set(self) -> None:
        product = self.random.choice(['tee', 'tee', 'cup', 'bag'])
        media = Media(self.server, self.workspace.token, product, *self.random.choice(CONTEXTS))
        some = self.random.sample(ASSETS, 3)
        nodes = [master(*some[:self.random.randint(0, 2)], **self.random.choice([{}, {'manual': some[2]}]))]
        if product == 'tee':
            nodes += [variant('tee-BS', some[1])] if self.random.random() < 0.5 else []
            nodes += [cell(some[:2], Color='Red')] if self.random.random() < 0.5 else []
        swatches = [SWATCH] if product == 'tee' and self.random.random() < 0.3 else []
        media.edit()
        media.save(nodes, swatches)
        media.finish()

    def edit_asset(self) -> None:
        name, number = self.random.choice(ASSETS), self.random.randrange(1000)
        row = vitrine.asset_row(name, '', alt=f'{name} {number}',
                                locale=self.random.choice(['system_neutral', 'en-us', 'fr-fr']))
        equal(vitrine.outcomes(self.workspace.import_rows([row], server=self.server)), ['Success'])

    def call(self, verb: str, body: dict[str, Any]) -> Any:
        reply = self.server.request(f'/api/v1/{vitrine.TENANT}/{verb}', 'POST', json.dumps(body).encode(),
                                    Authorization=f'Bearer {self.workspace.token}')
        equal(reply.status, 200, reply.body)
        return reply.json()

    def is_synced(self, seq: int) -> bool:
        reply = self.server.get(f'/api/v1/{vitrine.TENANT}/sync', Authorization=f'Bearer {self.workspace.token}')
        return all(database['seq'] >= seq for database in reply.json()['databases'])

    def step(self, verb: str, body: dict[str, Any]) -> None:
        before = self.shown()
        told = self.call(verb, body | {'dry_run': True, 'tell_changes': True})
        schema.check(told, 'PublishResult' if verb == 'publish' else 'UnpublishResult')
        equal(self.shown(), before, 'a dry run changes nothing')
        done = self.call(verb, body)
        vitrine.eventually(lambda: self.is_synced(done['seq']), 'the stores follow')
        after = self.shown()
        rows = {(row['channel'], row['locale'], row['product'], row['variant']): row for row in told['changes']}
        equal(len(rows), told['n_changes'])
        equal(set(rows), {place for place in before if before[place] != after[place]}, f'{verb} {body}')
        for place, row in rows.items():
            for side, answer in (('before', before[place]), ('after', after[place])):
                for group in ('primary', 'additional'):
                    equal(row[side][group], [medium['asset'] for medium in answer[group]], f'{place} {side}')
        self.n_told += len(rows)
        self.recorded.append((done['seq'], after))

    def check_past(self, seq: int, recorded: dict[Place, Any]) -> None:
        """What the history tells of a log number is what shops saw then."""
        for (channel, locale, product, variant_id), answer in recorded.items():
            target = (f'/api/v1/{vitrine.TENANT}/products/{variant_id or product}/past'
                      f'?channel={channel}&locale={locale}&seq={seq}')
            reply = self.server.get(target, Authorization=f'Bearer {self.workspace.token}')
            equal(reply.status, 200, reply.body)
            past = reply.json()
            schema.check(past, 'PastAnswer')
            equal((past['product'], past['variant'], past['seq']), (product, variant_id, seq), target)
            equal([(medium['asset'], medium['alt']) for medium in past['primary']],
                  [(medium['asset'], medium['alt']) for medium in answer['primary']], target)
            equal([(medium['purpose'], medium['asset']) for medium in past['additional']],
                  [(medium['purpose'], medium['asset']) for medium in answer['additional']], target)


@tap.test
def a_dry_run_names_exactly_what_differs_then(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    for number, name in enumerate(ASSETS):
        pictures.draw(workspace.media / f'{name}.png', 8, 8, (number * 50, 99, 99))
    rows = [vitrine.asset_row(name, f'{name}.png', alt=name) for name in ASSETS]
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * len(ASSETS))
    with workspace.serving() as server:
        workspace.publish_all(server=server)
        walk = Walk(workspace, server)
        for number in range(STEPS):
            for _ in range(walk.random.randint(1, 3)):
                walk.edit_set() if walk.random.random() < 0.7 else walk.edit_asset()
            if number % 4 == 3:
                walk.step('unpublish', {'products': [walk.random.choice(['tee', 'cup'])]})
            walk.step('publish', {'all': True, 'with_dependencies': True})
        holds(walk.n_told > 2 * STEPS, walk.n_told)
        for seq, recorded in walk.recorded:
            if seq != 0:
                walk.check_past(seq, recorded)


tap.main()
