"""One libFuzzer target for a bounded time: `fuzz.py ROOM NAME SECONDS`, run by script/test as fuzz/NAME.

It begins with tests/fuzz/corpus/NAME, with the seeds the target makes itself, and with what earlier runs of this
checkout found worth keeping. A finding fails the test; the input stays in build-fuzz/found/ and belongs into the corpus
once the mistake is mended.
"""
from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / 'build-fuzz'
INPUT_SECONDS = 20  # for one input; a slower one is a finding
MEMORY_MB = 2048
MAX_BYTES = 16384
DONE = re.compile(r'Done (\d+) runs? in (\d+) second')


def command(room: str, name: str, seconds: str, corpus: pathlib.Path) -> list[str]:
    found = BUILD / 'found'
    found.mkdir(exist_ok=True)
    given = ROOT / 'tests/fuzz/corpus' / name
    return [str(BUILD / f'src/{room}-{name}-fuzz'), f'-max_total_time={seconds}', f'-timeout={INPUT_SECONDS}',
            f'-rss_limit_mb={MEMORY_MB}', f'-max_len={MAX_BYTES}', f'-artifact_prefix={found}/{name}-',
            '-print_final_stats=1', str(corpus), *([str(given)] if given.is_dir() else [])]


def main() -> int:
    room, name, seconds = sys.argv[1:]
    corpus = BUILD / 'corpus' / name
    corpus.mkdir(parents=True, exist_ok=True)
    print('1..1', flush=True)
    run = subprocess.run(command(room, name, seconds, corpus), env={**os.environ, 'VITRINE_FUZZ_SEEDS': str(corpus)},
                         text=True, errors='replace', stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    done = DONE.search(run.stdout)
    if run.returncode != 0 or done is None:
        print('\n'.join('# ' + line for line in run.stdout.splitlines()[-50:]))
        print(f'not ok 1 - {name}')
        return 1
    print(f'# {done[1]} inputs in {done[2]} s')
    print(f'ok 1 - {name}')
    return 0


sys.exit(main())
