"""The editing part of the authoring API: one product or category in one context, as one user."""
from __future__ import annotations

import dataclasses
import json
from typing import Any

import schema
import vitrine
from vitrine import equal, holds

Nodes = list[dict[str, Any]]


def member(workspace: vitrine.Workspace, name: str, role: str = 'producer') -> str:
    """Adds a user; his token. No server runs."""
    password = workspace.file('password', 'correct horse battery staple\n')
    workspace.run('user', 'add', name, '--role', role, '--password-file', password)
    return workspace.run('token', 'create', '--user', name, '--name', 'test').out.strip()


@dataclasses.dataclass
class Media:
    """The media of one product (or other @kind) in one context."""
    server: vitrine.Server
    token: str
    product: str
    channel: str = 'Omnichannel'
    locale: str = 'system_neutral'
    catalog: str = ''
    kind: str = 'products'
    group: str = ''

    def ask(self, verb: str = '', method: str = 'GET', body: Any = None, **headers: str) -> vitrine.Reply:
        words = {'channel': self.channel, 'locale': self.locale}
        words |= {name: value for name, value in (('catalog', self.catalog), ('group', self.group)) if value}
        target = f'/api/v1/acme/{self.kind}/{vitrine.quoted(self.product)}/media' + (f'/{verb}' if verb else '')
        query = '&'.join(f'{name}={vitrine.quoted(value)}' for name, value in words.items())
        raw = json.dumps(body).encode() if body is not None else b'' if method != 'GET' else None
        return self.server.request(f'{target}?{query}', method, raw, Authorization=f'Bearer {self.token}', **headers)

    def granted(self, verb: str = '', method: str = 'POST', body: Any = None, **headers: str) -> Any:
        """The state after a request that must be granted."""
        reply = self.ask(verb, method, body, **headers)
        equal(reply.status, 200, f'{verb}: {reply.body!r}')
        schema.check(reply.json(), 'MediaReset' if verb == 'reset' else 'AssignmentState')
        return reply.json()

    def refused(self, code: str, verb: str, method: str = 'POST', body: Any = None, **headers: str) -> Any:
        reply = self.ask(verb, method, body, **headers)
        holds(400 <= reply.status < 500 and reply.json()['code'] == code, f'{verb}: {reply.status} {reply.body!r}')
        return reply.json()

    def state(self) -> Any:
        return self.granted(method='GET')

    def edit(self, **options: bool) -> Any:
        return self.granted('edit', body=options)

    def save(self, nodes: Nodes, swatches: Nodes | None = None, matrix: tuple[str, ...] = ()) -> Any:
        version = str(self.state()['version'])
        body = {'nodes': nodes, 'swatches': swatches or [], 'matrix': matrix}
        return self.granted('draft', 'PUT', body, If_Match=version)

    def versions(self) -> list[Any]:
        reply = self.ask('versions')
        equal(reply.status, 200)
        schema.check(reply.json(), 'VersionList')
        return list(reply.json()['versions'])

    def finish(self) -> Any:
        return self.granted('finish')

    def write(self, nodes: Nodes, swatches: Nodes | None = None) -> None:
        """Edits, saves and finishes."""
        self.edit()
        self.save(nodes, swatches)
        self.finish()


def master(*primary: str, **additional: str) -> dict[str, Any]:
    """@additional: purpose=asset"""
    return {'scope': 'master', 'primary': list(primary),
            'additional': [{'purpose': purpose, 'asset': asset} for purpose, asset in additional.items()]}


def cell(primary: list[str], **values: str) -> dict[str, Any]:
    return {'scope': 'dimensions', 'values': values, 'primary': primary, 'additional': []}


def variant(code: str, *primary: str) -> dict[str, Any]:
    return {'scope': 'variant', 'variant': code, 'primary': list(primary), 'additional': []}
