"""The shortest way from an empty directory to a picture in a shop: the README's promise."""
import json
import pathlib
import re

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue', 'swatch': '#0000ff'}, {'value': 'Red'}]}],
    'products': [{'id': '81323', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color'],
                  'variants': [{'id': '81323-BL', 'values': {'Color': 'Blue'}},
                               {'id': '81323-RD', 'values': {'Color': 'Red'}}]},
                 {'id': '90001', 'name': 'Mug', 'type': 'simple'}]}
ROWS = [vitrine.asset_row('tee-front', 'tee-front.png', 'A tee'), vitrine.assign_row('tee-front', '81323'),
        vitrine.asset_row('mug', 'mug.jpg', 'A mug', locale='system_neutral', MediaSearchTags='kitchen,mug'),
        vitrine.assign_row('mug', '90001')]
KEYS = {'product', 'variant', 'channel', 'locale', 'source', 'default_image', 'primary', 'additional', 'swatches'}


def prepared(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'tee-front.png', 400, 300)
    pictures.draw(workspace.media / 'mug.jpg', 200, 200, (90, 120, 40), '[Q=90]')
    equal(vitrine.outcomes(workspace.import_rows(ROWS)), ['Success'] * 4)


def check_shop(server: vitrine.Server) -> None:
    reply = server.media('OUN001', '81323', locale='de-de', variant='81323-BL')
    equal(reply.status, 200)
    equal(reply['Content-Type'].split(';')[0], 'application/json')
    equal(reply['Cache-Control'].replace(' ', ''), 'public,max-age=60,s-maxage=7200')
    holds(reply['ETag'] and reply['Surrogate-Key'] and int(reply['Vitrine-Version']) > 0, dict(reply.headers))
    answer = reply.json()
    equal(set(answer), KEYS)
    equal((answer['product'], answer['variant'], answer['channel'], answer['locale']),
          ('81323', '81323-BL', 'OUN001', 'de-de'))
    equal(answer['source'], {'channel': 'Omnichannel', 'locale': 'system_neutral', 'scope': 'master'})
    picture = {'asset': 'tee-front', 'url': '/is/image/acme/tee-front', 'alt': 'A tee'}
    equal(answer['default_image'], picture)
    equal(answer['primary'], [{'order': 1, 'type': 'image', **picture}])
    equal(answer['additional'], [])
    equal(answer['swatches'], [{'dimension': 'Color', 'value': 'Blue', 'from': 'central', 'type': 'hex',
                                'hex': '#0000ff'}])
    found = server.get(picture['url'] + '?wid=100&fmt=png')
    equal((found.status, found['Content-Type']), (200, 'image/png'))
    shown = pictures.pixels(found.body)
    equal((shown.width, shown.height), (100, 75))
    holds(pictures.close_to(shown.at(10, 10), pictures.RED), shown.at(10, 10))
    equal(server.get(reply.json()['primary'][0]['url'], If_None_Match=server.get(picture['url'])['ETag']).status, 304)


@tap.test
def init_prints_a_token_and_refuses_a_used_directory(workspace: vitrine.Workspace) -> None:
    workspace.init()
    before = sorted(path.name for path in workspace.data.rglob('*'))
    ran = workspace.run('init', '--data', workspace.data, '--tenant', 'other', '--admin', 'ben', '--password-file',
                        workspace.folder / 'password', code=1)
    equal(ran.out, '')
    holds('data_used' in ran.err, ran.err)
    equal(sorted(path.name for path in workspace.data.rglob('*')), before)


@tap.test
def commands_on_the_directory_bring_a_picture_to_a_shop(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    workspace.publish_all()
    with workspace.serving() as server:
        check_shop(server)
        equal(server.media('OUN001', '90001').json()['default_image']['asset'], 'mug')


@tap.test
def commands_on_a_running_server_bring_a_picture_to_a_shop(workspace: vitrine.Workspace) -> None:
    workspace.init()
    pictures.draw(workspace.media / 'tee-front.png', 400, 300)
    with workspace.serving() as server:
        equal(server.get('/healthz').status, 200)
        workspace.catalog(CATALOG, server=server)
        equal(vitrine.outcomes(workspace.import_rows(ROWS[:2], server=server)), ['Success'] * 2)
        equal(server.media('OUN001', '81323').json()['primary'], [])
        equal(server.image('tee-front').status, 403)
        workspace.publish_all(server=server)
        check_shop(server)
        equal(server.get('/readyz').status, 200)


@tap.test
def a_server_on_a_directory_keeps_other_processes_out(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    with workspace.serving():
        if workspace.database == 'postgresql':
            raise tap.Skip('many nodes may work on PostgreSQL')
        ran = workspace.run('publish', '--all', code=1)
        holds('data_in_use' in ran.err and '--server' in ran.err, ran.err)


@tap.test
def the_description_of_the_api_is_served(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with workspace.serving() as server:
        reply = server.get('/api/v1/openapi.json')
        equal(reply.status, 200)
        committed = pathlib.Path(vitrine.ROOT, 'docs/openapi.yaml').read_text(encoding='utf-8')
        routes = json.loads(pathlib.Path(vitrine.ROOT, 'contract/routes.json').read_text(encoding='utf-8'))
        for route in routes:
            path = route['path'].replace('...}', '}')
            holds(route['method'].lower() in reply.json()['paths'][path], path)
            holds(json.dumps(path) in committed, path)


@tap.test
def usage_errors_end_with_two(workspace: vitrine.Workspace) -> None:
    for arguments in (['nonsense'], ['publish'], ['init'], ['import'], ['serve', '--no-such-flag']):
        ran = workspace.run(*arguments, code=2)
        holds(ran.err, arguments)
    holds(re.search(r'\d+\.\d+', workspace.run('version').out), 'a version')
    for arguments in (['--help'], ['serve', '--help'], ['publish', '--help']):
        holds('--' in workspace.run(*arguments).out, arguments)


tap.main()
