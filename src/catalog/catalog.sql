-- schema_catalog_1: ()
CREATE TABLE dimension(
  dimension_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  UNIQUE (tenant_id, name_key));
CREATE TABLE dimension_value(
  value_id {id},
  dimension_id BIGINT NOT NULL REFERENCES dimension(dimension_id),
  value TEXT NOT NULL,
  value_key TEXT NOT NULL,
  position BIGINT NOT NULL,
  swatch_hex TEXT,
  swatch_image TEXT,
  refiner_group TEXT,
  UNIQUE (dimension_id, value_key));
CREATE TABLE product(
  product_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  master_id BIGINT REFERENCES product(product_id),
  all_channels BIGINT NOT NULL,
  UNIQUE (tenant_id, code));
CREATE INDEX product_master ON product(master_id);
CREATE TABLE product_dimension(
  product_id BIGINT NOT NULL REFERENCES product(product_id),
  position BIGINT NOT NULL,
  dimension_id BIGINT NOT NULL REFERENCES dimension(dimension_id),
  PRIMARY KEY (product_id, position)) {without_rowid};
CREATE INDEX product_dimension_dimension ON product_dimension(dimension_id);
CREATE TABLE variant_value(
  product_id BIGINT NOT NULL REFERENCES product(product_id),
  dimension_id BIGINT NOT NULL,
  value_id BIGINT NOT NULL REFERENCES dimension_value(value_id),
  PRIMARY KEY (product_id, dimension_id)) {without_rowid};
CREATE TABLE product_channel(
  product_id BIGINT NOT NULL REFERENCES product(product_id),
  channel_id BIGINT NOT NULL REFERENCES channel(channel_id),
  PRIMARY KEY (product_id, channel_id)) {without_rowid};
CREATE TABLE category(
  category_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  parent_id BIGINT REFERENCES category(category_id),
  UNIQUE (tenant_id, code));
CREATE TABLE category_channel(
  category_id BIGINT NOT NULL REFERENCES category(category_id),
  channel_id BIGINT NOT NULL REFERENCES channel(channel_id),
  PRIMARY KEY (category_id, channel_id)) {without_rowid};
CREATE TABLE product_category(
  product_id BIGINT NOT NULL REFERENCES product(product_id),
  category_id BIGINT NOT NULL REFERENCES category(category_id),
  PRIMARY KEY (product_id, category_id)) {without_rowid};
CREATE TABLE catalog(
  catalog_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  number TEXT NOT NULL,
  UNIQUE (tenant_id, number));
CREATE TABLE catalog_channel(
  catalog_id BIGINT NOT NULL REFERENCES catalog(catalog_id),
  channel_id BIGINT NOT NULL REFERENCES channel(channel_id),
  PRIMARY KEY (catalog_id, channel_id)) {without_rowid};
;;

-- dimension_put: (tenant_id, name, name_key) -> dimension_id
INSERT INTO dimension(tenant_id, name, name_key) VALUES (:tenant_id, :name, :name_key)
ON CONFLICT (tenant_id, name_key) DO UPDATE SET name_key = excluded.name_key RETURNING dimension_id;

-- dimension_list: (tenant_id) -> dimension_id, name
SELECT dimension_id, name FROM dimension WHERE tenant_id = :tenant_id ORDER BY dimension_id;

-- dimension_value_add: (dimension_id, value, value_key, swatch_hex) -> value_id
INSERT INTO dimension_value(dimension_id, value, value_key, position, swatch_hex)
SELECT :dimension_id, :value, :value_key, coalesce(max(position), 0) + 1, :swatch_hex
FROM dimension_value WHERE dimension_id = :dimension_id RETURNING value_id;

-- dimension_value_swatch: (swatch_hex, value_id)
UPDATE dimension_value SET swatch_hex = :swatch_hex WHERE value_id = :value_id;

-- dimension_value_list: (dimension_id) -> value_id, value, swatch_hex
SELECT value_id, value, swatch_hex FROM dimension_value WHERE dimension_id = :dimension_id
ORDER BY position;

-- product_find: (tenant_id, code) -> product_id, name, kind, master_id, all_channels
SELECT product_id, name, kind, master_id, all_channels FROM product
WHERE tenant_id = :tenant_id AND code = :code;

-- product_get: (product_id) -> code, name, kind, master_id, all_channels
SELECT code, name, kind, master_id, all_channels FROM product WHERE product_id = :product_id;

-- product_add: (tenant_id, code, name, kind, master_id, all_channels) -> product_id
INSERT INTO product(tenant_id, code, name, kind, master_id, all_channels)
VALUES (:tenant_id, :code, :name, :kind, :master_id, :all_channels) RETURNING product_id;

-- product_change: (name, all_channels, product_id)
UPDATE product SET name = :name, all_channels = :all_channels WHERE product_id = :product_id;

-- product_page: (tenant_id, after_id, page) -> product_id
SELECT product_id FROM product
WHERE tenant_id = :tenant_id AND master_id IS NULL AND product_id > :after_id
ORDER BY product_id LIMIT :page;

-- product_of_dimension: (dimension_id) -> product_id
SELECT product_id FROM product_dimension WHERE dimension_id = :dimension_id ORDER BY product_id;

-- product_dimension_add: (product_id, position, dimension_id)
INSERT INTO product_dimension(product_id, position, dimension_id)
VALUES (:product_id, :position, :dimension_id);

-- product_dimension_list: (product_id) -> dimension_id, name
SELECT dimension.dimension_id, dimension.name FROM product_dimension
JOIN dimension ON dimension.dimension_id = product_dimension.dimension_id
WHERE product_dimension.product_id = :product_id ORDER BY product_dimension.position;

-- variant_list: (master_id) -> product_id, code, name
SELECT product_id, code, name FROM product WHERE master_id = :master_id ORDER BY product_id;

-- variant_value_list: (master_id) -> product_id, dimension_id, value_id
SELECT variant_value.product_id, variant_value.dimension_id, variant_value.value_id
FROM variant_value JOIN product ON product.product_id = variant_value.product_id
WHERE product.master_id = :master_id ORDER BY variant_value.product_id;

-- product_value_list: (master_id) -> value_id, dimension_id, value, swatch_hex
SELECT dimension_value.value_id, dimension_value.dimension_id, dimension_value.value,
  dimension_value.swatch_hex
FROM dimension_value WHERE dimension_value.value_id IN (
  SELECT variant_value.value_id FROM variant_value
  JOIN product ON product.product_id = variant_value.product_id
  WHERE product.master_id = :master_id)
ORDER BY dimension_value.dimension_id, dimension_value.position;

-- variant_value_put: (product_id, dimension_id, value_id)
INSERT INTO variant_value(product_id, dimension_id, value_id)
VALUES (:product_id, :dimension_id, :value_id)
ON CONFLICT (product_id, dimension_id) DO UPDATE SET value_id = excluded.value_id;

-- product_channel_list: (product_id) -> channel_id
SELECT channel_id FROM product_channel WHERE product_id = :product_id ORDER BY channel_id;

-- product_channel_clear: (product_id)
DELETE FROM product_channel WHERE product_id = :product_id;

-- product_channel_add: (product_id, channel_id)
INSERT INTO product_channel(product_id, channel_id) VALUES (:product_id, :channel_id)
ON CONFLICT (product_id, channel_id) DO NOTHING;

-- category_list: (tenant_id) -> category_id, code, name, parent_id
SELECT category_id, code, name, parent_id FROM category WHERE tenant_id = :tenant_id
ORDER BY category_id;

-- category_channel_all: (tenant_id) -> code, channel_id
SELECT category.code, category_channel.channel_id FROM category_channel
JOIN category ON category.category_id = category_channel.category_id
WHERE category.tenant_id = :tenant_id ORDER BY category.category_id, category_channel.channel_id;

-- category_load: (category_id) -> code, name, parent_id
SELECT code, name, parent_id FROM category WHERE category_id = :category_id;

-- category_channel_list: (category_id) -> channel_id
SELECT channel_id FROM category_channel WHERE category_id = :category_id ORDER BY channel_id;

-- category_find: (tenant_id, code) -> category_id
SELECT category_id FROM category WHERE tenant_id = :tenant_id AND code = :code;

-- category_page: (tenant_id, after_id, page) -> category_id
SELECT category_id FROM category WHERE tenant_id = :tenant_id AND category_id > :after_id
ORDER BY category_id LIMIT :page;

-- category_add: (tenant_id, code, name) -> category_id
INSERT INTO category(tenant_id, code, name) VALUES (:tenant_id, :code, :name) RETURNING category_id;

-- category_change: (name, parent_id, category_id)
UPDATE category SET name = :name, parent_id = :parent_id WHERE category_id = :category_id;

-- category_channel_clear: (category_id)
DELETE FROM category_channel WHERE category_id = :category_id;

-- category_channel_add: (category_id, channel_id)
INSERT INTO category_channel(category_id, channel_id) VALUES (:category_id, :channel_id)
ON CONFLICT (category_id, channel_id) DO NOTHING;

-- product_category_list: (product_id) -> category_id
SELECT category_id FROM product_category WHERE product_id = :product_id ORDER BY category_id;

-- product_category_clear: (product_id)
DELETE FROM product_category WHERE product_id = :product_id;

-- product_category_add: (product_id, category_id)
INSERT INTO product_category(product_id, category_id) VALUES (:product_id, :category_id)
ON CONFLICT (product_id, category_id) DO NOTHING;

-- catalog_put: (tenant_id, number) -> catalog_id
INSERT INTO catalog(tenant_id, number) VALUES (:tenant_id, :number)
ON CONFLICT (tenant_id, number) DO UPDATE SET number = excluded.number RETURNING catalog_id;

-- catalog_find: (tenant_id, number) -> catalog_id
SELECT catalog_id FROM catalog WHERE tenant_id = :tenant_id AND number = :number;

-- catalog_list: (tenant_id) -> catalog_id, number
SELECT catalog_id, number FROM catalog WHERE tenant_id = :tenant_id ORDER BY catalog_id;

-- catalog_channel_list: (catalog_id) -> channel_id
SELECT channel_id FROM catalog_channel WHERE catalog_id = :catalog_id ORDER BY channel_id;

-- catalog_channel_clear: (catalog_id)
DELETE FROM catalog_channel WHERE catalog_id = :catalog_id;

-- catalog_channel_add: (catalog_id, channel_id)
INSERT INTO catalog_channel(catalog_id, channel_id) VALUES (:catalog_id, :channel_id)
ON CONFLICT (catalog_id, channel_id) DO NOTHING;
