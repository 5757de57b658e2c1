-- schema_assignment_1: ()
CREATE TABLE media_set(
  document_id BIGINT PRIMARY KEY REFERENCES document(document_id),
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  product_id BIGINT NOT NULL,
  category_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  locale TEXT NOT NULL,
  catalog_id BIGINT NOT NULL,
  UNIQUE (product_id, category_id, channel_id, locale, catalog_id));
CREATE INDEX media_set_category ON media_set(category_id);
;;

-- media_set_find: (product_id, category_id, channel_id, locale, catalog_id) -> document_id
SELECT document_id FROM media_set
WHERE product_id = :product_id AND category_id = :category_id AND channel_id = :channel_id
  AND locale = :locale AND catalog_id = :catalog_id;

-- media_set_add: (document_id, tenant_id, product_id, category_id, channel_id, locale, catalog_id)
INSERT INTO media_set(document_id, tenant_id, product_id, category_id, channel_id, locale, catalog_id)
VALUES (:document_id, :tenant_id, :product_id, :category_id, :channel_id, :locale, :catalog_id);

-- media_set_delete: (document_id)
DELETE FROM media_set WHERE document_id = :document_id;

-- media_set_of_document: (document_id) -> product_id, category_id, channel_id, locale, catalog_id
SELECT product_id, category_id, channel_id, locale, catalog_id FROM media_set
WHERE document_id = :document_id;

-- media_set_locale_list: (product_id, category_id) -> locale
SELECT DISTINCT locale FROM media_set
WHERE product_id = :product_id AND category_id = :category_id ORDER BY locale;

-- category_media_type: (asset_id) -> type
SELECT type FROM asset WHERE asset_id = :asset_id;

-- media_set_published: (product_id, category_id) -> document_id, channel_id, locale, catalog_id, number, body
SELECT media_set.document_id, media_set.channel_id, media_set.locale, media_set.catalog_id,
  publication.number, revision.body
FROM media_set
JOIN publication ON publication.document_id = media_set.document_id
  AND publication.context = 'channel' AND publication.to_seq IS NULL
JOIN revision ON revision.document_id = media_set.document_id
  AND revision.number = publication.number
WHERE media_set.product_id = :product_id AND media_set.category_id = :category_id
  AND revision.body IS NOT NULL
ORDER BY media_set.document_id;

-- media_set_published_at: (product_id, category_id, seq) -> document_id, channel_id, locale, catalog_id, number, body
-- what was live at a log number
SELECT media_set.document_id, media_set.channel_id, media_set.locale, media_set.catalog_id,
  publication.number, revision.body
FROM media_set
JOIN publication ON publication.document_id = media_set.document_id
  AND publication.context = 'channel' AND publication.from_seq <= :seq
  AND (publication.to_seq IS NULL OR publication.to_seq > :seq)
JOIN revision ON revision.document_id = media_set.document_id
  AND revision.number = publication.number
WHERE media_set.product_id = :product_id AND media_set.category_id = :category_id
  AND revision.body IS NOT NULL
ORDER BY media_set.document_id;

-- media_set_previewed: (product_id, category_id, group_id) -> document_id, channel_id, locale, catalog_id, number, body
-- what is live, with the group's heads in their places
SELECT media_set.document_id, media_set.channel_id, media_set.locale, media_set.catalog_id,
  revision.number, revision.body
FROM media_set
LEFT JOIN branch ON branch.document_id = media_set.document_id AND branch.group_id = :group_id
LEFT JOIN publication ON publication.document_id = media_set.document_id
  AND publication.context = 'channel' AND publication.to_seq IS NULL
JOIN revision ON revision.document_id = media_set.document_id
  AND revision.number = coalesce(branch.head, publication.number)
WHERE media_set.product_id = :product_id AND media_set.category_id = :category_id
  AND revision.body IS NOT NULL
ORDER BY media_set.document_id;
