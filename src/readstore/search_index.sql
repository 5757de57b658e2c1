-- The search index of a read store: SQLite's full-text search over what the rows of the store say, and the pictures
-- lists show with what was found. It is brought up to the store by rows whose log number it has not seen.

-- schema_readstore_3: ()
CREATE TABLE search_image(
  product TEXT NOT NULL,
  channel TEXT NOT NULL,
  locale TEXT NOT NULL,
  images TEXT NOT NULL,
  PRIMARY KEY (product, channel, locale)) {without_rowid};
CREATE VIRTUAL TABLE product_words USING fts5(
  name, words, scope, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE asset_words USING fts5(
  name, texts, words, scope, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
;;

-- search_changed_products: (after) -> id
-- of an index that has seen nothing, all
SELECT product_record_id AS id FROM product_record WHERE :after = 0
UNION SELECT product_record_id FROM product_record WHERE :after > 0 AND seq > :after
UNION SELECT product_record.product_record_id FROM product_row
  JOIN product_record ON product_record.product = product_row.product
  WHERE :after > 0 AND product_row.seq > :after
ORDER BY id;

-- search_changed_assets: (after) -> id
SELECT asset_record_id AS id FROM asset_record WHERE seq > :after ORDER BY id;

-- search_product: (id) -> product, name, words
SELECT product, name, words FROM product_record WHERE product_record_id = :id;

-- search_product_rows: (product) -> channel, locale, body
SELECT product_row.channel, product_row.locale, product_row.body FROM channel_row
JOIN product_row ON product_row.channel = channel_row.channel AND product_row.product = :product
WHERE channel_row.body IS NOT NULL AND product_row.body IS NOT NULL
ORDER BY product_row.channel, product_row.locale;

-- search_product_forget: (id)
DELETE FROM product_words WHERE rowid = :id;

-- search_product_add: (id, name, words, scope)
INSERT INTO product_words(rowid, name, words, scope) VALUES (:id, :name, :words, :scope);

-- search_image_forget: (product)
DELETE FROM search_image WHERE product = :product;

-- search_image_add: (product, channel, locale, images)
INSERT INTO search_image(product, channel, locale, images) VALUES (:product, :channel, :locale, :images);

-- search_asset: (id) -> locale, name, texts, words
SELECT locale, name, coalesce(title, '') || ' ' || coalesce(alt, '') || ' ' || coalesce(caption, '') AS texts, words
FROM asset_record WHERE asset_record_id = :id AND name IS NOT NULL;

-- search_asset_forget: (id)
DELETE FROM asset_words WHERE rowid = :id;

-- search_asset_add: (id, name, texts, words, scope)
INSERT INTO asset_words(rowid, name, texts, words, scope) VALUES (:id, :name, :texts, :words, :scope);

-- search_products: (question, channel, locale, most) -> product, name, images, n_matches
-- the best first of the first :most that the index finds; what the store shows no more is left out
SELECT product_record.product, product_record.name,
  (SELECT search_image.images FROM search_image
    WHERE search_image.product = product_record.product AND search_image.channel = :channel
      AND search_image.locale IN (:locale, '') ORDER BY search_image.locale DESC LIMIT 1) AS images,
  hit.n_matches
FROM (SELECT id, score, count(*) OVER () AS n_matches FROM (SELECT rowid AS id, bm25(product_words, 10.0, 1.0, 0.0) AS score FROM product_words
  WHERE product_words MATCH :question LIMIT :most)) AS hit
JOIN product_record ON product_record.product_record_id = hit.id
WHERE EXISTS (SELECT 1 FROM product_row
  WHERE product_row.channel = :channel AND product_row.product = product_record.product
    AND product_row.locale IN (:locale, '') AND product_row.body IS NOT NULL)
ORDER BY hit.score, product_record.product;

-- search_assets: (question, most) -> asset, n_matches
-- an asset that is found by several locales' texts counts once
SELECT asset_record.asset, max(hit.n_matches) AS n_matches
FROM (SELECT id, score, count(*) OVER () AS n_matches FROM (SELECT rowid AS id, bm25(asset_words, 10.0, 5.0, 1.0, 0.0) AS score FROM asset_words
  WHERE asset_words MATCH :question LIMIT :most)) AS hit
JOIN asset_record ON asset_record.asset_record_id = hit.id
WHERE asset_record.name IS NOT NULL
GROUP BY asset_record.asset ORDER BY min(hit.score), min(asset_record.name);
