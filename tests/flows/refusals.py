"""Bad input of every kind: each is refused with its own code, nothing is lost, and what is right still gets in.

Rows of tables: what is wrong, how it is sent, what must be said. The last test looks at the whole shop again.
"""
from __future__ import annotations

import json
import os
import pathlib
import re
import struct
import zlib
from typing import Any

import media_api
import pictures
import tap
import vitrine
from media_api import Media, cell, master, variant
from vitrine import equal, holds

CODES = {row['code'] for row in json.loads((vitrine.ROOT / 'contract/errors.json').read_text(encoding='utf-8'))}
CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'categories': [{'id': 'top', 'name': 'Top'}, {'id': 'sub', 'name': 'Sub', 'parent': 'top'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue'}]}],
    'products': [{'id': 'cup', 'name': 'Cup'},
                 {'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color'],
                  'variants': [{'id': 'tee-b', 'values': {'Color': 'Blue'}}]}]}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
# bytes of a file that claims to be a picture -> codes of its row
FILES: dict[str, tuple[bytes, str]] = {
    'empty.png': (b'', 'E_TYPE'),
    'zeros.jpg': (bytes(5000), 'E_TYPE'),
    'page.png': (b'<!DOCTYPE html><script>alert(1)</script>', 'E_TYPE'),
    'program.jpg': (b'\x7fELF' + bytes(500), 'E_TYPE'),
    'archive.png': (b'PK\x03\x04' + bytes(500), 'E_TYPE'),
    'laughs.svg': (b'<!DOCTYPE s [<!ENTITY a "' + b'ha' * 500 + b'">' + b''.join(
        b'<!ENTITY %c "%s">' % (98 + i, b'&%c;' % (97 + i) * 50) for i in range(8)) +
        b']>' + SVG.format('<text>&i;</text>').encode(), 'E_TYPE E_TOO_LARGE'),
}
# paths of a manifest's row that must reach nothing outside of the folder
PATHS = ('../password', '/etc/passwd', 'link.png', 'linked/secret.png', '..%2fpassword', 'sub/../../password', '.', '',
         'good.png/', 'sub', '\\\\server\\share', 'C:\\secret.png', 'file:///etc/passwd', 'a' * 5000)


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG whose head claims a size its data need not have."""
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack('>I', len(content)) + kind + content + struct.pack('>I', zlib.crc32(kind + content))
    head = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', data) + chunk(b'IEND', b'')


class World:
    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        workspace.init()
        workspace.catalog(CATALOG)
        self.draw(workspace.media)
        workspace.import_rows([vitrine.asset_row('good', 'good.png'), vitrine.assign_row('good', 'cup')])
        workspace.publish_all()
        self.ben = media_api.member(workspace, 'ben')
        self.server = workspace.serve()

    def draw(self, media: pathlib.Path) -> None:
        pictures.draw(media / 'good.png', 30, 30, pictures.GREEN)
        pictures.draw(media / 'good.jpg', 300, 300)
        outside = self.workspace.folder / 'outside'
        pictures.draw(outside / 'secret.png', 30, 30)
        (media / 'sub').mkdir()
        (media / 'link.png').symlink_to(outside / 'secret.png')
        (media / 'linked').symlink_to(outside)
        os.mkfifo(media / 'pipe.png')
        for name, (content, _) in FILES.items():
            (media / name).write_bytes(content)
        (media / 'bomb.png').write_bytes(png(60000, 60000, zlib.compress(bytes(1000000))))
        (media / 'liar.png').write_bytes(png(4000, 4000, zlib.compress(bytes(100))))
        for name in ('good.png', 'good.jpg'):
            whole = (media / name).read_bytes()
            (media / f'half-{name}').write_bytes(whole[:len(whole) // 2])

    def api(self, target: str, method: str = 'POST', body: Any = None, **headers: str) -> vitrine.Reply:
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return self.server.request(f'/api/v1/acme/{target}', method, raw,
                                   Authorization=f'Bearer {self.workspace.token}', **headers)

    def is_whole(self) -> None:
        """The shop shows what it showed in the beginning."""
        shown = self.server.media('OUN001', 'cup')
        equal(shown.json()['default_image']['asset'], 'good')
        image = pictures.pixels(self.server.image('good', 'fmt=png').body)
        holds(pictures.close_to(image.at(5, 5), pictures.GREEN, 1), image.at(5, 5))


def refused(reply: vitrine.Reply, status: int, code: str, about: object) -> None:
    equal((reply.status, reply.json()['code']), (status, code), about)
    holds('application/problem+json' in reply['Content-Type'], about)


@tap.test
def bad_pictures_are_refused_row_by_row(world: World) -> None:
    wanted = {name: codes for name, (_, codes) in FILES.items()} | {
        'bomb.png': 'E_TOO_LARGE', 'liar.png': 'E_TYPE', 'half-good.png': 'E_TYPE', 'half-good.jpg': 'E_TYPE',
        'pipe.png': 'E_FILE_MISSING E_TYPE E_BAD_VALUE'}
    rows = [vitrine.asset_row(f'bad {number}', name) for number, name in enumerate(wanted)]
    last = vitrine.asset_row('after bad pictures', 'good.png')
    results = world.workspace.import_rows([*rows, last], code=1, server=world.server)
    equal(results[-1]['Result'], 'Success')
    for (name, codes), result in zip(wanted.items(), results):
        equal(result['Result'], 'Failed', name)
        holds(result['ErrorCode'] in codes.split(), f'{name}: {result["ErrorCode"]}, not {codes}')
    world.is_whole()


@tap.test
def a_file_beyond_the_bound_is_told_by_its_row_and_its_bytes_are_not_read(world: World) -> None:
    for name, size in (('huge.png', 1 << 31), ('huge.mp4', 1 << 40), ('long.vtt', 4 << 20)):
        with (world.workspace.media / name).open('wb') as file:
            file.truncate(size + 1)
    pictures.film(world.workspace.media / 'clip.mp4')
    rows = [vitrine.asset_row('huge picture', 'huge.png'), vitrine.video_row('huge film', 'huge.mp4'),
            vitrine.video_row('told', 'clip.mp4', VideoCaptionImportPath='long.vtt')]
    there = world.workspace.import_rows([*rows, vitrine.asset_row('after files sent', 'good.png')], 1, world.server)
    equal(world.server.stop(), 0)
    here = world.workspace.import_rows([*rows, vitrine.asset_row('after files', 'good.png')], 1)
    world.server = world.workspace.serve()
    for results in (there, here):
        equal([(row['Result'], row['ErrorCode']) for row in results],
              [('Failed', 'E_TOO_LARGE')] * 3 + [('Success', '')])
    upload = world.api('uploads').json()['upload']
    for words in ('1', str(1 << 31), '-1', str(1 << 60), 'x', ''):
        refused(world.api(f'uploads/{upload}/x?bytes={words}', 'PUT', b''), 422, 'bad_value', words)
    world.is_whole()


@tap.test
def no_drawing_reads_files_or_the_network(world: World) -> None:
    secret = world.workspace.folder / 'outside/secret.png'
    drawings = {'image': f'<image xlink:href="file://{secret}" width="9" height="9"/>',
                'near': '<image xlink:href="good.png" width="9" height="9"/>',
                'net': '<image xlink:href="http://127.0.0.1:1/a.png" width="9" height="9"/>',
                'entity': '<text>&x;</text>', 'script': '<script>fetch("/")</script>'}
    for name, inside in drawings.items():
        head = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}">]>' if name == 'entity' else ''
        (world.workspace.media / f'{name}.svg').write_text(head + SVG.format(inside))
    rows = [vitrine.asset_row(f'drawing {name}', f'{name}.svg') for name in drawings]
    results = world.workspace.import_rows(rows, code=None, server=world.server)
    world.workspace.publish_all(server=world.server)
    for name, result in zip(drawings, results):
        if result['Result'] == 'Failed':
            equal(result['ErrorCode'], 'E_TYPE', name)
            continue
        image = pictures.pixels(world.server.image(f'drawing {name}', 'fmt=png&wid=9').body)
        holds(not pictures.close_to(image.at(2, 2), pictures.RED, 9), f'{name} shows {image.at(2, 2)}')


@tap.test
def no_path_leads_out_of_the_folder(world: World) -> None:
    rows = [vitrine.asset_row(f'path {number}', path) for number, path in enumerate(PATHS)]
    rows.append(vitrine.asset_row('after paths', 'good.png'))
    there = world.workspace.import_rows(rows, 1, world.server)
    equal(world.server.stop(), 0)
    here = world.workspace.import_rows(rows, 1)
    world.server = world.workspace.serve()
    for results in (there, here):
        equal(vitrine.outcomes(results), ['Failed'] * len(PATHS) + ['Success'])
        for path, result in zip(PATHS, results):
            wanted = 'E_FILE_MISSING' if path else 'E_MISSING_FIELD'
            equal(result['ErrorCode'], wanted, f'{path[:50]}: {result["ResultDescription"][:200]}')
    upload = world.api('uploads').json()['upload']
    for path in ('../x', '%2e%2e/x', 'a/../../x', '/x', 'a//b', 'a%00b', 'a%2f..%2f..%2fx', '.', 'a%0ab', 'b' * 300,
                 '/'.join('a' * 40)):
        reply = world.api(f'uploads/{upload}/{path}', 'PUT', b'x')
        holds(reply.status in (400, 404, 422), f'{path}: {reply.status}')
    equal([path.name for path in (world.workspace.data / 'uploads').rglob('x')], [])
    world.is_whole()


CATALOGS: dict[str, tuple[Any, str]] = {
    'a cycle': ({'categories': [{'id': 'top', 'name': 'Top', 'parent': 'sub'}]}, 'under it'),
    'its own parent': ({'categories': [{'id': 'me', 'name': 'Me', 'parent': 'me'}]}, 'me'),
    'an unknown channel': ({'products': [{'id': 'x', 'channels': ['OUN9']}]}, 'OUN9'),
    'an unknown category': ({'products': [{'id': 'x', 'categories': ['none']}]}, 'none'),
    'an unknown dimension': ({'products': [{'id': 'x', 'type': 'master', 'dimensions': ['Frame']}]}, 'Frame'),
    'a variant of another': ({'products': [{'id': 'x', 'type': 'master', 'dimensions': ['Color'], 'variants': [
        {'id': 'cup', 'values': {'Color': 'Blue'}}]}]}, 'cup'),
    'a number for a text': ({'products': [{'id': 7}]}, 'id'),
}


@tap.test
def a_bad_row_of_a_catalogue_is_named_and_the_others_are_loaded(world: World) -> None:
    for number, (about, (wrong, word)) in enumerate(CATALOGS.items()):
        good = {'id': f'good{number}', 'name': 'Good'}
        reply = world.api('catalog', body={**wrong, 'products': [*wrong.get('products', []), good]})
        equal((reply.status, reply.json()['refused']), (200, 1), f'{about}: {reply.body!r}')
        holds(word in reply.json()['problems'][0], f'{about}: {reply.body!r}')
        found = world.api(f'products?q=good{number}', 'GET').json()
        holds(f'good{number}' in json.dumps(found), about)


DEEP = b'[' * 100000 + b']' * 100000
BODIES: dict[str, tuple[str, str, bytes, int, str]] = {
    'broken JSON': ('POST', 'catalog', b'{"products": [', 400, 'bad_json'),
    'no JSON at all': ('POST', 'catalog', b'products', 400, 'bad_json'),
    'an empty body': ('POST', 'publish', b'', 400, 'bad_json'),
    'not UTF-8': ('POST', 'publish', b'{"products": ["\xff"]}', 400, 'bad_json'),
    'deep nesting': ('POST', 'catalog', DEEP, 400, 'bad_json'),
    'a key twice': ('POST', 'publish', b'{"all": true, "all": false}', 400, 'bad_json'),
    'a list for an object': ('POST', 'publish', b'[]', 400, 'bad_json'),
    'an unknown member': ('POST', 'publish', b'{"all": true, "why": 1}', 422, 'bad_value'),
    'the wrong type': ('POST', 'publish', b'{"products": "cup"}', 422, 'bad_value'),
    'an infinite number': ('POST', 'publish', b'{"all": 1e999}', 400, 'bad_json'),
    'a manifest without a header': ('POST', 'uploads/UPLOAD/import', b'', 422, 'manifest_header'),
    'a manifest with another header': ('POST', 'uploads/UPLOAD/import', b'a\tb\n1\t2\n', 422, 'manifest_header'),
    'a column twice': ('POST', 'uploads/UPLOAD/import', b'MediaLocale\tMediaLocale\n', 422, 'manifest_header'),
    'no such upload': ('POST', 'uploads/00000000000000000000000000000000/import', b'', 404, 'not_found'),
    'an id that is none': ('PUT', 'uploads/..%2f..%2fetc/x', b'x', 404, 'not_found'),
    'an unknown user': ('PUT', 'users/none/role', b'{"role": "reader"}', 404, 'not_found'),
    'an unknown role': ('POST', 'users', b'{"name":"x","password":"long enough","role":"king"}', 422, 'bad_enum'),
    'an unknown asset': ('POST', 'publish', b'{"assets": ["none"]}', 404, 'not_found'),
    'an unknown product': ('POST', 'publish', b'{"products": ["none"]}', 404, 'entity_not_found'),
}


@tap.test
def bad_bodies_are_refused_with_their_code(world: World) -> None:
    before = world.api('sync', 'GET').json()['head']
    for about, (method, target, body, status, code) in BODIES.items():
        upload = world.api('uploads').json()['upload'] if 'UPLOAD' in target else ''
        refused(world.api(target.replace('UPLOAD', upload), method, body), status, code, about)
    equal(world.api('sync', 'GET').json()['head'], before)
    world.is_whole()


@tap.test
def a_set_that_cannot_be_is_refused_and_the_working_copy_stays(world: World) -> None:
    tee = Media(world.server, world.workspace.token, 'tee')
    ben = Media(world.server, world.ben, 'tee')
    tee.edit()
    draft = tee.save([master('good')])
    version = {'If_Match': str(draft['version'])}
    for node, code in ((master('none'), 'unknown_asset'), (variant('cup', 'good'), 'unknown_variant'),
                       (cell(['good'], Frame='Oak'), 'dimension'), (cell(['good'], Color='Violet'), 'dimension'),
                       ({'scope': 'galaxy', 'primary': []}, 'bad_enum')):
        body = {'nodes': [node], 'swatches': [], 'matrix': []}
        holds(tee.ask('draft', 'PUT', body, **version).json()['code'] in (code, 'bad_value'), code)
    body = {'nodes': [master('good')], 'swatches': [], 'matrix': []}
    tee.refused('stale_version', 'draft', 'PUT', body, If_Match=str(draft['version'] - 1))
    tee.refused('version_missing', 'draft', 'PUT', body)
    ben.refused('checked_out', 'edit', body={})
    ben.refused('checked_out', 'draft', 'PUT', body, **version)
    equal(tee.state()['draft'], draft['draft'])
    for channel, locale, catalog, code in (('OUN9', 'en-us', '', 'channel'), ('OUN001', '??', '', 'locale'),
                                           ('OUN001', 'en-us', '77', 'catalog')):
        Media(world.server, world.workspace.token, 'tee', channel, locale, catalog).refused(code, 'edit', body={})
    Media(world.server, world.workspace.token, 'none').refused('entity_not_found', 'edit', body={})
    tee.granted('discard', body={})


HOST = b'Host: x\r\nConnection: close\r\n'
CHUNKED = b'Transfer-Encoding: chunked\r\n'
# what is sent -> statuses of the answer; 0: none, the connection is closed
RAW: dict[str, tuple[bytes, tuple[int, ...]]] = {
    'an address too long': (b'GET /' + b'a' * 20000 + b' HTTP/1.1\r\n' + HOST + b'\r\n', (414,)),
    'a query too long': (b'GET /healthz?' + b'a' * 20000 + b' HTTP/1.1\r\n' + HOST + b'\r\n', (414,)),
    'a header too long': (b'GET /healthz HTTP/1.1\r\n' + HOST + b'X: ' + b'a' * 60000 + b'\r\n\r\n', (431, 413, 400)),
    'too many headers': (b'GET /healthz HTTP/1.1\r\n' + HOST + b'X: 1\r\n' * 20000 + b'\r\n', (431, 413, 400)),
    'too many parameters': (b'GET /healthz?' + b'a&' * 600 + b' HTTP/1.1\r\n' + HOST + b'\r\n', (400,)),
    'parameters without number': (b'GET /healthz?' + b'a&' * 8000 + b' HTTP/1.1\r\n' + HOST + b'\r\n', (400,)),
    'no host': (b'GET /healthz HTTP/1.1\r\n\r\n', (400,)),
    'two lengths': (b'POST /api/v1/session HTTP/1.1\r\n' + HOST + b'Content-Length: 1\r\nContent-Length: 2\r\n\r\nab',
                    (400,)),
    'a length and chunks': (b'POST /api/v1/session HTTP/1.1\r\n' + HOST + CHUNKED +
                            b'Content-Length: 1\r\n\r\n0\r\n\r\n', (400,)),
    'chunks of nonsense': (b'POST /api/v1/session HTTP/1.1\r\n' + HOST + CHUNKED + b'\r\nzz\r\n', (400,)),
    'a negative length': (b'POST /api/v1/session HTTP/1.1\r\n' + HOST + b'Content-Length: -5\r\n\r\n', (400, 413)),
    'a body beyond all bounds': (b'PUT /api/v1/acme/uploads/0/x HTTP/1.1\r\n' + HOST +
                                 b'Content-Length: 99999999999999\r\n\r\n', (413,)),
    'files beyond the bound of a form': (b'POST /api/v1/acme/assets HTTP/1.1\r\n' + HOST +
                                         b'Content-Length: 268435457\r\n\r\n', (413,)),
    'a form beyond its bound': (b'POST /api/v1/session HTTP/1.1\r\n' + HOST + b'Content-Length: 99999\r\n\r\n', (413,)),
    'a body where none is taken': (b'GET /healthz HTTP/1.1\r\n' + HOST + b'Content-Length: 1\r\n\r\na', (413,)),
    'another method': (b'BREW /healthz HTTP/1.1\r\n' + HOST + b'\r\n', (405,)),
    'a tunnel': (b'CONNECT example.com:443 HTTP/1.1\r\n' + HOST + b'\r\n', (400, 404, 405)),
    'HTTP/2 at once': (b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (0, 400, 505)),
    'TLS': (b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + bytes(100), (0, 400)),
    'bytes of nothing': (bytes(range(256)) * 4, (0, 400, 405)),
    'a NUL in the address': (b'GET /health\x00z HTTP/1.1\r\n' + HOST + b'\r\n', (0, 400, 404)),
    'a bare line end': (b'GET /healthz HTTP/1.1\n' + HOST + b'\n', (0, 200, 400)),
}


@tap.test
def malformed_requests_are_refused_and_the_next_is_served(world: World) -> None:
    for about, (request, statuses) in RAW.items():
        answer = world.server.raw(request)
        said = re.match(rb'HTTP/1\.[01] (\d{3}) ', answer)
        status = int(said[1]) if said else 0
        holds(status in statuses, f'{about}: {status} {answer[:200]!r}')
        holds('parameters' not in about or b'"code":"bad_request"' in answer, f'{about}: {answer[:300]!r}')
        if status in (405, 413, 414) and b'problem+json' in answer:
            code = json.loads(answer.partition(b'\r\n\r\n')[2])['code']
            holds(code in CODES, f'{about}: {code}')
        equal(world.server.get('/healthz').status, 200, about)


@tap.test
def a_parameter_that_is_there_twice_is_refused(world: World) -> None:
    here = '/channel/v1/acme/OUN001/products/tee/media'
    for query in ('Color=Blue&Color=Blue', 'Color=Blue&color=Violet', 'locale=en-us&locale=en-us', 'x=1&x=2'):
        refused(world.server.get(f'{here}?{query}'), 400, 'unknown_parameter', query)
    many = world.server.get('/channel/v1/acme/OUN001/products?ids=' + ','.join(f'p{n}' for n in range(201)))
    equal(many.status, 400, 'more ids than allowed')


@tap.test
def bad_command_lines_and_files_are_told(world: World) -> None:
    run = world.workspace.run
    equal(world.server.stop(), 0)
    for arguments, exit_code, code in (
            (('import', 'none.tsv'), 1, 'file_missing'), (('catalog', 'import', 'none.json'), 1, 'file_missing'),
            (('publish', '--products', 'none'), 1, 'entity_not_found'),
            (('publish', '--assets', 'none'), 1, 'not_found'),
            (('unpublish', '--products', 'none'), 1, 'entity_not_found'), (('nonsense',), 2, ''), (('publish',), 2, ''),
            (('import',), 2, ''),
            (('user', 'add', 'x', '--role', 'king', '--password-file', 'password'), 1, 'bad_enum'),
            (('tenant', 'create', 'a b'), 1, 'bad_value'), (('tenant', 'create', 'acme'), 1, 'duplicate_name'),
            (('init', '--tenant', 'x', '--admin', 'x', '--password-file', 'password'), 1, 'data_used'),
            (('publish', '--all', '--server', 'http://127.0.0.1:1', '--token', 'x'), 1, ''),
            (('publish', '--all', '--data', 'none'), 1, 'not_found'),
            (('publish', '--all', '--database', 'mysql://x'), 2, '')):
        ran = run(*arguments, code=None)
        equal(ran.code, exit_code, f'{arguments}: {ran.err}')
        holds(ran.err and (not code or code in ran.err), f'{arguments}: {ran.err!r}')
    world.server = world.workspace.serve()
    world.is_whole()


@tap.test
def afterwards_everything_is_as_it_was(world: World) -> None:
    rows = [vitrine.asset_row('the end', 'good.png'), vitrine.assign_row('the end', 'tee')]
    equal(vitrine.outcomes(world.workspace.import_rows(rows, server=world.server)), ['Success'] * 2)
    world.workspace.publish_all(server=world.server)
    equal(world.server.media('OUN001', 'tee').json()['default_image']['asset'], 'the end')
    world.is_whole()
    equal(world.server.stop(), 0)
    world.workspace.run('doctor')


tap.main(World)
