"""Whether assets are published: by hand, by uploads, by jobs; and what their history tells."""
from __future__ import annotations

import datetime
from typing import Any

import media_api
import pictures
import tap
import vitrine
from library_api import Library, form
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'mug', 'name': 'Mug', 'type': 'simple'}]}


def prepare(workspace: vitrine.Workspace) -> Library:
    workspace.init()
    workspace.catalog(CATALOG)
    ben = media_api.member(workspace, 'ben')
    return Library(workspace, workspace.serve(), ben)


def add(library: Library, name: str, query: str = '') -> Any:
    """Uploads one picture; its row."""
    return library.upload([(f'{name}.png', library.picture((len(name), 7, 9)))], query)[0]


def switch(library: Library, what: str, names: list[str], **options: Any) -> Any:
    """Publishes or unpublishes assets by hand; the result."""
    form = {'publish': 'PublishResult', 'unpublish': 'UnpublishResult'}[what]
    return library.told(form, what, 'POST', {'assets': names, **options})


def history(library: Library, name: str, query: str = '') -> Any:
    return library.told('PublishHistory', f'assets/{name}/publishes?{query}')


def is_served(library: Library, name: str, wanted: bool) -> None:
    vitrine.eventually(lambda: (library.server.image(name).status == 200) == wanted, f'{name} is served: {wanted}')


def wait_for(library: Library, seq: int) -> None:
    """Until every channel database shows the log number."""
    vitrine.eventually(lambda: all(store['confirmed'] for store in
                                   library.told('SyncStatus', f'sync?seq={seq}')['databases']), f'{seq} is shown')


@tap.test
def history_tells_when_by_whom_and_on_which_servers(library: Library) -> None:
    add(library, 'lamp', 'publish=false')
    equal((history(library, 'lamp'), library.told('AssetState', 'assets/lamp')['last_published']),
          ({'publishes': [], 'next': None}, None))
    first = switch(library, 'publish', ['lamp'])['seq']
    is_served(library, 'lamp', True)
    taken = switch(library, 'unpublish', ['lamp'])['seq']
    is_served(library, 'lamp', False)
    job = library.told('Job', 'jobs', 'POST', {'type': 'publish', 'parameters': {'assets': ['lamp']}})['id']
    is_served(library, 'lamp', True)
    told = history(library, 'lamp')['publishes']
    equal([(one['seq'] in (first, taken), one['user'], one['job'], [item['action'] for item in one['items']])
           for one in told],
          [(False, 'anna', job, ['publish']), (True, 'anna', None, ['unpublish']), (True, 'anna', None, ['publish'])])
    wait_for(library, told[0]['seq'])
    told = history(library, 'lamp')['publishes']
    holds(all(store['name'] == 'main' and store['confirmed'] and store['applied'] for one in told
              for store in one['databases']), told)
    equal(library.told('AssetState', 'assets/lamp')['last_published'], told[0]['at'])
    page = history(library, 'lamp', 'limit=2')
    rest = history(library, 'lamp', f'limit=2&before={page["next"]}')
    equal(([one['seq'] for one in page['publishes'] + rest['publishes']], rest['next']),
          ([one['seq'] for one in told], None))
    library.refused('bad_value', 'assets/lamp/publishes?before=x')
    library.refused('not_found', 'assets/nobody/publishes')
    printed = library.workspace.run('asset', 'history', 'lamp', '--limit', '1', server=library.server)
    holds(f'  {told[0]["seq"]}  publish by anna\n    publish system_neutral image' in printed.out, printed.out)
    holds('--before' in printed.err, printed.err)


def set_to(library: Library, **settings: str) -> None:
    for name, value in settings.items():
        library.told('SettingList', f'settings/{name}', 'PUT', {'value': value})


@tap.test
def settings_decide_what_an_upload_does_not_say(library: Library) -> None:
    equal((add(library, 'told')['seq'] > 0, add(library, 'untold', 'publish=false')['seq']), (True, 0))
    set_to(library, upload_publish='false', upload_if_exists='skip')
    equal((add(library, 'later')['seq'], add(library, 'now', 'publish=true')['seq'] > 0), (0, True))
    kind, body = form([('now.png', library.picture((3, 3, 3))), ('other.png', library.picture((4, 4, 4)))])
    reply = library.server.request('/api/v1/acme/assets', 'POST', body, Content_Type=kind,
                                   Authorization=f'Bearer {library.workspace.token}').json()
    equal((reply['duplicates'], [row['code'] for row in reply['files']]), (1, ['duplicate_skipped', None]))
    set_to(library, upload_publish='default', upload_if_exists='default')
    equal(add(library, 'now')['code'], 'duplicate_name')


@tap.test
def a_file_takes_the_place_of_an_asset_by_the_rule(library: Library) -> None:
    workspace = library.workspace
    pictures.draw(workspace.media / 'cup.jpg', 40, 20, (1, 2, 3))
    jpeg = (workspace.media / 'cup.jpg').read_bytes()
    add(library, 'cup', 'folder=a')
    for rule, folder, bytes_of, wanted in (
            ('overwrite_full_name', 'b', library.picture((9, 1, 1)), 'cup-1'),
            ('overwrite_full_name', 'a', jpeg, 'cup-2'),
            ('overwrite_full_name', 'a', library.picture((9, 1, 2)), 'cup'),
            ('overwrite_any_ext', 'b', jpeg, 'cup-3'),
            ('overwrite_any_ext', 'a', jpeg, 'cup'),
            ('overwrite_full_name_any_folder', 'b', library.picture((9, 1, 3)), 'cup-4'),
            ('overwrite_full_name_any_folder', 'b', jpeg, 'cup'),
            ('overwrite_any_ext_any_folder', 'c', library.picture((9, 1, 4)), 'cup')):
        row = library.upload([('cup.png', bytes_of)], f'folder={folder}&if_exists={rule}')[0]
        equal((row['asset'], row['new']), (wanted, wanted != 'cup'), (rule, folder))
    equal(library.told('AssetState', 'assets/cup')['folder'], 'c')
    library.told('AssetDeleted', 'assets/cup-1', 'DELETE')
    row = library.upload([('cup-1.png', jpeg)], 'if_exists=overwrite_any_ext_any_folder')[0]
    equal((row['asset'], row['new']), ('cup-1-1', True), 'a name in the trash may come back')


@tap.test
def a_new_version_is_live_as_the_asset_was_where_that_is_retained(library: Library) -> None:
    add(library, 'shown')
    add(library, 'hidden', 'publish=false')
    options = 'if_exists=overwrite&retain_publish=true&publish='
    equal([library.upload([(f'{name}.png', library.picture((5, 5, len(flag))))], options + flag)[0]['seq'] > 0
           for name, flag in (('shown', 'false'), ('hidden', 'true'))], [True, False])
    set_to(library, upload_retain_publish='true')
    equal(library.upload([('hidden.png', library.picture((6, 6, 6)))], 'if_exists=overwrite')[0]['seq'], 0)
    equal(library.upload([('hidden.png', library.picture((6, 6, 7)))],
                         'if_exists=overwrite&retain_publish=false')[0]['seq'] > 0, True)
    set_to(library, upload_retain_publish='default')


def places(library: Library, name: str) -> tuple[int, int]:
    """What the picture's two addresses answer."""
    return library.server.image(name).status, library.server.get(f'/is/content/acme/{name}').status


@tap.test
def an_asset_is_served_in_the_contexts_it_is_published_to(library: Library) -> None:
    add(library, 'plan', 'publish=false')
    switch(library, 'publish', ['plan'], contexts=['content'])
    vitrine.eventually(lambda: places(library, 'plan') == (403, 200), 'only its bytes are served')
    state = library.told('AssetState', 'assets/plan')
    equal([row['contexts'] for row in state['locales']], [['content']])
    library.upload([('plan.png', library.picture((77, 7, 7)))], 'if_exists=overwrite')
    vitrine.eventually(lambda: library.told('AssetState', 'assets/plan')['published']['binary'] !=
                       state['published']['binary'], 'a new version is live')
    equal(places(library, 'plan'), (403, 200), 'where the old one was')
    switch(library, 'publish', ['plan'], contexts=['image'])
    vitrine.eventually(lambda: places(library, 'plan') == (200, 200), 'it is served on both')
    switch(library, 'unpublish', ['plan'], contexts=['content'])
    vitrine.eventually(lambda: places(library, 'plan') == (200, 403), 'its bytes are not')
    switch(library, 'unpublish', ['plan'])
    vitrine.eventually(lambda: places(library, 'plan') == (403, 403), 'it is gone')
    equal([(item['action'], item['contexts']) for one in history(library, 'plan')['publishes']
           for item in one['items']],
          [('unpublish', ['image']), ('unpublish', ['content']), ('publish', ['image']), ('publish', ['content']),
           ('publish', ['content'])])
    library.refused('media_type', 'publish', 'POST', {'assets': ['plan'], 'contexts': ['video']})
    library.refused('bad_enum', 'publish', 'POST', {'assets': ['plan'], 'contexts': ['moon']})
    library.refused('bad_value', 'publish', 'POST', {'products': ['mug'], 'contexts': ['image']})


@tap.test
def a_job_publishes_to_one_kind_of_server(library: Library) -> None:
    add(library, 'both', 'publish=false')
    job = library.told('Job', 'jobs', 'POST', {'type': 'publish', 'parameters': {
        'mode': 'incremental', 'contexts': ['content']}})['id']
    vitrine.eventually(lambda: library.told('Job', f'jobs/{job}')['outcome'] == 'completed', 'the job ends')
    vitrine.eventually(lambda: places(library, 'both') == (403, 200), 'only its bytes are served')
    library.workspace.run('publish', '--assets', 'both', '--contexts', 'image', '--wait', server=library.server)
    equal(places(library, 'both'), (200, 200))
    library.workspace.run('unpublish', '--assets', 'both', '--contexts', 'image', '--wait', server=library.server)
    equal(places(library, 'both'), (403, 200))


def marks(library: Library, name: str) -> list[str | None]:
    return [row['marked'] for row in library.told('AssetState', f'assets/{name}')['locales']]


@tap.test
def without_instant_publish_assets_wait_for_the_next_job(library: Library) -> None:
    add(library, 'flag')
    is_served(library, 'flag', True)
    set_to(library, instant_publish='false')
    row = add(library, 'star')
    equal((row['seq'], row['marked'], marks(library, 'star')), (0, True, ['publish']))
    add(library, 'moon', 'publish=false')
    equal(switch(library, 'publish', ['moon'])['marked'], 1)
    equal(switch(library, 'unpublish', ['moon'])['seq'], 0)
    equal(switch(library, 'unpublish', ['flag'])['marked'], 1)
    equal((marks(library, 'flag'), marks(library, 'moon'), library.names('state=marked')),
          (['unpublish'], [None], ['flag', 'star']))
    equal([library.server.image(name).status for name in ('flag', 'star', 'moon')], [200, 403, 403])
    job = library.told('Job', 'jobs', 'POST', {'type': 'publish', 'parameters': {}})['id']
    vitrine.eventually(lambda: library.told('Job', f'jobs/{job}')['outcome'] == 'completed', 'the job ends')
    is_served(library, 'star', True)
    is_served(library, 'flag', False)
    equal((library.server.image('moon').status, library.names('state=marked')), (403, []))
    set_to(library, instant_publish='default')
    equal(switch(library, 'publish', ['moon'])['marked'], 0)
    is_served(library, 'moon', True)


def set_mode(library: Library, path: str, mode: str | None) -> Any:
    told = library.told('FolderList', f'folder-publish-modes/{path}', 'PUT', {'publish_mode': mode})
    return {row['path']: row['effective_publish_mode'] for row in told['folders']}


@tap.test
def a_folder_decides_how_its_uploads_go_live(library: Library) -> None:
    library.told('FolderList', 'folders', 'POST', {'path': 'press/photos'})
    library.told('FolderList', 'folders', 'POST', {'path': 'drafts'})
    library.refused('bad_enum', 'folder-publish-modes/press', 'PUT', {'publish_mode': 'never'})
    library.refused('forbidden', 'folder-publish-modes/press', 'PUT', {'publish_mode': None}, token=library.ben)
    modes = set_mode(library, 'press', 'selective')
    equal((modes['press'], modes['press/photos'], modes['drafts']), ('selective', 'selective', 'immediately'))
    set_mode(library, 'drafts', 'upon_activation')
    equal([add(library, name, f'folder={folder}')['seq'] > 0 for name, folder in
           (('mayor', 'press/photos'), ('sketch', 'drafts'), ('wall', 'walls'))], [False, False, True])
    equal(add(library, 'chief', 'folder=press&publish=true')['seq'], 0, 'authoring side only')
    library.workspace.publish_all(server=library.server)
    is_served(library, 'sketch', True)
    equal([library.server.image(name).status for name in ('mayor', 'chief')], [403, 403], 'not with everything')
    switch(library, 'publish', ['mayor'])
    is_served(library, 'mayor', True)
    old = library.server.image('mayor').body
    equal(library.upload([('mayor.png', library.picture((200, 7, 7)))], 'if_exists=overwrite')[0]['seq'] > 0, True)
    vitrine.eventually(lambda: library.server.image('mayor').body != old, 'a new version of what is live goes live')
    set_mode(library, 'press', None)
    equal(library.told('AssetState', 'assets/chief')['publish_mode'], 'selective', 'later uploads only')
    equal(add(library, 'guest', 'folder=press')['seq'] > 0, True)


def in_seconds(seconds: float) -> str:
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.replace(microsecond=0).strftime('%Y-%m-%dT%H:%M:%SZ')


@tap.test
def an_asset_is_shown_from_its_activation_on(library: Library) -> None:
    add(library, 'gift', 'publish=false')
    far = library.told('AssetState', 'assets/gift/activation', 'PUT', {'at': in_seconds(3600)})
    equal((far['waiting'], far['activation'] is None), (True, False))
    wait_for(library, switch(library, 'publish', ['gift'])['seq'])
    equal((library.server.image('gift').status, library.names('q=gift&state=published')), (403, []))
    library.told('AssetState', 'assets/gift/activation', 'PUT', {'at': in_seconds(2)})
    is_served(library, 'gift', True)
    equal((library.told('AssetState', 'assets/gift')['waiting'], library.names('q=gift&state=published')),
          (False, ['gift']))
    library.told('AssetState', 'assets/gift/activation', 'PUT', {'at': in_seconds(3600)})
    is_served(library, 'gift', False)
    equal(library.told('AssetState', 'assets/gift/activation', 'PUT', {'at': None})['activation'], None)
    is_served(library, 'gift', True)
    library.refused('bad_value', 'assets/gift/activation', 'PUT', {'at': 'soon'})
    library.refused('missing_field', 'assets/gift/activation', 'PUT', {})


tap.main(prepare)
