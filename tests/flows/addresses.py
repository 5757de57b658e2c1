"""How addresses are read: split first, decoded once, refused clearly, and which methods they take."""
from __future__ import annotations

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'dimensions': [{'name': 'Color', 'values': [{'value': 'Blue'}, {'value': 'Red & Gold'}]}],
    'products': [{'id': 'a/b c', 'name': 'Odd id', 'type': 'simple'},
                 {'id': 'tee', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color'], 'variants': [
                     {'id': 'tee+1', 'values': {'Color': 'Blue'}},
                     {'id': 'tee-2', 'values': {'Color': 'Red & Gold'}}]}]}
TEE = '/channel/v1/acme/OUN001/products/tee/media'

# target -> status
READ = {
    '/channel/v1/acme/OUN001/products/a%2Fb%20c/media': 200,
    '/channel/v1/acme/OUN001/products/a%2fb%20c/media?locale=en-us': 200,
    '/channel/v1/acme/OUN001/products/a%252Fb%20c/media': 404,
    '/channel/v1/acme/OUN001/products/a/b%20c/media': 404,
    '/channel/v1/acme/OUN001/products/a%2Fb+c/media': 404,
    TEE + '?variant=tee%2B1': 200,
    TEE + '?variant=tee+1': 404,
    TEE + '?Color=Red+%26+Gold': 200,
    TEE + '?Color=Red%20%26%20Gold': 200,
    TEE + '?Color=Blue&locale=en-us': 200,
    TEE + '?color=blue': 200,
    TEE + '?Color=Blue&variant=tee-2': 400,
    TEE + '?Size=L': 400,
    TEE + '?nonsense=1': 400,
    TEE + '?locale=%00': 400,
    TEE + '?locale=%zz': 400,
    TEE + '?locale=%f': 400,
    '/channel/v1/acme/OUN001/products/%00/media': 400,
    '/channel/v1/acme/OUN001/products/%e/media': 400,
    '/channel/v1/acme/OUN001/products/%ff%fe/media': 400,
    '/channel/v1/acme/OUN001/products/nobody/media': 404,
    '/channel/v1/acme/OUN999/products/tee/media': 404,
    '/channel/v1/other/OUN001/products/tee/media': 404,
    '/channel/v1/ACME/OUN001/products/tee/media': 404,
    '/channel/v1/acme/OUN001/nonsense': 404,
    '/nonsense': 404,
    '/is/image/acme/plain?wid=10': 200,
    '/is/image/acme/%70lain?wid=10': 200,
    '/is/image/acme/plain%00': 400,
    '/is/image/acme/%zz': 400,
    '/is/image/acme/plain%3Fwid=10': 403,
    '/is/image/acme/': 403,
    '/healthz': 200,
    '/readyz': 200,
}
CODES = {400: {'bad_request', 'unknown_parameter'}, 404: {'not_found'}, 405: {'method_not_allowed'}}


def prepare(workspace: vitrine.Workspace) -> vitrine.Server:
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'a.png', 20, 20)
    rows = [vitrine.asset_row('plain', 'a.png')]
    rows += [vitrine.assign_row('plain', product) for product in ('a/b c', 'tee')]
    equal(set(vitrine.outcomes(workspace.import_rows(rows))), {'Success'})
    workspace.publish_all()
    return workspace.serve()


@tap.test
def every_address_is_read_as_written(server: vitrine.Server) -> None:
    for target, status in READ.items():
        reply = server.get(target)
        equal(reply.status, status, target)
        if status in CODES and not target.startswith('/is/'):
            equal(reply['Content-Type'].split(';')[0], 'application/problem+json', target)
            problem = reply.json()
            holds(problem['code'] in CODES[status] and problem['status'] == status and problem['title'], problem)


@tap.test
def a_parameter_that_is_not_known_is_named(server: vitrine.Server) -> None:
    for query, word in (('?Size=L', 'Size'), ('?nonsense=1', 'nonsense')):
        problem = server.get(TEE + query).json()
        equal(problem['code'], 'unknown_parameter')
        holds(word in problem.get('detail', ''), problem)


@tap.test
def the_api_refuses_without_a_token(server: vitrine.Server) -> None:
    for token in (None, 'Bearer nonsense', 'Basic YTpi', 'Bearer'):
        reply = server.get('/api/v1/acme/products?q=tee', **({'Authorization': token} if token else {}))
        equal((reply.status, reply.json()['code']), (401, 'unauthorized'), token)


@tap.test
def head_is_get_without_a_body(server: vitrine.Server) -> None:
    for target in (TEE, '/is/image/acme/plain?wid=10', '/is/image/acme/nobody', '/nonsense', '/healthz'):
        get, head = server.get(target), server.request(target, 'HEAD')
        equal((head.status, head.body), (get.status, b''), target)
        equal(head['Content-Length'], str(len(get.body)), target)
        equal((head['ETag'], head['Content-Type']), (get['ETag'], get['Content-Type']), target)


@tap.test
def other_methods_are_named_and_refused(server: vitrine.Server) -> None:
    for target in (TEE, '/is/image/acme/plain'):
        options = server.request(target, 'OPTIONS')
        equal((options.status, options.body), (204, b''), target)
        for method in ('POST', 'PUT', 'DELETE', 'PATCH'):
            reply = server.request(target, method, body=b'{}')
            equal(reply.status, 405, f'{method} {target}')
            equal({word.strip() for word in reply['Allow'].split(',')}, {'GET', 'HEAD', 'OPTIONS'})


@tap.test
def conditional_answers_are_short(server: vitrine.Server) -> None:
    first = server.get(TEE)
    again = server.get(TEE, If_None_Match=first['ETag'])
    equal((again.status, again.body, again['ETag']), (304, b'', first['ETag']))
    equal(again['Vitrine-Version'], first['Vitrine-Version'])
    equal(server.get(TEE, If_None_Match='"other"').status, 200)


@tap.test
def what_no_client_should_send_ends_cleanly(server: vitrine.Server) -> None:
    for request in (b'GET / HTTP/9.9\r\n\r\n', b'nonsense\r\n\r\n', b'GET\r\n\r\n', b'\x00\xff\xfe\r\n\r\n',
                    b'GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
                    b'GET /%0d%0aX: y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
                    b'GET /' + b'a' * 100_000 + b' HTTP/1.1\r\nHost: a\r\n\r\n'):
        try:
            answer = server.raw(request)
        except ConnectionError:
            continue
        holds(not answer or answer.split(b' ')[1][:1] in (b'4', b'5'), answer[:200])
        holds(b'\r\nX: y' not in answer, answer[:200])
    equal(server.get('/healthz').status, 200)


@tap.test
def two_requests_on_one_connection_get_two_answers(server: vitrine.Server) -> None:
    one = f'GET {TEE} HTTP/1.1\r\nHost: a\r\n\r\n'.encode()
    last = f'GET {TEE}?locale=en-us HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'.encode()
    equal(server.raw(one + last).count(b'HTTP/1.1 200'), 2)


tap.main(prepare)
