-- The read store of one channel database. A row that was deleted stays with its content NULL and the log number of
-- its deletion, so that a copy of the store can be brought up to date by "what changed since".
-- A locale '' is the answer of every locale that has no row of its own.

-- schema_readstore_1: ()
CREATE TABLE store(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL) {without_rowid};
CREATE TABLE product_row(
  product_row_id {id},
  channel TEXT NOT NULL,
  product TEXT NOT NULL,
  locale TEXT NOT NULL,
  body TEXT,
  seq BIGINT NOT NULL,
  UNIQUE (channel, product, locale));
CREATE TABLE variant_alias(
  variant TEXT PRIMARY KEY,
  product TEXT,
  seq BIGINT NOT NULL) {without_rowid};
CREATE TABLE category_row(
  channel TEXT NOT NULL,
  category TEXT NOT NULL,
  locale TEXT NOT NULL,
  body TEXT,
  seq BIGINT NOT NULL,
  PRIMARY KEY (channel, category, locale)) {without_rowid};
CREATE TABLE asset_record(
  asset_record_id {id},
  asset BIGINT NOT NULL,
  locale TEXT NOT NULL,
  name TEXT,
  type BIGINT,
  title TEXT,
  alt TEXT,
  caption TEXT,
  hash TEXT,
  media_type TEXT,
  bytes BIGINT,
  width BIGINT,
  height BIGINT,
  own_binary BIGINT,
  attributes TEXT,
  seq BIGINT NOT NULL,
  UNIQUE (asset, locale));
CREATE TABLE image_record(
  code TEXT PRIMARY KEY,
  asset BIGINT,
  modifier TEXT,
  postmodifier TEXT,
  rectangle TEXT,
  attributes TEXT,
  seq BIGINT NOT NULL) {without_rowid};
CREATE TABLE channel_row(
  channel TEXT PRIMARY KEY,
  default_locale TEXT,
  body TEXT,
  seq BIGINT NOT NULL) {without_rowid};
CREATE TABLE configuration(
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT,
  seq BIGINT NOT NULL,
  PRIMARY KEY (kind, name)) {without_rowid};
;;

-- schema_readstore_2: ()
-- what search goes by: rows by their log number, words of products and assets, the pictures of lists
CREATE TABLE product_record(
  product_record_id {id},
  product TEXT NOT NULL UNIQUE,
  name TEXT,
  words TEXT,
  seq BIGINT NOT NULL);
ALTER TABLE asset_record ADD COLUMN words TEXT;
CREATE INDEX product_row_seq ON product_row(seq);
CREATE INDEX product_record_seq ON product_record(seq);
CREATE INDEX asset_record_seq ON asset_record(seq);
;;

-- item_begin: ()
SAVEPOINT item;

-- item_undo: ()
ROLLBACK TO SAVEPOINT item;

-- item_end: ()
RELEASE SAVEPOINT item;

-- store_put: (name, value)
INSERT INTO store(name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- store_find: (name) -> value
SELECT value FROM store WHERE name = :name;

-- product_row_put: (channel, product, locale, body, seq)
INSERT INTO product_row(channel, product, locale, body, seq)
VALUES (:channel, :product, :locale, :body, :seq)
ON CONFLICT (channel, product, locale) DO UPDATE SET body = excluded.body, seq = excluded.seq
WHERE product_row.body IS DISTINCT FROM excluded.body;

-- product_row_delete: (channel, product, locale, seq)
UPDATE product_row SET body = NULL, seq = :seq
WHERE channel = :channel AND product = :product AND locale = :locale AND body IS NOT NULL;

-- product_row_find: (channel, id, locale) -> product, body
SELECT product, body FROM product_row
WHERE channel = :channel
  AND product = coalesce((SELECT product FROM variant_alias WHERE variant = :id), :id)
  AND locale IN (:locale, '') AND body IS NOT NULL
ORDER BY locale DESC LIMIT 1;

-- product_row_bodies: (channel, product) -> body
SELECT body FROM product_row WHERE channel = :channel AND product = :product AND body IS NOT NULL
ORDER BY locale;

-- variant_alias_put: (variant, product, seq)
INSERT INTO variant_alias(variant, product, seq) VALUES (:variant, :product, :seq)
ON CONFLICT (variant) DO UPDATE SET product = excluded.product, seq = excluded.seq
WHERE variant_alias.product IS DISTINCT FROM excluded.product;

-- variant_alias_delete: (variant, seq)
UPDATE variant_alias SET product = NULL, seq = :seq WHERE variant = :variant AND product IS NOT NULL;

-- product_record_put: (product, name, words, seq)
INSERT INTO product_record(product, name, words, seq) VALUES (:product, :name, :words, :seq)
ON CONFLICT (product) DO UPDATE SET name = excluded.name, words = excluded.words, seq = excluded.seq
WHERE (product_record.name, product_record.words) IS DISTINCT FROM (excluded.name, excluded.words);

-- category_row_put: (channel, category, locale, body, seq)
INSERT INTO category_row(channel, category, locale, body, seq)
VALUES (:channel, :category, :locale, :body, :seq)
ON CONFLICT (channel, category, locale) DO UPDATE SET body = excluded.body, seq = excluded.seq
WHERE category_row.body IS DISTINCT FROM excluded.body;

-- category_row_delete: (channel, category, locale, seq)
UPDATE category_row SET body = NULL, seq = :seq
WHERE channel = :channel AND category = :category AND locale = :locale AND body IS NOT NULL;

-- category_row_find: (channel, category, locale) -> body
SELECT body FROM category_row
WHERE channel = :channel AND category = :category AND locale IN (:locale, '') AND body IS NOT NULL
ORDER BY locale DESC LIMIT 1;

-- asset_record_put: (asset, locale, name, type, title, alt, caption, hash, media_type, bytes, width, height, own_binary, attributes, words, seq)
INSERT INTO asset_record(asset, locale, name, type, title, alt, caption, hash, media_type, bytes, width, height,
  own_binary, attributes, words, seq)
VALUES (:asset, :locale, :name, :type, :title, :alt, :caption, :hash, :media_type, :bytes, :width, :height,
  :own_binary, :attributes, :words, :seq)
ON CONFLICT (asset, locale) DO UPDATE SET name = excluded.name, type = excluded.type, title = excluded.title,
  alt = excluded.alt, caption = excluded.caption, hash = excluded.hash, media_type = excluded.media_type,
  bytes = excluded.bytes, width = excluded.width, height = excluded.height, own_binary = excluded.own_binary,
  attributes = excluded.attributes, words = excluded.words, seq = excluded.seq
WHERE (asset_record.name, asset_record.type, asset_record.title, asset_record.alt, asset_record.caption,
    asset_record.hash, asset_record.media_type, asset_record.bytes, asset_record.width, asset_record.height,
    asset_record.own_binary, asset_record.attributes, asset_record.words)
  IS DISTINCT FROM (excluded.name, excluded.type, excluded.title, excluded.alt, excluded.caption,
    excluded.hash, excluded.media_type, excluded.bytes, excluded.width, excluded.height,
    excluded.own_binary, excluded.attributes, excluded.words);

-- asset_record_delete: (asset, locale, seq)
UPDATE asset_record SET name = NULL, type = NULL, title = NULL, alt = NULL, caption = NULL, hash = NULL,
  media_type = NULL, bytes = NULL, width = NULL, height = NULL, own_binary = NULL, attributes = NULL,
  words = NULL, seq = :seq
WHERE asset = :asset AND locale = :locale AND name IS NOT NULL;

-- asset_record_find: (asset, locale) -> locale, name, type, title, alt, caption, hash, media_type, bytes, width, height, own_binary, attributes
SELECT locale, name, type, title, alt, caption, hash, media_type, bytes, width, height, own_binary, attributes
FROM asset_record
WHERE asset = :asset AND locale IN (:locale, 'system_neutral') AND name IS NOT NULL
ORDER BY (locale = :locale) DESC LIMIT 1;

-- image_record_put: (code, asset, modifier, postmodifier, rectangle, attributes, seq)
INSERT INTO image_record(code, asset, modifier, postmodifier, rectangle, attributes, seq)
VALUES (:code, :asset, :modifier, :postmodifier, :rectangle, :attributes, :seq)
ON CONFLICT (code) DO UPDATE SET asset = excluded.asset, modifier = excluded.modifier,
  postmodifier = excluded.postmodifier, rectangle = excluded.rectangle, attributes = excluded.attributes,
  seq = excluded.seq
WHERE (image_record.asset, image_record.modifier, image_record.postmodifier, image_record.rectangle,
    image_record.attributes)
  IS DISTINCT FROM (excluded.asset, excluded.modifier, excluded.postmodifier, excluded.rectangle,
    excluded.attributes);

-- image_record_delete: (code, seq)
UPDATE image_record SET asset = NULL, modifier = NULL, postmodifier = NULL, rectangle = NULL, attributes = NULL,
  seq = :seq
WHERE code = :code AND asset IS NOT NULL;

-- image_record_find: (code) -> asset, modifier, postmodifier, rectangle, attributes
SELECT asset, modifier, postmodifier, rectangle, attributes FROM image_record
WHERE code = :code AND asset IS NOT NULL;

-- channel_row_put: (channel, default_locale, body, seq)
INSERT INTO channel_row(channel, default_locale, body, seq) VALUES (:channel, :default_locale, :body, :seq)
ON CONFLICT (channel) DO UPDATE SET default_locale = excluded.default_locale, body = excluded.body,
  seq = excluded.seq
WHERE (channel_row.default_locale, channel_row.body)
  IS DISTINCT FROM (excluded.default_locale, excluded.body);

-- channel_row_delete: (channel, seq)
UPDATE channel_row SET default_locale = NULL, body = NULL, seq = :seq
WHERE channel = :channel AND body IS NOT NULL;

-- channel_row_find: (channel) -> default_locale, body
SELECT default_locale, body FROM channel_row WHERE channel = :channel AND body IS NOT NULL;

-- configuration_put: (kind, name, body, seq)
INSERT INTO configuration(kind, name, body, seq) VALUES (:kind, :name, :body, :seq)
ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body, seq = excluded.seq
WHERE configuration.body IS DISTINCT FROM excluded.body;

-- configuration_delete: (kind, name, seq)
UPDATE configuration SET body = NULL, seq = :seq WHERE kind = :kind AND name = :name AND body IS NOT NULL;

-- configuration_find: (kind, name) -> body
SELECT body FROM configuration WHERE kind = :kind AND name = :name AND body IS NOT NULL;

-- configuration_list: (kind, after, most) -> name, body
SELECT name, body FROM configuration
WHERE kind = :kind AND name > :after AND body IS NOT NULL ORDER BY name LIMIT :most;
