"""What a shopper must see, computed the slow and obvious way from plain lists.

It shares no code with the program and no idea of how the program does it: for each question it walks over every
assignment there is.
"""
from __future__ import annotations

import dataclasses

ALL, NEUTRAL = 'Omnichannel', 'system_neutral'
WEIGHT = {'Color': 8, 'Style': 4, 'Configuration': 2, 'Size': 1}
Values = dict[str, str]


@dataclasses.dataclass(frozen=True)
class Assignment:
    """One asset at one node of one product in one context. A node is '', a variant's id, or a cell's values."""
    product: str
    channel: str
    locale: str
    asset: str
    variant: str = ''
    cell: tuple[tuple[str, str], ...] = ()
    order: int = 1
    purpose: str = ''  # given: additional media, else primary


@dataclasses.dataclass(frozen=True)
class Swatch:
    """A colour of a product's own, in one context."""
    product: str
    channel: str
    locale: str
    dimension: str
    value: str
    hex: str


@dataclasses.dataclass(frozen=True)
class Text:
    """An asset in one locale; own: with a binary of its own."""
    asset: str
    locale: str
    alt: str
    own: bool


@dataclasses.dataclass
class Shop:
    assignments: list[Assignment]
    swatches: list[Swatch]
    texts: list[Text]
    central: dict[tuple[str, str], str]  # (dimension, value) -> hex
    dimensions: dict[str, dict[str, list[str]]]  # product -> dimension -> values, in order
    severance: str = 'node'  # the tenant's setting

    def context(self, product: str, channel: str, locale: str) -> tuple[str, str] | None:
        for place in ((channel, locale), (ALL, locale), (ALL, NEUTRAL)):
            if any((one.product, one.channel, one.locale) == (product, *place)
                   for one in [*self.assignments, *self.swatches]):
                return place
        return None

    def node(self, rows: list[Assignment], variant: str, values: Values) -> tuple[str, list[Assignment]]:
        """(scope, the rows of the node that answers)."""
        exact = [row for row in rows if variant and row.variant == variant]
        if exact:
            return 'variant', exact
        cells = {row.cell for row in rows if row.cell and all(values.get(name) == value for name, value in row.cell)}
        if cells:
            best = max(cells, key=lambda cell: (len(cell), sum(WEIGHT[name] for name, _ in cell)))
            return 'dimensions', [row for row in rows if row.cell == best]
        master = [row for row in rows if not row.cell and not row.variant]
        return ('master', master) if master else ('none', [])

    def media(self, rows: list[Assignment], variant: str, values: Values) -> tuple[str, list[Assignment]]:
        if self.severance == 'node':
            return self.node(rows, variant, values)
        primary = self.node([row for row in rows if not row.purpose], variant, values)
        additional = self.node([row for row in rows if row.purpose], variant, values)
        return (primary if primary[1] else additional)[0], primary[1] + additional[1]

    def text(self, asset: str, locale: str) -> Text:
        found = {one.locale: one for one in self.texts if one.asset == asset}
        return found.get(locale, found[NEUTRAL])

    def picture(self, asset: str, locale: str) -> dict[str, object]:
        text = self.text(asset, locale)
        url = f'/is/image/acme/{asset}'
        return {'asset': asset, 'url': f'{url}?locale={locale}' if text.own and text.locale == locale else url,
                'alt': text.alt}

    def swatch_list(self, product: str, place: tuple[str, str] | None) -> list[tuple[str, str, str, str]]:
        """(dimension, value, from, hex), sorted: the order is the program's to choose."""
        own = {(one.dimension, one.value): one.hex for one in self.swatches
               if (one.product, one.channel, one.locale) == (product, *(place or ('', '')))}
        found = []
        for dimension, values in self.dimensions[product].items():
            for value in values:
                key = (dimension, value)
                if key in own:
                    found.append((*key, 'product', own[key]))
                elif key in self.central:
                    found.append((*key, 'central', self.central[key]))
        return sorted(found)

    def answer(self, product: str, channel: str, locale: str, variant: str = '', values: Values | None = None) -> dict:
        place = self.context(product, channel, locale)
        rows = [row for row in self.assignments
                if place and (row.product, row.channel, row.locale) == (product, *place)]
        scope, rows = self.media(rows, variant, values or {})
        shown = [self.picture(row.asset, locale) for row in sorted(rows, key=lambda row: row.order) if not row.purpose]
        return {
            'source': {'channel': place[0], 'locale': place[1], 'scope': scope} if place else None,
            'default_image': shown[0] if shown else None,
            'primary': [{'order': order, 'type': 'image', **picture} for order, picture in enumerate(shown, 1)],
            'additional': sorted((row.purpose, row.asset) for row in rows if row.purpose),
            'swatches': self.swatch_list(product, place)}


def comparable(answer: dict) -> dict:
    """The program's answer in the shape of Shop.answer()."""
    return {
        'source': answer['source'], 'default_image': answer['default_image'], 'primary': answer['primary'],
        'additional': sorted((row['purpose'], row['asset']) for row in answer['additional']),
        'swatches': sorted((row['dimension'], row['value'], row['from'], row['hex']) for row in answer['swatches'])}
