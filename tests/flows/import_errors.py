"""A manifest with mistakes: what is right gets in, what is wrong says why; the result can be mended and run again."""
from __future__ import annotations

import os

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue'}]}],
    'products': [{'id': 'cup', 'name': 'Cup', 'type': 'simple'},
                 {'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color'],
                  'variants': [{'id': 'tee-b', 'values': {'Color': 'Blue'}}]}]}
GOOD = vitrine.asset_row('good', 'good.png')

# what is wrong with a row -> its ErrorCode
BAD = {
    'a file that is not there': (vitrine.asset_row('b1', 'missing.png'), 'E_FILE_MISSING'),
    'a file outside the folder': (vitrine.asset_row('b2', '../password'), 'E_FILE_MISSING E_BAD_VALUE'),
    'text that claims to be a picture': (vitrine.asset_row('b3', 'text.png'), 'E_TYPE'),
    'half a picture': (vitrine.asset_row('b4', 'half.png'), 'E_TYPE'),
    'no alternative text': (vitrine.asset_row('b5', 'good.png', alt=''), 'E_MISSING_FIELD'),
    'a name with a slash': (vitrine.asset_row('b/6', 'good.png'), 'E_BAD_VALUE'),
    'an unknown type': (vitrine.asset_row('b7', 'good.png', MediaType='Hologram'), 'E_BAD_ENUM'),
    'an unknown action': (vitrine.asset_row('b8', 'good.png', MediaAction='Vanish'), 'E_BAD_ENUM'),
    'a locale that is none': (vitrine.asset_row('b9', 'good.png', locale='not a locale'), 'E_LOCALE'),
    'an unknown product': (vitrine.assign_row('good', 'nobody'), 'E_ENTITY_NOT_FOUND'),
    'an unknown channel': (vitrine.assign_row('good', 'cup', channel='OUN999'), 'E_CHANNEL'),
    'an unknown value': (vitrine.assign_row('good', 'tee', cell='Color:Violet'), 'E_DIMENSION'),
    'an unknown dimension': (vitrine.assign_row('good', 'tee', cell='Frame:Oak'), 'E_DIMENSION'),
    'a picture nobody brought': (vitrine.assign_row('nobody', 'cup'), 'E_NOT_FOUND E_MISSING_FIELD'),
}


def ready(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'good.png', 30, 30)
    whole = (workspace.media / 'good.png').read_bytes()
    (workspace.media / 'half.png').write_bytes(whole[:len(whole) // 2])
    (workspace.media / 'text.png').write_text('This is no picture.\n')


@tap.test
def every_mistake_has_its_code_and_stops_no_other_row(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    last = vitrine.assign_row('good', 'cup')
    results = workspace.import_rows([GOOD, *(row for row, _ in BAD.values()), last], code=1)
    equal((results[0]['Result'], results[-1]['Result']), ('Success', 'Success'))
    for (about, (_, codes)), result in zip(BAD.items(), results[1:-1]):
        equal(result['Result'], 'Failed', f'{about}: {result["ResultDescription"]}')
        holds(result['ErrorCode'] in codes.split(), f'{about}: {result["ErrorCode"]}, not {codes}')
        holds(len(result['ResultDescription']) > 5 and result['ResultTime'], about)
    workspace.publish_all()
    with workspace.serving() as server:
        equal(server.media('OUN001', 'cup').json()['default_image']['asset'], 'good')


@tap.test
def the_result_can_be_mended_and_run_again(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    rows = [GOOD, vitrine.asset_row('late', 'late.png'), vitrine.assign_row('good', 'cup')]
    results = workspace.import_rows(rows, code=1)
    equal(vitrine.outcomes(results), ['Success', 'Failed', 'Success'])
    holds(results[0].get('InternalMediaId'), 'the id of a new asset is filled in')
    pictures.draw(workspace.media / 'late.png', 30, 30, pictures.BLUE)
    again = workspace.import_rows(results)
    equal(vitrine.outcomes(again), ['Success'] * 3)
    equal(again[0]['ResultTime'], results[0]['ResultTime'], 'a row that is done is carried over')
    workspace.publish_all()
    with workspace.serving() as server:
        equal((server.image('good').status, server.image('late').status), (200, 200))


@tap.test
def the_same_manifest_again_makes_no_new_revision(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    rows = [GOOD, vitrine.assign_row('good', 'cup'), vitrine.assign_row('good', 'tee', cell='Color:Blue'),
            vitrine.asset_row('good', 'good.png', alt='une image', locale='fr-fr')]
    manifest = workspace.file('manifest.tsv', vitrine.tsv(rows))
    equal(vitrine.outcomes(workspace.import_manifest(manifest)), ['Success'] * 4)
    workspace.publish_all()
    with workspace.serving() as server:
        before = server.media('OUN001', 'cup')['Vitrine-Version']
        equal(vitrine.outcomes(workspace.import_manifest(manifest, server=server)), ['Success'] * 4)
        holds('nothing' in workspace.publish_all(server=server).out.lower(), 'there is nothing to publish')
        equal(server.media('OUN001', 'cup')['Vitrine-Version'], before)


@tap.test
def a_header_that_is_not_usable_refuses_the_file(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    for text in ('', 'no\theader\there\n1\t2\t3\n', 'MediaLocale\tMediaLocale\nen-us\ten-us\n'):
        manifest = workspace.file('bad.tsv', text)
        ran = workspace.run('import', manifest, '--media', workspace.media, code=1)
        holds('manifest_header' in ran.err or 'E_HEADER' in ran.err, ran.err)


@tap.test
def excels_unicode_text_is_read(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    text = vitrine.tsv([vitrine.asset_row('gut', 'good.png', alt='schön'), vitrine.assign_row('gut', 'cup')])
    manifest = workspace.file('excel.tsv', text.replace('\n', '\r\n').encode('utf-16'))
    equal(vitrine.outcomes(workspace.import_manifest(manifest)), ['Success'] * 2)
    workspace.publish_all()
    with workspace.serving() as server:
        equal(server.media('OUN001', 'cup').json()['default_image']['alt'], 'schön')


@tap.test
def a_bad_catalogue_changes_nothing(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    for bad in ({'products': [{'id': 'x', 'name': 'X', 'type': 'spaceship'}]},
                {'products': [{'id': 'x', 'name': 'X', 'type': 'master', 'dimensions': ['locale'], 'variants': []}]},
                {'categories': [{'id': 'a', 'name': 'A', 'parent': 'b'}, {'id': 'b', 'name': 'B', 'parent': 'a'}]}):
        holds(workspace.run('catalog', 'import', workspace.file('bad.json', bad), code=1).err, bad)
    workspace.run('catalog', 'import', workspace.file('bad.json', '{'), code=1)
    with workspace.serving() as server:
        vitrine.eventually(lambda: server.media('OUN001', 'cup').status == 200, 'the product is known')
        equal(server.media('OUN001', 'x').status, 404)


@tap.test
def what_is_no_file_of_the_folder_stays_here_either_way(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    pictures.draw(workspace.folder / 'secret.png', 30, 30)
    (workspace.media / 'link.png').symlink_to(workspace.folder / 'secret.png')
    os.mkfifo(workspace.media / 'fifo.png')
    (workspace.media / 'sub').mkdir()
    rows = [vitrine.asset_row('link', 'link.png'), vitrine.asset_row('fifo', 'fifo.png'), GOOD]
    wanted = [('Failed', 'E_FILE_MISSING'), ('Failed', 'E_FILE_MISSING'), ('Success', '')]
    equal([(row['Result'], row['ErrorCode']) for row in workspace.import_rows(rows, code=1)], wanted)
    with workspace.serving() as server:
        there = workspace.import_rows(rows, code=1, server=server)
        equal([(row['Result'], row['ErrorCode']) for row in there], wanted)
        rows[0] = vitrine.asset_row('up', 'sub/../good.png')
        equal(vitrine.outcomes(workspace.import_rows(rows, code=1, server=server)), ['Failed', 'Failed', 'Success'])


@tap.test
def an_upload_that_cannot_be_is_refused_and_the_server_lives(workspace: vitrine.Workspace) -> None:
    ready(workspace)
    with workspace.serving() as server:
        bearer = f'Bearer {workspace.token}'
        upload = server.request('/api/v1/acme/uploads', 'POST', b'', Authorization=bearer).json()['upload']
        for target, status, code in (
                (f'/api/v1/acme/uploads/{"0" * 32}/a.png', 404, 'not_found'),
                ('/api/v1/acme/uploads/nothing/a.png', 404, 'not_found'),
                (f'/api/v1/acme/uploads/{upload}/a%01.png', 422, 'bad_value'),
                (f'/api/v1/acme/uploads/{upload}/a/%2E%2E/b.png', 422, 'bad_value'),
                (f'/api/v1/acme/uploads/{upload}/' + 'a/' * 20 + 'b.png', 422, 'bad_value')):
            reply = server.request(target, 'PUT', b'x', Authorization=bearer)
            equal((reply.status, reply.json()['code']), (status, code), target)
        equal(server.request(f'/api/v1/acme/uploads/{upload}/a.png', 'PUT', b'x', Authorization=bearer).status, 200)


tap.main()
