"""Editing the picture of a category: the same states as a product's media, one picture, always in a channel."""
from __future__ import annotations

import dataclasses

import media_api
import pictures
import tap
import vitrine
from media_api import Media, Nodes, cell, master, variant
from vitrine import equal

CATALOG = {
    'channels': [{'code': 'OUN007', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'fr-ca'],
                  'default_locale': 'en-us'}],
    'categories': [{'id': 'tees', 'name': 'Tees'}]}
# what cannot be the picture of a category -> why
REFUSED: list[tuple[Nodes, str]] = [
    ([master('I1', 'I2')], 'category_limit'), ([master('I1', manual='I2')], 'category_limit'),
    ([master(manual='I2')], 'category_limit'), ([cell(['I1'], Color='Blue')], 'dimension'),
    ([variant('tees', 'I1')], 'unknown_variant'), ([master('nothing')], 'unknown_asset')]


@dataclasses.dataclass
class World:
    workspace: vitrine.Workspace
    server: vitrine.Server
    ben: str  # a producer's token

    def picture(self, channel: str = 'OUN007', locale: str = 'system_neutral', ben: bool = False) -> Media:
        return Media(self.server, self.ben if ben else self.workspace.token, 'tees', channel, locale, kind='categories')

    def publish(self) -> None:
        self.workspace.publish_all(server=self.server)

    def shown(self, locale: str = 'en-us') -> str | None:
        answer = self.server.get(f'/channel/v1/acme/OUN007/categories/tees/media?locale={locale}').json()
        return answer['image']['asset'] if answer['image'] else None


def prepare(workspace: vitrine.Workspace) -> World:
    workspace.init()
    workspace.catalog(CATALOG)
    for name in ('I1', 'I2'):
        pictures.draw(workspace.media / f'{name}.png', 8, 8)
    rows = [vitrine.asset_row(name, f'{name}.png', alt=name) for name in ('I1', 'I2')]
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * 2)
    ben = media_api.member(workspace, 'ben')
    return World(workspace, workspace.serve(), ben)


@tap.test
def a_picture_is_finished_then_published(world: World) -> None:
    picture = world.picture()
    state = picture.edit()
    equal((state['category'], state['product'], state['tabs'], state['variants']), ('tees', None, ['master'], []))
    picture.save([master('I1')])
    picture.finish()
    equal(world.shown(), None)
    world.publish()
    equal((world.shown(), world.shown('fr-ca')), ('I1', 'I1'))


@tap.test
def a_locale_begins_with_what_it_shows_and_severs_when_published(world: World) -> None:
    french = world.picture(locale='fr-ca')
    equal(french.edit()['draft']['nodes'][0]['primary'], ['I1'])
    french.save([master('I2')])
    french.finish()
    equal(world.shown('fr-ca'), 'I1')
    world.publish()
    equal((world.shown('fr-ca'), world.shown()), ('I2', 'I1'))


@tap.test
def one_edits_at_a_time(world: World) -> None:
    anna, ben = world.picture(), world.picture(ben=True)
    anna.edit()
    anna.save([master('I2')])
    equal(ben.state()['checked_out_by'], 'anna')
    equal(ben.state()['draft'], None)
    ben.refused('checked_out', 'edit')
    anna.granted('discard')
    equal(ben.edit()['draft']['nodes'][0]['primary'], ['I1'])
    ben.granted('discard')


@tap.test
def nothing_but_one_picture_is_taken(world: World) -> None:
    picture = world.picture()
    version = str(picture.edit()['version'])
    for nodes, code in REFUSED:
        picture.refused(code, 'draft', 'PUT', {'nodes': nodes}, If_Match=version)
    equal(picture.state()['draft']['nodes'][0]['primary'], ['I1'])
    picture.granted('discard')


@tap.test
def omnichannel_has_no_category_pictures(world: World) -> None:
    everywhere = world.picture(channel='Omnichannel')
    for verb in ('edit', 'finish', 'discard', 'reset'):
        everywhere.refused('channel', verb)


@tap.test
def a_reset_locale_inherits_again(world: World) -> None:
    french = world.picture(locale='fr-ca')
    equal(french.granted('reset', body={'finish': True})['outcome'], 'finished')
    equal(world.shown('fr-ca'), 'I2')
    world.publish()
    equal(world.shown('fr-ca'), 'I1')
    equal([one['reset'] for one in french.versions()], [True, False])
    french.granted('versions/1/restore', body={})
    world.publish()
    equal(world.shown('fr-ca'), 'I2')


tap.main(prepare)
