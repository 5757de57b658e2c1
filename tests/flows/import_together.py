"""Two imports of the same assets and sets at once: every row of both gets in, and nothing is there twice."""
from __future__ import annotations

import subprocess

import pictures
import tap
import vitrine
from vitrine import equal

N_PRODUCTS, N_ASSETS = 60, 20


def rows(turn: int) -> vitrine.Rows:
    """The same things in another order each time."""
    assets = [vitrine.asset_row(f'asset-{number}', 'one.png') for number in range(N_ASSETS)]
    places = [vitrine.assign_row(f'asset-{(product + place) % N_ASSETS}', f'P{product}', order=place + 1)
              for product in range(N_PRODUCTS) for place in range(3)]
    return assets[::turn] + places[::turn]


@tap.test
def both_get_in_whole(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog({'channels': [{'code': 'OUN001', 'locales': ['en-us']}],
                       'products': [{'id': f'P{number}', 'name': 'P', 'type': 'simple'}
                                    for number in range(N_PRODUCTS)]})
    pictures.draw(workspace.media / 'one.png', 20, 20)
    with workspace.serving() as server:
        running = []
        for number, turn in enumerate((1, -1, 1)):
            manifest = workspace.file(f'together-{number}.tsv', vitrine.tsv(rows(turn)))
            running.append(subprocess.Popen(
                [vitrine.PROGRAM, 'import', manifest, '--media', workspace.media, '--result',
                 workspace.folder / f'together-{number}-result.tsv', '--server', server.url, '--token',
                 workspace.token], env=workspace.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        codes = [process.wait(vitrine.COMMAND_SECONDS) for process in running]
        for number in range(3):
            results = vitrine.read_tsv(workspace.folder / f'together-{number}-result.tsv')
            equal({(row['Result'], row['ErrorCode'], row['ResultDescription']) for row in results},
                  {('Success', '', '')})
        equal(codes, [0, 0, 0])
        out = workspace.folder / 'all.tsv'
        workspace.run('export', '--out', out, server=server)
        found = vitrine.read_tsv(out)
        equal(len(found), N_ASSETS + 3 * N_PRODUCTS)
        equal(len({(row['MediaDisplayName'], row['EntityKeyValue']) for row in found}), len(found))


tap.main()
