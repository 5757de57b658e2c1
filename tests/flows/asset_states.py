"""Whether assets are published: by hand, by uploads, by jobs; and what their history tells."""
from __future__ import annotations

from typing import Any

import media_api
import tap
import vitrine
from library_api import Library
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


tap.main(prepare)
