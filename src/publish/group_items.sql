-- group_pick_product: (group_id, subject_id, channel_id, locale) -> document_id
SELECT media_set.document_id
FROM media_set JOIN branch ON branch.document_id = media_set.document_id AND branch.group_id = :group_id
WHERE media_set.product_id = :subject_id AND media_set.channel_id = coalesce(:channel_id, media_set.channel_id)
  AND media_set.locale = coalesce(:locale, media_set.locale)
ORDER BY media_set.document_id;

-- group_pick_category: (group_id, subject_id, channel_id, locale) -> document_id
SELECT media_set.document_id
FROM media_set JOIN branch ON branch.document_id = media_set.document_id AND branch.group_id = :group_id
WHERE media_set.category_id = :subject_id AND media_set.channel_id = coalesce(:channel_id, media_set.channel_id)
  AND media_set.locale = coalesce(:locale, media_set.locale)
ORDER BY media_set.document_id;

-- group_pick_asset: (group_id, subject_id, locale) -> document_id
SELECT asset_locale.document_id
FROM asset_locale JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = :group_id
WHERE asset_locale.asset_id = :subject_id AND asset_locale.locale = coalesce(:locale, asset_locale.locale)
ORDER BY asset_locale.document_id;

-- group_pick_any: (group_id, page) -> document_id
SELECT document_id FROM branch WHERE group_id = :group_id AND group_id <> 0 ORDER BY document_id LIMIT :page;

-- group_copy: (group_id, from_id, document_id)
-- what nothing is finished of, or is in the trash, stays where it is
INSERT INTO branch(document_id, group_id, head, base, version)
SELECT branch.document_id, :group_id, branch.head, CASE WHEN branch.group_id = 0 THEN branch.head ELSE branch.base END, 0
FROM branch JOIN document ON document.document_id = branch.document_id
WHERE branch.document_id = :document_id AND branch.group_id = :from_id AND branch.head > 0
  AND document.trashed_us IS NULL
ON CONFLICT (document_id, group_id) DO NOTHING;

-- group_drop_branches: (group_id)
DELETE FROM branch WHERE group_id = :group_id AND group_id <> 0;

-- group_delete: (group_id, state)
DELETE FROM publish_group WHERE group_id = :group_id AND state = :state;

-- group_items: (group_id, after_id, page) -> document_id, kind, name, product, category, asset, channel, locale, catalog, head, base, live, is_reset, checked_out_by
SELECT branch.document_id, document.kind, document_name.name, product.code AS product, category.code AS category,
  asset.name AS asset, CASE WHEN media_set.channel_id = 0 THEN 'Omnichannel' ELSE channel.code END AS channel,
  coalesce(media_set.locale, asset_locale.locale) AS locale, catalog.number AS catalog, branch.head, branch.base,
  live.head AS live, CASE WHEN branch.head > 0 AND revision.body IS NULL THEN 1 ELSE 0 END AS is_reset,
  branch.checked_out_by
FROM branch
JOIN document ON document.document_id = branch.document_id
JOIN document_name ON document_name.document_id = branch.document_id
JOIN branch AS live ON live.document_id = branch.document_id AND live.group_id = 0
LEFT JOIN revision ON revision.document_id = branch.document_id AND revision.number = branch.head
LEFT JOIN media_set ON media_set.document_id = branch.document_id
LEFT JOIN product ON product.product_id = media_set.product_id
LEFT JOIN category ON category.category_id = media_set.category_id
LEFT JOIN channel ON channel.channel_id = media_set.channel_id
LEFT JOIN catalog ON catalog.catalog_id = media_set.catalog_id
LEFT JOIN asset_locale ON asset_locale.document_id = branch.document_id
LEFT JOIN asset ON asset.asset_id = asset_locale.asset_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0 AND branch.document_id > :after_id
ORDER BY branch.document_id LIMIT :page;

-- group_history: (seq, tenant_id, after_id, page) -> document_id, kind, name, product, category, asset, channel, locale, catalog, head, base, live, is_reset, checked_out_by
-- what went live with the number: base is what was live before; entries stand in the order of their subjects
SELECT change_entry.subject AS document_id, document.kind, document_name.name, product.code AS product,
  category.code AS category, asset.name AS asset,
  CASE WHEN media_set.channel_id = 0 THEN 'Omnichannel' ELSE channel.code END AS channel,
  coalesce(media_set.locale, asset_locale.locale) AS locale, catalog.number AS catalog,
  change_entry.after_number AS head, change_entry.before_number AS base, live.head AS live,
  CASE WHEN revision.body IS NULL THEN 1 ELSE 0 END AS is_reset, live.checked_out_by
FROM change_entry
JOIN document ON document.document_id = change_entry.subject
JOIN document_name ON document_name.document_id = change_entry.subject
JOIN branch AS live ON live.document_id = change_entry.subject AND live.group_id = 0
LEFT JOIN revision ON revision.document_id = change_entry.subject AND revision.number = change_entry.after_number
LEFT JOIN media_set ON media_set.document_id = change_entry.subject
LEFT JOIN product ON product.product_id = media_set.product_id
LEFT JOIN category ON category.category_id = media_set.category_id
LEFT JOIN channel ON channel.channel_id = media_set.channel_id
LEFT JOIN catalog ON catalog.catalog_id = media_set.catalog_id
LEFT JOIN asset_locale ON asset_locale.document_id = change_entry.subject
LEFT JOIN asset ON asset.asset_id = asset_locale.asset_id
WHERE change_entry.seq = :seq AND change_entry.tenant_id = :tenant_id AND change_entry.kind = 'publication'
  AND change_entry.subject > :after_id
ORDER BY change_entry.subject LIMIT :page;

-- group_bodies: (group_id, after_id, page) -> document_id, name, base, head, product_id, type, body
SELECT branch.document_id, document_name.name, branch.base, branch.head, media_set.product_id, asset.type, revision.body
FROM branch
JOIN document_name ON document_name.document_id = branch.document_id
JOIN revision ON revision.document_id = branch.document_id AND revision.number = branch.head
LEFT JOIN media_set ON media_set.document_id = branch.document_id
LEFT JOIN asset_locale ON asset_locale.document_id = branch.document_id
LEFT JOIN asset ON asset.asset_id = asset_locale.asset_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0 AND branch.document_id > :after_id
ORDER BY branch.document_id LIMIT :page;

-- group_note_checked_out: (group_id) -> document_id, name, base, theirs, head, other, at_us
SELECT branch.document_id, document_name.name, branch.base, CAST(NULL AS BIGINT) AS theirs, branch.head,
  account.name AS other, CAST(NULL AS BIGINT) AS at_us
FROM branch JOIN document_name ON document_name.document_id = branch.document_id
LEFT JOIN account ON account.account_id = branch.checked_out_by
WHERE branch.group_id = :group_id AND branch.group_id <> 0 AND branch.checked_out_by IS NOT NULL
ORDER BY document_name.name;

-- group_note_trashed: (group_id) -> document_id, name, base, theirs, head, other, at_us
-- items, and media that items show
SELECT branch.document_id, document_name.name, branch.base, CAST(NULL AS BIGINT) AS theirs, branch.head,
  CAST(NULL AS TEXT) AS other, CAST(NULL AS BIGINT) AS at_us
FROM branch JOIN document ON document.document_id = branch.document_id AND document.trashed_us IS NOT NULL
JOIN document_name ON document_name.document_id = branch.document_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0
UNION
SELECT branch.document_id, asset.name, branch.base, NULL, branch.head, document_name.name, NULL
FROM branch
JOIN revision_asset ON revision_asset.document_id = branch.document_id AND revision_asset.number = branch.head
JOIN asset ON asset.asset_id = revision_asset.asset_id AND asset.trashed_us IS NOT NULL
JOIN document_name ON document_name.document_id = branch.document_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0
ORDER BY 2;

-- group_note_live_moved: (group_id) -> document_id, name, base, theirs, head, other, at_us
SELECT branch.document_id, document_name.name, branch.base, live.head AS theirs, branch.head,
  CAST(NULL AS TEXT) AS other, CAST(NULL AS BIGINT) AS at_us
FROM branch JOIN branch AS live ON live.document_id = branch.document_id AND live.group_id = 0
JOIN document_name ON document_name.document_id = branch.document_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0 AND live.head <> branch.base
ORDER BY document_name.name;

-- group_note_live_edited: (group_id) -> document_id, name, base, theirs, head, other, at_us
SELECT branch.document_id, document_name.name, branch.base, live.head AS theirs, branch.head,
  account.name AS other, CAST(NULL AS BIGINT) AS at_us
FROM branch JOIN branch AS live ON live.document_id = branch.document_id AND live.group_id = 0
JOIN document_name ON document_name.document_id = branch.document_id
LEFT JOIN account ON account.account_id = live.checked_out_by
WHERE branch.group_id = :group_id AND branch.group_id <> 0 AND live.checked_out_by IS NOT NULL
ORDER BY document_name.name;

-- group_note_other_group: (group_id) -> document_id, name, base, theirs, head, other, at_us
SELECT branch.document_id, document_name.name, branch.base, beside.head AS theirs, branch.head,
  publish_group.name AS other, publish_group.when_us AS at_us
FROM branch
JOIN branch AS beside ON beside.document_id = branch.document_id AND beside.group_id <> 0
  AND beside.group_id <> branch.group_id
JOIN publish_group ON publish_group.group_id = beside.group_id
JOIN document_name ON document_name.document_id = branch.document_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0
ORDER BY document_name.name, publish_group.name;

-- group_note_no_assortment: (group_id) -> document_id, name, base, theirs, head, other, at_us
SELECT branch.document_id, document_name.name, branch.base, CAST(NULL AS BIGINT) AS theirs, branch.head,
  CAST(NULL AS TEXT) AS other, CAST(NULL AS BIGINT) AS at_us
FROM branch
JOIN media_set ON media_set.document_id = branch.document_id
JOIN product ON product.product_id = media_set.product_id AND product.all_channels = 0
JOIN document_name ON document_name.document_id = branch.document_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0
  AND NOT EXISTS (SELECT 1 FROM product_channel WHERE product_channel.product_id = product.product_id)
ORDER BY document_name.name;

-- group_lock_tenant: (tenant_id)
-- one at a time may look at the times of a tenant's groups and choose another
UPDATE tenant SET tenant_id = tenant_id WHERE tenant_id = :tenant_id;

-- group_times: (tenant_id, group_id) -> name, when_us
-- of the other groups that wait for theirs
SELECT name, when_us FROM publish_group
WHERE tenant_id = :tenant_id AND state = 'scheduled' AND group_id <> :group_id ORDER BY when_us;

-- group_undone: (tenant_id, seq, new_seq)
-- undoing an undo makes what it undid live again
UPDATE publish_group SET undone_seq = CASE WHEN seq = :seq THEN CAST(:new_seq AS BIGINT) END
WHERE tenant_id = :tenant_id AND (seq = :seq OR undone_seq = :seq);
