"""kill -9 at random points of an import of videos and documents, and of an export with its originals.

Whatever is killed, nothing that looks whole is not: a result or a manifest is there as a whole or not at all, a file
under the name of its content has that content, and the same command does the work when it is run again.
"""
from __future__ import annotations

import hashlib
import os
import pathlib
import random
import subprocess
import time

import pictures
import tap
import vitrine
from vitrine import equal, holds

ITEMS = 4  # videos, and as many documents and pictures
ROUNDS = 5 * int(os.environ.get('VITRINE_TEST_SCALE', '1'))
SEED = int(os.environ.get('VITRINE_TEST_SEED', str(random.SystemRandom().randrange(1 << 32))))
CAPTIONS = 'WEBVTT\n\n00:00.000 --> 00:01.000\nTake {}\n'


class Move:
    """Assets to bring in and to take out, and how long that takes."""

    def __init__(self, workspace: vitrine.Workspace) -> None:
        self.workspace = workspace
        self.random = random.Random(SEED)
        self.rows: vitrine.Rows = []
        self.originals = workspace.folder / 'originals'
        self.result = workspace.folder / 'result.tsv'
        self.out = workspace.folder / 'out.tsv'
        workspace.init()

    def draw(self, take: int) -> None:
        """The same assets with other bytes in each take."""
        media = self.workspace.media
        self.rows = []
        for number in range(ITEMS):
            clip, words, sheet, still = (media / f'{number}.{ending}' for ending in ('mp4', 'vtt', 'txt', 'png'))
            clip.unlink(missing_ok=True)
            pictures.film(clip, f'testsrc=size={64 + 16 * number}x{48 + 16 * (take % 40)}:rate=5:duration=2')
            words.write_text(CAPTIONS.format(take))
            sheet.write_text(f'take {take} of sheet {number}\n' * 20000)
            pictures.draw(still, 200, 150, (take % 256, number, 7))
            self.rows += [vitrine.video_row(f'clip {number}', clip.name, VideoCaptionImportPath=words.name),
                          vitrine.asset_row(f'sheet {number}', sheet.name, MediaType='File'),
                          vitrine.asset_row(f'still {number}', still.name)]
        self.workspace.file('move.tsv', vitrine.tsv(self.rows))

    def commands(self, what: str) -> list[str | pathlib.Path]:
        if what == 'import':
            return ['import', 'move.tsv', '--media', self.workspace.media, '--result', self.result]
        return ['export', '--all-locales', '--media', self.originals, '--out', self.out]

    def complete(self, what: str) -> float:
        begin = time.monotonic()
        self.workspace.run(*self.commands(what))
        return time.monotonic() - begin

    def kill(self, what: str, seconds: float) -> bool:
        """Whether it was killed before it was done."""
        program = self.workspace.start(*self.commands(what))
        try:
            program.wait(self.random.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            program.kill()
        return program.wait() != 0

    def imported(self) -> None:
        results = vitrine.read_tsv(self.result)
        equal(set(vitrine.outcomes(results)), {'Success'}, results)
        equal([row['MediaDisplayName'] for row in results], [row['MediaDisplayName'] for row in self.rows])

    def exported(self) -> None:
        """The manifest names every asset, and every file it names is there."""
        rows = vitrine.read_tsv(self.out)
        equal(sorted(row['MediaDisplayName'] for row in rows), sorted(row['MediaDisplayName'] for row in self.rows))
        named = {row[column] for row in rows for column in ('MediaImportPath', 'VideoCaptionImportPath')} - {''}
        here = {path.name for path in self.originals.iterdir()}
        equal(named - here, set())
        sent = {hashlib.sha256(path.read_bytes()).hexdigest() for path in self.workspace.media.iterdir()}
        equal({name.partition('.')[0] for name in named}, sent)

    def nothing_pretends(self) -> None:
        """What has its final name is whole."""
        folders = [self.workspace.data / 'blobs/original', self.originals]
        for path in [path for folder in folders if folder.exists() for path in folder.rglob('*')]:
            if path.is_file() and not path.name.endswith('.part'):
                equal(hashlib.sha256(path.read_bytes()).hexdigest(), path.name.partition('.')[0])


@tap.test
def an_import_of_videos_and_documents_that_is_killed_is_done_by_the_next(workspace: vitrine.Workspace) -> None:
    print(f'# VITRINE_TEST_SEED={SEED}', flush=True)
    move = Move(workspace)
    move.draw(0)
    seconds, killed = move.complete('import'), 0
    for take in range(1, ROUNDS + 1):
        move.draw(take)
        move.result.unlink()
        if move.kill('import', seconds):
            killed += 1
        else:
            move.imported()
        move.nothing_pretends()
        if move.result.exists():
            move.imported()
        move.complete('import')
        move.imported()
        equal(workspace.run('export', '--assets', '--out', workspace.folder / 'once.tsv').code, 0)
        first = (workspace.folder / 'once.tsv').read_bytes()
        move.complete('import')
        workspace.run('export', '--assets', '--out', workspace.folder / 'twice.tsv')
        equal((workspace.folder / 'twice.tsv').read_bytes(), first, 'the same import makes no revision')
    print(f'# {killed} of {ROUNDS} imports were killed', flush=True)
    holds(killed, 'no import was killed')
    workspace.run('doctor')


@tap.test
def an_export_that_is_killed_never_looks_whole_and_is_done_by_the_next(workspace: vitrine.Workspace) -> None:
    print(f'# VITRINE_TEST_SEED={SEED}', flush=True)
    move = Move(workspace)
    move.draw(0)
    move.complete('import')
    seconds, killed = move.complete('export'), 0
    move.exported()
    wanted = move.out.read_bytes()
    for _ in range(4 * ROUNDS):
        move.out.unlink()
        for path in move.originals.iterdir():
            if move.random.random() < 0.7:
                path.unlink()
        killed += move.kill('export', seconds)
        move.nothing_pretends()
        if move.out.exists():
            move.exported()
        move.complete('export')
        equal(move.out.read_bytes(), wanted)
        move.exported()
    print(f'# {killed} of {4 * ROUNDS} exports were killed', flush=True)
    holds(killed, 'no export was killed')


tap.main()
