"""Jobs by the API: taking them on, asking how far they are, waiting for their end."""
from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Iterator
from typing import Any

import schema
import vitrine
from vitrine import equal, holds

PATIENCE_S = 60
ENDS = ('done', 'failed', 'cancelled')


@dataclasses.dataclass
class Jobs:
    """A server, and how to ask it about jobs."""
    workspace: vitrine.Workspace
    server: vitrine.Server

    def ask(self, rest: str = '', method: str = 'GET', body: Any = None, token: str = '') -> vitrine.Reply:
        raw = None if body is None and method == 'GET' else json.dumps({} if body is None else body).encode()
        return self.server.request(f'/api/v1/{vitrine.TENANT}/jobs{rest}', method, None if method == 'DELETE' else raw,
                                   Authorization=f'Bearer {token or self.workspace.token}')

    def answer(self, name: str, rest: str = '', method: str = 'GET', body: Any = None, token: str = '') -> Any:
        reply = self.ask(rest, method, body, token)
        equal(reply.status, 200, reply.body)
        schema.check(reply.json(), name)
        return reply.json()

    def refusal(self, rest: str, method: str = 'GET', body: Any = None, token: str = '') -> str:
        reply = self.ask(rest, method, body, token)
        holds(reply.status >= 400, f'{method} {rest}: {reply.status} {reply.body!r}')
        return reply.json()['code']

    def submit(self, type_: str, token: str = '', **more: Any) -> dict[str, Any]:
        return self.answer('Job', '', 'POST', {'type': type_, **more}, token)

    def ended(self, number: int) -> dict[str, Any]:
        """The job once it has ended and told whom it was to tell."""
        until = time.monotonic() + PATIENCE_S
        job = self.answer('Job', f'/{number}')
        while (job['state'] not in ENDS or job['notification_due']) and time.monotonic() < until:
            job = self.answer('Job', f'/{number}?wait=10&after={job["version"]}')
        holds(job['state'] in ENDS, f'job {number} ends: {job}')
        return job

    def reports(self, number: int, query: str = '') -> list[tuple[str, str, str | None]]:
        items = self.answer('JobItemList', f'/{number}/items{query}')['items']
        return [(item['level'], item['code'], item['subject']) for item in items]

    def listed(self, query: str) -> list[int]:
        return [job['id'] for job in self.answer('JobList', query)['jobs']]


@contextlib.contextmanager
def running(workspace: vitrine.Workspace, *arguments: str) -> Iterator[Jobs]:
    with workspace.serving(*arguments) as server:
        yield Jobs(workspace, server)
