"""What every rule works on: the files of the project, as git sees them, and the breaches it reports."""
from __future__ import annotations

import dataclasses
import functools
import pathlib
import subprocess
from collections.abc import Callable, Iterable


@dataclasses.dataclass(frozen=True)
class Breach:
    path: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        return f'{self.path}:{self.line}: {"warning: " if self.warning else ""}{self.text}'


@dataclasses.dataclass(frozen=True)
class Rule:
    name: str
    check: Callable[['Tree'], Iterable[Breach]]


class Tree:
    """A working copy: files under version control and new ones that are not ignored."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root

    @functools.cached_property
    def paths(self) -> list[str]:
        listed = subprocess.run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], cwd=self.root,
                                check=True, capture_output=True, text=True).stdout
        return sorted(path for path in set(listed.split('\0')) if path and (self.root / path).is_file())

    @functools.cached_property
    def paths_under_src(self) -> set[str]:
        return {path.removeprefix('src/') for path in self.paths if path.startswith('src/')}

    @functools.cache
    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding='utf-8', errors='replace')

    def lines(self, path: str) -> Iterable[tuple[int, str]]:
        return enumerate(self.text(path).splitlines(), 1)

    def ending(self, *suffixes: str, under: str = '') -> list[str]:
        return [path for path in self.paths if path.endswith(suffixes) and path.startswith(under)]

    @functools.cached_property
    def floors(self) -> dict[str, set[str]]:
        """Each room and the rooms it may include, from src/floors.txt."""
        rows = [line.partition(':') for line in self.text('src/floors.txt').splitlines() if line and line[0] != '#']
        return {room.strip(): set(below.split()) for room, _, below in rows}

    @functools.cached_property
    def rooms(self) -> list[str]:
        return [room for room in self.floors if f'src/{room}/meson.build' in self.paths]

    @staticmethod
    def room_of(path: str) -> str | None:
        parts = path.split('/')
        return parts[1] if parts[0] == 'src' and len(parts) > 2 else None
