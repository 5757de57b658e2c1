"""What operators look at: metrics, the log of requests, doctor and migrate."""
from __future__ import annotations

import json
import re
import shutil
from typing import Any

import pictures
import tap
import vitrine
from vitrine import asset_row, equal, eventually, holds


def metrics(server: vitrine.Server) -> dict[str, float]:
    reply = server.get('/metrics')
    equal((reply.status, reply['Content-Type'].split(';')[0]), (200, 'text/plain'))
    lines = [line for line in reply.body.decode().splitlines() if not line.startswith('#')]
    for line in lines:
        holds(re.fullmatch(r'[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.]+', line), line)
    return {line.rsplit(' ', 1)[0]: float(line.rsplit(' ', 1)[1]) for line in lines}


def findings(workspace: vitrine.Workspace, code: int) -> dict[str, Any]:
    """What doctor finds, by check."""
    return {row['check']: row for row in json.loads(workspace.run('doctor', '--json', code=code).out)}


def import_picture(workspace: vitrine.Workspace) -> None:
    pictures.draw(workspace.media / 'a.png', 64, 64)
    workspace.import_rows([asset_row('a', 'a.png')])


@tap.test
def metrics_count_what_happened(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with workspace.serving() as server:
        before = metrics(server)
        for _ in range(3):
            equal(server.get('/healthz').status, 200)
        equal(server.get('/nowhere').status, 404)
        workspace.catalog({'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}, server)
        healthy, lag = ('vitrine_http_requests_total{route="healthz",status="200"}',
                        'vitrine_consumer_lag{consumer="read store acme/main"}')
        eventually(lambda: metrics(server).get(healthy) == 3, healthy)
        eventually(lambda: metrics(server).get(lag) == 0, lag)
        after = metrics(server)
        equal(after['vitrine_http_requests_total{route="other",status="404"}'], 1)
        equal(after['vitrine_http_request_seconds_count{route="healthz"}'], 3)
        equal(after['vitrine_http_request_seconds_bucket{route="healthz",le="+Inf"}'], 3)
        equal(after['vitrine_database_up'], 1)
        equal((after['vitrine_jobs{state="scheduled"}'], after['vitrine_jobs{state="running"}']), (1, 0))
        equal(before['vitrine_renditions_total'], 0)
        holds(after['process_resident_memory_bytes'] > 1 << 20, 'memory')
        equal(after['vitrine_consumer_failing{consumer="read store acme/main"}'], 0)


@tap.test
def requests_are_logged_only_when_asked_for(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with workspace.serving() as quiet:
        quiet.get('/healthz')
    holds('http.request' not in quiet.tail(), quiet.tail())
    with workspace.serving('--log-requests') as server:
        server.get('/healthz?secret=1')
    rows = [json.loads(line) for line in server.tail().splitlines() if '"http.request"' in line]
    row = next(row for row in rows if row['path'] == '/healthz')
    equal((row['method'], row['route'], row['status'], row['remote'], row['complete']),
          ('GET', 'healthz', 200, '127.0.0.1', 1))
    holds('secret' not in server.tail(), 'the query is no part of the log')


@tap.test
def doctor_finds_nothing_wrong_with_a_sound_shop(workspace: vitrine.Workspace) -> None:
    workspace.init()
    import_picture(workspace)
    workspace.run('migrate')
    found = findings(workspace, 0)
    equal({name for name, row in found.items() if not row['well']}, set())
    equal(set(found), {'data directory', 'disk space', 'database', 'tenants', 'blobs', 'read stores', 'edges', 'cage'})
    equal(found['blobs']['found'], '0 of 1 are missing or lack their pyramid')


@tap.test
def doctor_names_what_is_missing(workspace: vitrine.Workspace) -> None:
    equal(list(findings(workspace, 1)), ['data directory'])
    workspace.data.mkdir()
    equal([name for name, row in findings(workspace, 1).items() if not row['well']], ['tenants'])
    shutil.rmtree(workspace.data)
    workspace.init()
    import_picture(workspace)
    for path in (workspace.data / 'blobs').rglob('*'):
        if path.is_file():
            path.unlink()
    found = findings(workspace, 1)
    equal([name for name, row in found.items() if not row['well']], ['blobs'])
    holds(re.match(r'[0-9a-f]{64} is missing; 1 of 1 ', found['blobs']['found']), found['blobs'])
    text = workspace.run('doctor', code=1).out
    holds('WRONG  blobs' in text and 'what to do: ' in text, text)


@tap.test
def doctor_says_when_a_server_has_the_data(workspace: vitrine.Workspace) -> None:
    if workspace.database == 'postgresql':
        raise tap.Skip('any number of processes share PostgreSQL')
    workspace.init()
    with workspace.serving():
        found = findings(workspace, 1)
        holds('data_in_use' in found['database']['found'], found)


tap.main()
