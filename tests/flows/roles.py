"""Every route of the contract for every kind of caller: what is not allowed to somebody is denied to him.

What must come of a request follows from the route's row in contract/routes.json alone, so a new route is asked by
itself, and a permission nobody has thought of here fails the test.
"""
from __future__ import annotations

import dataclasses
import http.client
import http.cookies
import json
import re
from typing import Any

import tap
import vitrine
from vitrine import equal, holds

ROUTES = json.loads((vitrine.ROOT / 'contract/routes.json').read_text(encoding='utf-8'))
ROLES = ('reader', 'producer', 'administrator')
# the place in ROLES of the least role that a permission asks for; -1: any user
LEAST = {'signed_in': -1, 'read': 0, 'edit': 1, 'publish': 1, 'administer': 2}
# what stands in a path for its names, else `none`: nothing that exists, so that who is let in changes nothing
NAMES = {'tenant': 'acme', 'upload': '0' * 32, 'path...': 'a/b', 'version': '1'}
LARGE = {'asset_upload', 'catalog_import', 'upload_file', 'upload_import'}  # routes that take large bodies
LARGE_BYTES = 200_000_000
SIGNS_IN = {'session_create', 'first_run'}  # public, yet not the same for all: what they take is in the body
PASSWORD = 'long enough\n'


@dataclasses.dataclass(frozen=True)
class Caller:
    """Somebody who sends requests, and the place of his role in ROLES; -1: signed in, without a role in the tenant;
    None: nobody the server knows."""
    headers: dict[str, str]
    role: int | None
    refusal: str = 'unauthorized'  # of who is not known


def add_user(workspace: vitrine.Workspace, name: str, role: str, tenant: str = 'acme') -> str:
    """By command; the token of the new user."""
    secret = workspace.file('secret', PASSWORD)
    workspace.run('user', 'add', name, '--role', role, '--password-file', secret, '--tenant', tenant)
    made = workspace.run('token', 'create', '--user', name, '--name', 'flow', '--tenant', tenant)
    return made.out.strip()


def bearer(token: str) -> dict[str, str]:
    return {'Authorization': f'Bearer {token}'}


def session(server: vitrine.Server, name: str) -> tuple[str, str]:
    """The cookie and the CSRF token of a new session."""
    body = json.dumps({'name': name, 'password': PASSWORD.strip()}).encode()
    reply = server.request('/api/v1/session', 'POST', body, Content_Type='application/json')
    equal(reply.status, 200, reply.body)
    cookie = http.cookies.SimpleCookie(reply['Set-Cookie'])['vitrine_session']
    return f'vitrine_session={cookie.value}', reply.json()['csrf_token']


class World:
    def __init__(self, workspace: vitrine.Workspace) -> None:
        anna = workspace.init()
        workspace.run('tenant', 'create', 'other')
        tokens = {role: add_user(workspace, f'a-{role}', role) for role in ROLES}
        revoked, disabled = add_user(workspace, 'rob', 'administrator'), add_user(workspace, 'dora', 'administrator')
        stranger = add_user(workspace, 'olga', 'administrator', 'other')
        self.server = workspace.serve()
        self.end_access(anna)
        cookie, csrf = session(self.server, 'a-administrator')
        self.callers = {role: Caller(bearer(tokens[role]), place) for place, role in enumerate(ROLES)} | {
            'nobody': Caller({}, None),
            'a made-up token': Caller(bearer('0' * len(anna)), None),
            'another scheme': Caller({'Authorization': f'Basic {anna}'}, None),
            'a revoked token': Caller(bearer(revoked), None),
            'a disabled user': Caller(bearer(disabled), None),
            'another tenant': Caller(bearer(stranger), -1),
            'a made-up session': Caller({'Cookie': 'vitrine_session=' + '0' * 64, 'X-CSRF-Token': csrf}, None),
            'a session without CSRF token': Caller({'Cookie': cookie}, None, 'csrf'),
            'a session': Caller({'Cookie': cookie, 'X-CSRF-Token': csrf}, 2)}

    def end_access(self, anna: str) -> None:
        """Revokes rob's token and disables dora."""
        listed = self.server.get('/api/v1/acme/tokens', **bearer(anna)).json()['tokens']
        number = next(token['id'] for token in listed if token['user'] == 'rob')
        equal(self.server.request(f'/api/v1/acme/tokens/{number}', 'DELETE', **bearer(anna)).status, 200)
        body = json.dumps({'disabled': True}).encode()
        equal(self.server.request('/api/v1/acme/users/dora/disabled', 'PUT', body, **bearer(anna)).status, 200)

    def ask(self, route: dict[str, Any], headers: dict[str, str]) -> vitrine.Reply:
        body = b'{"wrong": "body"}' if 'request' in route else None
        return self.server.request(target_of(route), route['method'], body, **headers)

    def announce(self, route: dict[str, Any], headers: dict[str, str], **more: str) -> vitrine.Reply:
        """The answer to the head of a large body of which nothing is sent."""
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=60)
        try:
            connection.putrequest(route['method'], target_of(route))
            for name, value in {**headers, **more, 'Content-Length': str(LARGE_BYTES)}.items():
                connection.putheader(name.replace('_', '-'), value)
            connection.endheaders()
            answer = connection.getresponse()
            return vitrine.Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def target_of(route: dict[str, Any]) -> str:
    return re.sub(r'\{([^}]*)\}', lambda name: NAMES.get(name[1], 'none'), route['path'])


def wanted(route: dict[str, Any], caller: Caller) -> tuple[int, str] | None:
    """Status and code of the refusal that must come; None: no refusal for who is asking."""
    if route['permission'] == 'public':
        return None
    least = LEAST[route['permission']]
    if caller.role is None:
        if caller.refusal == 'csrf' and route['method'] == 'GET':
            return None
        return (403, 'csrf') if caller.refusal == 'csrf' else (401, 'unauthorized')
    return (403, 'forbidden') if caller.role < least else None


def check(world: World, route: dict[str, Any], who: str) -> None:
    about = f'{route["id"]} for {who}'
    caller = world.callers[who]
    reply = world.ask(route, caller.headers)
    refusal = wanted(route, caller)
    holds(reply.status < 500, f'{about}: {reply.status}')
    if refusal:
        equal((reply.status, reply.json()['code']), refusal, about)
        holds('cookie' not in str(reply.headers).lower(), about)
    elif route['permission'] == 'public':
        equal(reply.status, world.ask(route, {}).status, about)
    else:
        holds(reply.status not in (401, 403), f'{about}: {reply.status} {reply.body!r}')


@tap.test
def a_large_body_is_refused_before_it_comes(world: World) -> None:
    routes = [route for route in ROUTES if route['id'] in LARGE]
    equal(len(routes), len(LARGE), 'these routes are there')
    n_refused = 0
    for who, caller in world.callers.items():
        for route in routes:
            refusal = wanted(route, caller)
            for more in ({}, {'Expect': '100-continue'}) if refusal else ():
                reply = world.announce(route, caller.headers, **more)
                equal((reply.status, reply.json()['code'], reply['Connection']), (*refusal, 'close'),
                      f'{route["id"]} for {who}')
                n_refused += 1
    holds(n_refused >= 2 * len(routes), f'{n_refused} refused')


@tap.test
def each_route_lets_in_who_may_and_nobody_else(world: World) -> None:
    # ending the session comes last: it is one of the callers
    routes = [route for route in ROUTES if route['id'] not in SIGNS_IN]
    routes.sort(key=lambda route: route['id'] == 'session_end')
    for who in [who for who in world.callers if who != 'a session'] + ['a session']:
        for route in routes:
            check(world, route, who)
    print(f'# {len(routes)} routes for {len(world.callers)} callers', flush=True)


@tap.test
def what_is_not_in_the_contract_is_not_there(world: World) -> None:
    administrator = world.callers['administrator'].headers
    for target in ('/api/v1/', '/api/v1/acme', '/api/v1/acme/nothing', '/api/v2/me', '/api/v1/acme/users/none/secret',
                   '/metrics/', '/admin', '/.git/config'):
        equal(world.server.get(target, **administrator).status, 404, target)
    patched = [re.sub(r'\{[^/]+\}', '[^/]+', route['path']) for route in ROUTES if route['method'] == 'PATCH']
    for route in ROUTES:
        other = {**route, 'method': 'PATCH'}
        if not any(re.fullmatch(pattern, route['path']) for pattern in patched):
            equal(world.ask(other, administrator).status, 405, f'PATCH {route["path"]}')


@tap.test
def a_permission_needs_a_rule_here(world: World) -> None:
    equal({route['permission'] for route in ROUTES} - {'public'} - set(LEAST), set())
    holds({route['id'] for route in ROUTES} >= SIGNS_IN, 'these routes are there')


tap.main(World)
