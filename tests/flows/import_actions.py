"""What a manifest takes back, renames and overwrites: seen in the shop and in the library."""
from __future__ import annotations

import media_api
import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'cup', 'name': 'Cup', 'type': 'simple'}, {'id': 'jug', 'name': 'Jug', 'type': 'simple'}]}
OWN = {'channel': 'OUN001', 'locale': 'en-us'}


def back(asset: str, action: str, locale: str = 'system_neutral', **more: str) -> vitrine.Row:
    """A row that takes one locale of an asset back."""
    return {'MediaLocale': locale, 'MediaDisplayName': asset, 'MediaAction': action, **more}


def shop(workspace: vitrine.Workspace) -> None:
    """The cup shows one everywhere, two in OUN001/en-us; the jug shows three."""
    workspace.init()
    workspace.catalog(CATALOG)
    for name, colour in (('one', pictures.RED), ('two', pictures.GREEN), ('three', pictures.BLUE)):
        pictures.draw(workspace.media / f'{name}.png', 30, 30, colour)
    rows = [vitrine.asset_row(name, f'{name}.png') for name in ('one', 'two', 'three')]
    rows += [vitrine.assign_row('one', 'cup'), vitrine.assign_row('two', 'cup', **OWN),
             vitrine.assign_row('three', 'jug')]
    equal([row['ErrorCode'] for row in workspace.import_rows(rows)], ['', '', '', '', 'W_SEVERED', ''])
    workspace.publish_all()


def shown(server: vitrine.Server, product: str) -> list[str]:
    answer = server.media('OUN001', product, locale='en-us').json()
    return [row['asset'] for row in answer['primary']]


def shows(server: vitrine.Server, product: str, *assets: str) -> None:
    vitrine.eventually(lambda: shown(server, product) == list(assets), f'{product} shows {assets}')


@tap.test
def an_assignment_taken_back_lets_the_context_inherit(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        shows(server, 'cup', 'two')
        row = vitrine.assign_row('two', 'cup', EntityAssignmentAction='Unpublish', **OWN)
        equal(vitrine.outcomes(workspace.import_rows([row], server=server)), ['Success'])
        shows(server, 'cup', 'one')
        workspace.run('publish', '--products', 'cup', '--wait', server=server)
        shows(server, 'cup', 'two')
        row['EntityAssignmentAction'] = 'UnpublishAndDelete'
        equal(vitrine.outcomes(workspace.import_rows([row], server=server)), ['Success'])
        shows(server, 'cup', 'one')
        workspace.publish_all(server=server)
        shows(server, 'cup', 'one')


@tap.test
def a_picture_in_use_is_kept_until_it_is_forced(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        shows(server, 'jug', 'three')
        rows = [back('three', 'Unpublish'), back('two', 'Unpublish')]
        found = workspace.import_rows(rows, code=1, server=server)
        equal([row['ErrorCode'] for row in found], ['E_REFERENCED', 'E_REFERENCED'])
        holds('jug' in found[0]['ResultDescription'], found[0])
        manifest = workspace.file('forced.tsv', vitrine.tsv(rows))
        equal(server.image('three').status, 200)
        workspace.run('import', manifest, '--force', '--result', workspace.folder / 'forced-result.tsv', server=server)
        shows(server, 'jug')
        vitrine.eventually(lambda: server.image('three').status == 403, 'the picture is gone')


@tap.test
def a_deleted_picture_is_gone_and_its_name_free(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        rows = [vitrine.assign_row('three', 'jug', EntityAssignmentAction='UnpublishAndDelete',
                                   MediaAction='UnpublishAndDelete')]
        equal(vitrine.outcomes(workspace.import_rows(rows, server=server)), ['Success'])
        vitrine.eventually(lambda: server.image('three').status == 403, 'the picture is gone')
        equal([row['ErrorCode'] for row in workspace.import_rows(rows, code=1, server=server)], ['E_NOT_FOUND'])
        again = vitrine.asset_row('three', 'one.png', MediaAction='PublishNow')
        equal(vitrine.outcomes(workspace.import_rows([again], server=server)), ['Success'])
        vitrine.eventually(lambda: server.image('three').status == 200, 'the name shows the new picture')
        equal(pictures.pixels(server.image('three', 'fmt=png').body).at(5, 5), pictures.RED)


@tap.test
def a_renamed_picture_answers_under_both_names(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as server:
        found = workspace.import_rows([vitrine.asset_row('one', 'one.png')], server=server)
        row = {'InternalMediaId': found[0]['InternalMediaId'], 'MediaLocale': 'system_neutral', 'MediaType': 'Image',
               'MediaDisplayName': 'uno'}
        equal(vitrine.outcomes(workspace.import_rows([row], server=server)), ['Success'])
        vitrine.eventually(lambda: server.image('uno').status == 200, 'the new name answers')
        equal(server.image('one').status, 200)
        equal([row['ErrorCode'] for row in workspace.import_rows(
            [vitrine.asset_row('one', 'two.png')], code=1, server=server)], ['E_DUP_NAME'])


@tap.test
def conflicts_are_left_or_overwritten_as_told(workspace: vitrine.Workspace) -> None:
    """Checked out and another version, each left or overwritten."""
    shop(workspace)
    with workspace.serving() as server:
        for action, wanted in (('UseExisting', ('Skipped', 'E_CHECKED_OUT')), ('Overwrite', ('Success', ''))):
            media = media_api.Media(server, workspace.token, 'cup')
            media.edit()
            row = vitrine.assign_row('three', 'cup', order=2, EntityCheckedOutAction=action)
            found = workspace.import_rows([row], server=server)[0]
            equal((found['Result'], found['ErrorCode']), wanted, action)
            if action == 'UseExisting':
                holds('anna' in found['ResultDescription'], found)
                media.granted('discard')
        for action, wanted in (('UseExisting', ('Skipped', 'E_VERSION')), ('Overwrite', ('Success', ''))):
            row = vitrine.assign_row('two', 'cup', order=3, EntityVersion='77', EntityVersionMismatchAction=action)
            found = workspace.import_rows([row], server=server)[0]
            equal((found['Result'], found['ErrorCode']), wanted, action)


tap.main()
