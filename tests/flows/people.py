"""Users, roles and tokens by command and by API."""
from __future__ import annotations

import dataclasses
import json
from typing import Any

import schema
import tap
import vitrine
from vitrine import equal, holds

# body of a new user -> code of the refusal
BAD_USERS: list[tuple[Any, str]] = [
    ({'name': 'x', 'password': 'long enough', 'role': 'king'}, 'bad_enum'),
    ({'name': 'x', 'password': 'short', 'role': 'reader'}, 'bad_value'),
    ({'name': '', 'password': 'long enough', 'role': 'reader'}, 'bad_value'),
    ({'name': 'rita', 'password': 'long enough', 'role': 'reader'}, 'duplicate_name'),
    ({'name': 'x', 'role': 'reader'}, 'missing_field'), ({'name': 1}, 'bad_value'), ([], 'bad_json'),
    ({'name': 'x', 'password': 'long enough', 'role': 'reader', 'more': 1}, 'bad_value')]


@dataclasses.dataclass
class World:
    workspace: vitrine.Workspace
    server: vitrine.Server
    tokens: dict[str, str]  # of one user of each role, and of `stranger`, who administers another tenant

    def ask(self, target: str, method: str = 'GET', body: Any = None, who: str = 'administrator') -> vitrine.Reply:
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return self.server.request('/api/v1/' + target, method, raw, Authorization=f'Bearer {self.tokens[who]}')

    def answer(self, name: str, target: str, method: str = 'GET', body: Any = None) -> Any:
        reply = self.ask(target, method, body)
        equal(reply.status, 200, reply.body)
        schema.check(reply.json(), name)
        return reply.json()

    def refusal(self, target: str, method: str, body: Any = None, who: str = 'administrator') -> str:
        reply = self.ask(target, method, body, who)
        holds(reply.status >= 400, f'{method} {target}: {reply.status}')
        return reply.json()['code']


def add_user(workspace: vitrine.Workspace, name: str, role: str, tenant: str) -> str:
    """By command, on the data directory; the token of the new user."""
    secret = workspace.file('secret', 'long enough\n')
    workspace.run('user', 'add', name, '--role', role, '--password-file', secret, '--tenant', tenant)
    made = workspace.run('token', 'create', '--user', name, '--name', 'flow', '--tenant', tenant)
    return made.out.strip()


def prepare(workspace: vitrine.Workspace) -> World:
    token = workspace.init()
    workspace.run('tenant', 'create', 'other')
    tokens = {'reader': add_user(workspace, 'rita', 'reader', 'acme'),
              'producer': add_user(workspace, 'paul', 'producer', 'acme'), 'administrator': token,
              'stranger': add_user(workspace, 'olga', 'administrator', 'other')}
    return World(workspace, workspace.serve(), tokens)


@tap.test
def users_are_managed_by_api(world: World) -> None:
    body = {'name': 'new', 'password': 'long enough', 'role': 'reader'}
    users = world.answer('UserList', 'acme/users', 'POST', body)['users']
    equal([(user['name'], user['role']) for user in users],
          [('anna', 'administrator'), ('new', 'reader'), ('paul', 'producer'), ('rita', 'reader')])
    token = world.answer('TokenCreated', 'acme/tokens', 'POST', {'user': 'new', 'name': 'ci', 'days': 1})['token']
    world.tokens['new'] = token
    equal(world.refusal('acme/users', 'GET', who='new'), 'forbidden')
    world.answer('UserList', 'acme/users/new/role', 'PUT', {'role': 'administrator'})
    equal(world.ask('acme/users', who='new').status, 200)
    world.answer('UserList', 'acme/users/new/disabled', 'PUT', {'disabled': True})
    equal(world.refusal('acme/users', 'GET', who='new'), 'unauthorized')
    world.answer('UserList', 'acme/users/new/disabled', 'PUT', {'disabled': False})
    world.answer('UserList', 'acme/users/new/password', 'PUT', {'password': 'another one'})
    users = world.answer('UserList', 'acme/users/new/role', 'PUT', {'role': 'none'})['users']
    equal([user['name'] for user in users], ['anna', 'paul', 'rita'])
    equal(world.refusal('acme/users', 'GET', who='new'), 'forbidden')


@tap.test
def what_is_not_right_is_refused(world: World) -> None:
    for body, code in BAD_USERS:
        equal(world.refusal('acme/users', 'POST', body), code, body)
    for target, body, code in (('acme/users/rita/role', {'role': 'king'}, 'bad_enum'),
                               ('acme/users/nobody/role', {'role': 'reader'}, 'not_found'),
                               ('acme/users/olga/password', {'password': 'long enough'}, 'not_found'),
                               ('acme/users/anna/role', {'role': 'reader'}, 'last_administrator'),
                               ('acme/users/anna/role', {'role': 'none'}, 'last_administrator'),
                               ('acme/users/anna/disabled', {'disabled': True}, 'last_administrator'),
                               ('acme/users/anna/disabled', {'disabled': 'yes'}, 'bad_value')):
        equal(world.refusal(target, 'PUT', body), code, (target, body))
    for body, code in (({'user': 'nobody', 'name': 'x'}, 'not_found'), ({'user': 'rita'}, 'missing_field'),
                       ({'user': 'rita', 'name': ''}, 'bad_value'),
                       ({'user': 'rita', 'name': 'x', 'days': 0}, 'bad_value')):
        equal(world.refusal('acme/tokens', 'POST', body), code, body)
    for token in ('0', 'x', '999999', '-1'):
        equal(world.refusal(f'acme/tokens/{token}', 'DELETE'), 'not_found', token)


@tap.test
def nobody_takes_over_an_administrator_of_another_tenant(world: World) -> None:
    world.answer('UserList', 'acme/users/olga/role', 'PUT', {'role': 'reader'})
    for target, method, body in (('acme/users/olga/password', 'PUT', {'password': 'long enough'}),
                                 ('acme/users/olga/disabled', 'PUT', {'disabled': True}),
                                 ('acme/tokens', 'POST', {'user': 'olga', 'name': 'mine'})):
        equal(world.refusal(target, method, body), 'forbidden', target)
    listed = world.answer('TokenList', 'acme/tokens')['tokens']
    number = next(token['id'] for token in listed if token['user'] == 'olga')
    equal(world.refusal(f'acme/tokens/{number}', 'DELETE'), 'forbidden')
    world.answer('UserList', 'acme/users/olga/role', 'PUT', {'role': 'none'})


@tap.test
def commands_act_on_a_running_server(world: World) -> None:
    run, server = world.workspace.run, world.server
    secret = world.workspace.file('secret', 'long enough\n')
    acme = ('--tenant', 'acme')
    run('user', 'add', 'till', '--role', 'reader', '--password-file', secret, *acme, server=server)
    made = run('token', 'create', '--user', 'till', '--name', 'shop', *acme, server=server).out
    world.tokens['till'] = made.strip()
    equal(world.ask('me', who='till').json(), {'tenants': [{'code': 'acme', 'role': 'reader'}]})
    run('user', 'role', 'till', 'producer', *acme, server=server)
    equal(world.ask('me', who='till').json()['tenants'][0]['role'], 'producer')
    run('user', 'password', 'till', '--password-file', secret, *acme, server=server)
    lines = run('token', 'list', *acme, server=server).out.splitlines()
    number = next(line.split('\t')[0] for line in lines if line.split('\t')[1:3] == ['till', 'shop'])
    run('token', 'revoke', number, *acme, server=server)
    equal(world.ask('me', who='till').status, 401)
    run('user', 'disable', 'till', *acme, server=server)
    holds('till\tproducer\tdisabled\n' in run('user', 'list', *acme, server=server).out, 'till is disabled')
    run('user', 'disable', 'till', '--enable', *acme, server=server)
    refused = run('user', 'role', 'anna', 'reader', *acme, server=server, code=1)
    holds('last_administrator' in refused.err, refused.err)
    run('user', 'role', 'till', 'none', *acme, server=server)


@tap.test
def every_change_is_in_the_audit_trail(world: World) -> None:
    entries = world.answer('AuditTrail', 'acme/audit')['entries']
    told = {(row['user'], row['origin'], row['action'], row['subject']) for row in entries}
    holds({(None, 'local', 'setup', 'acme'), (None, 'local', 'user add', 'rita'),
           ('anna', '127.0.0.1', 'user add', 'new'), ('anna', '127.0.0.1', 'user role administrator', 'new'),
           ('anna', '127.0.0.1', 'token create', 'new: ci')} <= told, told)
    holds('olga' not in {row['subject'] for row in entries if row['action'] == 'user add'}, 'another tenant')
    catalog = {'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}
    world.answer('CatalogReport', 'acme/catalog', 'POST', catalog)
    last = entries[-1]['id']
    row = world.answer('AuditTrail', f'acme/audit?after={last}&limit=1')['entries'][0]
    equal((row['user'], row['origin'], row['action'], row['kind']), ('anna', '127.0.0.1', 'catalog import', 'product'))
    table = world.ask('acme/audit?format=tsv')
    lines = table.body.decode('utf-8-sig').splitlines()
    equal(lines[0].split('\t')[:5], ['id', 'at', 'user', 'origin', 'action'])
    holds(len(lines) > len(entries), len(lines))
    equal(world.answer('AuditTrail', 'acme/audit?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z')['entries'], [])
    for query in ('after=x', 'limit=0', 'limit=99999', 'format=xml', 'from=yesterday'):
        holds(world.refusal(f'acme/audit?{query}', 'GET') in ('bad_value', 'bad_enum'), query)


@tap.test
def commands_that_are_not_right_say_so(world: World) -> None:
    missing = world.workspace.folder / 'missing'
    for arguments, code in ((('user', 'add', 'x'), 2), (('user', 'role', 'x'), 2), (('user', 'password', 'x'), 2),
                            (('token', 'revoke', 'x'), 2), (('token', 'create', '--user', 'x'), 2),
                            (('user', 'password', 'rita', '--password-file', missing), 1)):
        world.workspace.run(*arguments, code=code)


tap.main(prepare)
