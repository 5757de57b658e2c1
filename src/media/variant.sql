-- asset_variant: (asset_id, locale) -> document_id, head, checked_out_by, at_us, body
SELECT asset_locale.document_id, branch.head, branch.checked_out_by, revision.at_us, revision.body
FROM asset_locale
JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
LEFT JOIN revision ON revision.document_id = branch.document_id AND revision.number = branch.head
WHERE asset_locale.asset_id = :asset_id AND asset_locale.locale = :locale;

-- asset_taken: (tenant_id, name, source_provider, source_id) -> asset_id
SELECT asset_id FROM asset WHERE tenant_id = :tenant_id AND name = :name
UNION ALL
SELECT asset_id FROM image_record WHERE tenant_id = :tenant_id AND code = :name
UNION ALL
SELECT asset_id FROM asset
WHERE tenant_id = :tenant_id AND source_provider = :source_provider AND source_id = :source_id;

-- asset_set_category: (asset_id, category)
UPDATE asset SET category = :category WHERE asset_id = :asset_id AND category <> :category;
