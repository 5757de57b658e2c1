"""Unpublishing: what the world saw goes, what is behind it shows again, and nothing is left pointing at nothing."""
from __future__ import annotations

import json

import media_api
import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN007', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'fr-ca'],
                  'default_locale': 'en-us'},
                 {'code': 'OUN116', 'name': 'Tills', 'type': 'retail', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'P2', 'name': 'Cup', 'type': 'simple'}]}


def published(workspace: vitrine.Workspace) -> None:
    """P2 shows I1 and I2 everywhere and I3 in OUN007/en-us."""
    workspace.init()
    workspace.catalog(CATALOG)
    for name in ('I1', 'I2', 'I3'):
        pictures.draw(workspace.media / f'{name}.png', 20, 20, pictures.RED)
    rows = [vitrine.asset_row(name, f'{name}.png', alt=name) for name in ('I1', 'I2', 'I3')]
    rows += [vitrine.assign_row('I1', 'P2'), vitrine.assign_row('I2', 'P2', order=2),
             vitrine.assign_row('I3', 'P2', channel='OUN007', locale='en-us')]
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * 5 + ['SuccessWithWarnings'])
    workspace.publish_all()


def shown(server: vitrine.Server, channel: str = 'OUN007', locale: str = 'en-us') -> list[str]:
    return [row['asset'] for row in server.media(channel, 'P2', locale=locale).json()['primary']]


@tap.test
def a_context_inherits_again(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with workspace.serving() as server:
        equal((shown(server), shown(server, locale='fr-ca')), (['I3'], ['I1', 'I2']))
        ran = workspace.run('unpublish', '--products', 'P2', '--channel', 'OUN007', '--locale', 'EN_us', '--wait',
                            server=server)
        holds('unpublished 1 document' in ran.out, ran.out)
        equal((shown(server), shown(server, 'OUN116')), (['I1', 'I2'], ['I1', 'I2']))
        equal(server.media('OUN007', 'P2').json()['source']['channel'], 'Omnichannel')
        workspace.publish_all(server=server)
        equal(shown(server), ['I1', 'I2'])  # what was unpublished is no draft
        workspace.run('publish', '--products', 'P2', '--wait', server=server)
        equal(shown(server), ['I3'])


@tap.test
def a_product_without_any_live_set_has_no_source(workspace: vitrine.Workspace) -> None:
    published(workspace)
    workspace.run('unpublish', '--products', 'P2')
    with workspace.serving() as server:
        reply = server.media('OUN007', 'P2')
        equal((reply.status, reply.json()['source'], reply.json()['primary']), (200, None, []))
        equal(server.image('I1').status, 200)


@tap.test
def an_asset_that_is_shown_is_refused_and_the_sets_are_listed(workspace: vitrine.Workspace) -> None:
    published(workspace)
    ran = workspace.run('unpublish', '--assets', 'I1,I3', code=1)
    for word in ('referenced', 'P2 (Omnichannel, system_neutral)', 'P2 (OUN007, en-us)'):
        holds(word in ran.err, ran.err)
    with workspace.serving() as server:
        equal((server.image('I1').status, shown(server)), (200, ['I3']))
        workspace.run('unpublish', '--assets', 'I3', '--products', 'P2', '--wait', server=server)
        equal((server.image('I3').status, server.image('I1').status), (403, 200))


@tap.test
def forced_it_goes_from_every_list(workspace: vitrine.Workspace) -> None:
    published(workspace)
    with workspace.serving() as server:
        before = server.media('OUN116', 'P2')
        equal(before.json()['default_image']['asset'], 'I1')
        ran = workspace.run('unpublish', '--assets', 'I1', '--force', '--wait', server=server)
        holds('P2 (Omnichannel, system_neutral)' in ran.err, ran.err)
        after = server.media('OUN116', 'P2')
        equal(([row['asset'] for row in after.json()['primary']], after.json()['default_image']['asset']),
              (['I2'], 'I2'))
        equal((server.image('I1').status, server.image('I1').body), (403, server.image('nobody').body))
        holds(int(after['Vitrine-Version']) > int(before['Vitrine-Version']), 'the log moved')


@tap.test
def again_it_is_a_no_op_that_says_so(workspace: vitrine.Workspace) -> None:
    published(workspace)
    workspace.run('unpublish', '--products', 'P2')
    with workspace.serving() as server:
        version = server.media('OUN007', 'P2')['Vitrine-Version']
        ran = workspace.run('unpublish', '--products', 'P2', '--wait', server=server)
        holds('nothing' in ran.out, ran.out)
        equal(server.media('OUN007', 'P2')['Vitrine-Version'], version)


@tap.test
def requests_that_are_not_right_are_refused(workspace: vitrine.Workspace) -> None:
    published(workspace)
    producer = media_api.member(workspace, 'ben')
    for arguments, code, word in (
            ((), 2, '--products'), (('--products', 'nobody'), 1, 'nobody'), (('--assets', 'nobody'), 1, 'nobody'),
            (('--products', 'P2', '--channel', 'OUN999'), 1, 'OUN999'),
            (('--products', 'P2', '--locale', 'no tag'), 1, 'locale')):
        holds(word in workspace.run('unpublish', *arguments, code=code).err, arguments)
    with workspace.serving() as server:
        headers = {'Authorization': f'Bearer {workspace.token}'}
        for body, code in ((b'{', 'bad_json'), (b'{}', 'missing_field'), (b'{"all":true}', 'bad_value'),
                           (b'{"products":[1]}', 'bad_value'), (b'{"products":["P2"],"locale":7}', 'bad_value')):
            reply = server.request('/api/v1/acme/unpublish', 'POST', body, **headers)
            equal(reply.json()['code'], code, body)
        refused = server.request('/api/v1/acme/unpublish', 'POST', b'{"assets":["I3"]}', **headers)
        equal((refused.status, refused.json()['referenced']), (409, ['P2 (OUN007, en-us)']))
        forced = server.request('/api/v1/acme/unpublish', 'POST', b'{"assets":["I3"],"force":true}',
                                Authorization=f'Bearer {producer}')
        equal((forced.status, forced.json()['code'], server.image('I3').status), (403, 'forbidden', 200))
        done = server.request('/api/v1/acme/unpublish', 'POST',
                              json.dumps({'assets': ['I3'], 'products': ['P2']}).encode(), **headers)
        schema.check(done.json(), 'UnpublishResult')
        equal(done.json()['unpublished'], 3)


tap.main()
