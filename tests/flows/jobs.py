"""Jobs from taking them on to their reports, by the API and by command; nothing here waits for a schedule."""
from __future__ import annotations

import http.server
import json
import threading
from typing import Any

import pictures
import tap
import vitrine
from jobs_api import Jobs, running
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'cup', 'name': 'Cup', 'type': 'simple'}, {'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}
LATER = '2090-01-01T12:00:00Z'
RULE = '0 15 10 ? * MON-FRI'

# body of a new job -> code of the refusal
BAD_JOBS: list[tuple[Any, str]] = [
    ([], 'bad_json'), ({}, 'missing_field'), ({'type': 'dream'}, 'bad_enum'), ({'type': 1}, 'bad_value'),
    ({'type': 'publish', 'colour': 1}, 'bad_value'), ({'type': 'publish', 'parameters': []}, 'bad_value'),
    ({'type': 'publish', 'parameters': {'mode': 'some'}}, 'bad_enum'),
    ({'type': 'publish', 'parameters': {'all': True, 'dry_run': True}}, 'bad_value'),
    ({'type': 'unpublish'}, 'missing_field'), ({'type': 'sync', 'parameters': {'full': 1}}, 'bad_value'),
    ({'type': 'cleanup', 'parameters': {'all': True}}, 'bad_value'),
    ({'type': 'publish', 'exec_time': 'soon'}, 'bad_value'),
    ({'type': 'publish', 'exec_time': '2020-01-01T00:00:00Z'}, 'bad_value'),
    ({'type': 'publish', 'exec_time': LATER, 'rule': RULE}, 'bad_value'),
    ({'type': 'publish', 'rule': '0 0 0 31 2 ?'}, 'bad_value'),
    ({'type': 'publish', 'rule': RULE, 'zone': 'Mars/Base'}, 'bad_value'),
    ({'type': 'publish', 'name': ''}, 'bad_value'), ({'type': 'publish', 'name': 'x' * 201}, 'too_large'),
    ({'type': 'publish', 'run_as': 'nobody'}, 'not_found'), ({'type': 'publish', 'email': 'often'}, 'bad_enum'),
    ({'type': 'publish', 'priority': 11}, 'bad_value'),
    ({'type': 'publish', 'notification': {'url': 'file:///etc/passwd'}}, 'bad_value'),
    ({'type': 'publish', 'follow': {'type': 'dream'}}, 'bad_enum')]


def shop(workspace: vitrine.Workspace) -> None:
    """A product whose picture is a draft."""
    workspace.init()
    workspace.catalog(CATALOG)
    draft(workspace, 'cup')


def draft(workspace: vitrine.Workspace, name: str, server: vitrine.Server | None = None) -> None:
    pictures.draw(workspace.media / f'{name}.png', 40, 40)
    workspace.import_rows([vitrine.asset_row(name, f'{name}.png'), vitrine.assign_row(name, name)], server=server)


def shown(jobs: Jobs, product: str) -> list[str]:
    """What the shop sees, once every store has what was published."""
    jobs.workspace.publish_all(server=jobs.server)
    return [row['asset'] for row in jobs.server.media('OUN001', product).json()['primary']]


def add_user(workspace: vitrine.Workspace, name: str, role: str) -> str:
    secret = workspace.file('secret', 'long enough\n')
    workspace.run('user', 'add', name, '--role', role, '--password-file', secret)
    return workspace.run('token', 'create', '--user', name, '--name', 'flow').out.strip()


@tap.test
def a_publish_job_runs_once_and_tells_what_went_live(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        job = jobs.submit('publish', parameters={'all': True, 'with_dependencies': True})
        holds(job['name'].startswith('Publish_20') and job['submitted_by'] == 'anna', job)
        done = jobs.ended(job['id'])
        equal((done['state'], done['outcome'], done['percent']), ('done', 'completed', 100))
        equal((done['success'], done['total'], done['result']['published']), (2, 2, 2))
        equal(sorted(jobs.reports(job['id'])), [('success', 'published', 'cup (Omnichannel, system_neutral)'),
                                                ('success', 'published', 'cup (system_neutral)')])
        status = jobs.server.get(f'/api/v1/{vitrine.TENANT}/sync?seq={done["result"]["seq"]}',
                                 Authorization=f'Bearer {workspace.token}').json()
        equal(status['cause'], 'publish')
        equal(shown(jobs, 'cup'), ['cup'])
        again = jobs.ended(jobs.submit('publish', parameters={'all': True})['id'])
        equal((again['outcome'], again['success'], again['result']['seq']), ('completed', 0, 0))
        holds(jobs.listed('?type=publish') == [again['id'], job['id']], 'newest first')


@tap.test
def the_default_takes_only_what_never_was_live(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        equal(jobs.ended(jobs.submit('publish')['id'])['success'], 2)
        draft(workspace, 'mug', jobs.server)
        workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt='changed')], server=jobs.server)
        new = jobs.ended(jobs.submit('publish')['id'])
        equal({name for _, _, name in jobs.reports(new['id'], '?level=success')},
              {'mug (system_neutral)', 'mug (Omnichannel, system_neutral)'})
        full = jobs.ended(jobs.submit('publish', parameters={'mode': 'full'})['id'])
        equal(jobs.reports(full['id'], '?level=success'), [('success', 'published', 'cup (system_neutral)')])
        override = jobs.ended(jobs.submit('publish', parameters={'mode': 'full_override'})['id'])
        equal((override['outcome'], override['success']), ('completed', 0))
        equal(jobs.ended(jobs.submit('unpublish', parameters={'products': ['mug']})['id'])['success'], 1)
        equal(jobs.ended(jobs.submit('publish')['id'])['success'], 0)


@tap.test
def a_refused_publish_fails_with_its_reasons(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        job = jobs.ended(jobs.submit('publish', parameters={'products': ['cup']})['id'])
        equal((job['state'], job['outcome'], job['error']['code']), ('failed', 'failed', 'unpublished_dependencies'))
        holds(('error', 'unpublished_dependencies', 'cup') in jobs.reports(job['id'], '?level=error'), 'named')


@tap.test
def a_job_for_later_waits_and_can_be_changed_run_and_deleted(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        later = jobs.submit('publish', exec_time=LATER, name='new year', description='all of it')
        equal((later['state'], later['schedule']['next'], later['description']), ('scheduled', LATER, 'all of it'))
        equal(jobs.refusal(f'/{later["id"]}/cancel', 'POST'), 'job_state')
        sooner = '2089-12-31T12:00:00Z'
        changed = jobs.answer('Job', f'/{later["id"]}', 'PATCH', {'exec_time': sooner, 'description': None})
        equal((changed['schedule']['next'], changed['description'], changed['name']), (sooner, '', 'new year'))
        jobs.answer('Job', f'/{later["id"]}/pause', 'POST')
        equal(jobs.refusal(f'/{later["id"]}/pause', 'POST'), 'job_state')
        jobs.answer('Job', f'/{later["id"]}/resume', 'POST')
        jobs.answer('Job', f'/{later["id"]}/run', 'POST')
        equal(jobs.ended(later['id'])['success'], 2)
        for change in ('run', 'pause', 'resume', 'cancel'):
            equal(jobs.refusal(f'/{later["id"]}/{change}', 'POST'), 'job_state')
        equal(jobs.refusal(f'/{later["id"]}', 'PATCH', {'exec_time': LATER}), 'job_state')
        equal(jobs.refusal(f'/{later["id"]}', 'DELETE'), 'job_state')
        other = jobs.submit('publish', exec_time=LATER)
        equal(jobs.answer('JobDeleted', f'/{other["id"]}', 'DELETE'), {'deleted': other['id']})
        equal(jobs.refusal(f'/{other["id"]}'), 'not_found')


@tap.test
def a_recurring_job_stays_and_makes_jobs(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        rule = jobs.submit('publish', rule='0 15 10 * * 6#3', zone='Europe/Berlin', name='fridays')
        equal((rule['schedule']['rule'], rule['schedule']['zone']), ('0 15 10 ? * 6#3', 'Europe/Berlin'))
        made = jobs.answer('Job', f'/{rule["id"]}/run', 'POST')
        holds(made['parent'] == rule['id'] and made['name'].startswith('fridays_20'), made)
        jobs.ended(made['id'])
        equal(jobs.answer('Job', f'/{rule["id"]}')['state'], 'scheduled')
        equal(jobs.answer('Job', f'/{rule["id"]}/pause', 'POST')['schedule']['next'], None)
        changed = jobs.answer('Job', f'/{rule["id"]}', 'PATCH', {'rule': RULE, 'zone': 'UTC'})
        equal((changed['state'], changed['schedule']['rule']), ('paused', RULE))
        next_ = jobs.answer('Job', f'/{rule["id"]}/resume', 'POST')['schedule']['next']
        asked = jobs.answer('NextFires', f'/next-fires?rule={vitrine.quoted(RULE)}&zone=UTC&n=3')
        equal((asked['rule'], len(asked['fires']), asked['fires'][0]), (RULE, 3, next_))
        holds(rule['id'] in jobs.listed('?state=scheduled'), 'in the book')
        jobs.answer('JobDeleted', f'/{rule["id"]}', 'DELETE')
        holds(rule['id'] not in jobs.listed('?state=scheduled'), 'out of the book')


@tap.test
def every_wrong_job_is_refused_with_its_code(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        before = jobs.listed('')
        for body, code in BAD_JOBS:
            equal(jobs.refusal('', 'POST', body), code, f'{body}')
        for query, code in (('?state=lost', 'bad_enum'), ('?sort=colour', 'bad_enum'), ('?limit=0', 'bad_value'),
                            ('?mine=maybe', 'bad_value'), ('?from=now', 'bad_value'), ('/x', 'bad_value'),
                            ('/999', 'not_found'), ('/999/items', 'not_found'), ('/next-fires', 'missing_field'),
                            ('/next-fires?rule=never', 'bad_value'), ('/next-fires?rule=daily&n=101', 'bad_value')):
            equal(jobs.refusal(query), code, query)
        equal(jobs.listed(''), before)


@tap.test
def people_manage_their_own_jobs_and_administrators_all(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    rita, paul = add_user(workspace, 'rita', 'reader'), add_user(workspace, 'paul', 'producer')
    with running(workspace) as jobs:
        own, other = jobs.submit('publish', paul, exec_time=LATER), jobs.submit('publish', exec_time=LATER)
        equal(jobs.refusal('', 'POST', {'type': 'publish'}, rita), 'forbidden')
        for body in ({'type': 'sync'}, {'type': 'cleanup'}, {'type': 'publish', 'run_as': 'anna'},
                     {'type': 'publish', 'priority': 1}, {'type': 'publish', 'follow': {'type': 'sync'}}):
            equal(jobs.refusal('', 'POST', body, paul), 'forbidden', f'{body}')
        equal(jobs.refusal(f'/{other["id"]}', 'DELETE', None, paul), 'forbidden')
        equal(jobs.refusal(f'/{other["id"]}/run', 'POST', None, paul), 'forbidden')
        equal(jobs.answer('Job', f'/{own["id"]}/run', 'POST', None, paul)['run_as'], 'paul')
        equal(jobs.answer('JobList', '?mine=true', token=paul)['jobs'][0]['id'], own['id'])
        equal(jobs.ended(own['id'])['outcome'], 'completed')
        for_paul = jobs.submit('publish', run_as='paul', exec_time=LATER)
        equal((for_paul['submitted_by'], for_paul['run_as']), ('anna', 'paul'))
        moved = jobs.submit('publish', paul, exec_time=LATER)
        jobs.answer('Job', f'/{moved["id"]}', 'PATCH', {'run_as': 'anna'})
        equal(jobs.refusal(f'/{moved["id"]}', 'PATCH', {'parameters': {'mode': 'full_override'}}, paul), 'forbidden')
        jobs.answer('JobDeleted', f'/{moved["id"]}', 'DELETE', None, paul)
        override = jobs.submit('publish', paul, parameters={'mode': 'full_override'})
        equal(jobs.ended(override['id'])['error']['code'], 'forbidden')
        workspace.run('user', 'role', 'paul', 'reader', server=jobs.server)
        jobs.answer('Job', f'/{for_paul["id"]}/run', 'POST')
        equal(jobs.ended(for_paul['id'])['error']['code'], 'forbidden')


class Hook(http.server.BaseHTTPRequestHandler):
    """Keeps what it is told."""
    told: list[str] = []

    def do_GET(self) -> None:  # the name is that of the base class
        self.told.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@tap.test
def an_address_is_told_and_a_job_follows(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    Hook.told = []
    hook = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Hook)
    thread = threading.Thread(target=hook.serve_forever, daemon=True)
    thread.start()
    url = f'http://127.0.0.1:{hook.server_port}/done'
    try:
        with running(workspace, '--import-allow', '127.0.0.0/8') as jobs:
            job = jobs.ended(jobs.submit('publish', name='feed', notification={'url': url},
                                         follow={'type': 'publish', 'parameters': {'mode': 'full'}})['id'])
            equal(Hook.told, [f'/done?job=feed&handle={job["id"]}&type=publish&status=completed&success=2&warning=0'
                              '&error=0&total=2'])
            equal(jobs.reports(job['id'])[-1], ('success', 'notification', url))
            follower = jobs.answer('JobList', '?type=publish')['jobs'][0]
            equal((follower['name'], follower['parent']), ('Pub_feed', job['id']))
            equal(jobs.ended(follower['id'])['outcome'], 'completed')
    finally:
        hook.shutdown()
        thread.join()
        hook.server_close()


@tap.test
def a_killed_server_loses_no_job(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    server = workspace.serve()
    jobs = Jobs(workspace, server)
    numbers = [jobs.submit('publish', parameters={'mode': 'full'})['id'] for _ in range(5)]
    server.kill()
    with running(workspace) as jobs:
        for number in numbers:
            equal(jobs.ended(number)['state'], 'done')
        equal(shown(jobs, 'cup'), ['cup'])


@tap.test
def sync_and_cleanup_are_jobs_too(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        workspace.publish_all(server=jobs.server)
        for parameters in ({}, {'full': True}, {'retry': True}):
            job = jobs.ended(jobs.submit('sync', parameters=parameters)['id'])
            equal((job['outcome'], jobs.reports(job['id'])), ('completed', [('success', 'ended', 'main')]))
        equal(jobs.ended(jobs.submit('cleanup')['id'])['result'],
              {'forgotten': 0, 'trash_emptied': 0})
        nightly = [job for job in jobs.answer('JobList', '?state=scheduled')['jobs'] if job['type'] == 'cleanup']
        equal([job['name'] for job in nightly], ['Clean-up'])


@tap.test
def commands_do_the_same_here_and_there(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with running(workspace) as jobs:
        later = workspace.run('publish', '--all', '--with-dependencies', '--later', LATER, server=jobs.server).out
        holds('scheduled' in later and LATER in later, later)
        ruled = json.loads(workspace.run('publish', '--all', '--schedule', RULE, '--json', server=jobs.server).out)
        equal(ruled['schedule']['rule'], RULE)
        number = str(jobs.listed('?state=scheduled&type=publish')[-1])
        workspace.run('jobs', 'pause', number, server=jobs.server)
        workspace.run('jobs', 'resume', number, server=jobs.server)
        workspace.run('jobs', 'run', number, server=jobs.server)
        jobs.ended(int(number))
        out = workspace.run('jobs', 'show', number, server=jobs.server).out
        holds('completed' in out and 'published' in out and 'cup (system_neutral)' in out, out)
        holds('job_state' in workspace.run('jobs', 'cancel', number, server=jobs.server, code=1).err, 'refused')
    here = workspace.run('jobs', 'list').out
    holds(here.startswith(f'{ruled["id"]}  scheduled'), here)
    equal(json.loads(workspace.run('jobs', 'show', number, '--json').out)['outcome'], 'completed')
    workspace.run('jobs', 'pause', str(ruled['id']))
    holds('paused' in workspace.run('jobs', 'list', '--state', 'paused').out, 'paused here')
    holds('deleted' in workspace.run('jobs', 'delete', str(ruled['id'])).out, 'deleted here')
    holds('not_found' in workspace.run('jobs', 'show', str(ruled['id']), code=1).err, 'it is gone')


tap.main()
