-- difference_products: (asset_id, after_id, page) -> product_id
SELECT DISTINCT media_set.product_id
FROM revision_asset
JOIN publication ON publication.document_id = revision_asset.document_id
  AND publication.number = revision_asset.number AND publication.to_seq IS NULL
JOIN media_set ON media_set.document_id = publication.document_id
WHERE revision_asset.asset_id = :asset_id AND media_set.product_id > :after_id
ORDER BY media_set.product_id LIMIT :page;

-- difference_asset: (asset_id) -> name, document_id, locale, number
SELECT asset.name, asset_locale.document_id, asset_locale.locale, publication.number
FROM asset JOIN asset_locale ON asset_locale.asset_id = asset.asset_id
JOIN document ON document.document_id = asset_locale.document_id
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL AND (publication.places & 1) = 1
WHERE asset.asset_id = :asset_id
ORDER BY asset_locale.locale;
