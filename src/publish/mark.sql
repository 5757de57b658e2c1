-- publish_mark_put: (plan_id, is_wanted, is_forced)
INSERT INTO publish_mark(document_id, is_wanted, places, is_forced)
SELECT publish_plan.document_id, :is_wanted, publish_plan.places, :is_forced
FROM publish_plan WHERE publish_plan.plan_id = :plan_id
ON CONFLICT (document_id) DO UPDATE SET is_wanted = excluded.is_wanted, places = excluded.places,
  is_forced = excluded.is_forced;

-- publish_mark_clear: (plan_id)
DELETE FROM publish_mark WHERE document_id IN (
  SELECT publish_plan.document_id FROM publish_plan WHERE publish_plan.plan_id = :plan_id);

-- publish_mark_forget: (asset_id)
DELETE FROM publish_mark WHERE document_id IN (
  SELECT asset_locale.document_id FROM asset_locale WHERE asset_locale.asset_id = :asset_id);

-- publish_plan_marked: (plan_id, tenant_id)
INSERT INTO publish_plan(plan_id, document_id, number, context, places)
SELECT :plan_id, document.document_id, CASE WHEN publish_mark.is_wanted = 1 THEN branch.head
    WHEN publish_mark.places > 0 THEN publication.number ELSE 0 END,
  document.context, publish_mark.places
FROM publish_mark
JOIN document ON document.document_id = publish_mark.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE document.tenant_id = :tenant_id AND document.trashed_us IS NULL
  AND (publish_mark.is_wanted = 0 AND publication.number IS NOT NULL
    OR publish_mark.is_wanted = 1 AND branch.head > 0 AND branch.checked_out_by IS NULL)
ON CONFLICT (plan_id, document_id) DO UPDATE SET number = excluded.number, places = excluded.places;

-- publish_plan_drop_unmarked: (plan_id)
DELETE FROM publish_plan WHERE plan_id = :plan_id
  AND EXISTS (SELECT 1 FROM asset_locale WHERE asset_locale.document_id = publish_plan.document_id)
  AND NOT EXISTS (SELECT 1 FROM publish_mark WHERE publish_mark.document_id = publish_plan.document_id);

-- publish_plan_held_marks: (plan_id) -> document_id, name
-- what is to leave its own place, without force, while a set that is or goes live shows it
SELECT DISTINCT publish_plan.document_id, asset_name.name
FROM publish_plan
JOIN publish_mark ON publish_mark.document_id = publish_plan.document_id
  AND publish_mark.is_wanted = 0 AND publish_mark.is_forced = 0
JOIN asset_name ON asset_name.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.asset_id = asset_name.asset_id
JOIN media_set ON media_set.document_id = revision_asset.document_id
LEFT JOIN publish_plan AS planned ON planned.plan_id = publish_plan.plan_id
  AND planned.document_id = media_set.document_id
LEFT JOIN publication ON publication.document_id = media_set.document_id AND publication.to_seq IS NULL
WHERE publish_plan.plan_id = :plan_id AND (publish_plan.number = 0 OR (publish_plan.places & 1) = 0)
  AND revision_asset.number = coalesce(planned.number, publication.number)
ORDER BY asset_name.name;
