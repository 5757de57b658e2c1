"""Signing in by cookie, and the first run: an empty directory becomes an installation by its set-up link, once."""
from __future__ import annotations

import http.cookies
import json
import re
from typing import Any

import schema
import tap
import vitrine
from vitrine import equal, holds

PASSWORD = 'correct horse battery staple'
JSON = 'application/json'


def post(server: vitrine.Server, target: str, body: Any, method: str = 'POST', **headers: str) -> vitrine.Reply:
    return server.request('/api/v1/' + target, method, json.dumps(body).encode(), Content_Type=JSON, **headers)


def sign_in(server: vitrine.Server, name: str = 'anna', password: str = PASSWORD) -> tuple[str, str, str]:
    """The cookie as it is sent back, the CSRF token, and the header that set the cookie."""
    reply = post(server, 'session', {'name': name, 'password': password})
    equal(reply.status, 200, reply.body)
    schema.check(reply.json(), 'Session')
    cookie = http.cookies.SimpleCookie(reply['Set-Cookie'])['vitrine_session']
    return f'vitrine_session={cookie.value}', reply.json()['csrf_token'], reply['Set-Cookie']


def link_of(server: vitrine.Server) -> str:
    """The token of the set-up link."""
    found = re.search(r'/#first-run=([0-9a-f]+)$', '\n'.join(server.printed), re.MULTILINE)
    holds(found, server.printed)
    return found[1] if found else ''


@tap.test
def a_cookie_signs_in_until_it_is_given_back(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with workspace.serving() as server:
        cookie, csrf, header = sign_in(server)
        holds('HttpOnly' in header and 'SameSite=Strict' in header and 'Secure' not in header, header)
        shown = server.get('/api/v1/session', Cookie='other=1; ' + cookie)
        equal(shown.json(), {'user': 'anna', 'csrf_token': csrf})
        equal(server.get('/api/v1/acme/users', Cookie=cookie).status, 200)
        equal(server.get('/api/v1/session', Authorization=f'Bearer {workspace.token}').status, 404)
        ended = server.request('/api/v1/session', 'DELETE', Cookie=cookie, X_CSRF_Token=csrf)
        equal((ended.status, ended.json()), (200, {}))
        holds('Max-Age=0' in ended['Set-Cookie'], ended['Set-Cookie'])
        equal(server.get('/api/v1/session', Cookie=cookie).status, 401)


@tap.test
def a_session_outlives_the_server_and_cookies_are_secure_behind_tls(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with workspace.serving('--public-url', 'https://media.example') as server:
        cookie, _, header = sign_in(server)
        holds('; Secure' in header, header)
    with workspace.serving() as server:
        equal(server.get('/api/v1/session', Cookie=cookie).status, 200)


@tap.test
def writing_by_cookie_takes_the_csrf_token(workspace: vitrine.Workspace) -> None:
    workspace.init()
    body = {'name': 'bob', 'password': 'long enough', 'role': 'reader'}
    with workspace.serving() as server:
        cookie, csrf, _ = sign_in(server)
        _, other, _ = sign_in(server)
        for wrong in ({}, {'X_CSRF_Token': ''}, {'X_CSRF_Token': other}, {'X_CSRF_Token': csrf + '0'}):
            reply = post(server, 'acme/users', body, Cookie=cookie, **wrong)
            equal((reply.status, reply.json()['code']), (403, 'csrf'), wrong)
            equal(server.request('/api/v1/session', 'DELETE', Cookie=cookie, **wrong).status, 403, wrong)
        equal(post(server, 'acme/users', body, Cookie=cookie, X_CSRF_Token=csrf).status, 200)
        reply = post(server, 'acme/users/bob/role', {'role': 'none'}, 'PUT', Authorization=f'Bearer {workspace.token}')
        equal(reply.status, 200, 'an API token needs none')


@tap.test
def wrong_passwords_are_refused_and_soon_slowed(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with workspace.serving() as server:
        said = {post(server, 'session', {'name': name, 'password': 'wrong'}).body for name in ('anna', 'nobody')}
        equal(len(said), 1, 'a name that exists and one that does not')
        codes = [post(server, 'session', {'name': 'eva', 'password': 'wrong'}).status for _ in range(6)]
        equal(codes[:5], [401] * 5)
        slowed = post(server, 'session', {'name': 'eva', 'password': 'wrong'})
        holds(429 in (codes[5], slowed.status), (codes, slowed.status))
        sign_in(server)
        form = server.request('/api/v1/session', 'POST', b'{"name":"anna","password":"x"}', Content_Type='text/plain')
        equal((form.status, form.json()['code']), (400, 'bad_request'), 'what a form of another site can send')


@tap.test
def a_new_password_ends_sessions(workspace: vitrine.Workspace) -> None:
    workspace.init()
    with workspace.serving() as server:
        cookie, _, _ = sign_in(server)
        workspace.run('user', 'password', 'anna', '--password-file', workspace.file('new', 'another one\n'),
                      server=server)
        equal(server.get('/api/v1/session', Cookie=cookie).status, 401)
        sign_in(server, password='another one')


@tap.test
def an_empty_directory_is_set_up_by_its_link_once(workspace: vitrine.Workspace) -> None:
    body = {'tenant': 'acme', 'name': 'anna', 'password': PASSWORD}
    with workspace.serving() as server:
        first = link_of(server)
    with workspace.serving() as server:
        link = link_of(server)
        for token, status in ((first, 403), ('', 403), ('0' * 64, 403)):
            equal(post(server, 'first-run', {**body, 'token': token}).status, status, token)
        for wrong, code in (({'password': 'short'}, 'bad_value'), ({'tenant': 'a b'}, 'bad_value'),
                            ({'more': 1}, 'bad_value')):
            equal(post(server, 'first-run', {**body, 'token': link, **wrong}).json()['code'], code, wrong)
        done = post(server, 'first-run', {**body, 'token': link})
        equal(done.status, 200, done.body)
        schema.check(done.json(), 'FirstRunDone')
        again = post(server, 'first-run', {**body, 'token': link})
        equal((again.status, again.json()['code']), (409, 'data_used'))
        cookie, _, _ = sign_in(server)
        equal(server.get('/api/v1/me', Cookie=cookie).json(),
              {'tenants': [{'code': 'acme', 'role': 'administrator'}]})
    with workspace.serving() as server:
        equal([line for line in server.printed if 'first-run' in line], [])


tap.main()
