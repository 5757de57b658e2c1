"""Edges that do not answer, that are told by HTTP, and that are none."""
from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import threading
from typing import Any

import edge_process
import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': code, 'name': code, 'type': 'online', 'locales': ['en-us'], 'default_locale': 'en-us'}
                 for code in ('OUN001', 'OUN002')],
    'products': [{'id': 'cup', 'name': 'Cup'}]}


def shop(workspace: vitrine.Workspace) -> None:
    """A product with one published picture."""
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'cup.png', 40, 40)
    workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt='old'), vitrine.assign_row('cup', 'cup')])
    workspace.publish_all()


def api(workspace: vitrine.Workspace, server: vitrine.Server, target: str, body: Any = None) -> vitrine.Reply:
    raw = json.dumps(body).encode() if body is not None else None
    return server.request(f'/api/v1/acme/{target}', 'POST' if raw else 'GET', raw,
                          Authorization=f'Bearer {workspace.token}')


def edges(workspace: vitrine.Workspace, server: vitrine.Server) -> list[dict[str, Any]]:
    reply = api(workspace, server, 'edges')
    schema.check(reply.json(), 'EdgeList')
    return list(reply.json()['edges'])


def settle(workspace: vitrine.Workspace, server: vitrine.Server) -> None:
    """Until every edge has done what it was asked."""
    vitrine.eventually(lambda: all(one['confirmed'] for one in edges(workspace, server)), 'edges confirm')


@tap.test
def an_edge_that_is_away_is_shown_and_asked_again(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with edge_process.Edge() as away, workspace.serving('--edges', f'{away.name}, {away.name}') as server:
        rows = [vitrine.asset_row('cup', 'cup.png', alt='to wait for')]
        workspace.import_rows(rows, server=server)
        ran = workspace.run('publish', '--all', '--wait=1', server=server, code=1)
        holds(f'the edge {away.name}' in ran.err, ran.err)
        shown = vitrine.eventually(lambda: [one for one in edges(workspace, server) if one['problem']], 'a problem')
        equal((len(shown), shown[0]['name'], shown[0]['confirmed']), (1, away.name, False))
        holds(shown[0]['waiting'] > 0 and shown[0]['tries'] > 0 and shown[0]['waiting_since'], shown)
        holds(away.name in workspace.run('sync', 'status', server=server).out, 'people are told')
        for name in ('waiting', 'failing'):
            holds(f'vitrine_edge_{name}{{edge="{away.name}"}} {shown[0]["waiting"] if name == "waiting" else 1}\n' in
                  server.get('/metrics').body.decode(), 'and machines')
        away.start(server)
        settle(workspace, server)
        shown = edges(workspace, server)
        equal((shown[0]['waiting'], shown[0]['problem'], shown[0]['tries']), (0, None, 0))
        told = api(workspace, server, 'edges').json()['requests']
        holds(all(one['confirmed'] for one in told) and any('p/acme/OUN001/cup' in one['things'] for one in told), told)
        workspace.publish_all(server=server)


@tap.test
def doctor_names_an_edge_that_is_away(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    name = f'varnish:http://127.0.0.1:{edge_process.free_port()}'
    with workspace.serving('--edges', name) as server:
        vitrine.eventually(lambda: edges(workspace, server)[0]['problem'], 'a problem')
    found = {row['check']: row for row in json.loads(workspace.run('doctor', '--json', code=1).out)}['edges']
    equal(found['well'], False)
    holds(name in found['found'] and found['advice'], found)
    # one that is left out is no edge any more
    with workspace.serving():
        pass
    workspace.run('doctor')


class Hook(http.server.BaseHTTPRequestHandler):
    """A cache that is told by HTTP."""
    heard: list[tuple[dict[str, Any], str, bytes]] = []
    status = 500

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers['Content-Length']))
        if Hook.status == 200:
            Hook.heard.append((json.loads(body), self.headers.get('X-Vitrine-Signature', ''), body))
        self.send_response(Hook.status)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@tap.test
def other_edges_are_told_by_http_with_a_signature(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    Hook.heard.clear()
    Hook.status = 500
    hook = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    name = f'http:http://127.0.0.1:{hook.server_address[1]}/purge?to=all'
    workspace.environment['VITRINE_EDGE_SECRET'] = 'a secret'
    try:
        with workspace.serving('--edges', name) as server:
            problem = vitrine.eventually(lambda: edges(workspace, server)[0]['problem'], 'a refusal is a problem')
            holds('answered 500' in problem, problem)
            Hook.status = 200
            settle(workspace, server)
            workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt='for the hook')], server=server)
            workspace.publish_all(server=server)
            equal(api(workspace, server, 'purges', {'addresses': ['/is/image/acme/cup']}).status, 200)
            settle(workspace, server)
    finally:
        hook.shutdown()
        hook.server_close()
    for _, signature, raw in Hook.heard:
        equal(signature, 'sha256=' + hmac.new(b'a secret', raw, hashlib.sha256).hexdigest())
    tags = [tag for body, _, _ in Hook.heard for tag in body['tags']]
    # an edge that is new forgets everything
    equal(tags[:3], ['s/acme', 'c/acme/OUN001', 'c/acme/OUN002'])
    equal(set(tags[3:]), {'p/acme/OUN001/cup', 'p/acme/OUN002/cup', 't/acme'})
    equal(Hook.heard[-1][0], {'tags': [], 'addresses': ['/is/image/acme/cup']})


@tap.test
def what_is_no_edge_is_refused(workspace: vitrine.Workspace) -> None:
    workspace.init()
    for name in ('127.0.0.1:6081', 'varnish:127.0.0.1:6081', 'squid:http://127.0.0.1/', 'varnish:http://a b/',
                 ','.join(f'varnish:http://127.0.0.1:{port}' for port in range(1, 18))):
        ran = workspace.run('serve', '--listen', '127.0.0.1:0', '--edges', name, code=None)
        holds(ran.code in (1, 2) and 'edge' in ran.err, (name, ran))
    ran = workspace.run('purge', '--assets', 'a', code=1)
    holds('no_edge' in ran.err, ran.err)


tap.main()
