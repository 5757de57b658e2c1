"""Waiting for a job to change: who asks is answered when it does, costs no worker, and holds no server up."""
from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import Any

import tap
import vitrine
from jobs_api import Jobs, running
from vitrine import equal, holds

LATER = '2090-01-01T12:00:00Z'
MOST, MORE = 256, 10  # requests that may wait at once, and others


def ask_aside(jobs: Jobs, rest: str, replies: list[vitrine.Reply]) -> threading.Thread:
    thread = threading.Thread(target=lambda: replies.append(jobs.ask(rest)))
    thread.start()
    return thread


def waiting(jobs: Jobs, job: dict[str, Any], seconds: int) -> socket.socket:
    """A connection whose request waits for @job."""
    server = jobs.server
    connection = socket.create_connection((server.host, server.port), timeout=60)
    target = f'/api/v1/{vitrine.TENANT}/jobs/{job["id"]}?wait={seconds}&after={job["version"]}'
    connection.sendall(f'GET {target} HTTP/1.1\r\n'
                       f'Host: here\r\nAuthorization: Bearer {jobs.workspace.token}\r\n\r\n'.encode())
    return connection


@tap.test
def whoever_waits_is_told_when_the_job_changes(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with running(workspace) as jobs:
        job = jobs.submit('publish', exec_time=LATER)
        replies: list[vitrine.Reply] = []
        threads = [ask_aside(jobs, f'/{job["id"]}?wait=60&after={job["version"]}', replies) for _ in range(20)]
        equal(jobs.answer('Job', f'/{job["id"]}')['version'], job['version'], 'nothing changes it')
        equal(replies, [], 'nobody is told that nothing changed')
        paused = jobs.answer('Job', f'/{job["id"]}/pause', 'POST')
        holds(paused['version'] != job['version'], 'another version')
        for thread in threads:
            thread.join()
        equal({(reply.json()['state'], reply.json()['version']) for reply in replies}, {('paused', paused['version'])})
        equal(len(replies), 20)


@tap.test
def who_knows_no_version_or_an_old_one_is_answered_at_once(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with running(workspace) as jobs:
        job = jobs.submit('publish', exec_time=LATER)
        for query in ('?wait=60', '?wait=60&after=', '?wait=60&after=another', f'?after={job["version"]}',
                      f'?wait=0&after={job["version"]}', f'?wait=1&after={job["version"]}'):
            equal(jobs.answer('Job', f'/{job["id"]}{query}'), job, query)
        for query, code in (('?wait=61', 'bad_value'), ('?wait=-1', 'bad_value'), ('?wait=long', 'bad_value')):
            equal(jobs.refusal(f'/{job["id"]}{query}'), code, query)
        equal(jobs.refusal('/999?wait=60&after=x'), 'not_found')


@tap.test
def a_job_that_goes_is_told_of_too(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with running(workspace) as jobs:
        job = jobs.submit('publish', exec_time=LATER)
        replies: list[vitrine.Reply] = []
        thread = ask_aside(jobs, f'/{job["id"]}?wait=60&after={job["version"]}', replies)
        jobs.answer('JobDeleted', f'/{job["id"]}', 'DELETE')
        thread.join()
        equal([(reply.status, reply.json()['code']) for reply in replies], [(404, 'not_found')])


@tap.test
def many_may_wait_and_no_more_and_a_server_that_stops_answers_them(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with contextlib.ExitStack() as stack, running(workspace) as jobs:
        job = jobs.submit('publish', exec_time=LATER)
        connections = [stack.enter_context(contextlib.closing(waiting(jobs, job, 60))) for _ in range(MOST + MORE)]
        vitrine.eventually(lambda: len(select.select(connections, [], [], 0)[0]) == MORE, 'no more may wait')
        refused = select.select(connections, [], [], 0)[0]
        equal({connection.recv(12) for connection in refused}, {b'HTTP/1.1 503'})
        equal(jobs.answer('Job', f'/{job["id"]}'), job, 'everything else goes on')
        equal(jobs.server.stop(), 0)
        equal({connection.recv(12) for connection in connections if connection not in refused}, {b'HTTP/1.1 200'})


tap.main()
