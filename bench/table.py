#!/usr/bin/env python3
"""Reads the lines of JSON that measurements print and writes them as a table, each number with its aim where there is
one. Numbers are what this machine gave; an aim that is missed is marked, never an error.
"""
from __future__ import annotations

import fnmatch
import json
import sys
from collections.abc import Iterator
from typing import Any

# what is measured -> (at least or at most, how much)
AIMS = {
    'publish.*.variant_answers_per_s': ('>=', 200000),
    'publish.publish_one_ratio': ('<=', 1.5),
    'visible.products_1000.*_ms': ('<=', 50),
    'visible.products_100000.*_ms': ('<=', 1000),
    'manifest.*rows_per_s': ('>=', 5000),
    'delivery.json.ratio': ('>=', 0.8),
    'delivery.picture.ratio': ('>=', 0.9),
    'edge.*_ms': ('<=', 1000),
    'idle.*_mb': ('<=', 60),
}


def numbers(name: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != 'bench':
                yield from numbers(f'{name}.{key}', inner)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield name, value


def verdict(name: str, value: float) -> str:
    for pattern, (sense, aim) in AIMS.items():
        if fnmatch.fnmatch(name, pattern):
            met = value >= aim if sense == '>=' else value <= aim
            return f'{sense} {aim:,}' + ('' if met else '   missed')
    return ''


def main() -> None:
    rows = [(name, f'{value:,}', verdict(name, value))
            for line in sys.stdin if line.strip()
            for found in [json.loads(line)] for name, value in numbers(found['bench'], found)]
    wide = [max(len(row[column]) for row in [*rows, ('measured', 'number', 'aim')]) for column in range(3)]
    for name, value, aim in [('measured', 'number', 'aim'), *rows]:
        print(f'{name:<{wide[0]}}  {value:>{wide[1]}}  {aim}'.rstrip())


main()
