"""Pictures by address: size, crop, format, background, and what a browser and a cache may rely on.

The master `photo` is 600x400 in four quarters: red, green over blue, white; `tiny` is 40x30 of the same.
"""
from __future__ import annotations

import concurrent.futures

import pictures
import tap
import vitrine
from pictures import BLACK, BLUE, GREEN, RED, WHITE
from vitrine import equal, holds

# asset, query -> width, height, {place: colour}
SHOWN = [
    ('photo', 'fmt=png', 600, 400, {(100, 100): RED, (500, 100): GREEN, (100, 300): BLUE, (500, 300): WHITE}),
    ('photo', 'wid=300&fmt=png', 300, 200, {(50, 50): RED, (250, 50): GREEN, (50, 150): BLUE, (250, 150): WHITE}),
    ('photo', 'hei=100&fmt=png', 150, 100, {(20, 20): RED, (130, 20): GREEN}),
    ('photo', 'wid=300&hei=300&fmt=png', 300, 300,
     {(50, 20): WHITE, (50, 100): RED, (50, 200): BLUE, (50, 290): WHITE}),
    ('photo', 'wid=300&hei=300&bgc=0,0,0&fmt=png', 300, 300, {(50, 20): BLACK, (50, 100): RED, (50, 290): BLACK}),
    ('photo', 'wid=300&hei=300&align=0,-1&fmt=png', 300, 300, {(50, 5): RED, (50, 150): BLUE, (50, 290): WHITE}),
    ('photo', 'wid=200&hei=200&fit=crop&fmt=png', 200, 200, {(20, 20): RED, (180, 20): GREEN, (20, 180): BLUE}),
    ('photo', 'wid=200&hei=200&fit=constrain&fmt=png', 200, 133, {(20, 20): RED, (180, 20): GREEN}),
    ('photo', 'wid=200&hei=200&fit=stretch&fmt=png', 200, 200, {(20, 20): RED, (180, 20): GREEN, (20, 180): BLUE}),
    ('photo', 'crop=300,0,300,200&fmt=png', 300, 200, {(10, 10): GREEN, (290, 190): GREEN}),
    ('photo', 'cropN=0.5,0.5,0.5,0.5&wid=150&fmt=png', 150, 100, {(75, 50): WHITE}),
    ('photo', 'scl=2&fmt=png', 300, 200, {(50, 50): RED, (250, 150): WHITE}),
    ('photo', 'scl=1&rgn=0,200,300,200&fmt=png', 300, 200, {(10, 10): BLUE, (290, 190): BLUE}),
    ('tiny', 'wid=100&fmt=png', 100, 30, {(10, 15): WHITE, (35, 5): RED, (65, 5): GREEN, (35, 25): BLUE}),
    ('tiny', 'wid=100&fit=constrain&fmt=png', 40, 30, {(5, 5): RED}),
    ('tiny', 'wid=100&fit=constrain,1&fmt=png', 100, 75, {(10, 10): RED, (90, 10): GREEN}),
    ('photo', 'wid=100&wid=150&fmt=png', 150, 100, {(10, 10): RED}),
    ('photo', 'wid=150&unknown=1&bare&fmt=png', 150, 100, {(10, 10): RED}),
]

FORMATS = {'': 'image/jpeg', 'fmt=jpeg': 'image/jpeg', 'fmt=jpg': 'image/jpeg', 'fmt=pjpeg': 'image/jpeg',
           'fmt=png': 'image/png', 'fmt=webp': 'image/webp', 'fmt=avif': 'image/avif', 'fmt=gif': 'image/gif',
           'fmt=tif': 'image/tiff'}

REFUSED = ['wid=abc', 'wid=-1', 'wid=0', 'wid=3001', 'fit=cover&wid=100', 'fit=crop', 'fmt=bmp', 'qlt=101', 'qlt=0',
           'bgc=300,0,0', 'crop=1,2,3', 'scl=0', 'align=2,0&wid=10&hei=10']


def prepare(workspace: vitrine.Workspace) -> vitrine.Server:
    workspace.init()
    workspace.catalog({'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online',
                                     'locales': ['en-us', 'de-de'], 'default_locale': 'en-us'}],
                       'products': [{'id': 'p', 'name': 'P', 'type': 'simple'}]})
    pictures.draw(workspace.media / 'photo.png', 600, 400)
    pictures.draw(workspace.media / 'german.png', 600, 400, BLUE)
    pictures.draw(workspace.media / 'tiny.png', 40, 30)
    pictures.draw(workspace.media / 'noise.jpg', 800, 600, options='[Q=95]')
    rows = [vitrine.asset_row(name, path, alt=alt, locale=locale) for name, path, alt, locale in [
        ('photo', 'photo.png', 'Quarters', 'system_neutral'), ('tiny', 'tiny.png', 'Small', 'system_neutral'),
        ('noise', 'noise.jpg', 'A JPEG', 'system_neutral'), ('draft', 'tiny.png', 'Not out', 'system_neutral'),
        ('local', 'photo.png', 'Neutral', 'system_neutral'), ('local', 'german.png', 'Deutsch', 'de-de')]]
    rows.append(vitrine.assign_row('local', 'p'))
    equal(set(vitrine.outcomes(workspace.import_rows(rows))), {'Success'})
    workspace.run('publish', '--assets', 'photo,tiny,noise,local', '--wait')
    workspace.run('publish', '--products', 'p', '--with-dependencies', '--wait')
    return workspace.serve()


@tap.test
def sizes_and_pixels_are_as_asked(server: vitrine.Server) -> None:
    for asset, query, width, height, places in SHOWN:
        reply = server.image(asset, query)
        equal((reply.status, reply['Content-Type']), (200, 'image/png'), query)
        found = pictures.pixels(reply.body)
        equal((found.width, found.height), (width, height), f'{asset}?{query}')
        for place, colour in places.items():
            holds(pictures.close_to(found.at(*place), colour), f'{asset}?{query} at {place}: {found.at(*place)}')


@tap.test
def every_format_decodes_to_the_same_picture(server: vitrine.Server) -> None:
    for query, kind in FORMATS.items():
        reply = server.image('photo', f'wid=300&{query}')
        equal((reply.status, reply['Content-Type']), (200, kind), query)
        equal(int(reply['Content-Length']), len(reply.body))
        found = pictures.pixels(reply.body)
        equal((found.width, found.height), (300, 200), query)
        for place, colour in {(50, 50): RED, (250, 50): GREEN, (50, 150): BLUE, (250, 150): WHITE}.items():
            holds(pictures.close_to(found.at(*place), colour, 20), f'{query} at {place}: {found.at(*place)}')


@tap.test
def quality_changes_the_size(server: vitrine.Server) -> None:
    sizes = [len(server.image('noise', f'wid=400&qlt={quality}').body) for quality in (10, 50, 95)]
    equal(sizes, sorted(set(sizes)))


@tap.test
def what_is_not_allowed_is_refused_and_never_kept(server: vitrine.Server) -> None:
    for query in REFUSED:
        reply = server.image('photo', query)
        equal((reply.status, reply['Content-Type'].split(';')[0]), (403, 'text/plain'), query)
        holds('no-store' in reply['Cache-Control'], f'{query}: {dict(reply.headers)}')
        holds(len(reply.body) < 200, query)


@tap.test
def unpublished_and_unknown_are_the_same_answer(server: vitrine.Server) -> None:
    replies = [server.get(target) for target in (
        '/is/image/acme/draft', '/is/image/acme/nobody', '/is/image/acme/nobody?wid=100', '/is/image/other/photo',
        '/is/image/ACME/photo', '/is/image/acme/Photo')]
    for reply in replies:
        headers = {name: value for name, value in reply.headers.items() if name not in ('Date', 'X-Request-Id')}
        first = {name: value for name, value in replies[0].headers.items() if name not in ('Date', 'X-Request-Id')}
        equal((reply.status, reply.body), (403, replies[0].body))
        equal(headers, first)


@tap.test
def a_picture_has_an_etag_and_is_not_sent_twice(server: vitrine.Server) -> None:
    first = server.image('photo', 'wid=120')
    holds(first['ETag'].startswith('"') and first['Access-Control-Allow-Origin'] == '*', dict(first.headers))
    holds('max-age=36000' in first['Cache-Control'], first['Cache-Control'])
    for tag in (first['ETag'], f'"other", {first["ETag"]}', '*', f'W/{first["ETag"]}'):
        again = server.image('photo', 'wid=120', If_None_Match=tag)
        equal((again.status, again.body, again['ETag']), (304, b'', first['ETag']), tag)
    equal(server.image('photo', 'wid=120', If_None_Match='"other"').status, 200)
    equal(server.image('photo', 'wid=120').body, first.body)
    equal(server.image('photo', 'fmt=jpeg&wid=120')['ETag'], first['ETag'], 'the same plan has the same name')
    holds(server.image('photo', 'wid=121')['ETag'] != first['ETag'], 'another size has another name')


@tap.test
def a_locale_has_its_own_picture(server: vitrine.Server) -> None:
    for query, colour in (('', RED), ('&locale=de-de', BLUE), ('&locale=DE_de', BLUE), ('&locale=fr-fr', RED)):
        found = pictures.pixels(server.image('local', 'fmt=png&wid=60' + query).body)
        holds(pictures.close_to(found.at(5, 5), colour), f'{query}: {found.at(5, 5)}')
    german = server.media('OUN001', 'p', locale='de-de').json()['default_image']
    equal((german['url'], german['alt']), ('/is/image/acme/local?locale=de-de', 'Deutsch'))
    english = server.media('OUN001', 'p', locale='en-us').json()['default_image']
    equal((english['url'], english['alt']), ('/is/image/acme/local', 'Neutral'))


@tap.test
def many_who_want_the_same_new_picture_get_the_same(server: vitrine.Server) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: server.image('photo', 'wid=333&qlt=77'), range(48)))
    equal({reply.status for reply in replies}, {200})
    equal(len({reply.body for reply in replies}), 1)


tap.main(prepare)
