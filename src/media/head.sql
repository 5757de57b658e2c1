-- asset_set_name: (asset_id, name)
UPDATE asset SET name = :name WHERE asset_id = :asset_id;

-- image_record_of_code: (tenant_id, code) -> asset_id, origin
SELECT asset_id, origin FROM image_record WHERE tenant_id = :tenant_id AND code = :code;

-- asset_of_name: (tenant_id, name) -> asset_id
SELECT asset_id FROM asset WHERE tenant_id = :tenant_id AND name = :name;

-- image_record_set_origin: (asset_id, code, origin)
UPDATE image_record SET origin = :origin WHERE asset_id = :asset_id AND code = :code;

-- image_record_put_own: (tenant_id, code, asset_id)
INSERT INTO image_record(tenant_id, code, asset_id, origin)
VALUES (:tenant_id, :code, :asset_id, 'own')
ON CONFLICT (tenant_id, code) DO UPDATE SET origin = excluded.origin;

-- asset_count_locales: (asset_id) -> n
SELECT count(*) AS n FROM asset_locale
JOIN document ON document.document_id = asset_locale.document_id
WHERE asset_locale.asset_id = :asset_id AND document.trashed_us IS NULL;

-- asset_trash: (asset_id, now_us)
UPDATE asset SET trashed_us = :now_us, name = name || '|' || CAST(asset_id AS TEXT),
  source_id = source_id || '|' || CAST(asset_id AS TEXT)
WHERE asset_id = :asset_id AND trashed_us IS NULL;

-- image_record_trash: (asset_id)
UPDATE image_record SET code = code || '|' || CAST(asset_id AS TEXT) WHERE asset_id = :asset_id;
