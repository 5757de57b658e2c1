import unittest

import model

N = (model.ALL, model.NEUTRAL)
W = ('OUN007', 'en-us')
DIMENSIONS = {'p': {'Color': ['blue', 'red'], 'Style': ['slim', 'reg'], 'Size': ['S', 'L']}}
BLUE_SLIM = (('Color', 'blue'), ('Style', 'slim'))
VARIANT = {'Color': 'blue', 'Style': 'slim', 'Size': 'L'}

# assigned as (context, asset, cell or variant), asked in W for VARIANT -> context, scope, asset
ROWS = [
    ([(N, 'i1', '')], N, 'master', 'i1'),
    ([(N, 'i1', ''), (N, 'i2', BLUE_SLIM[:1])], N, 'dimensions', 'i2'),
    ([(N, 'i1', ''), (N, 'i3', BLUE_SLIM), (N, 'i2', BLUE_SLIM[:1])], N, 'dimensions', 'i3'),
    ([(N, 'i2', BLUE_SLIM[:1]), (N, 'i9', BLUE_SLIM[1:])], N, 'dimensions', 'i2'),
    ([(N, 'i3', BLUE_SLIM), (N, 'i4', 'v')], N, 'variant', 'i4'),
    ([(N, 'i4', 'v'), (W, 'i5', '')], W, 'master', 'i5'),
    ([(N, 'i1', ''), (W, 'i6', 'other')], W, 'none', None),
    ([(N, 'i1', ''), ((model.ALL, 'en-us'), 'i7', '')], (model.ALL, 'en-us'), 'master', 'i7'),
    ([(('OUN007', 'fr-ca'), 'i1', '')], None, 'none', None),
]


class Model(unittest.TestCase):
    def test_worked_examples(self) -> None:
        for assigned, place, scope, asset in ROWS:
            with self.subTest(str(assigned)):
                rows = [model.Assignment('p', *context, asset=name, variant=node if isinstance(node, str) else '',
                                         cell=node if isinstance(node, tuple) else ())
                        for context, name, node in assigned]
                texts = [model.Text(row.asset, model.NEUTRAL, row.asset, False) for row in rows]
                answer = model.Shop(rows, [], texts, {}, DIMENSIONS).answer('p', *W, variant='v', values=VARIANT)
                self.assertEqual(answer['source'], place and dict(zip(('channel', 'locale'), place)) | {'scope': scope})
                self.assertEqual((answer['default_image'] or {}).get('asset'), asset)

    def test_severance_by_scope_inherits_each_list_alone(self) -> None:
        rows = [model.Assignment('p', *N, 'i1'), model.Assignment('p', *N, 'f1', purpose='manual'),
                model.Assignment('p', *N, 'i2', cell=BLUE_SLIM[:1]),
                model.Assignment('p', *N, 'f2', cell=BLUE_SLIM, purpose='care')]
        texts = [model.Text(row.asset, model.NEUTRAL, row.asset, False) for row in rows]
        for severance, scope, primary, additional in [('node', 'dimensions', [], ['f2']),
                                                      ('scope', 'dimensions', ['i2'], ['f2'])]:
            answer = model.Shop(rows, [], texts, {}, DIMENSIONS, severance).answer('p', *W, values=VARIANT)
            self.assertEqual(answer['source']['scope'], scope)
            self.assertEqual([row['asset'] for row in answer['primary']], primary)
            self.assertEqual([asset for _, asset in answer['additional']], additional)
        red = model.Shop(rows, [], texts, {}, DIMENSIONS, 'scope').answer('p', *W, values={'Color': 'red'})
        self.assertEqual((red['source']['scope'], red['default_image']['asset']), ('master', 'i1'))

    def test_only_a_binary_of_the_locale_is_named_in_the_address(self) -> None:
        texts = [model.Text('a', model.NEUTRAL, 'n', True), model.Text('a', 'de-de', 'd', True),
                 model.Text('a', 'fr-fr', 'f', False)]
        shop = model.Shop([], [], texts, {}, DIMENSIONS)
        found = [shop.picture('a', locale) for locale in ('de-de', 'fr-fr', 'x')]
        urls = [picture['url'].removeprefix('/is/image/acme/') for picture in found]
        self.assertEqual(urls, ['a?locale=de-de', 'a', 'a'])
        self.assertEqual([picture['alt'] for picture in found], ['d', 'f', 'n'])
