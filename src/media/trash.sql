-- trash_list: (tenant_id, before_id, page) -> asset_id, name, type, trashed_us, was_live
-- was_live: what putting it in took back
SELECT asset.asset_id, asset.name, asset.type, asset.trashed_us,
  CASE WHEN EXISTS (SELECT 1 FROM asset_locale
    JOIN publication ON publication.document_id = asset_locale.document_id
    JOIN change ON change.seq = publication.to_seq AND change.cause = 'trash'
    WHERE asset_locale.asset_id = asset.asset_id
      AND NOT EXISTS (SELECT 1 FROM publication AS later
        WHERE later.document_id = publication.document_id
        AND later.from_seq > publication.from_seq)) THEN 1 ELSE 0 END AS was_live
FROM asset
LEFT JOIN asset AS last ON last.asset_id = :before_id
WHERE asset.tenant_id = :tenant_id AND asset.trashed_us IS NOT NULL AND asset.purged_us IS NULL
  AND (:before_id = 0 OR asset.trashed_us < last.trashed_us
    OR asset.trashed_us = last.trashed_us AND asset.asset_id < last.asset_id)
ORDER BY asset.trashed_us DESC, asset.asset_id DESC LIMIT :page;

-- trash_find: (tenant_id, asset_id) -> name, type
SELECT name, type FROM asset
WHERE tenant_id = :tenant_id AND asset_id = :asset_id AND trashed_us IS NOT NULL
  AND purged_us IS NULL;

-- trash_locales: (asset_id) -> locale, body
-- what was newest of each locale that went with the asset
SELECT asset_locale.locale, revision.body
FROM asset
JOIN asset_locale ON asset_locale.asset_id = asset.asset_id
JOIN document ON document.document_id = asset_locale.document_id
  AND document.trashed_us = asset.trashed_us
JOIN revision ON revision.document_id = document.document_id
  AND revision.number = (SELECT max(newest.number) FROM revision AS newest
    WHERE newest.document_id = document.document_id AND newest.group_id = 0
      AND newest.body IS NOT NULL)
WHERE asset.asset_id = :asset_id
ORDER BY asset_locale.locale;

-- trash_restore: (asset_id, name)
UPDATE asset SET trashed_us = NULL, name = :name,
  source_id = CASE WHEN EXISTS (SELECT 1 FROM asset AS other
      WHERE other.tenant_id = asset.tenant_id AND other.source_provider = asset.source_provider
        AND other.source_id || '|' || CAST(asset.asset_id AS TEXT) = asset.source_id)
    THEN NULL
    ELSE substr(source_id, 1, length(source_id) - length('|' || CAST(asset_id AS TEXT))) END
WHERE asset_id = :asset_id;

-- trash_restore_codes: (asset_id)
UPDATE image_record
SET code = substr(code, 1, length(code) - length('|' || CAST(asset_id AS TEXT)))
WHERE asset_id = :asset_id AND NOT EXISTS (SELECT 1 FROM image_record AS other
  WHERE other.tenant_id = image_record.tenant_id
    AND other.code || '|' || CAST(image_record.asset_id AS TEXT) = image_record.code);

-- trash_drop_codes: (asset_id)
-- those another asset has meanwhile
DELETE FROM image_record
WHERE asset_id = :asset_id AND code LIKE '%|' || CAST(asset_id AS TEXT);

-- trash_purge: (tenant_id, asset_id, before_us, now_us, most)
UPDATE asset SET purged_us = :now_us
WHERE asset_id IN (SELECT asset_id FROM asset
  WHERE tenant_id = :tenant_id AND trashed_us < :before_us AND purged_us IS NULL
    AND (:asset_id = 0 OR asset_id = :asset_id)
  ORDER BY trashed_us LIMIT :most);

-- trash_has_name: (tenant_id, name) -> asset_id
-- an asset that may come back under the name
SELECT asset_id FROM asset
WHERE tenant_id = :tenant_id AND trashed_us IS NOT NULL AND purged_us IS NULL
  AND name = :name || '|' || CAST(asset_id AS TEXT) LIMIT 1;
