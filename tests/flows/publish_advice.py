"""What a publish tells before and after: dry runs, advice, and the wish not to be told again."""
from __future__ import annotations

import json

import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue', 'swatch': '#0000ff'}, {'value': 'Plaid'}]}],
    'categories': [{'id': 'tees', 'name': 'Tees', 'parent': None}],
    'products': [{'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color'],
                  'variants': [{'id': f'tee-{value}', 'values': {'Color': value}} for value in ('Blue', 'Plaid')]}]}


def swatch(value: str, colour: str) -> vitrine.Row:
    return {'EntityType': 'Product|Master|Swatch', 'EntityKey': 'EntityId|SwatchType|SwatchId',
            'EntityKeyValue': f'tee|Color|{value}', 'EntityChannel': 'Omnichannel', 'EntityLocale': 'system_neutral',
            'SwatchGroup': 'Color', 'SwatchDimension': value, 'SwatchValue': colour}


def shop(workspace: vitrine.Workspace) -> None:
    """A product with a picture and swatches of its own, as drafts."""
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'tee.png', 40, 40)
    workspace.import_rows([vitrine.asset_row('tee', 'tee.png'), vitrine.assign_row('tee', 'tee'),
                           vitrine.assign_row('tee', 'tee', channel='OUN001', locale='de-de'),
                           swatch('Blue', '#112233'), swatch('Plaid', '#445566')])


def publish(workspace: vitrine.Workspace, server: vitrine.Server, **wanted: object) -> dict:
    reply = server.request(f'/api/v1/{vitrine.TENANT}/publish', 'POST', json.dumps(wanted).encode(),
                           Authorization=f'Bearer {workspace.token}', Content_Type='application/json')
    equal(reply.status, 200, reply.body)
    schema.check(reply.json(), 'PublishResult')
    return reply.json()


@tap.test
def a_dry_run_tells_and_changes_nothing(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        told = publish(workspace, server, products=['tee'], dry_run=True)
        equal((told['seq'], told['published'], told['missing']), (0, 2, ['tee']))
        equal(told['planned'], ['tee (OUN001, de-de)', 'tee (Omnichannel, system_neutral)'])
        ran = workspace.run('publish', '--products', 'tee', '--dry-run', server=server, code=1)
        holds('2 documents would go live' in ran.out and 'not published, or not as it is now: tee' in ran.err, ran)
        workspace.run('publish', '--products', 'tee', '--dry-run', '--with-dependencies', server=server)
        equal(server.image('tee').status, 403)


@tap.test
def advice_comes_with_the_result_and_lists_go_on_with_central_swatches(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        told = publish(workspace, server, products=['tee'], with_dependencies=True)
        equal([(row['code'], row['subject']) for row in told['warnings']],
              [('severed', 'tee (OUN001, de-de)'),
               ('no_central_swatch', 'tee (Omnichannel, system_neutral): Plaid')])
        workspace.publish_all(server=server)
        shown = {row['value']: (row['from'], row['hex'])
                 for row in server.media('OUN001', 'tee', locale='en-us').json()['swatches']}
        equal(shown, {'Blue': ('product', '#112233'), 'Plaid': ('product', '#445566')})
        config = server.get(f'/channel/v1/{vitrine.TENANT}/OUN001/config').json()
        equal({row['value']: row['swatch'] for row in config['dimensions'][0]['values']},
              {'Blue': '#0000ff', 'Plaid': None})
        listed = server.get(f'/channel/v1/{vitrine.TENANT}/OUN001/products?ids=tee').body
        holds(b'#112233' not in listed and b'#445566' not in listed, listed)


@tap.test
def categories_are_published_and_taken_back_by_id(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    row = vitrine.assign_row('tee', 'tees', channel='OUN001', EntityType='Category', EntityKey='CategoryID')
    equal(vitrine.outcomes(workspace.import_rows([row])), ['Success'])
    picture = f'/channel/v1/{vitrine.TENANT}/OUN001/categories/tees/media'
    with workspace.serving() as server:
        workspace.run('publish', '--categories', 'tees', '--with-dependencies', '--wait', server=server)
        equal(server.get(picture).json()['image']['asset'], 'tee')
        workspace.run('unpublish', '--categories', 'tees', '--channel', 'OUN001', '--wait', server=server)
        equal(server.get(picture).json()['source'], None)
        workspace.run('publish', '--categories', 'hats', server=server, code=1)


@tap.test
def who_does_not_want_the_explanation_again_is_remembered(workspace: vitrine.Workspace) -> None:
    shop(workspace)

    def ask(method: str, body: bytes | None = None, status: int = 200) -> dict:
        reply = server.request('/api/v1/me/preferences', method, body, Authorization=f'Bearer {workspace.token}',
                               Content_Type='application/json')
        equal(reply.status, status, reply.body)
        return reply.json()

    with workspace.serving() as server:
        equal(server.get('/api/v1/me/preferences').status, 401)
        equal(ask('GET'), {'publish_explained': False})
        equal(ask('PUT', b'{"publish_explained": true}'), {'publish_explained': True})
        equal(ask('PUT', b'{"colour": true}', 422)['code'], 'bad_value')
    with workspace.serving() as server:
        equal(ask('GET'), {'publish_explained': True})
        equal(ask('PUT', b'{"publish_explained": false}'), {'publish_explained': False})


if __name__ == '__main__':
    tap.main()
