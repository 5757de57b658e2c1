"""Media that are no pictures: how they come in, what players and browsers get of them, and where."""
import email
import http.client

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'],
                         'default_locale': 'en-us'}],
           'products': [{'id': '90001', 'name': 'Mug', 'type': 'simple'}]}
PAGE = '<!DOCTYPE html><title>Sizes</title><script>document.title = "run"</script>'
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><script>alert(1)</script></svg>'
SHEET = ('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n'
         '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
CAPTIONS = 'WEBVTT\n\n00:00.000 --> 00:01.000\nA mug turns\n'
CONTENT = '/is/content/acme/'
REFUSED = (403, 'text/plain;charset=UTF-8', b'Image not found.')


def file_row(name: str, path: str, **more: str) -> vitrine.Row:
    return vitrine.asset_row(name, path, MediaType='File', ImageAltText='', **more)


def shown(asset: str, kind: str, order: int) -> vitrine.Row:
    return vitrine.assign_row(asset, '90001', order=order, MediaType=kind)


def prepared(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'mug.png', 400, 300)
    pictures.film(workspace.media / 'clip.mp4')
    for name, text in (('page.html', PAGE), ('drawing.svg', DRAWING), ('sheet.pdf', SHEET), ('clip.vtt', CAPTIONS)):
        (workspace.media / name).write_text(text)
    rows = [vitrine.video_row('clip', 'clip.mp4', VideoCaptionImportPath='clip.vtt', VideoMinimumAge='16'),
            file_row('page', 'page.html'), file_row('drawing', 'drawing.svg'), file_row('sheet', 'sheet.pdf'),
            vitrine.asset_row('mug', 'mug.png'), shown('clip', 'Video', 1), shown('sheet', 'File', 2),
            shown('mug', 'Image', 3)]
    result = workspace.import_rows(rows)
    equal(vitrine.outcomes(result), ['Success'] * len(rows), result)


def summary(reply: vitrine.Reply) -> tuple[int, str, bytes]:
    return reply.status, reply['Content-Type'], reply.body


@tap.test
def a_product_shows_a_video_and_a_document(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    workspace.publish_all()
    with workspace.serving() as server:
        answer = server.media('OUN001', '90001').json()
        clip, sheet, mug = answer['primary']
        equal(answer['default_image']['asset'], 'mug')
        equal((mug['type'], set(mug)), ('image', {'order', 'type', 'asset', 'url', 'alt'}))
        equal((clip['type'], clip['url'], clip['media_type'], clip['playtime'], clip['minimum_age'], clip['title']),
              ('video', CONTENT + 'clip', 'video/mp4', 2, 16, 'All of clip'))
        equal((sheet['type'], sheet['url'], sheet['media_type']),
              ('document', CONTENT + 'sheet', 'application/pdf'))
        equal(server.get(clip['url']).body, (workspace.media / 'clip.mp4').read_bytes())
        track, = clip['tracks']
        equal((track['role'], track['language'], track['media_type']), ('caption', None, 'text/vtt'))
        equal(server.get(track['url']).body, CAPTIONS.encode())
        for poster, ratio in ((clip['poster'], 4 / 3), (sheet['poster'], 2)):
            picture = pictures.pixels(server.get(poster + '?wid=80&fmt=png').body)
            equal((picture.width, picture.height), (80, round(80 / ratio)), poster)
        equal(server.image('page').status, 403)


@tap.test
def bytes_are_sent_in_parts_and_under_conditions(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    workspace.publish_all()
    whole = (workspace.media / 'clip.mp4').read_bytes()
    with workspace.serving() as server:
        first = server.get(CONTENT + 'clip')
        equal((first.status, first.body), (200, whole))
        part = server.get(CONTENT + 'clip', Range='bytes=10-19')
        equal((part.status, part.body, part['Content-Range']), (206, whole[10:20], f'bytes 10-19/{len(whole)}'))
        parts = server.get(CONTENT + 'clip', Range='bytes=0-9,20-29,-5')
        equal((parts.status, parts['ETag'], int(parts['Content-Length'])), (206, part['ETag'], len(parts.body)))
        form = email.message_from_bytes(f'Content-Type: {parts["Content-Type"]}\n\n'.encode() + parts.body)
        equal([(one['Content-Type'], one['Content-Range'], one.get_payload(decode=True)) for one in form.get_payload()],
              [('video/mp4', f'bytes {begin}-{end - 1}/{len(whole)}', whole[begin:end])
               for begin, end in ((0, 10), (20, 30), (len(whole) - 5, len(whole)))])
        many = server.get(CONTENT + 'clip', Range='bytes=' + ','.join(f'{n}-{n}' for n in range(0, 34, 2)))
        equal((many.status, many.body), (200, whole), 'more parts than are sent')
        for tag, status in ((first['ETag'], 206), ('"other"', 200)):
            equal(server.get(CONTENT + 'clip', Range='bytes=0-3', If_Range=tag).status, status)
        equal(server.get(CONTENT + 'clip', Range=f'bytes={len(whole)}-').status, 416)
        equal(server.get(CONTENT + 'clip', If_None_Match=first['ETag']).status, 304)
        head = server.request(CONTENT + 'clip', 'HEAD')
        equal((head.status, head['Content-Length'], head.body), (200, str(len(whole)), b''))


@tap.test
def foreign_pages_and_drawings_run_nothing(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    workspace.publish_all()
    with workspace.serving() as server:
        for name, kind in (('page', 'text/html'), ('drawing', 'image/svg+xml')):
            reply = server.get(CONTENT + name)
            equal((reply.status, reply['Content-Type']), (200, kind))
            equal((reply['Content-Security-Policy'], reply['X-Content-Type-Options']), ('sandbox', 'nosniff'))
            holds(reply['Content-Disposition'].startswith('attachment;'), reply['Content-Disposition'])
        equal(server.get(CONTENT + 'sheet')['Content-Disposition'], '')


@tap.test
def what_is_not_published_cannot_be_told_from_what_is_not_there(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    with workspace.serving() as server:
        equal(summary(server.get(CONTENT + 'clip')), REFUSED)
        workspace.publish_all(server=server)
        equal(server.get(CONTENT + 'page').status, 200)
        workspace.run('unpublish', '--assets', 'page', '--wait', server=server)
        for target in (CONTENT + 'page', CONTENT + 'nobody', CONTENT + 'clip?track=audio', '/is/image/acme/page',
                       '/is/image/acme/nobody'):
            equal(summary(server.get(target)), REFUSED, target)


@tap.test
def bytes_that_are_not_what_the_row_says_are_refused(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    (workspace.media / 'fake.mp4').write_text('no video at all\n')
    rows = [vitrine.video_row('fake', 'fake.mp4'), vitrine.asset_row('film', 'clip.mp4'),
            vitrine.video_row('mute', 'clip.mp4', VideoCaptionImportPath='page.html'), file_row('any', 'fake.mp4')]
    result = workspace.import_rows(rows, code=1)
    equal(vitrine.outcomes(result), ['Failed', 'Failed', 'Failed', 'Success'], result)
    equal({row['ErrorCode'] for row in result[:3]}, {'E_TYPE'}, result)


@tap.test
def delivery_may_have_an_address_of_its_own(workspace: vitrine.Workspace) -> None:
    prepared(workspace)
    workspace.publish_all()
    with workspace.serving('--delivery-listen', '127.0.0.1:0') as server:
        line, = (line for line in server.printed if line.startswith('delivering on http://'))
        host, port = line.removeprefix('delivering on http://').rsplit(':', 1)
        addresses = {'/is/image/acme/mug': (404, 200), CONTENT + 'clip': (404, 200),
                     '/channel/v1/acme/OUN001/products/90001/media': (404, 200), '/api/v1/openapi.json': (200, 404),
                     '/metrics': (200, 404), '/healthz': (200, 200)}
        for target, (authoring, public) in addresses.items():
            connection = http.client.HTTPConnection(host, int(port), timeout=60)
            connection.request('GET', target)
            equal((server.get(target).status, connection.getresponse().status), (authoring, public), target)
            connection.close()


tap.main()
