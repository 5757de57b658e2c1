"""Two servers with data directories of their own on one PostgreSQL."""
from __future__ import annotations

import signal

import pictures
import tap
import vitrine
from jobs_api import Jobs
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'cup', 'name': 'Cup', 'type': 'simple'}]}


def shop(workspace: vitrine.Workspace) -> None:
    """A product with one published picture."""
    workspace.init()
    workspace.catalog(CATALOG)
    pictures.draw(workspace.media / 'cup.png', 40, 40)
    workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt='old'), vitrine.assign_row('cup', 'cup')])
    workspace.publish_all()


def other(workspace: vitrine.Workspace) -> vitrine.Server:
    """A second server: its own stores and caches, the first one's files and database."""
    return workspace.serve('--data', str(workspace.folder / 'other'), '--storage', f'file:{workspace.data / "blobs"}')


def alt(server: vitrine.Server) -> str:
    return server.media('OUN001', 'cup').json()['default_image']['alt']


@tap.test
def waiting_for_a_publish_waits_for_every_node(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    with workspace.serving() as first:
        second = other(workspace)
        vitrine.eventually(lambda: second.media('OUN001', 'cup').status == 200, 'the second has its stores')
        nodes = {row['node'] for row in databases(workspace, first)}
        equal(len(nodes), 2)
        for text in ('new', 'newer', 'newest'):
            workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt=text)], server=first)
            workspace.publish_all(server=first)
            equal((alt(first), alt(second)), (text, text))
        second.process.send_signal(signal.SIGSTOP)
        workspace.import_rows([vitrine.asset_row('cup', 'cup.png', alt='last')], server=first)
        ran = workspace.run('publish', '--all', '--wait=1', server=first, code=1)
        holds('main of node' in ran.err, ran.err)
        equal(alt(first), 'last')
        second.process.send_signal(signal.SIGCONT)
        workspace.publish_all(server=first)
        equal(alt(second), 'last')
        equal(second.stop(), 0)
        equal(len({row['node'] for row in databases(workspace, first)}), 1)


@tap.test
def a_job_stays_on_the_server_that_has_its_files(workspace: vitrine.Workspace) -> None:
    shop(workspace)
    first, second = workspace.serve('--workers', '0'), other(workspace)
    here, there = Jobs(workspace, first), Jobs(workspace, second)
    out = workspace.folder / 'all.tsv'
    began = workspace.start('export', '--out', out, '--server', first.url, '--token', workspace.token)
    number = vitrine.eventually(lambda: there.listed('?type=export'), 'the job')[0]
    publish = here.submit('publish', parameters={'all': True})
    equal(there.ended(publish['id'])['outcome'], 'completed', 'what needs no files is done where there is room')
    equal(there.answer('Job', f'/{number}')['state'], 'queued')
    began.kill()
    began.wait()
    equal(first.stop(), 0)
    with workspace.serving() as first:
        equal(Jobs(workspace, first).ended(number)['outcome'], 'completed')
        equal(Jobs(workspace, first).ask(f'/{number}/result').body.count(b'\n'), 3)
        refused = there.ask(f'/{number}/result').json()
        holds(refused['code'] == 'not_found' and 'on the server' in refused['detail'], refused)
    equal(second.stop(), 0)


def databases(workspace: vitrine.Workspace, server: vitrine.Server) -> list[dict]:
    return server.get(f'/api/v1/{vitrine.TENANT}/sync', Authorization=f'Bearer {workspace.token}').json()['databases']


if __name__ == '__main__':
    tap.main(on=('postgresql',))
