"""Editing a product's media: one at a time, seen by others when finished, by shoppers when published, nothing lost."""
from __future__ import annotations

import dataclasses

import media_api
import pictures
import schema
import tap
import vitrine
from media_api import Media, cell, master, variant
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN007', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'fr-ca'],
                  'default_locale': 'en-us'}],
    'catalogs': [{'number': '5', 'channels': ['OUN007']}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue', 'swatch': '#0000FF'}, {'value': 'Red'}]},
                   {'name': 'Size', 'values': [{'value': 'S'}, {'value': 'L'}]}],
    'products': [{'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color', 'Size'], 'variants': [
                     {'id': 'tee-bl', 'values': {'Color': 'Blue', 'Size': 'L'}},
                     {'id': 'tee-bs', 'values': {'Color': 'Blue', 'Size': 'S'}},
                     {'id': 'tee-rs', 'values': {'Color': 'Red', 'Size': 'S'}}]},
                 {'id': 'cap', 'name': 'Cap', 'type': 'master', 'dimensions': ['Size'], 'variants': [
                     {'id': 'cap-s', 'values': {'Size': 'S'}}, {'id': 'cap-l', 'values': {'Size': 'L'}}]},
                 {'id': 'mug', 'name': 'Mug', 'type': 'simple'}, {'id': 'pot', 'name': 'Pot', 'type': 'simple'}]}
ASSETS = ('I1', 'I2', 'I3')


@dataclasses.dataclass
class World:
    workspace: vitrine.Workspace
    server: vitrine.Server
    ben: str  # a producer's token

    def media(self, product: str, channel: str = 'Omnichannel', locale: str = 'system_neutral',
              catalog: str = '', ben: bool = False) -> Media:
        token = self.ben if ben else self.workspace.token
        return Media(self.server, token, product, channel, locale, catalog)

    def publish(self) -> None:
        self.workspace.publish_all(server=self.server)

    def shown(self, product: str, **query: str) -> list[str]:
        reply = self.server.media('OUN007', product, **query).json()
        return [row['asset'] for row in reply['primary']]


def prepare(workspace: vitrine.Workspace) -> World:
    workspace.init()
    workspace.catalog(CATALOG)
    for name in ASSETS:
        pictures.draw(workspace.media / f'{name}.png', 40, 20)
    rows = [vitrine.asset_row(name, f'{name}.png', alt=name) for name in ASSETS]
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * len(ASSETS))
    workspace.publish_all()
    ben = media_api.member(workspace, 'ben')
    return World(workspace, workspace.serve(), ben)


@tap.test
def several_pictures_are_picked_ordered_and_removed(world: World) -> None:
    mug = world.media('mug')
    mug.edit()
    equal(mug.save([master('I1', 'I2', 'I3')])['draft']['nodes'][0]['primary'], ['I1', 'I2', 'I3'])
    mug.save([master('I3', 'I1', 'I2')])
    equal(mug.finish()['head']['nodes'][0]['primary'], ['I3', 'I1', 'I2'])
    equal(world.shown('mug'), [])
    world.publish()
    equal(world.shown('mug'), ['I3', 'I1', 'I2'])
    mug.write([])
    world.publish()
    equal(world.shown('mug'), [])


@tap.test
def an_older_version_comes_back_as_the_newest(world: World) -> None:
    pot = world.media('pot')
    for name in ASSETS:
        pot.write([master(name)])
    world.publish()
    versions = pot.versions()
    equal([(one['number'], one['live'], one['reset']) for one in versions],
          [(3, True, False), (2, False, False), (1, False, False)])
    old = pot.ask('versions/1')
    schema.check(old.json(), 'AssignmentRevision')
    equal(old.json()['nodes'][0]['primary'], ['I1'])
    equal(pot.granted('versions/1/restore', body={})['head']['nodes'][0]['primary'], ['I1'])
    equal([(one['number'], one['author'], one['live']) for one in pot.versions()][0], (4, 'anna', False))
    equal(world.shown('pot'), ['I3'])
    world.publish()
    equal(world.shown('pot'), ['I1'])
    pot.refused('not_found', 'versions/9/restore')
    pot.refused('bad_value', 'versions/x', 'GET')
    pot.edit()
    world.media('pot', ben=True).refused('checked_out', 'versions/2/restore')
    pot.refused('checked_out', 'versions/2/restore')
    pot.granted('discard')
    pot.granted('reset', body={'finish': True})
    equal(pot.versions()[0]['reset'], True)
    world.publish()


@tap.test
def tabs_are_offered_where_there_is_a_choice(world: World) -> None:
    equal(world.media('tee').state()['tabs'], ['master', 'dimensions', 'variant'])
    equal(world.media('cap').state()['tabs'], ['master', 'variant'])
    equal(world.media('mug').state()['tabs'], ['master'])
    # what the page does not offer can be sent all the same
    cap = world.media('cap')
    cap.write([cell(['I1'], Size='S'), variant('cap-l', 'I2')])
    world.publish()
    equal(world.shown('cap', variant='cap-s'), ['I1'])
    equal(world.shown('cap', variant='cap-l'), ['I2'])


@tap.test
def who_edits_is_named_and_others_see_what_was_finished(world: World) -> None:
    anna, ben = world.media('mug'), world.media('mug', ben=True)
    anna.write([master('I1')])
    anna.edit()
    anna.save([master('I2')])
    seen = ben.state()
    equal((seen['draft'], seen['head']['nodes'][0]['primary'], seen['checked_out_by']), (None, ['I1'], 'anna'))
    for verb in ('edit', 'finish', 'discard', 'reset'):
        holds('anna' in ben.refused('checked_out', verb)['detail'], verb)
    ben.refused('checked_out', 'draft', 'PUT', {}, If_Match=str(seen['version']))
    ben.refused('forbidden', 'discard', body={'force': True})
    ran = world.workspace.run('publish', '--products', 'mug', code=1, server=world.server)
    holds('checked_out' in ran.err, ran.err)
    number = anna.finish()['head']['number']
    equal(ben.edit()['draft']['nodes'][0]['primary'], ['I2'])
    ben.save([master('I3')])
    equal(ben.finish()['head']['number'], number + 1)


@tap.test
def a_discard_returns_to_what_was_finished(world: World) -> None:
    anna, ben = world.media('mug'), world.media('mug', ben=True)
    anna.write([master('I1')])
    before = anna.state()['head']
    ben.edit()
    ben.save([master('I2', 'I3')])
    after = ben.granted('discard')
    equal((after['head'], after['checked_out'], after['draft']), (before, False, None))
    ben.edit()
    equal(anna.granted('discard', body={'force': True})['checked_out'], False)
    anna.refused('not_checked_out', 'discard')
    anna.refused('not_checked_out', 'finish')


@tap.test
def a_stale_save_is_refused_and_loses_nothing(world: World) -> None:
    mug = world.media('mug')
    version = mug.edit()['version']
    mug.granted('draft', 'PUT', {'nodes': [master('I2')]}, If_Match=f'"{version}"')
    mug.refused('stale_version', 'draft', 'PUT', {'nodes': []}, If_Match=str(version))
    mug.refused('version_missing', 'draft', 'PUT', {'nodes': []})
    mug.refused('bad_value', 'draft', 'PUT', {'nodes': []}, If_Match='*')
    mug.refused('stale_version', 'finish', If_Match=str(version))
    state = mug.state()
    equal((state['version'], state['draft']['nodes'][0]['primary']), (version + 1, ['I2']))
    mug.granted('discard')


@tap.test
def a_first_edit_begins_with_what_the_context_shows_and_severs_when_published(world: World) -> None:
    world.media('mug').write([master('I1', 'I2')])
    world.publish()
    here = world.media('mug', 'OUN007', 'en-us')
    seen = here.state()
    equal((seen['head'], seen['shown']['channel'], seen['shown']['nodes'][0]['primary']),
          (None, 'Omnichannel', ['I1', 'I2']))
    equal(here.edit()['draft']['nodes'][0]['primary'], ['I1', 'I2'])
    here.granted('discard')
    equal(here.edit(empty=True)['draft']['nodes'], [])
    here.granted('discard')
    equal(here.state()['version'], 0)
    here.write([master('I3')])
    world.media('mug').write([master('I2')])
    equal(world.shown('mug', locale='en-us'), ['I1', 'I2'])
    world.publish()
    equal((world.shown('mug', locale='en-us'), world.shown('mug', locale='fr-ca')), (['I3'], ['I2']))
    equal(here.state()['shown']['channel'], 'OUN007')


@tap.test
def a_catalogue_has_media_of_its_own(world: World) -> None:
    world.media('mug', 'OUN007', 'fr-ca').write([master('I1')])
    world.publish()
    own = world.media('mug', 'OUN007', 'fr-ca', '5')
    equal(own.edit()['draft']['nodes'][0]['primary'], ['I1'])
    own.save([master('I2')])
    equal(own.finish()['catalog'], '5')
    world.publish()
    equal((world.shown('mug', locale='fr-ca'), world.shown('mug', locale='fr-ca', catalog='5')), (['I1'], ['I2']))
    world.media('mug', catalog='5').refused('catalog', 'edit')


@tap.test
def cells_variants_purposes_and_swatches_reach_the_shop(world: World) -> None:
    tee = world.media('tee')
    offered = tee.edit()
    equal([(row['name'], row['values']) for row in offered['dimensions']],
          [('Color', ['Blue', 'Red']), ('Size', ['S', 'L'])])
    equal([(row['id'], row['values']) for row in offered['variants']][0],
          ('tee-bl', {'Color': 'Blue', 'Size': 'L'}))
    nodes = [master('I1', **{'size chart': 'I2', 'manual': 'I3'}), cell(['I2'], Color='Blue'),
             variant('tee-bs', 'I3')]
    nodes[1]['additional'] = [{'purpose': 'care', 'asset': 'I1'}]
    swatches = [{'dimension': 'Color', 'value': 'Blue', 'hex': '#123456'},
                {'dimension': 'Color', 'value': 'Red', 'asset': 'I2', 'crop': [0.5, 0.5, 0.5, 0.5]},
                {'dimension': 'Size', 'value': 'S', 'asset': 'I3'}]
    saved = tee.save(nodes, swatches)['draft']
    equal((saved['nodes'], saved['swatches']), (nodes, swatches))
    equal([(row['id'], row['default_image']) for row in tee.finish()['variants']],
          [('tee-bl', None), ('tee-bs', 'I3'), ('tee-rs', None)])
    world.publish()
    equal((world.shown('tee'), world.shown('tee', variant='tee-bl'), world.shown('tee', variant='tee-bs'),
           world.shown('tee', variant='tee-rs')), (['I1'], ['I2'], ['I3'], ['I1']))
    reply = world.server.media('OUN007', 'tee').json()
    equal([(row['purpose'], row['asset']) for row in reply['additional']], [('size chart', 'I2'), ('manual', 'I3')])
    filtered = world.server.media('OUN007', 'tee', purpose='manual').json()
    equal([row['asset'] for row in filtered['additional']], ['I3'])
    blue = world.server.media('OUN007', 'tee', Color='Blue').json()
    equal([row['purpose'] for row in blue['additional']], ['care'])
    equal([(row['value'], row['from'], row['type']) for row in reply['swatches']],
          [('Blue', 'product', 'hex'), ('Red', 'product', 'image'), ('S', 'product', 'image')])
    equal(reply['swatches'][0]['hex'], '#123456')
    quarter = pictures.pixels(world.server.get(reply['swatches'][1]['url'] + '&fmt=png').body)
    equal((quarter.width, quarter.height, quarter.at(0, 0), quarter.at(19, 9)),
          (20, 10, pictures.WHITE, pictures.WHITE))
    tee.write([master('I1'), cell(['I2'], Color='Blue')], swatches[:1])
    world.publish()
    equal(world.shown('tee', variant='tee-bs'), ['I2'])  # without rows of its own it inherits


@tap.test
def a_matrix_is_there_for_the_next_one(world: World) -> None:
    anna, ben = world.media('tee', 'OUN007', 'fr-ca'), world.media('tee', 'OUN007', 'fr-ca', ben=True)
    anna.edit(empty=True)
    anna.save([], matrix=('color', 'Size'))
    equal(anna.finish()['head']['matrix'], ['Color', 'Size'])
    equal(ben.edit()['draft']['matrix'], ['Color', 'Size'])
    ben.save([cell(['I1'], Color='Blue', Size='L')], matrix=('Color', 'Size'))
    state = ben.finish()
    equal((state['head']['matrix'], state['head']['nodes'][0]['primary']), (['Color', 'Size'], ['I1']))
    equal(anna.granted('reset')['outcome'], 'deleted')


@tap.test
def what_cannot_be_is_refused_with_its_place(world: World) -> None:
    tee = world.media('tee')
    version = str(tee.edit()['version'])
    for nodes, swatches, code, place in (
            ([master('I1', 'nobody')], [], 'unknown_asset', 'nodes[0]: primary[1]: '),
            ([master('I1', 'I1')], [], 'bad_value', 'nodes[0]: primary[1]: '),
            ([master(), variant('mug', 'I1')], [], 'unknown_variant', 'nodes[1]: '),
            ([cell(['I1'], Color='Green')], [], 'dimension', 'nodes[0]: '),
            ([cell(['I1'], Fit='Slim')], [], 'dimension', 'nodes[0]: '),
            ([{'scope': 'shelf'}], [], 'bad_enum', 'nodes[0]: '),
            ([], [{'dimension': 'Color', 'value': 'Blue', 'hex': 'blue'}], 'bad_value', 'swatches[0]: ')):
        problem = tee.refused(code, 'draft', 'PUT', {'nodes': nodes, 'swatches': swatches}, If_Match=version)
        holds(problem['detail'].startswith(place), problem)
    tee.refused('bad_value', 'edit', body={'surprise': True})
    tee.refused('bad_value', 'edit', body={'empty': 'yes'})
    equal(str(tee.state()['version']), version)
    tee.granted('discard')
    world.media('nobody').refused('entity_not_found', 'edit')
    world.media('tee', 'OUN999').refused('channel', 'edit')
    world.media('tee', locale='no tag').refused('locale', 'edit')


@tap.test
def an_import_does_not_touch_what_somebody_edits(world: World) -> None:
    mug = world.media('mug')
    mug.edit()
    mug.save([master('I2')])
    rows = world.workspace.import_rows([vitrine.assign_row('I3', 'mug')], code=None, server=world.server)
    holds('anna' in rows[0]['ResultDescription'], rows[0])
    equal(mug.finish()['head']['nodes'][0]['primary'], ['I2'])


@tap.test
def media_with_a_swatch_of_an_unpublished_picture_wait_for_it(world: World) -> None:
    pictures.draw(world.workspace.media / 'I4.png', 40, 20, pictures.GREEN)
    world.workspace.import_rows([vitrine.asset_row('I4', 'I4.png', alt='I4')], server=world.server)
    tee = world.media('tee')
    tee.write([master('I1')], [{'dimension': 'Color', 'value': 'Blue', 'asset': 'I4'}])
    ran = world.workspace.run('publish', '--products', 'tee', code=1, server=world.server)
    holds('I4' in ran.err and 'unpublished_dependencies' in ran.err, ran.err)
    world.publish()
    swatches = world.server.media('OUN007', 'tee').json()['swatches']
    equal([(row['value'], row['asset']) for row in swatches], [('Blue', 'I4')])
    schema.check(world.server.media('OUN007', 'tee').json(), 'ProductMedia')


tap.main(prepare)
