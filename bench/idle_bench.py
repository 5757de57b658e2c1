#!/usr/bin/env python3
"""What a server holds that nobody asks anything: resident memory two seconds after it listens, on a new shop, and on
the sample shop: the first time, when it also draws and publishes it, and again. One line of JSON, MB; the aim is at
most 60.
"""
from __future__ import annotations

import json
import pathlib
import re
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]


def resident_mb(*options: str) -> float:
    with subprocess.Popen([ROOT / 'build/vitrine', 'serve', '--listen', '127.0.0.1:0', *options],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            while 'listening on' not in (line := server.stdout.readline()):
                assert line, 'the server ended'
            time.sleep(2)
            status = pathlib.Path(f'/proc/{server.pid}/status').read_text(encoding='ascii')
        finally:
            server.terminate()
    return round(int(re.search(r'VmRSS:\s+(\d+)', status)[1]) / 1024, 1)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        password = pathlib.Path(folder, 'password')
        password.write_text('correct horse battery staple\n', encoding='ascii')
        subprocess.run([ROOT / 'build/vitrine', 'init', '--data', f'{folder}/new', '--tenant', 'acme', '--admin',
                        'anna', '--password-file', password], check=True, stdout=subprocess.DEVNULL)
        sample = ('--data', f'{folder}/demo', '--demo')
        print(json.dumps({'bench': 'idle', 'new_mb': resident_mb('--data', f'{folder}/new'),
                          'sample_shop_first_mb': resident_mb(*sample), 'sample_shop_mb': resident_mb(*sample)}))


main()
