#!/usr/bin/env python3
"""Cached answers of the channel API and cached pictures against nginx serving the same bytes.

Client, node and nginx share the machine's processors; the two servers are asked in turns. One line of JSON:
requests per second of each, the middle of three runs.
"""
import json
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
RUNS, SECONDS, CONNECTIONS = 3, 5, 32
CONF = '''
worker_processes auto; daemon off; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
  client_body_temp_path {0}/1; proxy_temp_path {0}/2; fastcgi_temp_path {0}/3;
  uwsgi_temp_path {0}/4; scgi_temp_path {0}/5;
  server {{ listen 127.0.0.1:{1}; root {0}; add_header Cache-Control "public, max-age=60"; }}
}}
'''


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def rate(url):
    output = subprocess.run(['wrk', '-t1', f'-c{CONNECTIONS}', f'-d{SECONDS}', url], check=True, text=True,
                            capture_output=True, timeout=SECONDS + 30).stdout
    if 'Non-2xx' in output:
        raise RuntimeError(output)
    return float(re.search(r'Requests/sec:\s+([\d.]+)', output)[1])


def measure(urls):
    rates = {name: [] for name in urls}
    for _ in range(RUNS):
        for name, url in urls.items():
            rates[name].append(rate(url))
    return {name: round(statistics.median(found)) for name, found in rates.items()}


def main():
    result = {'bench': 'delivery'}
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)  # nginx's workers are another user when this one is root
        data = pathlib.Path(folder, 'data')
        data.mkdir()
        port = free_port()
        pathlib.Path(folder, 'nginx.conf').write_text(CONF.format(folder, port))
        with subprocess.Popen([ROOT / 'build/bench/delivery-bench', data], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as node:
            nginx = subprocess.Popen(['nginx', '-c', f'{folder}/nginx.conf'], stderr=subprocess.DEVNULL)
            try:
                facts = json.loads(node.stdout.readline())
                time.sleep(0.5)
                for kind in ('json', 'picture'):
                    url = f'http://{facts["address"]}{facts[kind]}'
                    body = urllib.request.urlopen(url, timeout=30).read()
                    pathlib.Path(folder, kind).write_bytes(body)
                    rates = measure({'vitrine': url, 'nginx': f'http://127.0.0.1:{port}/{kind}'})
                    result[kind] = {'bytes': len(body), **rates,
                                    'ratio': round(rates['vitrine'] / rates['nginx'], 2)}
            finally:
                nginx.terminate()
                nginx.wait(30)
                node.stdin.close()
    print(json.dumps(result))


main()
