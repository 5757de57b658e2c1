"""Imports and exports as jobs of a server: progress that is seen, cancelling, kill -9, results to fetch."""
from __future__ import annotations

import contextlib
import http.server
import json
import os
import pathlib
import signal
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import media_api
import pictures
import schema
import tap
import vitrine
from jobs_api import ENDS, Jobs, running
from vitrine import equal, holds

N_ROWS = 2000
HELD = 1200  # the row whose file comes when the test says so: until then the import is under way
CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': f'P{number}', 'name': 'P', 'type': 'simple'} for number in range(20)]}


class Site(http.server.BaseHTTPRequestHandler):
    """A picture that is sent when the test says so."""
    gate = threading.Event()
    picture = b''

    def do_GET(self) -> None:  # the name is that of the base class
        self.gate.wait(vitrine.COMMAND_SECONDS)
        with contextlib.suppress(OSError):  # who asked may have been killed
            self.send_response(200)
            self.send_header('Content-Length', str(len(self.picture)))
            self.end_headers()
            self.wfile.write(self.picture)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextlib.contextmanager
def held(workspace: vitrine.Workspace) -> Iterator[vitrine.Rows]:
    """Rows of a long import that waits in its third batch until Site.gate is open."""
    Site.gate.clear()
    Site.picture = (workspace.media / '0.png').read_bytes()
    site = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Site)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    workspace.environment['VITRINE_IMPORT_ALLOW'] = '127.0.0.0/8'
    rows = [asset(number, MediaAction='PublishNow') for number in range(N_ROWS)]
    rows[HELD]['MediaImportPath'] = f'http://127.0.0.1:{site.server_port}/held.png'
    try:
        yield rows
    finally:
        Site.gate.set()
        site.shutdown()
        thread.join()
        site.server_close()


def ready(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    for number in range(3):
        pictures.draw(workspace.media / f'{number}.png', 90, 60, (40 * number, 70, 80))


def asset(number: int, file: str = '0.png', **more: str) -> vitrine.Row:
    return vitrine.asset_row(f'asset-{number}', file, alt=f'picture {number}', **more)


def send(jobs: Jobs, rows: vitrine.Rows, query: str = '', token: str = '') -> Any:
    """Sends files and manifest by the API; the job."""
    bearer = f'Bearer {token or jobs.workspace.token}'
    root = f'/api/v1/{vitrine.TENANT}/uploads'
    upload = jobs.server.request(root, 'POST', b'', Authorization=bearer).json()['upload']
    for name in sorted({row['MediaImportPath'] for row in rows if row.get('MediaImportPath')}):
        path = jobs.workspace.media / name
        if path.exists():
            reply = jobs.server.request(f'{root}/{upload}/{name}', 'PUT', path.read_bytes(), Authorization=bearer)
            equal(reply.status, 200, reply.body)
    reply = jobs.server.request(f'{root}/{upload}/import{query}', 'POST', vitrine.tsv(rows).encode(),
                                Authorization=bearer)
    equal(reply.status, 202, reply.body)
    schema.check(reply.json(), 'Job')
    equal(reply['Location'], f'/api/v1/{vitrine.TENANT}/jobs/{reply.json()["id"]}')
    return reply.json()


def result(jobs: Jobs, number: int, token: str = '') -> vitrine.Rows:
    reply = jobs.ask(f'/{number}/result', token=token)
    equal(reply.status, 200, reply.body)
    path = jobs.workspace.folder / f'fetched-{jobs.workspace.count()}.tsv'
    path.write_bytes(reply.body)
    return vitrine.read_tsv(path)


def follow(jobs: Jobs, job: Any) -> list[Any]:
    """Every state of the job that was seen until its end."""
    seen = [job]
    while seen[-1]['state'] not in ENDS:
        seen.append(jobs.answer('Job', f'/{job["id"]}?wait=30&after={seen[-1]["version"]}'))
    return seen


def under_way(jobs: Jobs, job: Any) -> Any:
    """The job once it waits for the file that is held, two batches of its rows done."""
    while job['done'] <= HELD and job['state'] not in ENDS:
        job = jobs.answer('Job', f'/{job["id"]}?wait=30&after={job["version"]}')
    equal((job['state'], job['total']), ('running', N_ROWS))
    holds(job['done'] < N_ROWS and 0 < job['percent'] < 100, job)
    return job


def exported(jobs: Jobs) -> vitrine.Rows:
    out = jobs.workspace.folder / f'all-{jobs.workspace.count()}.tsv'
    jobs.workspace.run('export', '--out', out, server=jobs.server)
    return vitrine.read_tsv(out)


def folder(workspace: vitrine.Workspace, number: int) -> pathlib.Path:
    path: pathlib.Path = workspace.data / 'jobs' / str(number)
    return path


@tap.test
def progress_rises_and_the_result_is_there_to_fetch(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with held(workspace) as rows, running(workspace) as jobs:
        rows[7]['MediaImportPath'] = 'lost.png'
        job = send(jobs, rows, '?name=spring&description=new%20pictures')
        equal((job['type'], job['name'], job['description'], job['done']), ('import', 'spring', 'new pictures', 0))
        half = under_way(jobs, job)
        equal(jobs.reports(job['id']), [('error', 'E_FILE_MISSING', 'asset-7')], 'a failure is told while it runs')
        equal(jobs.refusal(f'/{job["id"]}/result'), 'job_state')
        Site.gate.set()
        seen = follow(jobs, half)
        equal([one['done'] for one in seen], sorted(one['done'] for one in seen), 'it rises')
        holds(max(one['percent'] for one in seen[:-1]) < 100, 'not done before it is')
        end = seen[-1]
        equal((end['outcome'], end['percent'], end['done'], end['total']),
              ('completed_with_errors', 100, N_ROWS, N_ROWS))
        schema.check(end['result'], 'ImportReport')
        equal((end['success'], end['errors'], end['result']['rows']['Success'], end['result']['stopped']),
              (N_ROWS - 1, 1, N_ROWS - 1, False))
        equal(len(jobs.reports(job['id'])), 1, 'it is told once')
        back = result(jobs, job['id'])
        equal([row['MediaDisplayName'] for row in back], [row['MediaDisplayName'] for row in rows])
        equal([row['ErrorCode'] for row in back if row['Result'] != 'Success'], ['E_FILE_MISSING'])
        vitrine.eventually(lambda: [path.name for path in folder(workspace, job['id']).iterdir()] == ['result.tsv'],
                           'what was given is gone')
        vitrine.eventually(lambda: jobs.server.image('asset-1999').status == 200, 'it is live')


@tap.test
def a_result_is_mended_and_run_again(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with running(workspace) as jobs:
        rows = [asset(0), asset(1), vitrine.asset_row('late', 'late.png')]
        first = jobs.ended(send(jobs, rows)['id'])
        back = result(jobs, first['id'])
        equal(vitrine.outcomes(back), ['Success', 'Success', 'Failed'])
        pictures.draw(workspace.media / 'late.png', 30, 30)
        again = jobs.ended(send(jobs, back)['id'])
        equal((again['outcome'], again['success']), ('completed', 1), 'only what was not done')
        equal(vitrine.outcomes(result(jobs, again['id'])), ['Success'] * 3)
        whole = jobs.ended(send(jobs, back, '?rerun=all')['id'])
        equal((whole['outcome'], whole['success'], whole['parameters']['rerun']), ('completed', 3, 'all'))


@tap.test
def a_cancelled_import_stops_between_rows_and_lets_nothing_go_live(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with held(workspace) as rows, running(workspace) as jobs:
        rows += [vitrine.assign_row('asset-0', 'P0')]
        job = send(jobs, rows)
        while job['done'] <= HELD:
            job = jobs.answer('Job', f'/{job["id"]}?wait=30&after={job["version"]}')
        equal(jobs.answer('Job', f'/{job["id"]}/cancel', 'POST')['state'], 'stopping')
        Site.gate.set()
        end = jobs.ended(job['id'])
        equal((end['state'], end['outcome'], end['result']['stopped']), ('cancelled', 'cancelled', True))
        back = result(jobs, job['id'])
        equal(len(back), len(rows))
        equal({(row['Result'], row['ErrorCode']) for row in back}, {('Skipped', 'E_STOPPED')})
        made = [row['InternalMediaId'] != '' for row in back]
        holds(made[HELD] and not made[-2] and made == sorted(made, reverse=True), 'the first rows are there')
        equal(len(exported(jobs)), sum(made), 'and nothing else is')
        equal(jobs.server.image('asset-0').status, 403, 'nothing went live')
        again = jobs.ended(send(jobs, back)['id'])
        equal((again['outcome'], again['success']), ('completed', len(rows)))
        vitrine.eventually(lambda: jobs.server.image('asset-0').status == 200, 'it is live')


@tap.test
def an_import_whose_server_is_killed_goes_on_where_it_was(workspace: vitrine.Workspace) -> None:
    """Rows that would come out differently the second time: a copy, a version, one that is wrong."""
    ready(workspace)
    with running(workspace) as jobs:
        jobs.ended(send(jobs, [asset(0), asset(1)])['id'])
        known = {row['MediaDisplayName']: row for row in exported(jobs)}
    with held(workspace) as rows:
        rows[0]['MediaSourceIfExistsAction'] = 'KeepBoth'
        rows[1].update(MediaImportPath='2.png', MediaVersion=known['asset-1']['MediaVersion'])
        rows[2]['MediaImportPath'] = 'lost.png'
        rows += [vitrine.assign_row('asset-1', f'P{number}') for number in range(20)]
        server = workspace.serve()
        jobs = Jobs(workspace, server)
        job = send(jobs, rows)
        while job['done'] <= HELD:
            job = jobs.answer('Job', f'/{job["id"]}?wait=30&after={job["version"]}')
        server.kill()
        Site.gate.set()
        with running(workspace) as jobs:
            end = jobs.ended(job['id'])
            equal((end['attempt'], end['outcome'], end['success'], end['errors'], end['warnings']),
                  (2, 'completed_with_errors', len(rows) - 1, 1, 0))
            equal(jobs.reports(job['id']), [('error', 'E_FILE_MISSING', 'asset-2')], 'told once')
            back = result(jobs, job['id'])
            equal([row['ErrorCode'] for row in back if row['Result'] != 'Success'], ['E_FILE_MISSING'])
            names = [row['MediaDisplayName'] for row in exported(jobs) if not row['EntityType']]
            wanted = {f'asset-{number}' for number in range(N_ROWS)} - {'asset-2'} | {'asset-0-1'}
            equal(sorted(names), sorted(wanted), 'one copy')
    workspace.run('doctor')


@tap.test
def a_server_that_is_stopped_lets_its_import_go_on_at_the_next_start(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with held(workspace) as rows:
        with running(workspace) as jobs:
            job = under_way(jobs, send(jobs, rows))
            jobs.server.process.send_signal(signal.SIGTERM)
            vitrine.eventually(lambda: not listens(jobs.server), 'it stops')
            Site.gate.set()
            equal(jobs.server.stop(), 0)
        with running(workspace) as jobs:
            end = jobs.ended(job['id'])
            equal((end['attempt'], end['outcome'], end['success'], end['error']), (2, 'completed', N_ROWS, None))
            equal(len(exported(jobs)), N_ROWS)


def listens(server: vitrine.Server) -> bool:
    try:
        return server.get('/healthz').status == 200
    except OSError:
        return False


@tap.test
def the_command_shows_progress_and_stops_the_job_when_it_is_interrupted(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with held(workspace) as rows, running(workspace) as jobs:
        manifest = workspace.file('big.tsv', vitrine.tsv(rows))
        command = [vitrine.PROGRAM, 'import', manifest, '--media', workspace.media, '--server', jobs.server.url,
                   '--token', workspace.token]
        with subprocess.Popen(command, env=workspace.environment, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            number = vitrine.eventually(lambda: jobs.listed('?type=import'), 'the job')[0]
            under_way(jobs, jobs.answer('Job', f'/{number}'))
            os.kill(program.pid, signal.SIGINT)
            vitrine.eventually(lambda: jobs.answer('Job', f'/{number}')['state'] == 'stopping', 'it is to stop')
            Site.gate.set()
            out, err = program.communicate(timeout=vitrine.COMMAND_SECONDS)
        equal(program.returncode, 1, err)
        holds('Skipped' in out and 'is to stop' in err and 'cancelled' in err, (out, err))
        holds(f'rows: 1500 of {N_ROWS}' in err, err)
        equal(jobs.ended(number)['outcome'], 'cancelled')
        equal(len(vitrine.read_tsv(workspace.folder / 'big.tsv.result.tsv')), N_ROWS)
        done = workspace.run('import', 'big.tsv.result.tsv', '--media', workspace.media, '--json', server=jobs.server)
        schema.check(json.loads(done.out), 'ImportReport')
        equal(json.loads(done.out)['rows']['Success'], N_ROWS)
        holds(f'rows: {N_ROWS} of {N_ROWS}' in done.err, done.err)


@tap.test
def two_imports_wait_for_each_other(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with running(workspace) as jobs:
        first, second = (send(jobs, [vitrine.asset_row(f'{turn}-{n}', f'{n % 3}.png') for n in range(40)])
                         for turn in ('a', 'b'))
        ends = [jobs.ended(job['id']) for job in (first, second)]
        equal([(end['outcome'], end['success']) for end in ends], [('completed', 40)] * 2)
        holds(ends[0]['ended'] <= ends[1]['started'], 'one after the other')
        equal(len(exported(jobs)), 80)


@tap.test
def roles_decide_who_imports_exports_sees_and_cancels(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    rita, paul, eve = (media_api.member(workspace, name, role)
                       for name, role in (('rita', 'reader'), ('paul', 'producer'), ('eve', 'producer')))
    with running(workspace, '--workers', '0') as jobs:
        job = send(jobs, [asset(0)], token=paul)
        equal((job['submitted_by'], job['run_as']), ('paul', 'paul'))
        equal(jobs.refusal(f'/{job["id"]}/result', token=rita), 'job_state')
        for token in (rita, eve):
            equal(jobs.answer('Job', f'/{job["id"]}', token=token)['id'], job['id'], 'everybody sees it')
            equal(jobs.refusal(f'/{job["id"]}/cancel', 'POST', token=token), 'forbidden')
        equal(jobs.answer('Job', f'/{job["id"]}/cancel', 'POST', token=paul)['state'], 'cancelled')
        other = send(jobs, [asset(0)], token=paul)
        equal(jobs.answer('Job', f'/{other["id"]}/cancel', 'POST')['state'], 'cancelled', 'an administrator')
        export = begin_export(jobs, {}, rita)
        equal(jobs.refusal(f'/{export["id"]}/cancel', 'POST', token=paul), 'forbidden')
        equal(jobs.answer('Job', f'/{export["id"]}/cancel', 'POST', token=rita)['state'], 'cancelled')
        equal(jobs.refusal('', 'POST', {'type': 'import'}), 'bad_value', 'an import begins with its files')
        equal(jobs.refusal('', 'POST', {'type': 'publish', 'follow': {'type': 'import'}}), 'bad_value')


def begin_export(jobs: Jobs, body: Any, token: str = '') -> Any:
    reply = jobs.server.request(f'/api/v1/{vitrine.TENANT}/exports', 'POST', json.dumps(body).encode(),
                                Authorization=f'Bearer {token or jobs.workspace.token}')
    equal(reply.status, 202, reply.body)
    schema.check(reply.json(), 'Job')
    return reply.json()


@tap.test
def an_export_is_a_job_whose_result_imports_again(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    rita = media_api.member(workspace, 'rita', 'reader')
    with running(workspace) as jobs:
        jobs.ended(send(jobs, [asset(0), asset(1), vitrine.assign_row('asset-0', 'P0')])['id'])
        end = jobs.ended(begin_export(jobs, {}, rita)['id'])
        equal((end['type'], end['outcome'], end['success'], end['result']), ('export', 'completed', 3, {'rows': 3}))
        rows = result(jobs, end['id'], rita)
        equal(sorted(row['MediaDisplayName'] for row in rows), ['asset-0', 'asset-0', 'asset-1'])
        equal(rows, exported(jobs), 'as the command')
        equal(jobs.ended(send(jobs, rows)['id'])['outcome'], 'completed')
        few = jobs.ended(begin_export(jobs, {'products': ['P0'], 'all_locales': True})['id'])
        equal([row['EntityKeyValue'] for row in result(jobs, few['id'])], ['P0'])
        none = jobs.ended(begin_export(jobs, {'products': ['nothing']})['id'])
        equal((none['outcome'], none['error']['code']), ('failed', 'entity_not_found'))
        equal(jobs.refusal(f'/{none["id"]}/result'), 'not_found')
        nightly = jobs.submit('export', rule='0 0 3 * * ?', parameters={'assets': True})
        made = jobs.ended(jobs.answer('Job', f'/{nightly["id"]}/run', 'POST')['id'])
        equal(len(result(jobs, made['id'])), 2)
        for body, code in (({'products': []}, 'bad_value'), ({'products': [1]}, 'bad_value'),
                           ({'assets': 1}, 'bad_value'), ({'media': True}, 'bad_value'), ([], 'bad_json')):
            reply = jobs.server.request(f'/api/v1/{vitrine.TENANT}/exports', 'POST', json.dumps(body).encode(),
                                        Authorization=f'Bearer {workspace.token}')
            equal((reply.status >= 400, reply.json()['code']), (True, code), body)


@tap.test
def tenants_are_apart(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    workspace.run('tenant', 'create', 'other')
    password = workspace.file('secret', 'long enough\n')
    workspace.run('user', 'add', 'olga', '--tenant', 'other', '--role', 'administrator', '--password-file', password)
    olga = workspace.run('token', 'create', '--user', 'olga', '--tenant', 'other', '--name', 'flow').out.strip()
    with running(workspace) as jobs:
        job = jobs.ended(send(jobs, [asset(0)])['id'])
        for rest in ('', '/items', '/result', '?wait=30&after=x'):
            reply = jobs.server.get(f'/api/v1/other/jobs/{job["id"]}{rest}', Authorization=f'Bearer {olga}')
            equal((reply.status, reply.json()['code']), (404, 'not_found'), rest)
            equal(jobs.refusal(f'/{job["id"]}{rest}', token=olga), 'forbidden')
        reply = jobs.server.request(f'/api/v1/other/jobs/{job["id"]}/cancel', 'POST', b'{}',
                                    Authorization=f'Bearer {olga}')
        equal(reply.json()['code'], 'not_found')
        reply = jobs.server.request('/api/v1/other/exports', 'POST', b'{}', Authorization=f'Bearer {olga}')
        vitrine.eventually(lambda: jobs.server.get(f'/api/v1/other/jobs/{reply.json()["id"]}',
                                                   Authorization=f'Bearer {olga}').json()['state'] == 'done', 'theirs')
        theirs = jobs.server.get(f'/api/v1/other/jobs/{reply.json()["id"]}/result', Authorization=f'Bearer {olga}')
        equal(theirs.body.count(b'\n'), 1, 'their shop is empty')


@tap.test
def what_no_job_needs_any_more_goes(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with running(workspace) as jobs:
        number = jobs.ended(send(jobs, [asset(0)])['id'])['id']
    lost = folder(workspace, 9999)
    (lost / 'files').mkdir(parents=True)
    young = folder(workspace, 9998)
    young.mkdir()
    os.utime(lost, (0, 0))
    with running(workspace) as jobs:
        holds(not lost.exists() and young.exists(), 'only what was there for long')
        equal(len(result(jobs, number)), 1)
        equal(jobs.ended(jobs.submit('cleanup')['id'])['outcome'], 'completed')
        equal(len(result(jobs, number)), 1)


tap.main()
