"""Shows that a race is found the way the tests under ThreadSanitizer run, and that a lock is seen; prints TAP."""
from __future__ import annotations

import pathlib
import subprocess
import sys

RACE = pathlib.Path(__file__).resolve().parents[2] / 'build-tsan/tests/race/race'
# what two threads do -> whether that is a race
CASES = {'number': True, 'text': True, 'locked': False}


def main() -> int:
    print(f'1..{len(CASES)}')
    failed = False
    for number, (what, is_race) in enumerate(CASES.items(), 1):
        ran = subprocess.run([RACE, what], text=True, capture_output=True, check=False, timeout=120)
        found = 'WARNING: ThreadSanitizer: data race' in ran.stderr
        well = (ran.returncode != 0 and found) if is_race else (ran.returncode == 0 and not ran.stderr)
        failed = failed or not well
        print(f'{"ok" if well else "not ok"} {number} - {what} is {"a" if is_race else "no"} race')
        if not well:
            print(f'# exit code {ran.returncode}\n' + ''.join(f'# {line}\n' for line in ran.stderr.splitlines()))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
