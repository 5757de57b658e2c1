"""E-mail that jobs have ended: to who wants it, tried again, and never a way to write headers."""
from __future__ import annotations

import json
from typing import Any

import schema
import smtp_server
import tap
import vitrine
from jobs_api import Jobs
from media_api import member
from vitrine import equal, eventually, holds

FROM = 'shop@vitrine.example'


def wish(server: vitrine.Server, token: str, **said: Any) -> Any:
    reply = server.request('/api/v1/acme/mail', 'PUT', json.dumps(said).encode(), Authorization=f'Bearer {token}')
    equal(reply.status, 200, reply.body)
    schema.check(reply.json(), 'MailWish')
    return reply.json()


def prepare(workspace: vitrine.Workspace) -> vitrine.Workspace:
    workspace.init()
    workspace.catalog({'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                                     'default_locale': 'en-us'}], 'products': []})
    return workspace


@tap.test
def who_wants_to_hear_of_jobs_is_told_once(workspace: vitrine.Workspace) -> None:
    smtp = smtp_server.Smtp()
    ben = member(workspace, 'ben')
    workspace.run('user', 'email', 'anna', 'anna@shop.example')
    holds('ben@shop.example' in workspace.run('user', 'email', 'ben', 'ben@shop.example').out, 'told')
    try:
        with workspace.serving('--mail', smtp.url, '--mail-from', FROM) as server:
            jobs = Jobs(workspace, server)
            wish(server, workspace.token, when='error', scope='all')
            wish(server, ben, when='job_completion', types=['publish'])
            name = 'Näme\r\nBcc: everybody@shop.example'
            jobs.ended(jobs.submit('publish', ben, description='x')['id'])  # Ben's own: told
            jobs.ended(jobs.submit('publish')['id'])  # Anna's: it went well, and Ben hears of his own only
            jobs.ended(jobs.submit('unpublish', ben, parameters={'products': ['none']})['id'])  # fails: Anna
            mail = jobs.submit('cleanup', email='all')
            jobs.ended(mail['id'])  # said of the job itself: Anna, whose it is
            eventually(lambda: len(smtp.taken) >= 3, 'three messages')
            jobs.ended(jobs.submit('publish', ben, description='y')['id'])
            eventually(lambda: len(smtp.taken) >= 4, 'the next of Ben')
            equal(sorted(taken.to[0] for taken in smtp.taken),
                  ['anna@shop.example', 'anna@shop.example', 'ben@shop.example', 'ben@shop.example'])
            equal({taken.sender for taken in smtp.taken}, {FROM})
            equal(len({str(taken.message['Message-ID']) for taken in smtp.taken}), 4)
            failed = [taken for taken in smtp.taken if 'failed' in taken.subject()]
            equal([taken.to for taken in failed], [['anna@shop.example']])
            holds('unpublish' in failed[0].text() and 'none' in failed[0].text(), failed[0].text())
            equal(jobs.refusal('', 'POST', {'type': 'publish', 'name': name}), 'bad_value')
    finally:
        smtp.close()


@tap.test
def a_message_that_is_refused_for_a_time_is_sent_again_and_the_job_is_well(workspace: vitrine.Workspace) -> None:
    smtp = smtp_server.Smtp()
    workspace.run('user', 'email', 'anna', 'anna@shop.example')
    try:
        smtp.n_refused = 1
        with workspace.serving('--mail', smtp.url, '--mail-from', FROM) as server:
            jobs = Jobs(workspace, server)
            job = jobs.ended(jobs.submit('publish', email='all', name='Größe ✓')['id'])
            equal(job['outcome'], 'completed')
            eventually(lambda: sum(line.startswith('MAIL') for line in smtp.lines) == 1, 'it was tried')
            equal(smtp.taken, [])
            equal(jobs.answer('Job', f'/{job["id"]}')['outcome'], 'completed')
            eventually(lambda: len(smtp.taken) == 1, 'it is tried again', 120)
            equal(smtp.taken[0].subject(), 'Größe ✓: completed')
    finally:
        smtp.close()


@tap.test
def addresses_and_wishes_that_cannot_be_are_refused(workspace: vitrine.Workspace) -> None:
    for address in ('ben', 'a@b\nBcc: x@y', 'Ben <ben@shop.example>', 'a@b,c@d', 'ä@b'):
        workspace.run('user', 'email', 'anna', address, code=1)
    workspace.run('serve', '--listen', '127.0.0.1:0', '--mail', 'http://x', '--mail-from', FROM, code=2)
    workspace.run('serve', '--listen', '127.0.0.1:0', '--mail', 'smtp://x', code=2)
    with workspace.serving() as server:
        for body, code in (({'when': 'never'}, 'bad_enum'), ({'scope': 'mine'}, 'bad_enum'),
                           ({'types': ['a b']}, 'bad_value'), ({'types': 'publish'}, 'bad_value'),
                           ({'email': 'x@y'}, 'bad_value')):
            reply = server.request('/api/v1/acme/mail', 'PUT', json.dumps(body).encode(),
                                   Authorization=f'Bearer {workspace.token}')
            equal(reply.json()['code'], code, body)
        shown = server.get('/api/v1/acme/mail', Authorization=f'Bearer {workspace.token}').json()
        equal(shown['email'], 'anna@shop.example')
        workspace.run('user', 'email', 'anna', 'none', server=server)
        shown = server.get('/api/v1/acme/mail', Authorization=f'Bearer {workspace.token}').json()
        equal(shown['email'], None)


tap.main(prepare)
