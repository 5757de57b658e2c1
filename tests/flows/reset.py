"""Reset to default: staged, undone by a discard until it is finished, and live with the next publish only."""
from __future__ import annotations

import pictures
import tap
import vitrine
from media_api import Media, cell, master, variant
from vitrine import equal

CATALOG = {
    'channels': [{'code': 'OUN007', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue'}]}],
    'products': [{'id': 'P2', 'name': 'Cup', 'type': 'master', 'dimensions': ['Color'],
                  'variants': [{'id': 'P2-B', 'values': {'Color': 'Blue'}}]}]}


def served(workspace: vitrine.Workspace) -> tuple[vitrine.Server, Media, Media]:
    """P2 shows I1 everywhere, and in OUN007/en-us media of its own in every place; the two contexts."""
    workspace.init()
    workspace.catalog(CATALOG)
    for name in ('I1', 'I3'):
        pictures.draw(workspace.media / f'{name}.png', 20, 20, pictures.RED)
    workspace.import_rows([vitrine.asset_row(name, f'{name}.png', alt=name) for name in ('I1', 'I3')])
    server = workspace.serve()
    everywhere = Media(server, workspace.token, 'P2')
    here = Media(server, workspace.token, 'P2', 'OUN007', 'en-us')
    everywhere.write([master('I1')])
    here.write([master('I3', manual='I3'), cell(['I3'], Color='Blue'), variant('P2-B', 'I3')],
               [{'dimension': 'Color', 'value': 'Blue', 'hex': '#123456'}])
    workspace.publish_all(server=server)
    equal(shown(server), ('OUN007', ['I3'], 1))
    return server, everywhere, here


def shown(server: vitrine.Server, variant_id: str = '') -> tuple[str, list[str], int]:
    """Which channel's set answers, its pictures, how many swatches."""
    query = {'variant': variant_id} if variant_id else {}
    reply = server.media('OUN007', 'P2', locale='en-us', **query).json()
    source = reply['source']['channel'] if reply['source'] else ''
    return source, [row['asset'] for row in reply['primary']], len(reply['swatches'])


@tap.test
def the_context_inherits_again_with_the_next_publish(workspace: vitrine.Workspace) -> None:
    server, _, here = served(workspace)
    answer = here.granted('reset')
    equal((answer['outcome'], answer['state']['draft']['reset'], answer['state']['checked_out_by']),
          ('staged', True, 'anna'))
    equal(here.finish()['head']['reset'], True)
    equal(shown(server), ('OUN007', ['I3'], 1))
    workspace.publish_all(server=server)
    for variant_id in ('', 'P2-B'):
        equal(shown(server, variant_id), ('Omnichannel', ['I1'], 0))
    equal(here.granted('reset')['outcome'], 'nothing')
    equal(here.edit()['draft']['nodes'], [master('I1')])  # a first edit again


@tap.test
def a_discard_undoes_it_until_it_is_finished(workspace: vitrine.Workspace) -> None:
    server, _, here = served(workspace)
    before = here.state()['head']
    here.granted('reset')
    equal(here.granted('discard')['head'], before)
    workspace.publish_all(server=server)
    equal(shown(server), ('OUN007', ['I3'], 1))


@tap.test
def it_can_be_finished_at_once(workspace: vitrine.Workspace) -> None:
    server, _, here = served(workspace)
    here.edit()
    answer = here.granted('reset', body={'finish': True})
    equal((answer['outcome'], answer['state']['checked_out'], answer['state']['head']['reset']),
          ('finished', False, True))
    workspace.run('publish', '--products', 'P2', '--wait', server=server)
    equal(shown(server), ('Omnichannel', ['I1'], 0))


@tap.test
def of_omnichannel_neutral_it_clears_everything(workspace: vitrine.Workspace) -> None:
    server, everywhere, here = served(workspace)
    here.granted('reset', body={'finish': True})
    everywhere.granted('reset', body={'finish': True})
    workspace.publish_all(server=server)
    equal(shown(server), ('', [], 0))
    equal(everywhere.state()['shown'], None)


@tap.test
def media_that_were_never_published_are_gone_at_once(workspace: vitrine.Workspace) -> None:
    server, _, _ = served(workspace)
    here = Media(server, workspace.token, 'P2', 'OUN007', 'de-de')
    here.write([])
    equal(here.granted('reset')['outcome'], 'deleted')
    state = here.state()
    equal((state['version'], state['head'], state['checked_out']), (0, None, False))
    here.edit()
    equal(here.granted('reset')['outcome'], 'deleted')
    workspace.publish_all(server=server)
    equal(server.media('OUN007', 'P2', locale='de-de').json()['source']['channel'], 'Omnichannel')


tap.main()
