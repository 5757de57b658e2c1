"""Switching channel and locale in the authoring API shows the set of that context, and no other."""
from __future__ import annotations

import pictures
import tap
import vitrine
from vitrine import equal

CATALOG = {
    'channels': [{'code': 'OUN001', 'locales': ['en-us', 'de-de']}, {'code': 'OUN002', 'locales': ['fr-fr']}],
    'products': [{'id': 'cup', 'name': 'Cup', 'type': 'simple'}]}
CONTEXTS = [('Omnichannel', 'system_neutral', 'any'), ('Omnichannel', 'en-us', 'english'),
            ('OUN001', 'de-de', 'german'), ('OUN002', 'fr-fr', 'french')]


Names = list[str] | None


def shown(workspace: vitrine.Workspace, server: vitrine.Server, query: str) -> tuple[Names, Names]:
    """Primary media of head and live revision; None where there is none."""
    answer = server.get(f'/api/v1/{vitrine.TENANT}/products/cup/media?{query}',
                        Authorization=f'Bearer {workspace.token}')
    equal(answer.status, 200, query)
    revisions = [answer.json()[which] for which in ('head', 'published')]
    head, live = [revision and [name for node in revision['nodes'] for name in node['primary']]
                  for revision in revisions]
    return head, live


@tap.test
def each_context_shows_its_own_set(workspace: vitrine.Workspace) -> None:
    workspace.init()
    workspace.catalog(CATALOG)
    for _, _, asset in CONTEXTS:
        pictures.draw(workspace.media / f'{asset}.png', 40, 40)
    rows = [vitrine.asset_row(asset, f'{asset}.png') for _, _, asset in CONTEXTS]
    rows += [vitrine.assign_row(asset, 'cup', channel=channel, locale=locale) for channel, locale, asset in CONTEXTS]
    severed = [(channel, locale) != ('Omnichannel', 'system_neutral') for channel, locale, _ in CONTEXTS]
    equal([row['ErrorCode'] for row in workspace.import_rows(rows)][4:],
          ['W_SEVERED' if own else '' for own in severed])
    with workspace.serving() as server:
        for channel, locale, asset in CONTEXTS:
            equal(shown(workspace, server, f'channel={channel}&locale={locale}'), ([asset], None))
        equal(shown(workspace, server, ''), (['any'], None), 'Omnichannel and Neutral unless told')
        equal(shown(workspace, server, 'channel=OUN001&locale=en-us'), (None, None), 'nothing of its own')
        workspace.publish_all(server=server)
        for channel, locale, asset in CONTEXTS:
            equal(shown(workspace, server, f'channel={channel}&locale={locale}'), ([asset], [asset]))
        answer = server.get(f'/api/v1/{vitrine.TENANT}/products/cup/media?channel=OUN009',
                            Authorization=f'Bearer {workspace.token}')
        equal((answer.status, answer.json()['code']), (422, 'channel'))


@tap.test
def a_shop_without_any_channel_has_its_library_and_its_omnichannel_media(workspace: vitrine.Workspace) -> None:
    workspace.init()
    pictures.draw(workspace.media / 'any.png', 40, 40)
    workspace.catalog({'products': CATALOG['products']})
    rows = [vitrine.asset_row('any', 'any.png'), vitrine.assign_row('any', 'cup')]
    equal(vitrine.outcomes(workspace.import_rows(rows)), ['Success'] * 2)
    with workspace.serving() as server:
        workspace.publish_all(server=server)
        equal(shown(workspace, server, ''), (['any'], ['any']))
        equal(server.image('any', 'wid=20').status, 200)
        contexts = server.get(f'/api/v1/{vitrine.TENANT}/contexts', Authorization=f'Bearer {workspace.token}').json()
        equal(contexts['channels'], [], 'no site is bound to it')


tap.main()
