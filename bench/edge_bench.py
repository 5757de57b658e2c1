#!/usr/bin/env python3
"""From the publish call of a running server to the new answer at Varnish in front of it (script/edge).

A shop of 1,000 products with a picture each, all of it kept by the edge. One picture's text is changed and published,
fifty times; then the texts of all, ten times, until each of ten products spread over them is new; then all must be. One
line of JSON.
"""
import http.client
import json
import statistics
import time

import edge_process
import pictures
import vitrine

PRODUCTS, SAMPLE, ROUNDS, ROUNDS_OF_ALL, SECONDS = 1000, 10, 50, 10, 60
CATALOG = {'channels': [{'code': 'OUN001', 'locales': ['en-us']}],
           'products': [{'id': f'P{number}', 'name': 'Cup'} for number in range(PRODUCTS)]}


class Shop:
    def __init__(self, workspace: vitrine.Workspace, edge: edge_process.Edge) -> None:
        self.workspace = workspace
        workspace.init()
        workspace.catalog(CATALOG)
        pictures.draw(workspace.media / 'cup.png', 60, 40)
        workspace.import_rows([vitrine.asset_row(f'a{number}', 'cup.png') for number in range(PRODUCTS)] +
                              [vitrine.assign_row(f'a{number}', f'P{number}') for number in range(PRODUCTS)])
        workspace.publish_all()
        self.server = workspace.serve('--edges', edge.name)
        edge.start(self.server)
        self.reader = http.client.HTTPConnection('127.0.0.1', edge.port, timeout=60)
        workspace.publish_all(server=self.server)

    def text(self, number: int) -> str:
        """What the edge says of a product's picture."""
        self.reader.request('GET', f'/channel/v1/acme/OUN001/products/P{number}/media')
        return json.loads(self.reader.getresponse().read())['default_image']['alt']

    def milliseconds(self, numbers: range, text: str) -> float:
        """Changes the texts, publishes, asks the edge until it shows them."""
        for number in numbers:
            self.text(number)
        self.workspace.import_rows([vitrine.asset_row(f'a{number}', 'cup.png', alt=text) for number in numbers],
                                   server=self.server)
        start = time.monotonic()
        reply = self.server.request('/api/v1/acme/publish', 'POST', b'{"all": true}',
                                    Authorization=f'Bearer {self.workspace.token}')
        if reply.status != 200:
            raise RuntimeError(reply.body)
        for number in numbers[::max(len(numbers) // SAMPLE, 1)]:
            while self.text(number) != text:
                if time.monotonic() - start > SECONDS:
                    raise RuntimeError('the edge does not show the publish')
        taken = (time.monotonic() - start) * 1000
        if any(self.text(number) != text for number in numbers):
            raise RuntimeError('the edge shows only a part of the publish')
        return taken


def summary(times: list[float]) -> dict:
    return {'median_ms': round(statistics.median(times), 1), 'worst_ms': round(max(times), 1)}


def main() -> None:
    workspace = vitrine.Workspace('sqlite')
    try:
        with edge_process.Edge() as edge:
            shop = Shop(workspace, edge)
            one = [shop.milliseconds(range(7, 8), f'one {turn}') for turn in range(ROUNDS)]
            every = [shop.milliseconds(range(PRODUCTS), f'all {turn}') for turn in range(ROUNDS_OF_ALL)]
        print(json.dumps({'bench': 'edge', 'publish_to_edge_1': summary(one), 'publish_to_edge_1000': summary(every)}))
    finally:
        workspace.close()


main()
