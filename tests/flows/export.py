"""What is exported can be imported again: here it changes nothing, elsewhere it makes the same shop; and the same way a
thousand items are changed, published and deleted at once."""
from __future__ import annotations

import hashlib
import json
import pathlib
from typing import Any

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG: dict[str, Any] = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                  'default_locale': 'en-us'},
                 {'code': 'OUN002', 'name': 'Tills', 'type': 'retail', 'locales': ['fr-fr'],
                  'default_locale': 'fr-fr'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue', 'swatch': '#0000ff'}, {'value': 'A:B|C'}]},
                   {'name': 'Style', 'values': [{'value': 'Slim'}]}],
    'categories': [{'id': 'shirts', 'name': 'Shirts', 'parent': None}],
    'products': [{'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color', 'Style'],
                  'variants': [{'id': 'tee-b', 'values': {'Color': 'Blue', 'Style': 'Slim'}},
                               {'id': 'tee-x', 'values': {'Color': 'A:B|C', 'Style': 'Slim'}}]},
                 {'id': 'cup', 'name': 'Cup', 'type': 'simple'}]}
REQUESTS = [(channel, f'products/{product}/media?locale={locale}')
            for channel, locale in (('OUN001', 'en-us'), ('OUN001', 'de-de'), ('OUN002', 'fr-fr'))
            for product in ('tee', 'tee-b', 'tee-x', 'cup')] + [('OUN001', 'categories/shirts/media?locale=en-us')]
LIVE = {'EntityAssignmentAction': 'PublishNow'}
CUE = 'WEBVTT\n\n00:00.000 --> 00:01.000\n{}\n'
TRACKS = {'VideoCaptionImportPath': 'clip.vtt', 'VideoSubtitle': 'clip.vtt', 'VideoTranscriptImportPath': 'care.txt',
          'VideoThumbnailImportPath': 'front.png'}
N = 1000


def swatch(product: str, value: str, colour: str, asset: str = '', crop: str = '') -> vitrine.Row:
    row = {'EntityType': 'Product|Master|Swatch', 'EntityKey': 'EntityId|SwatchType|SwatchId',
           'EntityKeyValue': f'{product}|Color|{value}', 'EntityChannel': 'Omnichannel',
           'EntityLocale': 'system_neutral', 'SwatchValue': colour or asset, 'SwatchCrop': crop, **LIVE}
    if asset:
        row |= {'MediaDisplayName': asset, 'MediaLocale': 'system_neutral', 'MediaType': 'Image'}
    return row


def shop(workspace: vitrine.Workspace) -> None:
    """Every kind of row there is, some of it live and some not."""
    workspace.init()
    workspace.catalog(CATALOG)
    for name, colour in (('front', pictures.RED), ('back', pictures.GREEN), ('avant', pictures.BLUE)):
        pictures.draw(workspace.media / f'{name}.png', 40, 30, colour)
    pictures.film(workspace.media / 'clip.mp4')
    for name, text in (('care.txt', 'Wash cold.\n'), ('clip.vtt', CUE.format('Tee')),
                       ('clip.fr.vtt', CUE.format('Té'))):
        (workspace.media / name).write_text(text)
    rows = [vitrine.asset_row('front', 'front.png', 'Front', MediaSearchTags='red,tee', MediaCategory='Products',
                              MediaSourceProvider='vault', MediaSourceId='1'),
            vitrine.asset_row('front', 'avant.png', 'Avant', locale='fr-fr', MediaSourceProvider='vault',
                              MediaSourceId='1'),
            vitrine.asset_row('back', 'back.png', 'Back', MediaTitle='The back', MediaDescription='Seen from behind'),
            vitrine.asset_row('spare', 'back.png', 'Spare'),
            {'MediaLocale': 'system_neutral', 'MediaType': 'File', 'MediaImportPath': 'care.txt',
             'MediaDisplayName': 'care', 'MediaTitle': 'Care', 'DocumentForceDownload': 'true'},
            vitrine.video_row('clip', 'clip.mp4', VideoMinimumAge='6', **TRACKS),
            vitrine.video_row('clip', '', locale='fr-fr', VideoCaptionImportPath='clip.fr.vtt',
                              VideoThumbnailImportPath='avant.png'),
            vitrine.assign_row('front', 'tee', **LIVE), vitrine.assign_row('back', 'tee', order=2, **LIVE),
            vitrine.assign_row('spare', 'tee', order=3),
            vitrine.assign_row('back', 'tee', cell='Style:Slim|Color:A\\:B\\|C', **LIVE),
            vitrine.assign_row('back', 'tee-b', variant=True, channel='OUN001', locale='de-de', **LIVE),
            {**vitrine.assign_row('care', 'tee', **LIVE), 'MediaType': 'File', 'MediaGroup': 'Additional',
             'MediaPurpose': 'care guide'},
            swatch('tee', 'Blue', '#1F3A93'), swatch('tee', 'A:B\\|C', '', 'back', '0.25,0.25,0.5,0.5'),
            {**vitrine.assign_row('front', 'shirts', channel='OUN001', locale='en-us', **LIVE),
             'EntityType': 'Category', 'EntityKey': 'CategoryID'},
            vitrine.assign_row('back', 'cup', channel='OUN002', locale='fr-fr')]
    results = workspace.import_rows(rows)
    equal({row['Result'] for row in results} - {'Success', 'SuccessWithWarnings'}, set(), results)


def export(workspace: vitrine.Workspace, *options: str | pathlib.Path, server: vitrine.Server | None = None
           ) -> pathlib.Path:
    out = workspace.folder / f'export-{workspace.count()}.tsv'
    workspace.run('export', *options, '--out', out, server=server)
    return out


def without_times(rows: vitrine.Rows) -> vitrine.Rows:
    return [{name: cell for name, cell in row.items() if not name.endswith('On')} for row in rows]


def answers(workspace: vitrine.Workspace) -> list[Any]:
    with workspace.serving() as server:
        replies = [server.get(f'/channel/v1/{vitrine.TENANT}/{channel}/{rest}') for channel, rest in REQUESTS]
        equal([reply.status for reply in replies], [200] * len(REQUESTS))
        return [reply.json() for reply in replies]


@tap.test
def a_shop_moves_to_another_installation(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    originals = workspace.folder / 'originals'
    manifest = export(workspace, '--all-locales', '--media', originals)
    with workspace.another() as there:
        there.init()
        there.catalog(CATALOG)
        there.media = originals
        results = there.import_manifest(manifest)
        equal({row['Result'] for row in results} - {'Success', 'SuccessWithWarnings'}, set())
        again = export(there, '--all-locales', '--media', there.folder / 'again')
        equal(without_times(vitrine.read_tsv(again)), without_times(vitrine.read_tsv(manifest)))
        equal(sorted(path.name for path in (there.folder / 'again').iterdir()),
              sorted(path.name for path in originals.iterdir()))
        equal(answers(there), answers(workspace))
        before = export(there, '--all-locales').read_bytes()
        equal({row['ErrorCode'] for row in there.import_manifest(manifest)}, {'', 'W_NO_CENTRAL_SWATCH'})
        clips = [row for row in vitrine.read_tsv(again) if row['MediaDisplayName'] == 'clip']
        equal([[name for name in row if name.startswith('Video') and row[name]] for row in clips],
              [['VideoCaptionImportPath', 'VideoThumbnailImportPath', 'VideoTranscriptImportPath', 'VideoPlaytime',
                'VideoSubtitle', 'VideoMinimumAge'], ['VideoCaptionImportPath', 'VideoThumbnailImportPath']])
        equal(export(there, '--all-locales').read_bytes(), before, 'the same manifest again')


@tap.test
def a_server_hands_out_the_originals_too(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    here, there = workspace.folder / 'here', workspace.folder / 'there'
    manifest = export(workspace, '--all-locales', '--media', here)
    with workspace.serving() as server:
        out = workspace.folder / 'served.tsv'
        ran = workspace.run('export', '--all-locales', '--media', there, '--out', out, '--json', server=server)
        rows = vitrine.read_tsv(out)
        equal(json.loads(ran.out), {'rows': len(rows), 'originals': len(list(there.iterdir()))})
        equal(out.read_bytes(), manifest.read_bytes(), 'the manifest')
        equal({path.name: path.read_bytes() for path in there.iterdir()},
              {path.name: path.read_bytes() for path in here.iterdir()}, 'the originals')
        for path in there.iterdir():
            equal(hashlib.sha256(path.read_bytes()).hexdigest(), path.name.partition('.')[0])
        damaged = next(there.iterdir())
        damaged.write_bytes(b'half')
        workspace.run('export', '--all-locales', '--media', there, '--out', out, server=server)
        equal(damaged.read_bytes(), (here / damaged.name).read_bytes(), 'what is not whole is fetched again')
        clip_sum, = {row['MediaChecksum'] for row in rows if row['VideoPlaytime']}
        for row in [row for row in rows if row['MediaPreviewURL']]:
            equal(server.get(row['MediaPreviewURL']).status, 401)
            shown = server.get(row['MediaPreviewURL'], Authorization=f'Bearer {workspace.token}')
            equal((shown.status, shown['Content-Security-Policy'].split(';')[0]), (200, 'sandbox'))
            equal('sha256:' + hashlib.sha256(shown.body).hexdigest(), row['MediaChecksum'] or clip_sum)
        clip = '/api/v1/acme/assets/clip/content'
        for query, status in (('?track=caption', 200), ('?track=caption&lang=fr-fr', 404), ('?track=song', 422),
                              ('?locale=fr-fr&track=caption', 200), ('?locale=fr-fr&track=transcript', 404),
                              ('?locale=xx-', 422)):
            equal(server.get(clip + query, Authorization=f'Bearer {workspace.token}').status, status, query)


@tap.test
def every_kind_of_row_is_in_the_export_and_comes_back(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    manifest = export(workspace, '--all-locales')
    rows = vitrine.read_tsv(manifest)
    equal({row['EntityType'] for row in rows},
          {'', 'Product|Master', 'Product|DimensionMatrix', 'Product|Variant', 'Product|Master|Swatch', 'Category'})
    equal([row['EntityKeyValue'] for row in rows if row['EntityType'] == 'Product|DimensionMatrix'],
          ['tee|Color:A\\:B\\|C|Style:Slim'])
    equal([(row['MediaPublished'], row['MediaAction']) for row in rows if row['MediaPublished']],
          [('true', 'PublishNow')] * 3 + [('false', 'Draft'), ('true', 'PublishNow')] + [('false', 'Draft')] * 2)
    equal({row['EntityAssignmentCurrentPublishState'] for row in rows}, {'', 'Published', 'Draft'})
    with workspace.serving() as server:
        equal(export(workspace, '--all-locales', server=server).read_bytes(), manifest.read_bytes(), 'by the server')
        again = workspace.import_manifest(manifest, server=server)
        equal({row['ErrorCode'] for row in again}, {'', 'W_NO_CENTRAL_SWATCH'})
        equal(export(workspace, '--all-locales', server=server).read_bytes(), manifest.read_bytes(), 'unchanged')
        ran = workspace.run('export', '--products', 'nobody', '--out', workspace.folder / 'none.tsv', code=1,
                            server=server)
        holds('entity_not_found' in ran.err, ran.err)
        holds(not (workspace.folder / 'none.tsv').exists(), 'no file that is not whole')
        header = vitrine.read_tsv(export(workspace, '--products', 'cup', server=server))
        equal(header, [], 'the cup shows nothing in the neutral locale')


def library(workspace: vitrine.Workspace) -> None:
    """A thousand assets with one picture."""
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'one.png', 20, 20)
    results = workspace.import_rows([vitrine.asset_row(f'item-{n}', 'one.png', f'old {n}') for n in range(N)])
    equal(set(vitrine.outcomes(results)), {'Success'})


@tap.test
def a_thousand_items_are_described_anew_at_once(workspace: vitrine.Workspace) -> None:
    library(workspace)
    rows = vitrine.read_tsv(export(workspace, '--assets'))
    equal(len(rows), N)
    for number, row in enumerate(rows):
        row |= {'ImageAltText': f'new {number}', 'MediaSearchTags': 'sale,2026', 'MediaCategory': 'Products'}
    equal(set(vitrine.outcomes(workspace.import_rows(rows))), {'Success'})
    found = vitrine.read_tsv(export(workspace, '--assets'))
    equal([(row['ImageAltText'], row['MediaSearchTags'], row['MediaCategory'], row['MediaVersion']) for row in found],
          [(f'new {number}', 'sale,2026', 'Products', '2') for number in range(N)])
    results = workspace.import_rows(rows, code=0)
    equal({(row['Result'], row['ErrorCode']) for row in results}, {('Skipped', 'E_VERSION')}, 'made from version 1')


@tap.test
def a_thousand_items_are_published_and_deleted_at_once(workspace: vitrine.Workspace) -> None:
    library(workspace)
    identity = ('InternalMediaId', 'MediaLocale', 'MediaType', 'MediaDisplayName')
    rows = [{name: row[name] for name in identity} for row in vitrine.read_tsv(export(workspace, '--assets'))]
    with workspace.serving() as server:
        equal(server.image(f'item-{N - 1}').status, 403)
        results = workspace.import_rows([{**row, 'MediaAction': 'PublishNow'} for row in rows], server=server)
        equal(set(vitrine.outcomes(results)), {'Success'})
        for number in (0, N // 2, N - 1):
            vitrine.eventually(lambda number=number: server.image(f'item-{number}').status == 200, f'{number} is live')
        rows = [{**row, 'MediaAction': 'UnpublishAndDelete'} for row in rows]
        equal(set(vitrine.outcomes(workspace.import_rows(rows, server=server))), {'Success'})
        for number in (0, N // 2, N - 1):
            vitrine.eventually(lambda number=number: server.image(f'item-{number}').status == 403, f'{number} is gone')
    equal(vitrine.read_tsv(export(workspace, '--assets', '--all-locales')), [])


tap.main()
