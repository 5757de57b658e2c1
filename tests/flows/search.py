"""What shops find by words: what is live and sold there, with pictures as old as the search index, and nothing else."""
from __future__ import annotations

import jobs_api
import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'},
                 {'code': 'OUN003', 'name': 'Till', 'type': 'retail', 'locales': ['en-us'],
                  'default_locale': 'en-us', 'database': 'tills'}],
    'products': [{'id': 'C-100', 'name': 'Espresso cup', 'type': 'simple'},
                 {'id': 'C-200', 'name': 'Cup of tin', 'type': 'simple', 'channels': ['OUN003']}]}
HOSTILE = ('"', '*', 'AND', 'cup" OR "x', 'scope : cup', '-cup)', 'NEAR(cup', '%27;--', '%F0%9F%91%95', '((((')


def search(server: vitrine.Server, query: str, channel: str = 'OUN001') -> dict:
    reply = server.get(f'/channel/v1/{vitrine.TENANT}/{channel}/search?{query}')
    equal(reply.status, 200, reply.body)
    holds(int(reply['Vitrine-Version']) > 0, 'the answer says which log number it shows')
    equal(reply['Cache-Control'], 'no-cache')
    answer = reply.json()
    schema.check(answer, 'SearchAnswer')
    return answer


def found(server: vitrine.Server, query: str, channel: str = 'OUN001') -> list[tuple[str, str | None]]:
    """Ids and pictures of products, or names of assets."""
    answer = search(server, query, channel)
    images = ((row['product'], row['default_image'] and row['default_image']['asset']) for row in answer['products'])
    return [*images, *((row['asset'], row['type']) for row in answer['assets'])]


def refused(server: vitrine.Server, query: str) -> tuple[int, str]:
    reply = server.get(f'/channel/v1/{vitrine.TENANT}/OUN001/search?{query}')
    return reply.status, reply.json()['code']


@tap.test
def shops_find_what_is_live_and_sold_there(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'cup.png', 40, 40)
    workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt='A white cup', MediaSearchTags='coffee, kitchen'),
                           vitrine.assign_row('cup', 'C-100')])
    with workspace.serving() as server:
        equal(found(server, 'q=cup'), [('C-100', None)], 'nothing is published')
        equal(found(server, 'q=coffee&kind=assets'), [])
        workspace.publish_all(server=server)
        equal(found(server, 'q=Espresso+cu'), [('C-100', 'cup')])
        equal(found(server, 'q=c-200'), [])
        equal(found(server, 'q=c-200', 'OUN003'), [('C-200', None)])
        equal(found(server, 'q=kitchen&kind=assets&locale=de-de'), [('cup', 'image')])
        answer = search(server, 'q=cup&limit=1&offset=1', 'OUN003')
        equal((answer['found'], len(answer['products']), answer['more']), (2, 1, False))
        for text in HOSTILE:
            search(server, f'q={text.replace(" ", "+")}')
        equal(refused(server, 'q=' + 'a' * 257), (422, 'bad_value'))
        equal(refused(server, 'q=' + '+'.join('abcdefghi')), (422, 'bad_value'))
        equal(refused(server, 'q=cup&limit=101'), (422, 'bad_value'))
        equal(refused(server, 'q=cup&colour=red'), (400, 'unknown_parameter'))
        equal(refused(server, 'locale=en-us'), (400, 'bad_request'))
        workspace.run('unpublish', '--assets', 'cup', '--force', '--wait', server=server)
        equal(found(server, 'q=cup'), [('C-100', None)])
        equal(found(server, 'q=coffee&kind=assets'), [])


@tap.test
def pictures_of_lists_change_when_the_index_is_refreshed(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    for name in ('old', 'new'):
        pictures.draw(workspace.media / f'{name}.png', 40, 40)
    workspace.import_rows([vitrine.asset_row('old', 'old.png'), vitrine.assign_row('old', 'C-100')])
    workspace.publish_all()
    workspace.run('setting', 'set', 'search_schedule', '0 0 0 1 1 ? 2090')
    with jobs_api.running(workspace) as jobs:
        server = jobs.server
        workspace.import_rows([vitrine.asset_row('new', 'new.png'),
                               vitrine.assign_row('new', 'C-100', channel='OUN001', locale='en-us')], server=server)
        workspace.publish_all(server=server)
        equal(server.media('OUN001', 'C-100').json()['default_image']['asset'], 'new')
        equal(found(server, 'q=cup'), [('C-100', 'old')], 'the index has not been refreshed')
        holds('search: waiting' in workspace.run('sync', 'status', server=server).out, 'the stage is told')
        number = jobs.submit('search')['id']
        equal(jobs.ended(number)['state'], 'done')
        equal(found(server, 'q=cup'), [('C-100', 'new')])
        holds('search: ended' in workspace.run('sync', 'status', server=server).out, 'so is its end')


if __name__ == '__main__':
    tap.main()
