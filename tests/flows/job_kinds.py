"""Jobs that make a manifest of simpler wishes: files by address, and texts, keywords and names by table."""
from __future__ import annotations

import functools
import http.server
import threading
from typing import Any

import pictures
import tap
import vitrine
from jobs_api import Jobs
from vitrine import equal, holds

CATALOG = {'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                         'default_locale': 'en-us'}], 'products': []}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def web(folder: str) -> http.server.ThreadingHTTPServer:
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def prepare(workspace: vitrine.Workspace) -> vitrine.Workspace:
    workspace.init()
    workspace.catalog(CATALOG)
    for at, name in enumerate(('one', 'two words', 'three')):
        pictures.draw(workspace.media / f'{name}.png', 40, 30 + at)
    workspace.file('media/paper.txt', 'a paper')
    return workspace


def asset(server: vitrine.Server, workspace: vitrine.Workspace, name: str) -> Any:
    reply = server.get(f'/api/v1/acme/assets/{vitrine.quoted(name)}', Authorization=f'Bearer {workspace.token}')
    return reply.json() if reply.status == 200 else reply.status


@tap.test
def files_are_uploaded_by_their_addresses(workspace: vitrine.Workspace) -> None:
    shelf = web(str(workspace.media))
    base = f'http://127.0.0.1:{shelf.server_address[1]}'
    try:
        with workspace.serving('--import-allow', '127.0.0.0/8') as server:
            jobs = Jobs(workspace, server)
            urls = [f'{base}/one.png?x=1', f'{base}/two%20words.png', f'{base}/none.png', f'{base}/paper.txt']
            job = jobs.ended(jobs.submit('upload', parameters={'urls': urls, 'tags': ['red', 'blue']})['id'])
            equal((job['state'], job['outcome']), ('done', 'completed_with_errors'), job)
            equal([code for level, code, _ in jobs.reports(job['id']) if level == 'error'], ['E_FETCH'])
            for name in ('one', 'two words'):
                equal(server.image(name).status, 200, name)
                equal(asset(server, workspace, name)['head']['tags'], ['red', 'blue'])
            equal(server.get('/is/content/acme/paper').body, b'a paper')
            job = jobs.ended(jobs.submit('upload', parameters={
                'urls': [f'{base}/three.png', f'{base}/one.png'], 'publish': False, 'if_exists': 'keep_both'})['id'])
            equal(job['outcome'], 'completed', jobs.reports(job['id']))
            equal(server.image('three').status, 403, 'a draft')
            holds(asset(server, workspace, 'one-1') != 404, 'both are kept')
            for wrong in ({}, {'urls': []}, {'urls': ['file:///etc/passwd']}, {'urls': urls, 'publish': 'no'},
                          {'urls': urls, 'if_exists': 'never'}, {'urls': urls, 'tags': ['a,b']},
                          {'urls': urls, 'x': 1}):
                code = jobs.refusal('', 'POST', {'type': 'upload', 'parameters': wrong})
                holds(code in ('bad_value', 'bad_enum'), f'{wrong}: {code}')
        with workspace.serving() as server:
            jobs = Jobs(workspace, server)
            job = jobs.ended(jobs.submit('upload', parameters={'urls': [f'{base}/three.png']})['id'])
            equal([code for _, code, _ in jobs.reports(job['id'])], ['E_FETCH'], 'machines of our own are not asked')
    finally:
        shelf.shutdown()


@tap.test
def texts_keywords_and_names_come_by_table(workspace: vitrine.Workspace) -> None:
    table = ('ID\ttitle\tkeywords\tnewipsid\n'
             'one\tThe first\ta,b\\\\c\t\n'
             'two words\t\t\ttwo\n'
             'nobody\tx\t\t\n'
             'paper\ty\tp\\,q\t\n')
    with workspace.serving() as server:
        jobs = Jobs(workspace, server)
        before = asset(server, workspace, 'two words')['head']
        job = jobs.ended(jobs.submit('metadata', parameters={'table': table, 'publish': True})['id'])
        equal(sorted((level, code, subject) for level, code, subject in jobs.reports(job['id'])),
              [('error', 'bad_value', 'paper'), ('error', 'unknown_asset', 'nobody')])
        first = asset(server, workspace, 'one')['head']
        equal((first['title'], first['tags'], first['alt']), ('The first', ['a', 'b\\c'], 'one'))
        equal(asset(server, workspace, 'two')['head'], before, 'fields that are not there stay')
        equal(server.image('two').status, 200)
        equal(server.image('two words').status, 200, 'the old address')
        for wrong, code in (({}, 'missing_field'), ({'table': ''}, 'manifest_header'),
                            ({'table': 'ID\tprice\n'}, 'manifest_header'), ({'table': 'ID\n'}, 'manifest_header')):
            equal(jobs.refusal('', 'POST', {'type': 'metadata', 'parameters': wrong}), code, wrong)


tap.main(prepare)
