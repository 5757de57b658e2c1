"""Real turntables: frames as a photographer names them become spin sets in the order they were taken."""
from __future__ import annotations

import json
import os
import pathlib

import media_api
import tap
import vitrine
from jobs_api import Jobs
from library_api import Library, form
from vitrine import equal

CATALOG = {'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                         'default_locale': 'en-us'}]}
ROWS, COLUMNS = 6, 20  # of the folder mini-6x20


def prepare(workspace: vitrine.Workspace) -> Library:
    if not os.environ.get('VITRINE_TEST_DATA'):
        raise tap.Skip('VITRINE_TEST_DATA names no folder')
    workspace.init()
    workspace.catalog(CATALOG)
    ben = media_api.member(workspace, 'ben')
    library = Library(workspace, workspace.serve(), ben)
    turn = {'type': 'spin_set', 'match': [r'(civic|fish)-\w+'], 'active': True}
    grid = {'type': 'spin_set_2d', 'match': [r'(mini)-R\d+-C\d+'], 'row': r'mini-R(\d+)-C\d+',
            'column': r'mini-R\d+-C(\d+)', 'active': True}
    for name, body in (('turn', turn), ('grid', grid)):
        library.told('SetPresets', f'set-presets/{name}', 'PUT', body)
    return library


def send(library: Library, files: list[tuple[str, bytes]]) -> None:
    kind, body = form(files)
    reply = library.server.request('/api/v1/acme/assets?alt=turn', 'POST', body, Content_Type=kind,
                                   Authorization=f'Bearer {library.workspace.token}')
    equal([row['code'] for row in reply.json()['files']], [None] * len(files))
    equal(Jobs(library.workspace, library.server).ended(reply.json()['sets_job'])['outcome'], 'completed')


def made(library: Library, name: str) -> tuple[int, list[str]]:
    head = library.told('AssetState', f'assets/{name}')['head']
    return head['rows'], [row['asset'] for row in head['members']]


def folder() -> pathlib.Path:
    return pathlib.Path(os.environ['VITRINE_TEST_DATA'], 'spin')


@tap.test
def frames_with_numbers_turn_as_they_were_taken(library: Library) -> None:
    turns = {row['id']: row['frames'] for row in json.loads((folder() / 'spin.json').read_text())}
    for name, found in (('civic', 'civic-large'), ('fish', next(key for key in turns if key.startswith('fish')))):
        frames = [folder() / path for path in turns[found]]
        send(library, [(f'{name}-{path.stem}.jpg', path.read_bytes()) for path in reversed(frames)])
        equal(made(library, name), (1, [f'{name}-{path.stem}' for path in frames]))


@tap.test
def rows_and_columns_make_a_grid(library: Library) -> None:
    names = [f'mini-R{row}-C{column}' for row in range(1, ROWS + 1) for column in range(1, COLUMNS + 1)]
    paths = sorted((folder() / 'mini-6x20').glob('*.jpg'))
    send(library, [(f'{name}.jpg', path.read_bytes()) for name, path in zip(names, paths)])
    equal(made(library, 'mini'), (ROWS, names))
    vitrine.eventually(lambda: library.server.image('mini').status == 200, 'the first frame stands for it')


tap.main(prepare)
