-- schema_publish_1: ()
CREATE TABLE publish_plan(
  plan_id BIGINT NOT NULL,
  document_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  context TEXT NOT NULL,
  PRIMARY KEY (plan_id, document_id)) {without_rowid};
;;

-- schema_publish_2: ()
CREATE VIEW asset_name AS
SELECT asset_locale.document_id, asset_locale.asset_id, asset_locale.locale,
  asset.name || ' (' || asset_locale.locale || ')' AS name
FROM asset_locale JOIN asset ON asset.asset_id = asset_locale.asset_id;
CREATE VIEW set_name AS
SELECT media_set.document_id, media_set.product_id, media_set.channel_id, media_set.locale,
  coalesce(product.code, category.code) || ' (' || coalesce(channel.code, 'Omnichannel') || ', '
    || media_set.locale || ')' AS name
FROM media_set
LEFT JOIN product ON product.product_id = media_set.product_id
LEFT JOIN category ON category.category_id = media_set.category_id
LEFT JOIN channel ON channel.channel_id = media_set.channel_id;
CREATE VIEW document_name AS
SELECT document.document_id, coalesce(
  (SELECT asset_name.name FROM asset_name WHERE asset_name.document_id = document.document_id),
  (SELECT set_name.name FROM set_name WHERE set_name.document_id = document.document_id),
  document.kind) AS name
FROM document;
;;

-- schema_publish_3: ()
-- of an undo: the number that was made live and is taken back
ALTER TABLE publish_plan ADD COLUMN was BIGINT;
;;

-- schema_publish_4: ()
-- previewed is always empty: sessions of previews have one of their own (shadow.sql). There is one preview_key
CREATE TABLE previewed(
  document_id BIGINT PRIMARY KEY,
  number BIGINT NOT NULL);
CREATE VIEW live_publication AS
SELECT document_id, context, from_seq, to_seq, number FROM publication WHERE to_seq IS NULL;
CREATE TABLE preview_key(
  key_id BIGINT PRIMARY KEY CHECK (key_id = 1),
  secret TEXT NOT NULL);
CREATE TABLE preview(
  preview_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  account_id BIGINT NOT NULL,
  shows TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  revoked_us BIGINT);
CREATE INDEX preview_by_tenant ON preview(tenant_id, expires_us);
;;

-- schema_publish_5: ()
-- where it is to show; NULL: where it is live already, or everywhere
ALTER TABLE publish_plan ADD COLUMN places BIGINT;
DROP VIEW live_publication;
CREATE VIEW live_publication AS
SELECT document_id, context, from_seq, to_seq, number, places FROM publication WHERE to_seq IS NULL;
;;

-- publish_plan_all: (plan_id, tenant_id)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, branch.document_id, branch.head, document.context
FROM document JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
WHERE document.tenant_id = :tenant_id AND document.trashed_us IS NULL AND branch.head > 0
  AND branch.checked_out_by IS NULL
  AND NOT EXISTS (SELECT 1 FROM publication WHERE publication.document_id = document.document_id
    AND publication.context = document.context AND publication.number = branch.head
    AND NOT EXISTS (SELECT 1 FROM publication AS later
      WHERE later.document_id = publication.document_id AND later.context = publication.context
      AND later.from_seq > publication.from_seq));

-- publish_plan_all_places: (plan_id, tenant_id, image, video, file, other)
-- assets whose newest state was not yet in one of the places chosen for their type
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, branch.document_id, branch.head, one.context
FROM (SELECT document.document_id, document.context, CASE asset.type WHEN 'image' THEN CAST(:image AS BIGINT)
    WHEN 'video' THEN CAST(:video AS BIGINT) WHEN 'file' THEN CAST(:file AS BIGINT)
    ELSE CAST(:other AS BIGINT) END AS places
  FROM document JOIN asset_locale ON asset_locale.document_id = document.document_id
  JOIN asset ON asset.asset_id = asset_locale.asset_id
  WHERE document.tenant_id = :tenant_id AND document.trashed_us IS NULL) AS one
JOIN branch ON branch.document_id = one.document_id AND branch.group_id = 0
WHERE one.places > 0 AND branch.head > 0 AND branch.checked_out_by IS NULL
  AND NOT EXISTS (SELECT 1 FROM publication WHERE publication.document_id = one.document_id
    AND publication.context = one.context AND publication.number = branch.head
    AND (publication.places & one.places) = one.places
    AND NOT EXISTS (SELECT 1 FROM publication AS later
      WHERE later.document_id = publication.document_id AND later.context = publication.context
      AND later.from_seq > publication.from_seq))
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- publish_plan_drop_selective: (plan_id)
-- assets that go live by name only, but for those that are live
DELETE FROM publish_plan WHERE plan_id = :plan_id
  AND EXISTS (SELECT 1 FROM asset_locale JOIN asset ON asset.asset_id = asset_locale.asset_id
    WHERE asset_locale.document_id = publish_plan.document_id AND asset.publish_mode = 'selective')
  AND NOT EXISTS (SELECT 1 FROM publication WHERE publication.document_id = publish_plan.document_id
    AND publication.to_seq IS NULL);

-- publish_plan_choose: (plan_id, image, video, file, other)
-- beside where it is live
UPDATE publish_plan SET places = coalesce((SELECT publication.places FROM publication
    WHERE publication.document_id = publish_plan.document_id AND publication.context = publish_plan.context
      AND publication.to_seq IS NULL), 0)
  | (SELECT CASE asset.type WHEN 'image' THEN CAST(:image AS BIGINT) WHEN 'video' THEN CAST(:video AS BIGINT)
      WHEN 'file' THEN CAST(:file AS BIGINT) ELSE CAST(:other AS BIGINT) END
    FROM asset_locale JOIN asset ON asset.asset_id = asset_locale.asset_id
    WHERE asset_locale.document_id = publish_plan.document_id)
WHERE plan_id = :plan_id
  AND EXISTS (SELECT 1 FROM asset_locale WHERE asset_locale.document_id = publish_plan.document_id);

-- unpublish_plan_choose: (plan_id, image, video, file, other)
-- what is not asked for goes on; a set of assets has one place only
UPDATE publish_plan SET places = (SELECT publication.places & CASE asset.type
      WHEN 'image' THEN 3 - CAST(:image AS BIGINT) WHEN 'video' THEN 3 - CAST(:video AS BIGINT)
      WHEN 'file' THEN 3 - CAST(:file AS BIGINT) ELSE 1 - CAST(:other AS BIGINT) END
    FROM publication JOIN asset_locale ON asset_locale.document_id = publication.document_id
    JOIN asset ON asset.asset_id = asset_locale.asset_id
    WHERE publication.document_id = publish_plan.document_id AND publication.context = publish_plan.context
      AND publication.to_seq IS NULL)
WHERE plan_id = :plan_id;

-- unpublish_plan_keep: (plan_id)
UPDATE publish_plan SET number = (SELECT publication.number FROM publication
  WHERE publication.document_id = publish_plan.document_id AND publication.context = publish_plan.context
    AND publication.to_seq IS NULL)
WHERE plan_id = :plan_id AND places > 0;

-- publish_plan_item: (plan_id, document_id, number, places)
INSERT INTO publish_plan(plan_id, document_id, number, context, places)
SELECT :plan_id, branch.document_id, CASE WHEN :number > 0 THEN :number ELSE branch.head END,
  document.context, CASE WHEN :places > 0 THEN :places END
FROM document JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
WHERE document.document_id = :document_id AND (branch.head > 0 OR :number > 0)
ON CONFLICT (plan_id, document_id) DO UPDATE SET number = excluded.number, places = excluded.places;

-- publish_plan_group: (plan_id, group_id)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, branch.document_id, branch.head, document.context
FROM branch JOIN document ON document.document_id = branch.document_id
WHERE branch.group_id = :group_id AND branch.group_id <> 0 AND branch.head > 0;

-- publish_plan_undo: (plan_id, seq, tenant_id)
-- what was live before the number, in the place of what it made live
INSERT INTO publish_plan(plan_id, document_id, number, context, was, places)
SELECT :plan_id, change_entry.subject, coalesce(change_entry.before_number, 0), change_entry.context,
  change_entry.after_number, publication.places
FROM change_entry
LEFT JOIN publication ON publication.document_id = change_entry.subject
  AND publication.context = change_entry.context AND publication.to_seq = :seq
WHERE change_entry.seq = :seq AND change_entry.tenant_id = :tenant_id AND change_entry.kind = 'publication';

-- publish_plan_changed: (plan_id, seq, force) -> name
-- what was published or taken back after the number, or would come back out of the trash
SELECT document_name.name
FROM publish_plan JOIN document ON document.document_id = publish_plan.document_id
JOIN document_name ON document_name.document_id = publish_plan.document_id
WHERE publish_plan.plan_id = :plan_id AND (document.trashed_us IS NOT NULL AND publish_plan.number > 0
  OR :force = 0 AND EXISTS (SELECT 1 FROM publication WHERE publication.document_id = publish_plan.document_id
    AND publication.context = publish_plan.context
    AND (publication.from_seq > :seq OR publication.to_seq > :seq)))
ORDER BY 1;

-- publish_plan_bereft: (plan_id) -> document_id, name, by_set
-- media that planned sets (of assets too) or live ones of products would show, and of which nothing would be live; each
-- asset is asked for once
WITH shown AS (
  SELECT publish_plan.document_id, publish_plan.number FROM publish_plan WHERE publish_plan.plan_id = :plan_id
  UNION ALL
  SELECT publication.document_id, publication.number
  FROM publish_plan AS gone
  JOIN asset_locale ON asset_locale.document_id = gone.document_id
  JOIN revision_asset ON revision_asset.asset_id = asset_locale.asset_id
  JOIN publication ON publication.document_id = revision_asset.document_id
    AND publication.number = revision_asset.number AND publication.to_seq IS NULL
  JOIN media_set ON media_set.document_id = publication.document_id
  LEFT JOIN publish_plan AS planned ON planned.plan_id = :plan_id AND planned.document_id = publication.document_id
  WHERE gone.plan_id = :plan_id AND gone.number = 0 AND planned.document_id IS NULL),
named AS (
  SELECT DISTINCT revision_asset.asset_id, coalesce(media_set.locale, holder.locale) AS locale
  FROM shown LEFT JOIN media_set ON media_set.document_id = shown.document_id
  LEFT JOIN asset_locale AS holder ON holder.document_id = shown.document_id
  JOIN revision_asset ON revision_asset.document_id = shown.document_id AND revision_asset.number = shown.number),
absent AS (
  SELECT named.asset_id, named.locale FROM named
  WHERE NOT EXISTS (SELECT 1 FROM asset_locale
    LEFT JOIN publish_plan AS planned ON planned.plan_id = :plan_id
      AND planned.document_id = asset_locale.document_id
    LEFT JOIN revision ON revision.document_id = planned.document_id AND revision.number = planned.number
    LEFT JOIN publication ON publication.document_id = asset_locale.document_id AND publication.to_seq IS NULL
    WHERE asset_locale.asset_id = named.asset_id AND asset_locale.locale IN (named.locale, 'system_neutral')
      AND (coalesce(planned.places, publication.places, 3) & 1) = 1
      AND (revision.body IS NOT NULL OR planned.document_id IS NULL AND publication.number IS NOT NULL)))
SELECT DISTINCT shown.document_id, asset.name, document_name.name AS by_set
FROM absent
JOIN asset ON asset.asset_id = absent.asset_id
JOIN revision_asset ON revision_asset.asset_id = absent.asset_id
JOIN shown ON shown.document_id = revision_asset.document_id AND shown.number = revision_asset.number
LEFT JOIN media_set ON media_set.document_id = shown.document_id
LEFT JOIN asset_locale AS holder ON holder.document_id = shown.document_id
JOIN document_name ON document_name.document_id = shown.document_id
WHERE coalesce(media_set.locale, holder.locale) = absent.locale
ORDER BY asset.name, by_set;

-- publish_plan_heads: (plan_id)
-- what goes live is what the live site goes on from; with `was`, unless it has gone on already
UPDATE branch SET version = version + 1, head = (SELECT publish_plan.number FROM publish_plan
  WHERE publish_plan.plan_id = :plan_id AND publish_plan.document_id = branch.document_id)
WHERE branch.group_id = 0
  AND branch.document_id IN (SELECT document_id FROM publish_plan WHERE plan_id = :plan_id AND number > 0)
  AND EXISTS (SELECT 1 FROM publish_plan WHERE publish_plan.plan_id = :plan_id
    AND publish_plan.document_id = branch.document_id AND publish_plan.number <> branch.head
    AND coalesce(publish_plan.was, branch.head) = branch.head);

-- publish_plan_contents: (plan_id) -> asset_id, locale, body
-- of assets of which the planned number is the live site's head
SELECT asset_locale.asset_id, asset_locale.locale, revision.body
FROM publish_plan
JOIN asset_locale ON asset_locale.document_id = publish_plan.document_id
JOIN branch ON branch.document_id = publish_plan.document_id AND branch.group_id = 0
  AND branch.head = publish_plan.number
JOIN revision ON revision.document_id = publish_plan.document_id AND revision.number = publish_plan.number
WHERE publish_plan.plan_id = :plan_id;

-- publish_plan_product: (plan_id, product_id)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, branch.document_id, branch.head, document.context
FROM media_set JOIN document ON document.document_id = media_set.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
WHERE media_set.product_id = :product_id AND branch.head > 0
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- publish_plan_category: (plan_id, category_id)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, branch.document_id, branch.head, document.context
FROM media_set JOIN document ON document.document_id = media_set.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
WHERE media_set.category_id = :category_id AND branch.head > 0
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- publish_plan_asset: (plan_id, asset_id)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, branch.document_id, branch.head, document.context
FROM asset_locale JOIN document ON document.document_id = asset_locale.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
WHERE asset_locale.asset_id = :asset_id AND branch.head > 0
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- unpublish_plan_product: (plan_id, product_id, channel_id, locale)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, document.document_id, 0, document.context
FROM media_set JOIN document ON document.document_id = media_set.document_id
JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE media_set.product_id = :product_id
  AND media_set.channel_id = coalesce(:channel_id, media_set.channel_id)
  AND media_set.locale = coalesce(:locale, media_set.locale)
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- unpublish_plan_category: (plan_id, category_id, channel_id, locale)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, document.document_id, 0, document.context
FROM media_set JOIN document ON document.document_id = media_set.document_id
JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE media_set.category_id = :category_id
  AND media_set.channel_id = coalesce(:channel_id, media_set.channel_id)
  AND media_set.locale = coalesce(:locale, media_set.locale)
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- unpublish_plan_asset: (plan_id, asset_id)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, document.document_id, 0, document.context
FROM asset_locale JOIN document ON document.document_id = asset_locale.document_id
JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE asset_locale.asset_id = :asset_id
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- unpublish_plan_item: (plan_id, document_id)
INSERT INTO publish_plan(plan_id, document_id, number, context)
SELECT :plan_id, document.document_id, 0, document.context
FROM document
JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE document.document_id = :document_id
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- unpublish_plan_held: (plan_id) -> document_id, name
SELECT publish_plan.document_id, min(set_name.name) AS name
FROM publish_plan
JOIN asset_locale ON asset_locale.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.asset_id = asset_locale.asset_id
JOIN publication ON publication.document_id = revision_asset.document_id
  AND publication.number = revision_asset.number AND publication.to_seq IS NULL
JOIN set_name ON set_name.document_id = publication.document_id
LEFT JOIN publish_plan AS planned ON planned.plan_id = publish_plan.plan_id
  AND planned.document_id = publication.document_id
WHERE publish_plan.plan_id = :plan_id AND planned.document_id IS NULL
  AND (publish_plan.number = 0 OR (publish_plan.places & 1) = 0)
GROUP BY publish_plan.document_id;

-- unpublish_plan_holders: (plan_id, most) -> name
-- live sets of assets, not in the plan, that hold an asset of the plan
SELECT DISTINCT holder.name
FROM publish_plan
JOIN asset_locale ON asset_locale.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.asset_id = asset_locale.asset_id
JOIN publication ON publication.document_id = revision_asset.document_id
  AND publication.number = revision_asset.number AND publication.to_seq IS NULL
JOIN asset_name AS holder ON holder.document_id = publication.document_id
LEFT JOIN publish_plan AS planned ON planned.plan_id = publish_plan.plan_id
  AND planned.document_id = publication.document_id
WHERE publish_plan.plan_id = :plan_id AND planned.document_id IS NULL
  AND (publish_plan.number = 0 OR (publish_plan.places & 1) = 0)
ORDER BY 1 LIMIT :most;

-- unpublish_plan_referenced: (plan_id) -> name
SELECT DISTINCT set_name.name
FROM publish_plan
JOIN asset_locale ON asset_locale.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.asset_id = asset_locale.asset_id
JOIN publication ON publication.document_id = revision_asset.document_id
  AND publication.number = revision_asset.number AND publication.to_seq IS NULL
JOIN set_name ON set_name.document_id = publication.document_id
LEFT JOIN publish_plan AS planned ON planned.plan_id = publish_plan.plan_id
  AND planned.document_id = publication.document_id
WHERE publish_plan.plan_id = :plan_id AND planned.document_id IS NULL
  AND (publish_plan.number = 0 OR (publish_plan.places & 1) = 0)
ORDER BY 1;

-- publish_plan_dependencies: (plan_id, tenant_id)
INSERT INTO publish_plan(plan_id, document_id, number, context, places)
SELECT DISTINCT publish_plan.plan_id, branch.document_id, branch.head, document.context,
  coalesce(publication.places, 3) | 1
FROM publish_plan
JOIN media_set ON media_set.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.document_id = publish_plan.document_id
  AND revision_asset.number = publish_plan.number
JOIN asset_locale ON asset_locale.asset_id = revision_asset.asset_id
JOIN document ON document.document_id = asset_locale.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE publish_plan.plan_id = :plan_id AND branch.head > 0 AND branch.checked_out_by IS NULL
  AND (asset_locale.locale IN ('system_neutral', media_set.locale)
    OR media_set.locale = 'system_neutral' AND asset_locale.locale IN (
      SELECT channel_locale.locale FROM channel_locale
      JOIN channel ON channel.channel_id = channel_locale.channel_id
      WHERE channel.tenant_id = :tenant_id
        AND (media_set.channel_id = 0 OR channel.channel_id = media_set.channel_id)))
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- publish_plan_members: (plan_id)
-- what planned sets of assets hold: in every locale for a neutral set
INSERT INTO publish_plan(plan_id, document_id, number, context, places)
SELECT DISTINCT publish_plan.plan_id, branch.document_id, branch.head, document.context,
  coalesce(publication.places, 3) | 1
FROM publish_plan
JOIN asset_locale AS holder ON holder.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.document_id = publish_plan.document_id
  AND revision_asset.number = publish_plan.number
JOIN asset_locale ON asset_locale.asset_id = revision_asset.asset_id
  AND (holder.locale = 'system_neutral' OR asset_locale.locale IN ('system_neutral', holder.locale))
JOIN document ON document.document_id = asset_locale.document_id AND document.trashed_us IS NULL
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE publish_plan.plan_id = :plan_id AND branch.head > 0 AND branch.checked_out_by IS NULL
ON CONFLICT (plan_id, document_id) DO NOTHING;

-- publish_plan_drop_known: (plan_id)
-- with places that were chosen: what was live in all of them; what is to be taken back was live, of course
DELETE FROM publish_plan WHERE plan_id = :plan_id AND NOT EXISTS (SELECT 1 FROM publish_mark
  WHERE publish_mark.document_id = publish_plan.document_id AND publish_mark.is_wanted = 0) AND EXISTS (
  SELECT 1 FROM publication WHERE publication.document_id = publish_plan.document_id
    AND publication.context = publish_plan.context AND (publication.places & coalesce(publish_plan.places, 0))
      = coalesce(publish_plan.places, 0));

-- publish_plan_drop_live: (plan_id)
DELETE FROM publish_plan WHERE plan_id = :plan_id AND (EXISTS (
  SELECT 1 FROM publication WHERE publication.document_id = publish_plan.document_id
    AND publication.context = publish_plan.context AND publication.to_seq IS NULL
    AND publication.number = publish_plan.number
    AND publication.places = coalesce(publish_plan.places, publication.places))
  OR (number = 0 OR EXISTS (SELECT 1 FROM revision WHERE revision.document_id = publish_plan.document_id
    AND revision.number = publish_plan.number AND revision.body IS NULL))
  AND NOT EXISTS (SELECT 1 FROM publication WHERE publication.document_id = publish_plan.document_id
    AND publication.context = publish_plan.context AND publication.to_seq IS NULL));

-- publish_plan_missing: (plan_id) -> document_id, name
-- a locale of which nothing was ever finished does not stand before the neutral one
SELECT publish_plan.document_id, asset.name
FROM publish_plan
JOIN media_set ON media_set.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.document_id = publish_plan.document_id
  AND revision_asset.number = publish_plan.number
JOIN asset ON asset.asset_id = revision_asset.asset_id
JOIN asset_locale ON asset_locale.asset_id = asset.asset_id
  AND (asset_locale.locale = media_set.locale OR asset_locale.locale = 'system_neutral'
    AND NOT EXISTS (SELECT 1 FROM asset_locale AS own
      JOIN document AS kept ON kept.document_id = own.document_id AND kept.trashed_us IS NULL
      JOIN branch AS begun ON begun.document_id = own.document_id AND begun.group_id = 0 AND begun.head > 0
      WHERE own.asset_id = asset.asset_id AND own.locale = media_set.locale))
JOIN document ON document.document_id = asset_locale.document_id AND document.trashed_us IS NULL
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
LEFT JOIN publish_plan AS planned ON planned.plan_id = publish_plan.plan_id
  AND planned.document_id = document.document_id AND planned.number > 0
  AND (coalesce(planned.places, publication.places, 3) & 1) = 1
WHERE publish_plan.plan_id = :plan_id AND planned.document_id IS NULL
  AND (branch.head > 0 OR asset_locale.locale = 'system_neutral')
  AND (publication.number IS NULL OR publication.number <> branch.head OR (publication.places & 1) = 0)
ORDER BY asset.name, publish_plan.document_id;

-- publish_plan_items: (plan_id) -> document_id, number
-- what is not to show in its own place is as good as taken back
SELECT publish_plan.document_id,
  CASE WHEN (coalesce(publish_plan.places, publication.places, 3) & 1) = 1 THEN publish_plan.number ELSE 0 END AS number
FROM publish_plan
LEFT JOIN publication ON publication.document_id = publish_plan.document_id
  AND publication.context = publish_plan.context AND publication.to_seq IS NULL
WHERE publish_plan.plan_id = :plan_id ORDER BY publish_plan.document_id;

-- publish_plan_remove: (plan_id, document_id)
DELETE FROM publish_plan WHERE plan_id = :plan_id AND document_id = :document_id;

-- publish_plan_count: (plan_id) -> n
SELECT count(*) AS n FROM publish_plan WHERE plan_id = :plan_id;

-- publish_edited: (tenant_id) -> name
SELECT document_name.name
FROM document JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
JOIN document_name ON document_name.document_id = document.document_id
WHERE document.tenant_id = :tenant_id AND branch.checked_out_by IS NOT NULL
ORDER BY 1;

-- publish_plan_edited: (plan_id) -> name
SELECT document_name.name
FROM publish_plan
JOIN branch ON branch.document_id = publish_plan.document_id AND branch.group_id = 0
JOIN document_name ON document_name.document_id = publish_plan.document_id
WHERE publish_plan.plan_id = :plan_id AND branch.checked_out_by IS NOT NULL
ORDER BY 1;

-- publish_document_name: (document_id) -> name
SELECT name FROM set_name WHERE document_id = :document_id;

-- publish_plan_names: (plan_id, most) -> name
SELECT document_name.name
FROM publish_plan JOIN document_name ON document_name.document_id = publish_plan.document_id
WHERE publish_plan.plan_id = :plan_id ORDER BY 1 LIMIT :most;

-- publish_plan_severed: (plan_id, most) -> name
-- first publications of a product's media in a context that inherited so far
SELECT set_name.name
FROM publish_plan
JOIN set_name ON set_name.document_id = publish_plan.document_id AND set_name.product_id <> 0
JOIN revision ON revision.document_id = publish_plan.document_id AND revision.number = publish_plan.number
LEFT JOIN publication ON publication.document_id = publish_plan.document_id
  AND publication.context = publish_plan.context AND publication.to_seq IS NULL
WHERE publish_plan.plan_id = :plan_id AND revision.body IS NOT NULL AND publication.number IS NULL
  AND (set_name.channel_id <> 0 OR set_name.locale <> 'system_neutral')
ORDER BY 1 LIMIT :most;

-- publish_plan_swatches: (plan_id, most) -> name, body
SELECT set_name.name, revision.body
FROM publish_plan
JOIN set_name ON set_name.document_id = publish_plan.document_id AND set_name.product_id <> 0
JOIN revision ON revision.document_id = publish_plan.document_id AND revision.number = publish_plan.number
WHERE publish_plan.plan_id = :plan_id AND revision.body LIKE '%"swatches"%'
ORDER BY 1 LIMIT :most;

-- publish_plan_other_locales: (plan_id, most) -> name
-- drafts of shown media that are neither live nor planned, in locales the sets do not show
SELECT DISTINCT asset_name.name
FROM publish_plan
JOIN media_set ON media_set.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.document_id = publish_plan.document_id
  AND revision_asset.number = publish_plan.number
JOIN asset_name ON asset_name.asset_id = revision_asset.asset_id
JOIN document ON document.document_id = asset_name.document_id
JOIN branch ON branch.document_id = document.document_id AND branch.group_id = 0
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
LEFT JOIN publish_plan AS planned ON planned.plan_id = publish_plan.plan_id
  AND planned.document_id = document.document_id
WHERE publish_plan.plan_id = :plan_id AND planned.document_id IS NULL AND branch.head > 0
  AND (publication.number IS NULL OR publication.number <> branch.head)
  AND asset_name.locale NOT IN (media_set.locale, 'system_neutral')
ORDER BY 1 LIMIT :most;

-- publish_plan_dependencies_edited: (plan_id, most) -> name
SELECT DISTINCT asset_name.name
FROM publish_plan
JOIN media_set ON media_set.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.document_id = publish_plan.document_id
  AND revision_asset.number = publish_plan.number
JOIN asset_name ON asset_name.asset_id = revision_asset.asset_id
JOIN branch ON branch.document_id = asset_name.document_id AND branch.group_id = 0
WHERE publish_plan.plan_id = :plan_id AND branch.checked_out_by IS NOT NULL
  AND asset_name.locale IN (media_set.locale, 'system_neutral')
UNION
SELECT asset_name.name
FROM publish_plan
JOIN asset_locale AS holder ON holder.document_id = publish_plan.document_id
JOIN revision_asset ON revision_asset.document_id = publish_plan.document_id
  AND revision_asset.number = publish_plan.number
JOIN asset_name ON asset_name.asset_id = revision_asset.asset_id
JOIN branch ON branch.document_id = asset_name.document_id AND branch.group_id = 0
WHERE publish_plan.plan_id = :plan_id AND branch.checked_out_by IS NOT NULL
  AND (holder.locale = 'system_neutral' OR asset_name.locale IN (holder.locale, 'system_neutral'))
ORDER BY 1 LIMIT :most;

-- publish_close: (seq)
UPDATE publication SET to_seq = :seq
WHERE to_seq IS NULL
  AND document_id IN (SELECT document_id FROM publish_plan WHERE plan_id = :seq)
  AND EXISTS (SELECT 1 FROM publish_plan WHERE publish_plan.plan_id = :seq
    AND publish_plan.document_id = publication.document_id
    AND publish_plan.context = publication.context);

-- publish_open: (seq)
INSERT INTO publication(document_id, context, from_seq, number, places)
SELECT publish_plan.document_id, publish_plan.context, :seq, publish_plan.number,
  coalesce(publish_plan.places, (SELECT publication.places FROM publication
    WHERE publication.document_id = publish_plan.document_id AND publication.context = publish_plan.context
      AND publication.to_seq = :seq), 3)
FROM publish_plan JOIN revision ON revision.document_id = publish_plan.document_id
  AND revision.number = publish_plan.number
WHERE publish_plan.plan_id = :seq AND revision.body IS NOT NULL;

-- publish_log: (seq, tenant_id)
INSERT INTO change_entry(seq, n, tenant_id, kind, subject, context, before_number, after_number)
SELECT :seq, row_number() OVER (ORDER BY publish_plan.document_id), :tenant_id, 'publication',
  publish_plan.document_id, publish_plan.context, publication.number, nullif(publish_plan.number, 0)
FROM publish_plan LEFT JOIN publication ON publication.document_id = publish_plan.document_id
  AND publication.context = publish_plan.context AND publication.to_seq = :seq
WHERE publish_plan.plan_id = :seq;

-- trash_was_live: (document_id, cause) -> number, places
-- what was live until a change of this cause, if nothing was live since
SELECT publication.number, publication.places FROM publication
JOIN change ON change.seq = publication.to_seq AND change.cause = :cause
WHERE publication.document_id = :document_id AND NOT EXISTS (
  SELECT 1 FROM publication AS later WHERE later.document_id = publication.document_id
    AND later.from_seq > publication.from_seq)
ORDER BY publication.from_seq DESC LIMIT 1;

-- upload_live: (asset_id) -> n
SELECT count(*) AS n FROM asset_locale
JOIN publication ON publication.document_id = asset_locale.document_id AND publication.to_seq IS NULL
WHERE asset_locale.asset_id = :asset_id;

-- publish_plan_clear: (plan_id)
DELETE FROM publish_plan WHERE plan_id = :plan_id;

-- picture_of_folder: (tenant_id, folder_id, most) -> name
SELECT name FROM asset
WHERE tenant_id = :tenant_id AND coalesce(folder_id, 0) = :folder_id AND trashed_us IS NULL
  AND type = 'image'
ORDER BY name LIMIT :most;
