"""Every change is audited: each route of the contract that may change something leaves a row that says who, what, when
and from where, or stands here with the reason why it changes nothing."""
from __future__ import annotations

import datetime
import json
import pathlib
from typing import Any

import library_api
import pictures
import schema
import tap
import vitrine
from vitrine import equal, holds

ROUTES = {route['id']: route for route in json.loads((vitrine.ROOT / 'contract/routes.json').read_text())}
CATALOG = {'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                         'default_locale': 'en-us'}],
           'categories': [{'id': 'cups', 'name': 'Cups'}],
           'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}
# what needs no row, and why
REASONS = {
    'session_create': 'a sign-in changes nothing of the tenant',
    'session_end': 'a sign-out changes nothing of the tenant',
    'first_run': 'there is no tenant yet: flows/sessions',
    'upload_begin': 'files that wait are nobody\'s yet; their import is audited',
    'upload_file': 'files that wait are nobody\'s yet; their import is audited',
    'asset_edit': 'a working copy is seen by its owner alone; what he finishes is audited',
    'asset_save': 'as asset_edit',
    'asset_discard': 'as asset_edit',
    'product_media_edit': 'as asset_edit',
    'product_media_save': 'as asset_edit',
    'product_media_discard': 'as asset_edit',
    'category_media_edit': 'as asset_edit',
    'category_media_save': 'as asset_edit',
    'category_media_discard': 'as asset_edit',
    'group_validate': 'it tells and changes nothing',
    'preference_put': 'what an account wants of the workspace is its own',
}
OMNI = {'channel': 'Omnichannel', 'locale': 'system_neutral'}
SHOP = {'channel': 'OUN001', 'locale': 'system_neutral'}


def nodes(asset: str) -> dict[str, Any]:
    return {'nodes': [{'scope': 'master', 'primary': [asset], 'additional': []}], 'swatches': [], 'matrix': []}


def later(hours: int) -> str:
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return then.strftime('%Y-%m-%dT%H:%M:%SZ')


class Shop:
    """Walks through the routes; what each must leave in the trail is said with its call."""

    def __init__(self, workspace: vitrine.Workspace, server: vitrine.Server) -> None:
        self.server, self.token = server, workspace.token
        self.last = ''
        self.walked: set[str] = set()
        self.trail()

    def trail(self) -> list[dict[str, Any]]:
        """The rows since the last time."""
        query = f'?limit=1000&after={self.last}' if self.last else '?limit=1000'
        reply = self.server.get(f'/api/v1/acme/audit{query}', Authorization=f'Bearer {self.token}')
        equal(reply.status, 200, reply.body)
        schema.check(reply.json(), 'AuditTrail')
        rows = list(reply.json()['entries'])
        self.last = rows[-1]['id'] if rows else self.last
        return rows

    def ask(self, route: str, body: Any = None, query: dict[str, str] | None = None, raw: bytes | None = None,
            headers: dict[str, str] | None = None, **names: str) -> Any:
        row = ROUTES[route]
        path = row['path'].replace('{tenant}', 'acme').replace('...}', '}').format(**names)
        words = '&'.join(f'{name}={vitrine.quoted(value)}' for name, value in (query or {}).items())
        sent = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        if sent is None and row['method'] in ('POST', 'PUT', 'PATCH'):
            sent = b'{}' if row.get('request') else b''
        reply = self.server.request(f'{path}?{words}' if words else path, row['method'], sent,
                                    Authorization=f'Bearer {self.token}', **(headers or {}))
        holds(reply.status in (200, 202), f'{route}: {reply.status} {reply.body!r}')
        return reply.json()

    def change(self, route: str, action: str, body: Any = None, query: dict[str, str] | None = None,
               raw: bytes | None = None, headers: dict[str, str] | None = None, **names: str) -> Any:
        """A call that must leave a row with @action, by who called, from where, now."""
        self.trail()
        begun = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        told = self.ask(route, body, query, raw, headers, **names)
        rows = [entry for entry in self.trail() if entry['user'] == 'anna']
        holds(action in [entry['action'] for entry in rows], f'{route}: {action} is not among {rows}')
        for entry in rows:
            equal(entry['origin'], '127.0.0.1', route)
            at = datetime.datetime.strptime(entry['at'], '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=datetime.timezone.utc)
            holds(begun <= at <= datetime.datetime.now(datetime.timezone.utc), f'{route}: {entry}')
        self.walked.add(route)
        return told

    def quiet(self, route: str, *args: Any, **more: Any) -> Any:
        """A call that changes nothing others see."""
        holds(route in REASONS, route)
        return self.ask(route, *args, **more)

    def upload(self, name: str, picture: bytes) -> None:
        kind, form = library_api.form([(f'{name}.png', picture)])
        self.change('asset_upload', 'check in', raw=form, query={'publish': 'false', 'alt': name},
                    headers={'Content_Type': kind})

    def write(self, kind: str, body: Any, query: dict[str, str], **names: str) -> None:
        """Edits and finishes an asset, a product's or a category's media."""
        state = self.quiet(f'{kind}_edit', query=query, **names)
        self.quiet(f'{kind}_save', body, query, headers={'If_Match': str(state['version'])}, **names)
        self.change(f'{kind}_finish', 'check in', query=query, **names)
        self.quiet(f'{kind}_edit', query=query, **names)
        self.quiet(f'{kind}_discard', query=query, **names)


def prepare(workspace: vitrine.Workspace) -> vitrine.Workspace:
    workspace.init()
    return workspace


def walk_people(shop: Shop) -> None:
    shop.change('catalog_import', 'catalog import', CATALOG)
    shop.change('user_add', 'user add', {'name': 'ben', 'password': 'correct horse', 'role': 'reader'})
    shop.change('user_role', 'user role producer', {'role': 'producer'}, user='ben')
    shop.change('user_password', 'user password', {'password': 'battery staple'}, user='ben')
    shop.change('user_disabled', 'user disable', {'disabled': True}, user='ben')
    shop.change('user_email', 'user email', {'email': 'ben@shop.example'}, user='ben')
    shop.change('token_create', 'token create', {'user': 'ben', 'name': 'till'})
    tokens = shop.server.get('/api/v1/acme/tokens', Authorization=f'Bearer {shop.token}').json()['tokens']
    number = [str(token['id']) for token in tokens if token['user'] == 'ben'][0]
    shop.change('token_revoke', 'token revoke', token=number)
    shop.change('mail_put', 'mail wish', {'when': 'error'})
    shop.change('setting_put', 'setting trash_days', {'value': '9'}, setting='trash_days')
    shop.quiet('preference_put', {'publish_explained': True})


def walk_library(shop: Shop, media: pathlib.Path) -> None:
    shop.change('folder_add', 'folder add', {'path': 'one'})
    shop.change('folder_move', 'folder move', {'path': 'two'}, path='one')
    for at, name in enumerate(('a', 'b', 'c', 'd')):
        pictures.draw(media / f'{name}.png', 20, 20 + at)
        shop.upload(name, (media / f'{name}.png').read_bytes())
    shop.change('set_create', 'set create', {'name': 'all', 'type': 'image_set', 'publish': False,
                                            'members': [{'asset': 'a'}, {'asset': 'b'}]})
    shop.change('set_save', 'check in', {'publish': False, 'members': [{'asset': 'b'}]}, asset='all')
    shop.change('asset_folder', 'asset move', {'path': 'two'}, asset='a')
    shop.change('asset_folder', 'asset move', {'path': ''}, asset='a')
    shop.change('folder_publish_mode', 'folder publish mode', {'publish_mode': 'immediately'}, path='two')
    for at in (later(1), None):
        shop.change('asset_activation', 'asset activation', {'at': at}, asset='a')
    shop.change('set_preset_put', 'set preset', {'type': 'image_set', 'match': ['(.*)-[0-9]+']}, preset='views')
    shop.change('set_preset_delete', 'set preset delete', preset='views')
    shop.change('folder_remove', 'folder remove', path='two')
    shop.write('asset', {'alt': 'another'}, {'locale': 'system_neutral'}, asset='a')
    shop.change('asset_restore', 'check in', asset='a', version='1')
    shop.change('asset_rename', 'asset rename', {'name': 'bb'}, asset='b')
    shop.change('asset_delete', 'asset delete', asset='c')
    trash = shop.server.get('/api/v1/acme/trash', Authorization=f'Bearer {shop.token}').json()['assets']
    shop.change('trash_restore', 'asset restore', id=trash[0]['id'])
    shop.ask('asset_delete', asset='c')
    trash = shop.server.get('/api/v1/acme/trash', Authorization=f'Bearer {shop.token}').json()['assets']
    shop.change('trash_purge', 'trash empty', id=trash[0]['id'])
    shop.ask('asset_delete', asset='d')
    shop.change('trash_empty', 'trash empty')


def walk_media(shop: Shop) -> None:
    for asset in ('a', 'bb'):
        shop.write('product_media', nodes(asset), OMNI, product='mug')
        shop.write('category_media', nodes(asset), SHOP, category='cups')
    shop.change('product_media_restore', 'check in', query=OMNI, product='mug', version='1')
    shop.change('category_media_restore', 'check in', query=SHOP, category='cups', version='1')
    everything = {'all': True, 'with_dependencies': True}
    seq = shop.change('publish', 'publish', everything)['seq']
    shop.change('publish_undo', 'undo', {}, seq=str(seq))
    shop.change('publish', 'publish', {'products': ['mug'], 'categories': ['cups'], 'with_dependencies': True})
    shop.change('product_media_reset', 'reset', {'finish': True}, OMNI, product='mug')
    shop.change('category_media_reset', 'reset', {'finish': True}, SHOP, category='cups')
    shop.change('unpublish', 'unpublish', {'products': ['mug'], 'categories': ['cups']})


def walk_groups(shop: Shop) -> None:
    shop.change('group_create', 'group create', {'name': 'spring'})
    shop.change('group_add', 'group add', {'assets': ['a', 'bb']}, group='spring')
    shop.change('group_remove', 'group remove', {'assets': ['bb']}, group='spring')
    shop.quiet('group_validate', group='spring')
    shop.change('group_schedule', 'group schedule', {'at': later(1)}, group='spring')
    shop.change('group_unschedule', 'group unschedule', group='spring')
    state = shop.ask('asset_edit', query={'group': 'spring'}, asset='a')
    shop.ask('asset_save', {'alt': 'spring'}, {'group': 'spring'}, headers={'If_Match': str(state['version'])},
             asset='a')
    shop.ask('asset_finish', query={'group': 'spring'}, asset='a')
    shop.change('group_publish', 'group publish', {}, group='spring')
    shop.change('group_undo', 'undo', {}, group='spring')
    shop.ask('group_create', {'name': 'summer'})
    shop.change('group_delete', 'group delete', query={'confirm': 'summer'}, group='summer')
    preview = shop.change('preview_create', 'preview create', {'assets': ['a']})
    shop.change('preview_revoke', 'preview revoke', preview=str(preview['id']))


def walk_jobs(shop: Shop) -> None:
    number = str(shop.change('job_submit', 'job submit', {'type': 'sync', 'exec_time': later(1)})['id'])
    shop.change('job_edit', 'job edit', {'description': 'other'}, job=number)
    for verb in ('pause', 'resume', 'run'):
        shop.change(f'job_{verb}', f'job {verb}', job=number)
    number = str(shop.ask('job_submit', {'type': 'sync', 'exec_time': later(2)})['id'])
    shop.change('job_delete', 'job delete', job=number)
    number = str(shop.ask('job_submit', {'type': 'sync', 'exec_time': later(3), 'name': 'x'})['id'])
    shop.ask('job_run', job=number)
    upload = shop.quiet('upload_begin')['upload']
    rows = [vitrine.asset_row('imported', 'i.png')]
    shop.quiet('upload_file', raw=(b'x'), upload=upload, path='i.png')
    shop.change('upload_import', 'job submit', raw=vitrine.tsv(rows).encode(), upload=upload)
    shop.change('export', 'job submit', {'assets': True})
    shop.change('sync_run', 'sync full', {'full': True})
    shop.change('purge_add', 'purge', {'assets': ['a']})


@tap.test
def every_route_that_changes_something_leaves_a_row(workspace: vitrine.Workspace) -> None:
    with workspace.serving('--edges', 'http:http://127.0.0.1:9/', '--workers', '0') as server:
        shop = Shop(workspace, server)
        walk_people(shop)
        walk_library(shop, workspace.media)
        walk_media(shop)
        walk_groups(shop)
        walk_jobs(shop)
        queued = str(shop.ask('job_submit', {'type': 'sync'})['id'])
        shop.change('job_cancel', 'job cancel', job=queued)
        changing = {name for name, route in ROUTES.items() if route['method'] not in ('GET', 'HEAD')}
        equal(sorted(changing - shop.walked - set(REASONS)), [], 'routes without a row or a reason')
        equal(sorted(set(REASONS) - changing), [], 'reasons of routes that are not there')
        equal(sorted(set(REASONS) & shop.walked), [], 'reasons of routes that do leave rows')


@tap.test
def the_command_line_leaves_rows_as_this_machine(workspace: vitrine.Workspace) -> None:
    commands = [(('setting', 'set', 'trash_days', '8'), 'setting trash_days'),
                (('token', 'create', '--user', 'anna', '--name', 'x'), 'token create'),
                (('preview', 'create', '--assets', 'a'), 'preview create'),
                (('publish', '--assets', 'bb', '--with-dependencies'), 'publish'),
                (('unpublish', '--assets', 'bb'), 'unpublish'), (('group', 'create', 'autumn'), 'group create')]
    for command, _ in commands:
        workspace.run(*command)
    with workspace.serving() as server:
        reply = server.get('/api/v1/acme/audit?limit=10000', Authorization=f'Bearer {workspace.token}')
        local = [entry for entry in reply.json()['entries'] if entry['origin'] == 'local' and entry['user'] is None]
        equal([entry['action'] for entry in local[-len(commands):]], [action for _, action in commands])


@tap.test
def the_trail_is_read_in_pieces_and_as_a_table(workspace: vitrine.Workspace) -> None:
    with workspace.serving() as server:
        def read(query: str) -> vitrine.Reply:
            return server.get(f'/api/v1/acme/audit?{query}', Authorization=f'Bearer {workspace.token}')
        whole = read('limit=10000').json()['entries']
        pieces: list[Any] = []
        while piece := read(f'limit=7&after={pieces[-1]["id"]}' if pieces else 'limit=7').json()['entries']:
            holds(len(piece) <= 7, len(piece))
            pieces += piece
        equal(pieces, whole)
        lines = read('limit=10000&format=tsv').body.decode().splitlines()
        equal(len(lines), len(whole) + 1)
        for query in ('limit=0', 'limit=1000001', 'format=xml', 'after=x'):
            holds(read(query).status in (400, 422), query)


tap.main(prepare)
