-- reference_list: (asset_id, after_id, page) -> document_id, asset_set, product, category, channel, locale, catalog, in_head, is_live
SELECT media_set.document_id, NULL AS asset_set, product.code AS product, category.code AS category,
  coalesce(channel.code, 'Omnichannel') AS channel, media_set.locale, catalog.number AS catalog,
  max(CASE WHEN revision_asset.number = branch.head THEN 1 ELSE 0 END) AS in_head,
  max(CASE WHEN revision_asset.number = publication.number THEN 1 ELSE 0 END) AS is_live
FROM revision_asset
JOIN media_set ON media_set.document_id = revision_asset.document_id
JOIN branch ON branch.document_id = media_set.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = media_set.document_id
  AND publication.to_seq IS NULL
LEFT JOIN product ON product.product_id = media_set.product_id
LEFT JOIN category ON category.category_id = media_set.category_id
LEFT JOIN channel ON channel.channel_id = media_set.channel_id
LEFT JOIN catalog ON catalog.catalog_id = media_set.catalog_id
WHERE revision_asset.asset_id = :asset_id AND media_set.document_id > :after_id
  AND (revision_asset.number = branch.head OR revision_asset.number = publication.number)
GROUP BY media_set.document_id, product.code, category.code, channel.code, media_set.locale,
  catalog.number
UNION ALL
SELECT asset_locale.document_id, asset.name AS asset_set, NULL AS product, NULL AS category,
  NULL AS channel, asset_locale.locale, NULL AS catalog,
  max(CASE WHEN revision_asset.number = branch.head THEN 1 ELSE 0 END) AS in_head,
  max(CASE WHEN revision_asset.number = publication.number THEN 1 ELSE 0 END) AS is_live
FROM revision_asset
JOIN asset_locale ON asset_locale.document_id = revision_asset.document_id
JOIN asset ON asset.asset_id = asset_locale.asset_id
JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = asset_locale.document_id
  AND publication.to_seq IS NULL
WHERE revision_asset.asset_id = :asset_id AND asset_locale.document_id > :after_id
  AND (revision_asset.number = branch.head OR revision_asset.number = publication.number)
GROUP BY asset_locale.document_id, asset.name, asset_locale.locale
ORDER BY 1 LIMIT :page;
