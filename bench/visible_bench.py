#!/usr/bin/env python3
"""From the publish call of a running server to the new answer and the new picture, and the memory of one at rest.

Shops of 1,000 and 20,000 products (VITRINE_BENCH_PRODUCTS), ten variants each, four channel-locales; one product gets
another picture and is published, twenty times. Also the rate of manifest rows that assign known pictures. One line of
JSON.
"""
import json
import os
import statistics
import time

import pictures
import vitrine

ROUNDS, ROWS = 20, 20000
COLOURS, SIZES = ('Blue', 'Red', 'Green', 'Black', 'White'), ('S', 'L')


def catalog(products: int) -> dict:
    return {
        'channels': [{'code': 'OUN001', 'locales': ['en-us', 'de-de', 'fr-fr', 'it-it']}],
        'dimensions': [{'name': 'Color'}, {'name': 'Size'}],
        'products': [{'id': f'P{number:06}', 'name': 'Tee', 'type': 'master', 'dimensions': ['Color', 'Size'],
                      'variants': [{'id': f'P{number:06}-{colour}-{size}', 'values': {'Color': colour, 'Size': size}}
                                   for colour in COLOURS for size in SIZES]} for number in range(products)]}


def memory_mb(pid: int) -> float:
    with open(f'/proc/{pid}/status', encoding='ascii') as status:
        return round(next(int(line.split()[1]) for line in status if line.startswith('VmRSS')) / 1024, 1)


def shown(server: vitrine.Server) -> str:
    answer = server.media('OUN001', 'P000001', locale='fr-fr').json()
    return (answer['default_image'] or {}).get('asset', '')


def visible_ms(workspace: vitrine.Workspace, server: vitrine.Server, wanted: str, other: str) -> float:
    """Puts @wanted first, publishes, asks until it is seen and its picture comes."""
    rows = [vitrine.assign_row(wanted, 'P000001', order=1), vitrine.assign_row(other, 'P000001', order=2)]
    workspace.import_rows(rows, server=server)
    start = time.monotonic()
    body = json.dumps({'products': ['P000001'], 'with_dependencies': True}).encode()
    server.request(f'/api/v1/{vitrine.TENANT}/publish', 'POST', body, Authorization=f'Bearer {workspace.token}')
    while shown(server) != wanted:
        if time.monotonic() - start > 60:
            raise RuntimeError('the publish is not seen')
    if server.image(wanted, 'wid=100').status != 200:
        raise RuntimeError('an answer names a picture that is not there')
    return (time.monotonic() - start) * 1000


def assign_rate(workspace: vitrine.Workspace, products: int) -> float:
    """Rows that assign a known picture, per second of the whole command."""
    rows = [vitrine.assign_row('one', f'P{number % products:06}', locale='en-us' if number < products else 'de-de')
            for number in range(ROWS)]
    start = time.monotonic()
    workspace.import_rows(rows)
    return round(ROWS / (time.monotonic() - start))


def measure(products: int) -> dict:
    workspace = vitrine.Workspace('sqlite')
    try:
        workspace.init()
        workspace.catalog(catalog(products))
        for name in ('one', 'two'):
            pictures.draw(workspace.media / f'{name}.png', 300, 200)
        workspace.import_rows([vitrine.asset_row(name, f'{name}.png') for name in ('one', 'two')])
        rate = assign_rate(workspace, products)
        workspace.publish_all()
        with workspace.serving() as server:
            shown(server)
            idle = memory_mb(server.process.pid)
            times = [visible_ms(workspace, server, *(('one', 'two') if turn % 2 else ('two', 'one')))
                     for turn in range(ROUNDS)]
        return {'publish_to_visible_ms': {'median': round(statistics.median(times), 1), 'worst': round(max(times), 1)},
                'idle_mb': idle, 'assignment_rows_per_s': rate}
    finally:
        workspace.close()


def main() -> None:
    sizes = [int(word) for word in os.environ.get('VITRINE_BENCH_PRODUCTS', '1000,20000').split(',')]
    print(json.dumps({'bench': 'visible', **{f'products_{size}': measure(size) for size in sizes}}))


main()
