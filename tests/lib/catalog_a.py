"""A real shop for tests: catalogue file, manifest and model, made from the folder catalog-a of VITRINE_TEST_DATA.

    python3 tests/lib/catalog_a.py FOLDER OUT     writes OUT/catalog.json and OUT/manifest.tsv

Every product shows its gallery, every colour its own pictures. On top come overrides at every level of both fallback
chains, chosen by the product's place in the list, so that each run has the same.
"""
from __future__ import annotations

import dataclasses
import html
import json
import pathlib
import sys
from typing import Any

import model
import vitrine

CHANNELS = [
    {'code': 'OUN001', 'name': 'Online', 'type': 'online', 'locales': ['en-us', 'de-de'], 'default_locale': 'en-us'},
    {'code': 'OUN002', 'name': 'En ligne', 'type': 'online', 'locales': ['fr-fr', 'en-us'], 'default_locale': 'fr-fr'},
    {'code': 'OUN003', 'name': 'Tills', 'type': 'retail', 'locales': ['en-us'], 'default_locale': 'en-us',
     'database': 'tills'}]
NAMES = {'color': 'Color', 'size': 'Size'}
N = (model.ALL, model.NEUTRAL)


@dataclasses.dataclass
class Product:
    id: str
    gallery: list[str]
    by_colour: dict[str, list[str]]
    variants: list[tuple[str, model.Values]]
    channels: list[str] | None  # None: all


@dataclasses.dataclass
class CatalogA:
    content: dict[str, Any]
    manifest: vitrine.Rows
    products: list[Product]
    shop: model.Shop
    files: dict[str, str]  # asset -> path in the folder


def asset_of(path: str) -> str:
    return pathlib.PurePath(path).stem


def text_of(name: str) -> str:
    return ' '.join(html.unescape(name).split())


def categories(paths: list[str]) -> list[dict[str, Any]]:
    """The tree of `Men/Tops/Tees`; the id of a category is its path."""
    found = sorted({'/'.join(path.split('/')[:depth]) for path in paths for depth in range(1, path.count('/') + 2)})
    return [{'id': path, 'name': path.rsplit('/', 1)[-1], 'parent': path.rpartition('/')[0] or None,
             'channels': [channel['code'] for channel in CHANNELS]} for path in found]


def catalogue(data: dict[str, Any], products: list[Product]) -> dict[str, Any]:
    by_id = {product.id: product for product in products}
    rows = []
    for source in data['products']:
        row = {'id': source['id'], 'name': text_of(source['name']), 'type': source['type'],
               'categories': source['categories']}
        if source['dimensions']:
            row['dimensions'] = [NAMES[name] for name in source['dimensions']]
            row['variants'] = [{'id': variant, 'values': values} for variant, values in by_id[source['id']].variants]
        if (channels := by_id[source['id']].channels) is not None:
            row['channels'] = channels
        rows.append(row)
    colours = data['color_swatch_hex']
    dimensions = [{'name': NAMES[name], 'values': [
        {'value': value, **({'swatch': colours[value]} if name == 'color' and value in colours else {})}
        for value in values]} for name, values in data['dimension_order'].items()]
    return {'channels': CHANNELS, 'dimensions': dimensions, 'categories': categories(data['categories']),
            'products': rows}


def products_of(data: dict[str, Any]) -> list[Product]:
    found = []
    for number, source in enumerate(data['products']):
        variants = [(variant['sku'], {NAMES[name]: value for name, value in variant['values'].items()})
                    for variant in source['variants']]
        by_colour = {variant['values']['color']: [asset_of(path) for path in variant['images']]
                     for variant in source['variants']}
        gallery = [asset_of(path) for path in source['images']]
        channels = ['OUN001', 'OUN003'] if number % 9 == 4 else None
        found.append(Product(source['id'], gallery, by_colour, variants, channels))
    return found


class Maker:
    """Collects assignments; each call adds the pictures of one node in one context."""

    def __init__(self) -> None:
        self.assignments: list[model.Assignment] = []
        self.swatches: list[model.Swatch] = []

    def show(self, product: Product, place: tuple[str, str], assets: list[str], *, variant: str = '',
             purpose: str = '', **cell: str) -> None:
        for order, asset in enumerate(dict.fromkeys(assets), 1):
            self.assignments.append(model.Assignment(
                product.id, *place, asset=asset, variant=variant, cell=tuple(sorted(cell.items())), order=order,
                purpose=purpose))

    def base(self, product: Product) -> None:
        self.show(product, N, product.gallery)
        for colour, assets in product.by_colour.items():
            self.show(product, N, assets, Color=colour)

    def override_master(self, number: int, product: Product) -> None:
        """Overrides that simple products can have too."""
        first, last = product.gallery[:1], product.gallery[-1:]
        places = [
            [((model.ALL, 'en-us'), product.gallery[::-1])],
            [(('OUN001', 'de-de'), first)],
            [(('OUN001', 'en-us'), last), ((model.ALL, 'en-us'), first), ((model.ALL, 'de-de'), product.gallery[::-1])],
            [(('OUN003', 'en-us'), last), (('OUN002', 'fr-fr'), product.gallery[::-1])],
            [((model.ALL, 'fr-fr'), last)],
            []]
        for place, assets in places[number % len(places)]:
            self.show(product, place, assets)

    def override_node(self, number: int, product: Product) -> None:
        """Overrides of cells and variants, and sets that hold nothing for most requests."""
        variant, values = product.variants[number % len(product.variants)]
        colour, size = values['Color'], values['Size']
        other = product.by_colour[colour][::-1]
        steps = [
            lambda: self.show(product, N, other[:1], variant=variant),
            lambda: self.show(product, N, product.gallery[:1], Color=colour, Size=size),
            lambda: self.show(product, ('OUN002', 'fr-fr'), other, variant=variant),
            lambda: self.show(product, (model.ALL, 'fr-fr'), other, Color=colour),
            lambda: self.show(product, ('OUN001', 'en-us'), product.gallery[-1:], Size=size),
            lambda: self.show(product, N, product.gallery[:1], variant=variant, purpose='size-chart'),
            lambda: self.show(product, N, product.gallery[-1:], purpose='care'),
            lambda: self.swatches.append(model.Swatch(product.id, *N, 'Color', colour, '#123abc')),
            lambda: self.swatches.append(model.Swatch(product.id, 'OUN003', 'en-us', 'Color', colour, '#00ff7f'))]
        steps[number % len(steps)]()


def texts_of(assets: list[str], names: dict[str, str]) -> list[model.Text]:
    """Every asset in neutral; every seventh has a German text, every fifth of those a picture of its own, too."""
    found = [model.Text(asset, model.NEUTRAL, names[asset], True) for asset in assets]
    for number, asset in enumerate(assets):
        if number % 7 == 0:
            found.append(model.Text(asset, 'de-de', f'{names[asset]} (deutsch)', number % 5 == 0))
        if number % 11 == 0:
            found.append(model.Text(asset, 'fr-fr', f'{names[asset]} (français)', False))
    return found


def manifest(maker: Maker, texts: list[model.Text], files: dict[str, str]) -> vitrine.Rows:
    """A row for every text; the master galleries repeat the file, which must not be ingested twice."""
    paths = list(files.values())
    rows = []
    for text in texts:
        own = files[text.asset]
        if text.locale != model.NEUTRAL:
            own = paths[(paths.index(own) + 1) % len(paths)] if text.own else ''
        rows.append(vitrine.asset_row(text.asset, own, text.alt, locale=text.locale))
    alt = {text.asset: text.alt for text in texts if text.locale == model.NEUTRAL}
    for one in maker.assignments:
        row = vitrine.assign_row(one.asset, one.variant or one.product, channel=one.channel, locale=one.locale,
                                 order=one.order, variant=bool(one.variant),
                                 cell='|'.join(f'{name}:{value}' for name, value in one.cell))
        if one.purpose:
            row |= {'MediaGroup': 'Additional', 'MediaPurpose': one.purpose}
        elif not one.cell and not one.variant:
            row |= {'MediaImportPath': files[one.asset], 'ImageAltText': alt[one.asset]}
        rows.append(row)
    for swatch in maker.swatches:
        rows.append({
            'MediaLocale': model.NEUTRAL, 'EntityType': 'Product|Master|Swatch',
            'EntityKey': 'EntityId|SwatchType|SwatchId', 'EntityChannel': swatch.channel, 'EntityLocale': swatch.locale,
            'EntityKeyValue': f'{swatch.product}|{swatch.dimension}|{swatch.value}', 'SwatchGroup': swatch.dimension,
            'SwatchDimension': swatch.value, 'SwatchValue': swatch.hex})
    return rows


def load(folder: pathlib.Path) -> CatalogA:
    data = json.loads((folder / 'catalog.json').read_text(encoding='utf-8'))
    products, maker, files, names = products_of(data), Maker(), {}, {}
    for source in data['products']:
        for path in source['images'] + [path for variant in source['variants'] for path in variant['images']]:
            files.setdefault(asset_of(path), path)
            names.setdefault(asset_of(path), text_of(source['name']))
    for number, product in enumerate(products):
        maker.base(product)
        maker.override_master(number, product)
        if product.variants:
            maker.override_node(number, product)
    texts = texts_of(list(files), names)
    central = {('Color', value): colour for value, colour in data['color_swatch_hex'].items()}
    dimensions = {source['id']: {NAMES[name]: values for name, values in source['dimensions'].items()}
                  for source in data['products']}
    shop = model.Shop(maker.assignments, maker.swatches, texts, central, dimensions)
    return CatalogA(catalogue(data, products), manifest(maker, texts, files), products, shop, files)


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    made, out = load(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    (out / 'catalog.json').write_text(json.dumps(made.content), encoding='utf-8')
    (out / 'manifest.tsv').write_text(vitrine.tsv(made.manifest), encoding='utf-8')


if __name__ == '__main__':
    main()
