-- library_list: (tenant_id, pattern, type, category, any_folder, folder_id, state, locale, tag, after_name, page) -> asset_id, name, type, category, folder_id, created_us, is_published, has_draft, is_edited, body
SELECT asset_overview.asset_id, asset_overview.name, type, category, folder_id, created_us, is_published, has_draft, is_edited, revision.body
FROM asset_overview
LEFT JOIN asset_locale ON asset_locale.asset_id = asset_overview.asset_id
  AND asset_locale.locale = 'system_neutral'
LEFT JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
LEFT JOIN revision ON revision.document_id = branch.document_id AND revision.number = branch.head
WHERE tenant_id = :tenant_id AND name > :after_name
  AND (:any_folder = 1 OR folder_id = :folder_id)
  AND (:type = '' OR type = :type) AND (:category = '' OR category = :category)
  AND (:state = '' OR :state = 'published' AND is_published = 1
    OR :state = 'unpublished' AND is_published = 0 OR :state = 'draft' AND has_draft = 1
    OR :state = 'checked_out' AND is_edited = 1 OR :state = 'marked' AND EXISTS (SELECT 1 FROM publish_mark
      JOIN asset_locale AS own ON own.document_id = publish_mark.document_id
      WHERE own.asset_id = asset_overview.asset_id))
  AND (:locale = '' OR EXISTS (SELECT 1 FROM asset_locale AS own
    WHERE own.asset_id = asset_overview.asset_id AND own.locale = :locale))
  AND (:tag = '' OR EXISTS (SELECT 1 FROM asset_tag
    WHERE asset_tag.asset_id = asset_overview.asset_id AND asset_tag.tag = :tag))
  AND (lower(name) LIKE :pattern ESCAPE '\' OR EXISTS (SELECT 1 FROM asset_tag
    WHERE asset_tag.asset_id = asset_overview.asset_id
      AND lower(asset_tag.tag) LIKE :pattern ESCAPE '\'))
ORDER BY name LIMIT :page;

-- library_head: (asset_id) -> name, type, category, folder_id, created_us, activation_us, is_waiting, publish_mode, published_us
SELECT name, type, category, coalesce(folder_id, 0) AS folder_id, created_us, activation_us, is_waiting, publish_mode, (SELECT change.at_us FROM change WHERE change.seq = (
  SELECT max(publication.from_seq) FROM asset_locale
  JOIN publication ON publication.document_id = asset_locale.document_id
  WHERE asset_locale.asset_id = asset.asset_id)) AS published_us
FROM asset WHERE asset_id = :asset_id;

-- library_locales: (asset_id) -> locale, head, published, places, is_marked, is_wanted, checked_out
SELECT asset_locale.locale, branch.head, coalesce(publication.number, 0) AS published,
  coalesce(publication.places, 0) AS places,
  CASE WHEN publish_mark.document_id IS NULL THEN 0 ELSE 1 END AS is_marked, publish_mark.is_wanted,
  CASE WHEN branch.checked_out_by IS NULL THEN 0 ELSE 1 END AS checked_out
FROM asset_locale
JOIN branch ON branch.document_id = asset_locale.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = asset_locale.document_id
  AND publication.to_seq IS NULL
LEFT JOIN publish_mark ON publish_mark.document_id = asset_locale.document_id
WHERE asset_locale.asset_id = :asset_id AND (branch.head > 0 OR branch.checked_out_by IS NOT NULL)
ORDER BY asset_locale.locale;
