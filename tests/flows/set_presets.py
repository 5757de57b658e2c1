"""Sets made of pictures by their names: presets, at upload, behind an import and as a job."""
from __future__ import annotations

import json
from typing import Any

import media_api
import pictures
import tap
import vitrine
from jobs_api import Jobs
from library_api import Library, form
from vitrine import equal, holds

VIEWS = {'type': 'image_set', 'match': [r'(\w+)-(front|back|\d+)'], 'suffix': '-views', 'folder': 'made',
         'sequence': [r'.*-front', r'.*-\d+', r'.*-back']}
GRID = {'type': 'spin_set_2d', 'match': [r'(\w+)-R\w+-C\w+'], 'suffix': '-spin', 'row': r'\w+-R(\d+)-\w+',
        'column': r'\w+-\w+-C(\d+)'}
CATALOG = {'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                         'default_locale': 'en-us'}]}


def prepare(workspace: vitrine.Workspace) -> Library:
    workspace.init()
    workspace.catalog(CATALOG)
    ben = media_api.member(workspace, 'ben')
    return Library(workspace, workspace.serve(), ben)


def put(library: Library, name: str, body: dict[str, Any]) -> Any:
    presets = library.told('SetPresets', f'set-presets/{name}', 'PUT', body)['presets']
    return next(row for row in presets if row['name'] == name)


def upload(library: Library, *names: str, query: str = 'alt=drawn') -> int | None:
    """Sends pictures; the job that makes sets of them."""
    kind, body = form([(f'{name}.png', library.picture((number, 90, 90))) for number, name in enumerate(names)])
    reply = library.server.request(f'/api/v1/acme/assets?{query}', 'POST', body, Content_Type=kind,
                                   Authorization=f'Bearer {library.workspace.token}')
    equal([row['code'] for row in reply.json()['files']], [None] * len(names))
    return reply.json()['sets_job']


def ended(library: Library, number: int | None) -> tuple[Any, list[tuple[str, str, str | None]]]:
    holds(number is not None, 'there is a job')
    jobs = Jobs(library.workspace, library.server)
    return jobs.ended(int(number or 0)), jobs.reports(int(number or 0))


def members(library: Library, name: str) -> list[str]:
    return [row['asset'] for row in library.told('AssetState', f'assets/{name}')['head']['members']]


@tap.test
def a_new_preset_makes_nothing_until_it_is_active(library: Library) -> None:
    equal(put(library, 'views', VIEWS), VIEWS | {'name': 'views', 'active': False})
    equal(upload(library, 'tee-2', 'tee-back'), None)
    equal(put(library, 'views', VIEWS | {'active': True})['active'], True)
    equal(put(library, 'views', VIEWS)['active'], True, 'it stays as it is')
    job, reports = ended(library, upload(library, 'tee-front', 'tee-10', 'other'))
    equal((job['state'], job['result']['sets'], reports), ('done', 1, [('success', 'set_made', 'tee-views')]))
    equal(members(library, 'tee-views'), ['tee-front', 'tee-10'])
    state = library.told('AssetState', 'assets/tee-views')
    equal((state['folder'], state['published'] is not None), ('made', True))
    _, reports = ended(library, upload(library, 'tee-9'))
    equal((reports, members(library, 'tee-views')),
          ([('success', 'set_kept', 'tee-views')], ['tee-front', 'tee-9', 'tee-10']))


@tap.test
def sets_of_pictures_that_wait_wait_too(library: Library) -> None:
    ended(library, upload(library, 'hat-front', query='alt=drawn&publish=false'))
    equal(library.told('AssetState', 'assets/hat-views')['published'], None)


@tap.test
def a_job_makes_sets_of_what_is_there(library: Library) -> None:
    frames = [f'cup-R{row}-C{column}' for row in (1, 2) for column in range(9, 12)]
    put(library, 'spins', GRID)
    ended(library, upload(library, *reversed(frames), 'cup-Rx-C1', query='alt=drawn&folder=shoot'))
    jobs = Jobs(library.workspace, library.server)
    job = jobs.submit('sets', library.ben, parameters={'folder': 'shoot', 'presets': ['spins']})
    told, reports = ended(library, job['id'])
    equal((told['outcome'], sorted(reports)),
          ('completed_with_errors', [('error', 'bad_value', 'cup-Rx-C1'), ('success', 'set_made', 'cup-spin')]))
    state = library.told('AssetState', 'assets/cup-spin')
    equal((state['type'], state['head']['rows'], members(library, 'cup-spin')), ('spin_set', 2, frames))
    vitrine.eventually(lambda: library.server.image('cup-spin').status == 200, 'the turn is shown')
    equal(jobs.refusal('', 'POST', {'type': 'sets', 'parameters': {}}), 'missing_field')
    equal(jobs.refusal('', 'POST', {'type': 'sets', 'parameters': {'assets': ['x'] * 1001}}), 'too_large')
    told, _ = ended(library, jobs.submit('sets', parameters={'folder': 'shoot', 'presets': ['gone']})['id'])
    equal((told['state'], told['error']['code']), ('failed', 'not_found'))


@tap.test
def an_import_makes_sets_as_drafts(library: Library) -> None:
    workspace = library.workspace
    pictures.draw(workspace.media / 'a.png', 40, 20, (1, 2, 3))
    rows = [vitrine.asset_row(f'mug-{side}', 'a.png', MediaAction='PublishNow') for side in ('back', 'front')]
    equal({row['Result'] for row in workspace.import_rows(rows, server=library.server)}, {'Success'})
    equal((members(library, 'mug-views'), library.told('AssetState', 'assets/mug-views')['published']),
          (['mug-front', 'mug-back'], None))


@tap.test
def presets_are_for_administrators_and_bounded(library: Library) -> None:
    for code, body in (('bad_value', {'type': 'image_set', 'match': ['(']}), ('bad_value', VIEWS | {'size': 1}),
                       ('bad_enum', VIEWS | {'type': 'swatch_set'}), ('bad_value', VIEWS | {'active': 1}),
                       ('bad_value', {'type': 'spin_set_2d', 'match': ['a']})):
        library.refused(code, 'set-presets/x', 'PUT', body)
    library.refused('forbidden', 'set-presets/x', 'PUT', VIEWS, token=library.ben)
    library.refused('not_found', 'set-presets/x', 'DELETE')
    put(library, 'slow', {'type': 'image_set', 'match': ['(a+)+']})
    upload(library, 'a' * 200 + '!')
    jobs = Jobs(library.workspace, library.server)
    asked = jobs.submit('sets', parameters={'assets': ['a' * 200 + '!'], 'presets': ['slow']})
    equal(ended(library, asked['id'])[1], [('error', 'bad_value', 'a' * 200 + '!')])
    equal([row['name'] for row in library.told('SetPresets', 'set-presets/slow', 'DELETE')['presets']],
          ['spins', 'views'])
    equal(json.loads(library.ask('set-presets', token=library.ben).body)['presets'],
          library.told('SetPresets', 'set-presets')['presets'])


tap.main(prepare)
