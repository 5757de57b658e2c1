-- schema_media_1: ()
CREATE TABLE folder(
  folder_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  parent_id BIGINT REFERENCES folder(folder_id),
  name TEXT NOT NULL);
CREATE UNIQUE INDEX folder_name ON folder(tenant_id, coalesce(parent_id, 0), name);
CREATE TABLE asset(
  asset_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  category TEXT NOT NULL,
  folder_id BIGINT REFERENCES folder(folder_id),
  source_provider TEXT,
  source_id TEXT,
  created_us BIGINT NOT NULL,
  trashed_us BIGINT,
  UNIQUE (tenant_id, name),
  UNIQUE (tenant_id, source_provider, source_id));
CREATE TABLE asset_locale(
  asset_id BIGINT NOT NULL REFERENCES asset(asset_id),
  locale TEXT NOT NULL,
  document_id BIGINT NOT NULL UNIQUE REFERENCES document(document_id),
  PRIMARY KEY (asset_id, locale)) {without_rowid};
CREATE TABLE image_record(
  record_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  code TEXT NOT NULL,
  asset_id BIGINT NOT NULL REFERENCES asset(asset_id),
  origin TEXT NOT NULL,
  modifier TEXT,
  postmodifier TEXT,
  rectangle TEXT,
  attributes TEXT,
  UNIQUE (tenant_id, code));
CREATE INDEX image_record_asset ON image_record(asset_id);
CREATE TABLE binary_fact(
  hash TEXT PRIMARY KEY,
  bytes BIGINT NOT NULL,
  format TEXT NOT NULL,
  mime TEXT NOT NULL,
  width BIGINT,
  height BIGINT,
  has_alpha BIGINT,
  pyramid_version BIGINT,
  facts TEXT,
  ingested_us BIGINT NOT NULL);
;;

-- schema_media_2: ()
CREATE TABLE asset_tag(
  asset_id BIGINT NOT NULL REFERENCES asset(asset_id),
  locale TEXT NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (asset_id, locale, tag)) {without_rowid};
CREATE INDEX asset_tag_tag ON asset_tag(tag, asset_id);
CREATE INDEX asset_folder ON asset(folder_id, name);
CREATE VIEW asset_overview AS
SELECT asset.tenant_id, asset.asset_id, asset.name, asset.type, asset.category, asset.created_us,
  coalesce(asset.folder_id, 0) AS folder_id,
  CASE WHEN EXISTS (SELECT 1 FROM asset_locale
    JOIN publication ON publication.document_id = asset_locale.document_id
      AND publication.to_seq IS NULL
    WHERE asset_locale.asset_id = asset.asset_id) THEN 1 ELSE 0 END AS is_published,
  CASE WHEN EXISTS (SELECT 1 FROM asset_locale
    JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
    WHERE asset_locale.asset_id = asset.asset_id AND branch.head > 0
      AND NOT EXISTS (SELECT 1 FROM publication WHERE publication.document_id = branch.document_id
        AND publication.to_seq IS NULL AND publication.number = branch.head))
    THEN 1 ELSE 0 END AS has_draft,
  CASE WHEN EXISTS (SELECT 1 FROM asset_locale
    JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
    WHERE asset_locale.asset_id = asset.asset_id AND branch.checked_out_by IS NOT NULL)
    THEN 1 ELSE 0 END AS is_edited
FROM asset WHERE asset.trashed_us IS NULL;
;;

-- schema_media_3: ()
ALTER TABLE asset ADD COLUMN purged_us BIGINT;
CREATE INDEX asset_trashed ON asset(tenant_id, trashed_us) WHERE trashed_us IS NOT NULL;
;;

-- schema_media_4: ()
CREATE TABLE set_preset(
  preset_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  name TEXT NOT NULL,
  is_active BIGINT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (tenant_id, name));
;;

-- schema_media_5: ()
-- publish_mode: of a folder, NULL: as the one above; of an asset, as its folder had it at its upload, NULL: immediately.
-- is_waiting: not shown before activation_us, whatever is published
ALTER TABLE folder ADD COLUMN publish_mode TEXT;
ALTER TABLE asset ADD COLUMN publish_mode TEXT;
ALTER TABLE asset ADD COLUMN activation_us BIGINT;
ALTER TABLE asset ADD COLUMN is_waiting BIGINT NOT NULL DEFAULT 0;
CREATE INDEX asset_waiting ON asset(tenant_id, activation_us) WHERE is_waiting = 1;
DROP VIEW asset_overview;
CREATE VIEW asset_overview AS
SELECT asset.tenant_id, asset.asset_id, asset.name, asset.type, asset.category, asset.created_us,
  coalesce(asset.folder_id, 0) AS folder_id,
  CASE WHEN asset.is_waiting = 0 AND EXISTS (SELECT 1 FROM asset_locale
    JOIN publication ON publication.document_id = asset_locale.document_id
      AND publication.to_seq IS NULL
    WHERE asset_locale.asset_id = asset.asset_id) THEN 1 ELSE 0 END AS is_published,
  CASE WHEN EXISTS (SELECT 1 FROM asset_locale
    JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
    WHERE asset_locale.asset_id = asset.asset_id AND branch.head > 0
      AND NOT EXISTS (SELECT 1 FROM publication WHERE publication.document_id = branch.document_id
        AND publication.to_seq IS NULL AND publication.number = branch.head))
    THEN 1 ELSE 0 END AS has_draft,
  CASE WHEN EXISTS (SELECT 1 FROM asset_locale
    JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
    WHERE asset_locale.asset_id = asset.asset_id AND branch.checked_out_by IS NOT NULL)
    THEN 1 ELSE 0 END AS is_edited
FROM asset WHERE asset.trashed_us IS NULL;
;;

-- asset_tag_clear: (asset_id, locale)
DELETE FROM asset_tag WHERE asset_id = :asset_id AND locale = :locale;

-- asset_tag_add: (asset_id, locale, tag)
INSERT INTO asset_tag(asset_id, locale, tag) VALUES (:asset_id, :locale, :tag)
ON CONFLICT (asset_id, locale, tag) DO NOTHING;

-- asset_add: (tenant_id, name, type, category, source_provider, source_id, created_us) -> asset_id
INSERT INTO asset(tenant_id, name, type, category, source_provider, source_id, created_us)
VALUES (:tenant_id, :name, :type, :category, :source_provider, :source_id, :created_us)
RETURNING asset_id;

-- asset_by_name: (tenant_id, name) -> asset_id, name, type
SELECT asset_id, name, type FROM asset
WHERE tenant_id = :tenant_id AND name = :name AND trashed_us IS NULL;

-- asset_by_source: (tenant_id, source_provider, source_id) -> asset_id, name, type
SELECT asset_id, name, type FROM asset
WHERE tenant_id = :tenant_id AND source_provider = :source_provider AND source_id = :source_id
  AND trashed_us IS NULL;

-- asset_by_id: (tenant_id, asset_id) -> asset_id, name, type
SELECT asset_id, name, type FROM asset
WHERE tenant_id = :tenant_id AND asset_id = :asset_id AND trashed_us IS NULL;

-- asset_locale_add: (asset_id, locale, document_id)
INSERT INTO asset_locale(asset_id, locale, document_id) VALUES (:asset_id, :locale, :document_id);

-- asset_locale_find: (asset_id, locale) -> document_id
SELECT document_id FROM asset_locale WHERE asset_id = :asset_id AND locale = :locale;

-- asset_locale_of_document: (document_id) -> asset_id, locale
SELECT asset_id, locale FROM asset_locale WHERE document_id = :document_id;

-- asset_locale_list: (asset_id) -> locale
SELECT locale FROM asset_locale WHERE asset_id = :asset_id ORDER BY locale;

-- asset_published: (asset_id) -> name, type, locale, number, places, at_us, body
SELECT asset.name, asset.type, asset_locale.locale, publication.number, publication.places, revision.at_us, revision.body
FROM asset
JOIN asset_locale ON asset_locale.asset_id = asset.asset_id
JOIN document ON document.document_id = asset_locale.document_id
JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
JOIN revision ON revision.document_id = document.document_id AND revision.number = publication.number
WHERE asset.asset_id = :asset_id AND asset.trashed_us IS NULL AND asset.is_waiting = 0
  AND revision.body IS NOT NULL
ORDER BY asset_locale.locale;

-- asset_page: (tenant_id, after_id, page) -> asset_id
SELECT asset_id FROM asset WHERE tenant_id = :tenant_id AND asset_id > :after_id
ORDER BY asset_id LIMIT :page;

-- asset_holders: (asset_id) -> asset_id
-- sets that show the asset, as they are live
SELECT DISTINCT asset_locale.asset_id
FROM revision_asset
JOIN publication ON publication.document_id = revision_asset.document_id
  AND publication.number = revision_asset.number AND publication.to_seq IS NULL
JOIN asset_locale ON asset_locale.document_id = revision_asset.document_id
WHERE revision_asset.asset_id = :asset_id;

-- image_record_add: (tenant_id, code, asset_id, origin)
INSERT INTO image_record(tenant_id, code, asset_id, origin)
VALUES (:tenant_id, :code, :asset_id, :origin);

-- image_record_of_asset: (asset_id) -> record_id, code, modifier, postmodifier, rectangle, attributes
SELECT record_id, code, modifier, postmodifier, rectangle, attributes FROM image_record
WHERE asset_id = :asset_id ORDER BY record_id;

-- binary_find: (hash) -> bytes, format, mime, width, height, has_alpha, pyramid_version, facts
SELECT bytes, format, mime, width, height, has_alpha, pyramid_version, facts FROM binary_fact
WHERE hash = :hash;

-- binary_page: (after, page) -> hash, pyramid_version
SELECT hash, pyramid_version FROM binary_fact WHERE hash > :after ORDER BY hash LIMIT :page;

-- binary_put: (hash, bytes, format, mime, width, height, has_alpha, pyramid_version, facts, ingested_us)
INSERT INTO binary_fact(
  hash, bytes, format, mime, width, height, has_alpha, pyramid_version, facts, ingested_us)
VALUES (
  :hash, :bytes, :format, :mime, :width, :height, :has_alpha, :pyramid_version, :facts, :ingested_us)
ON CONFLICT (hash) DO UPDATE SET pyramid_version = excluded.pyramid_version;
