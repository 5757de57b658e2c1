"""When stores take what was published: at once, by a rule, by hand; and what people are told meanwhile."""
from __future__ import annotations

import json

import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'},
                 {'code': 'OUN003', 'name': 'Till', 'type': 'retail', 'locales': ['en-us'],
                  'default_locale': 'en-us', 'database': 'tills'}],
    'products': [{'id': 'cup', 'name': 'Cup', 'type': 'simple'}]}
NEVER_SOON = '0 0 0 1 1 ? 2090'


def shop(workspace: vitrine.Workspace) -> None:
    """A product whose picture is a draft."""
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'cup.png', 40, 40)
    workspace.import_rows([vitrine.asset_row('cup', 'cup.png'), vitrine.assign_row('cup', 'cup')])


def set_(workspace: vitrine.Workspace, name: str, value: str, *more: str, server: vitrine.Server | None = None,
         code: int = 0) -> vitrine.Ran:
    return workspace.run('setting', 'set', name, value, *more, server=server, code=code)


def shown(server: vitrine.Server, channel: str) -> list[str]:
    return [row['asset'] for row in server.media(channel, 'cup').json()['primary']]


def status(workspace: vitrine.Workspace, server: vitrine.Server, query: str = '') -> dict:
    reply = server.get(f'/api/v1/{vitrine.TENANT}/sync{query}', Authorization=f'Bearer {workspace.token}')
    equal(reply.status, 200, reply.body)
    answer = reply.json()
    schema.check(answer, 'SyncStatus')
    return answer


@tap.test
def what_waits_for_its_schedule_is_told_and_not_shown(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        set_(workspace, 'sync_schedule', NEVER_SOON, '--channel-database', 'tills', server=server)
        ran = workspace.publish_all(server=server, code=1)
        holds('tills' in ran.err and '2090' in ran.err and 'main' not in ran.err, ran.err)
        equal(shown(server, 'OUN001'), ['cup'])
        equal(shown(server, 'OUN003'), [])
        answer = status(workspace, server)
        states = {row['name']: row for row in answer['databases']}
        equal((states['main']['state'], states['tills']['state']), ('ended', 'waiting'))
        equal(states['main']['applied'], states['main']['visible'])
        holds(states['tills']['due'].startswith('2090'), states)
        equal((answer['cause'], answer['seq']), ('publish', answer['head']))
        holds('waiting' in workspace.run('sync', 'status', server=server).out, 'the command tells it too')
        set_(workspace, 'sync_schedule', 'immediately', '--channel-database', 'tills', server=server)
        workspace.publish_all(server=server)
        equal(shown(server, 'OUN003'), ['cup'])


@tap.test
def without_a_server_a_schedule_holds_until_sync_is_run_by_hand(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    set_(workspace, 'sync_schedule', NEVER_SOON)
    ran = workspace.publish_all(code=1)
    holds('2090' in ran.err, ran.err)
    with workspace.serving() as server:
        equal(shown(server, 'OUN001'), [])
    workspace.run('sync')
    answer = json.loads(workspace.run('sync', 'status', '--json').out)
    equal({row['state'] for row in answer['databases']}, {'ended'})
    with workspace.serving() as server:
        equal(shown(server, 'OUN001'), ['cup'])


@tap.test
def settings_are_listed_checked_and_go_back_to_their_default(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        equal(set_(workspace, 'sync_schedule', 'now and then', server=server, code=1).out, '')
        holds('not_found' in set_(workspace, 'colour', 'red', server=server, code=1).err, 'the code is told')
        set_(workspace, 'cache_ttl_s', '60', server=server)
        rows = json.loads(workspace.run('setting', 'list', '--json', server=server).out)
        schema.check(rows, 'SettingList')
        equal({row['name']: row['value'] for row in rows['settings']}['cache_ttl_s'], '60')
        set_(workspace, 'cache_ttl_s', 'default', server=server)
        holds('cache_ttl_s = 7200' in workspace.run('setting', 'list', server=server).out, 'the default')


@tap.test
def answers_kept_for_a_time_stay_old_and_say_so(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    workspace.publish_all()
    with workspace.serving() as server:
        set_(workspace, 'invalidation', 'ttl', server=server)
        workspace.publish_all(server=server)
        before = server.media('OUN001', 'cup')
        workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt='another')], server=server)
        workspace.publish_all(server=server)
        after = server.media('OUN001', 'cup')
        equal((after.body, after['Vitrine-Version']), (before.body, before['Vitrine-Version']))
        row = status(workspace, server)['databases'][0]
        holds(row['visible'] > row['applied'], row)
        set_(workspace, 'invalidation', 'exact', server=server)
        workspace.publish_all(server=server)
        equal(server.media('OUN001', 'cup').json()['default_image']['alt'], 'another')


@tap.test
def a_rule_of_fallback_alters_answers_without_a_publish(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    pictures.draw(workspace.media / 'neutral.png', 40, 40, pictures.BLUE)
    workspace.import_rows([vitrine.asset_row('neutral', 'neutral.png'),
                           vitrine.assign_row('neutral', 'cup', channel='OUN001')])
    workspace.publish_all()
    with workspace.serving() as server:
        equal(shown(server, 'OUN001'), ['cup'])
        set_(workspace, 'channel_neutral_level', 'true', server=server)
        vitrine.eventually(lambda: shown(server, 'OUN001') == ['neutral'], 'the channel and Neutral answer')
        equal(shown(server, 'OUN003'), ['cup'])
        set_(workspace, 'channel_neutral_level', 'false', server=server)
        vitrine.eventually(lambda: shown(server, 'OUN001') == ['cup'], 'the default rules answer')


def severed(server: vitrine.Server, **words: str) -> tuple[str, list[str], list[str]]:
    """What the tee shows: scope, primary and additional media."""
    answer = server.media('OUN001', 'tee', **words).json()
    return (answer['source']['scope'], [row['asset'] for row in answer['primary']],
            [row['asset'] for row in answer['additional']])


@tap.test
def severance_is_of_the_node_or_of_each_list(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG | {
        'dimensions': [{'name': 'Color', 'values': [{'value': 'blue'}, {'value': 'red'}]}],
        'products': [{'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color'],
                      'variants': [{'id': f'tee-{color}', 'values': {'Color': color}} for color in ('blue', 'red')]}]})
    for name in ('all', 'blue', 'care', 'sizes'):
        pictures.draw(workspace.media / f'{name}.png', 40, 40)
    more = {'MediaGroup': 'Additional'}
    workspace.import_rows([
        *(vitrine.asset_row(name, f'{name}.png') for name in ('all', 'blue', 'care', 'sizes')),
        vitrine.assign_row('all', 'tee'), vitrine.assign_row('sizes', 'tee', MediaPurpose='sizes', **more),
        vitrine.assign_row('blue', 'tee', cell='Color:blue'),
        vitrine.assign_row('care', 'tee-blue', variant=True, MediaPurpose='care', **more)])
    workspace.publish_all()
    with workspace.serving() as server:
        by_node = ('variant', [], ['care'])
        equal(severed(server, variant='tee-blue'), by_node)
        set_(workspace, 'severance', 'scope', server=server)
        vitrine.eventually(lambda: severed(server, variant='tee-blue') == ('dimensions', ['blue'], ['care']),
                           'the variant inherits pictures only')
        equal(severed(server, variant='tee-red'), ('master', ['all'], ['sizes']))
        equal(severed(server), ('master', ['all'], ['sizes']))
        set_(workspace, 'severance', 'node', server=server)
        vitrine.eventually(lambda: severed(server, variant='tee-blue') == by_node, 'the node severs')


if __name__ == '__main__':
    tap.main()
