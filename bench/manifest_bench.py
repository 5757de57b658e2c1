"""What bulk import costs as the manifest grows: manifests of 1,000, 10,000 and 100,000 assignment rows, ten a product,
that name fifty assets, on SQLite and, where VITRINE_TEST_POSTGRESQL names a server, on PostgreSQL; the same manifest
again; and the export of it all. Rows a second, from start to end of the command, and peak memory; one line of JSON.

    manifest_bench.py [ROWS]      100,000 unless told
"""
from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time
from typing import Any

import pictures
import vitrine

MOST = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
PER_PRODUCT, N_ASSETS = 10, 50


def memory_kb(pid: int) -> int:
    """What the process held at most so far; 0 once it is gone."""
    with contextlib.suppress(OSError), open(f'/proc/{pid}/status', encoding='ascii') as status:
        return next((int(line.split()[1]) for line in status if line.startswith('VmHWM')), 0)
    return 0


def timed(workspace: vitrine.Workspace, rows: int, *arguments: str | pathlib.Path) -> dict[str, float]:
    """Runs a command to its end: rows a second and peak memory."""
    start, peak = time.monotonic(), 0
    with subprocess.Popen([vitrine.PROGRAM, *map(str, arguments)], env=workspace.environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, memory_kb(process.pid))
            time.sleep(0.02)
    if process.returncode != 0:
        raise AssertionError(f'{arguments}: exit code {process.returncode}')
    seconds = time.monotonic() - start
    return {'seconds': round(seconds, 2), 'rows_per_s': round(rows / seconds), 'peak_mb': peak // 1024}


def manifest(workspace: vitrine.Workspace, rows: int) -> pathlib.Path:
    return workspace.file(f'manifest-{rows}.tsv', vitrine.tsv([
        vitrine.assign_row(f'asset-{number * 7 % N_ASSETS}', f'P{number // PER_PRODUCT}',
                           order=number % PER_PRODUCT + 1) for number in range(rows)]))


def shop(workspace: vitrine.Workspace) -> None:
    workspace.init()
    products = [{'id': f'P{number}', 'name': f'Product {number}', 'type': 'simple'}
                for number in range(MOST // PER_PRODUCT)]
    for at in range(0, len(products), 5000):
        workspace.catalog({'channels': [{'code': 'OUN001', 'locales': ['en-us']}], 'products': products[at:at + 5000]})
    pictures.draw(workspace.media / 'one.png', 20, 20)
    workspace.import_rows([vitrine.asset_row(f'asset-{number}', 'one.png') for number in range(N_ASSETS)])


def measure(database: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rows in (size for size in (1000, 10_000, 100_000) if size <= MOST):
        workspace = vitrine.Workspace(database)
        try:
            shop(workspace)
            path = manifest(workspace, rows)
            found[str(rows)] = {'import': timed(workspace, rows, 'import', path),
                                'again': timed(workspace, rows, 'import', path),
                                'export': timed(workspace, rows, 'export', '--out', workspace.folder / 'out.tsv')}
        finally:
            workspace.close()
    return found


def main() -> None:
    databases = ['sqlite'] + (['postgresql'] if 'VITRINE_TEST_POSTGRESQL' in os.environ else [])
    print(json.dumps({'bench': 'manifest', **{database: measure(database) for database in databases}}))


main()
