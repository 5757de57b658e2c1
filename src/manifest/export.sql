-- export_asset_page: (tenant_id, after_id, page, sets) -> asset_id, name, type, category, source_provider, source_id, created_us, locale, head, at_us, body, published, published_us
-- sets: 1 for sets alone, 0 for all others
SELECT asset.asset_id, asset.name, asset.type, asset.category, asset.source_provider,
  asset.source_id, asset.created_us, asset_locale.locale, branch.head, revision.at_us,
  revision.body, publication.number AS published, change.at_us AS published_us
FROM (SELECT asset_id FROM asset
  WHERE tenant_id = :tenant_id AND asset_id > :after_id AND trashed_us IS NULL
    AND CASE WHEN type IN ('image', 'video', 'file') THEN 0 ELSE 1 END = :sets
  ORDER BY asset_id LIMIT :page) AS chosen
JOIN asset ON asset.asset_id = chosen.asset_id
LEFT JOIN asset_locale ON asset_locale.asset_id = asset.asset_id
LEFT JOIN document ON document.document_id = asset_locale.document_id
LEFT JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
LEFT JOIN revision ON revision.document_id = branch.document_id AND revision.number = branch.head
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
LEFT JOIN change ON change.seq = publication.from_seq
ORDER BY asset.asset_id, CASE WHEN asset_locale.locale = 'system_neutral' THEN 0 ELSE 1 END,
  asset_locale.locale;

-- export_asset_set_page: (tenant_id, after_id, page) -> asset_id
SELECT asset_id FROM asset
WHERE tenant_id = :tenant_id AND asset_id > :after_id AND trashed_us IS NULL
  AND type NOT IN ('image', 'video', 'file')
ORDER BY asset_id LIMIT :page;

-- export_set_page: (tenant_id, after_id, page) -> document_id, product_id, channel_id, locale, catalog_id, product, category, created_us, head, at_us, body, published, published_us, live, was_published
SELECT media_set.document_id, media_set.product_id, media_set.channel_id, media_set.locale,
  media_set.catalog_id, product.code AS product, category.code AS category, document.created_us,
  branch.head, revision.at_us, revision.body, publication.number AS published,
  change.at_us AS published_us, live.body AS live,
  CASE WHEN EXISTS (SELECT 1 FROM publication AS ever
    WHERE ever.document_id = media_set.document_id) THEN 1 ELSE 0 END AS was_published
FROM media_set
JOIN document ON document.document_id = media_set.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
JOIN revision ON revision.document_id = branch.document_id AND revision.number = branch.head
LEFT JOIN product ON product.product_id = media_set.product_id
LEFT JOIN category ON category.category_id = media_set.category_id
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
LEFT JOIN revision AS live ON live.document_id = publication.document_id
  AND live.number = publication.number
LEFT JOIN change ON change.seq = publication.from_seq
WHERE media_set.tenant_id = :tenant_id AND media_set.document_id > :after_id
ORDER BY media_set.document_id LIMIT :page;

-- export_set_of_product: (product_id) -> document_id, product_id, channel_id, locale, catalog_id, product, category, created_us, head, at_us, body, published, published_us, live, was_published
SELECT media_set.document_id, media_set.product_id, media_set.channel_id, media_set.locale,
  media_set.catalog_id, product.code AS product, NULL AS category, document.created_us,
  branch.head, revision.at_us, revision.body, publication.number AS published,
  change.at_us AS published_us, live.body AS live,
  CASE WHEN EXISTS (SELECT 1 FROM publication AS ever
    WHERE ever.document_id = media_set.document_id) THEN 1 ELSE 0 END AS was_published
FROM media_set
JOIN document ON document.document_id = media_set.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
JOIN revision ON revision.document_id = branch.document_id AND revision.number = branch.head
JOIN product ON product.product_id = media_set.product_id
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
LEFT JOIN revision AS live ON live.document_id = publication.document_id
  AND live.number = publication.number
LEFT JOIN change ON change.seq = publication.from_seq
WHERE media_set.product_id = :product_id
ORDER BY media_set.document_id;

-- export_asset_of_set: (document_id, number) -> asset_id, name, type, source_provider, source_id
SELECT asset.asset_id, asset.name, asset.type, asset.source_provider, asset.source_id
FROM revision_asset JOIN asset ON asset.asset_id = revision_asset.asset_id
WHERE revision_asset.document_id = :document_id AND revision_asset.number = :number
  AND asset.trashed_us IS NULL;

-- export_variant: (product_id) -> product_id, code
SELECT product_id, code FROM product WHERE master_id = :product_id;
