"""What publishing promises: all of it or nothing, never what is unfinished, and it says what it did."""
from __future__ import annotations

import pictures
import tap
import vitrine
from vitrine import equal, holds

CATALOG = {
    'channels': [{'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us'],
                  'default_locale': 'en-us'}],
    'products': [{'id': 'cup', 'name': 'Cup', 'type': 'simple'}, {'id': 'pot', 'name': 'Pot', 'type': 'simple'}]}


def drafts(workspace: vitrine.Workspace) -> None:
    """Two products, two pictures, nothing published."""
    workspace.init()
    workspace.catalog(CATALOG)
    for name, colour in (('cup-front', pictures.RED), ('pot-front', pictures.BLUE)):
        pictures.draw(workspace.media / f'{name}.png', 40, 40, colour)
    rows = [vitrine.asset_row(name, f'{name}.png', alt=f'{name} old') for name in ('cup-front', 'pot-front')]
    rows += [vitrine.assign_row('cup-front', 'cup'), vitrine.assign_row('pot-front', 'pot')]
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * 4)


def shown(server: vitrine.Server, product: str) -> list[tuple[str, str]]:
    reply = server.media('OUN001', product, locale='en-us')
    return [(row['asset'], row['alt']) for row in reply.json()['primary']]


def version(server: vitrine.Server) -> int:
    return int(server.media('OUN001', 'cup')['Vitrine-Version'])


@tap.test
def nothing_unpublished_is_seen_and_unknown_looks_the_same(workspace: vitrine.Workspace) -> None:
    drafts(workspace)
    with workspace.serving() as server:
        vitrine.eventually(lambda: server.media('OUN001', 'cup').status == 200, 'the product is known')
        equal(shown(server, 'cup'), [])
        unpublished, unknown = server.image('cup-front'), server.image('nobody')
        equal((unpublished.status, unpublished.body), (403, unknown.body))
        equal(unknown.status, 403)
        workspace.publish_all(server=server)
        equal(server.image('cup-front').status, 200)
        equal(shown(server, 'cup'), [('cup-front', 'cup-front old')])
        equal(server.image('nobody').body, unknown.body)


TEE = {
    'channels': [{'code': 'OUN001', 'locales': ['en-us']}], 'dimensions': [{'name': 'Color'}],
    'products': [{'id': 'tee', 'type': 'master', 'dimensions': ['Color'],
                  'variants': [{'id': f'tee-{colour}', 'values': {'Color': colour}}
                               for colour in ('Blue', 'Red', 'Green')]}]}


@tap.test
def master_cells_and_variants_of_a_set_go_live_together(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(TEE)
    names = ('any', 'blue', 'red')
    for name in names:
        pictures.draw(workspace.media / f'{name}.png', 40, 40)
    rows = [vitrine.asset_row(name, f'{name}.png') for name in names]
    rows += [vitrine.assign_row('any', 'tee'), vitrine.assign_row('blue', 'tee', cell='Color:Blue'),
             vitrine.assign_row('red', 'tee-Red', variant=True)]
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * 6)

    def answers(server: vitrine.Server) -> list[list[str]]:
        found = [server.media('OUN001', 'tee', variant=f'tee-{colour}') for colour in ('Green', 'Blue', 'Red')]
        return [[row['asset'] for row in reply.json().get('primary', [])] for reply in found]

    with workspace.serving() as server:
        vitrine.eventually(lambda: server.media('OUN001', 'tee').status == 200, 'the product is known')
        equal(answers(server), [[], [], []])
        workspace.run('publish', '--products', 'tee', '--with-dependencies', '--wait', server=server)
        equal(answers(server), [['any'], ['blue'], ['red']])


@tap.test
def unpublished_dependencies_are_listed_and_refused(workspace: vitrine.Workspace) -> None:
    drafts(workspace)
    ran = workspace.run('publish', '--products', 'cup,pot', code=1)
    for word in ('unpublished_dependencies', 'cup-front', 'pot-front'):
        holds(word in ran.err, ran.err)
    with workspace.serving() as server:
        equal(server.image('cup-front').status, 403)
    workspace.run('publish', '--products', 'cup', '--with-dependencies', '--wait')
    with workspace.serving() as server:
        equal((server.image('cup-front').status, server.image('pot-front').status), (200, 403))
        equal((len(shown(server, 'cup')), len(shown(server, 'pot'))), (1, 0))


@tap.test
def a_dependency_may_be_published_by_name_first(workspace: vitrine.Workspace) -> None:
    drafts(workspace)
    workspace.run('publish', '--assets', 'cup-front')
    workspace.run('publish', '--products', 'cup', '--wait')
    with workspace.serving() as server:
        equal(shown(server, 'cup'), [('cup-front', 'cup-front old')])


@tap.test
def publishing_again_changes_nothing_and_says_so(workspace: vitrine.Workspace) -> None:
    drafts(workspace)
    workspace.publish_all()
    with workspace.serving() as server:
        before, body = version(server), server.media('OUN001', 'cup').body
        ran = workspace.publish_all(server=server)
        holds('nothing' in ran.out.lower(), ran.out)
        equal((version(server), server.media('OUN001', 'cup').body), (before, body))


@tap.test
def a_draft_of_a_published_text_stays_a_draft(workspace: vitrine.Workspace) -> None:
    drafts(workspace)
    workspace.publish_all()
    with workspace.serving() as server:
        pictures.draw(workspace.media / 'cup-front.png', 40, 40, pictures.GREEN)
        changed = [vitrine.asset_row('cup-front', 'cup-front.png', alt='cup-front new')]
        equal(vitrine.outcomes(workspace.import_rows(changed, server=server)), ['Success'])
        equal(shown(server, 'cup'), [('cup-front', 'cup-front old')])
        old = server.image('cup-front', 'fmt=png')
        equal(pictures.pixels(old.body).at(5, 5), pictures.RED)
        workspace.publish_all(server=server)
        equal(shown(server, 'cup'), [('cup-front', 'cup-front new')])
        new = server.image('cup-front', 'fmt=png')
        equal(pictures.pixels(new.body).at(5, 5), pictures.GREEN)
        holds(old['ETag'] != new['ETag'], 'another picture has another ETag')


@tap.test
def unknown_things_to_publish_are_refused(workspace: vitrine.Workspace) -> None:
    drafts(workspace)
    for arguments in (['--products', 'nobody'], ['--assets', 'nobody']):
        ran = workspace.run('publish', *arguments, code=1)
        holds('nobody' in ran.err, ran.err)


@tap.test
def an_answer_names_one_log_number_only(workspace: vitrine.Workspace) -> None:
    drafts(workspace)
    with workspace.serving() as server:
        vitrine.eventually(lambda: server.media('OUN001', 'cup').status == 200, 'the product is known')
        before = version(server)
        workspace.publish_all(server=server)
        replies = [server.media('OUN001', product) for product in ('cup', 'pot', 'cup')]
        equal(len({reply['Vitrine-Version'] for reply in replies}), 1)
        holds(int(replies[0]['Vitrine-Version']) > before, 'publishing moves the log')


tap.main()
