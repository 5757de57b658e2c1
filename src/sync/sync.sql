-- schema_sync_1: ()
CREATE TABLE quarantine(
  consumer TEXT NOT NULL,
  node TEXT NOT NULL,
  tenant_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  subject BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (consumer, node, kind, subject)) {without_rowid};
CREATE TABLE sync_batch(
  consumer TEXT NOT NULL,
  node TEXT NOT NULL,
  seq BIGINT NOT NULL,
  after_seq BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (consumer, node, seq)) {without_rowid};
;;

-- quarantine_clear: (consumer, node)
DELETE FROM quarantine WHERE consumer = :consumer AND node = :node;

-- quarantine_add: (consumer, node, tenant_id, kind, subject, seq, reason)
INSERT INTO quarantine(consumer, node, tenant_id, kind, subject, seq, reason)
VALUES (:consumer, :node, :tenant_id, :kind, :subject, :seq, :reason);

-- quarantine_list: (tenant_id, most) -> consumer, node, kind, name, seq, reason
SELECT quarantine.consumer, quarantine.node, quarantine.kind,
  coalesce(product.code, category.code, asset.name) AS name, quarantine.seq, quarantine.reason
FROM quarantine
LEFT JOIN product ON quarantine.kind = 'product' AND product.product_id = quarantine.subject
LEFT JOIN category ON quarantine.kind = 'category' AND category.category_id = quarantine.subject
LEFT JOIN asset ON quarantine.kind = 'asset' AND asset.asset_id = quarantine.subject
WHERE quarantine.tenant_id = :tenant_id
ORDER BY quarantine.consumer, quarantine.node, quarantine.kind, quarantine.subject LIMIT :most;

-- quarantine_subjects: (tenant_id) -> kind, subject
SELECT DISTINCT kind, subject FROM quarantine WHERE tenant_id = :tenant_id ORDER BY kind, subject;

-- sync_batch_add: (consumer, node, seq, after_seq, at_us)
INSERT INTO sync_batch(consumer, node, seq, after_seq, at_us)
VALUES (:consumer, :node, :seq, :after_seq, :at_us)
ON CONFLICT (consumer, node, seq) DO NOTHING;

-- sync_batch_trim: (consumer, node, keep)
DELETE FROM sync_batch WHERE consumer = :consumer AND node = :node AND seq <= (
  SELECT older.seq FROM sync_batch AS older
  WHERE older.consumer = :consumer AND older.node = :node ORDER BY older.seq DESC LIMIT 1 OFFSET :keep);

-- sync_batch_find: (consumer, node, seq) -> at_us
-- the batch that brought a store to a log number
SELECT at_us FROM sync_batch
WHERE consumer = :consumer AND node = :node AND seq >= :seq AND after_seq < :seq
ORDER BY seq LIMIT 1;

-- sync_batch_forget: ()
DELETE FROM sync_batch WHERE node NOT IN (SELECT consumer.node FROM consumer);

-- quarantine_forget: ()
DELETE FROM quarantine WHERE node NOT IN (SELECT consumer.node FROM consumer);

-- touched_holders: (tenant_id, after_seq, up_to_seq) -> asset_id
-- sets that show, as they are live, what entries of the log name
SELECT DISTINCT holder.asset_id
FROM (SELECT asset_locale.asset_id FROM change_entry
    JOIN asset_locale ON asset_locale.document_id = change_entry.subject
    WHERE change_entry.tenant_id = :tenant_id AND change_entry.seq > :after_seq
      AND change_entry.seq <= :up_to_seq AND change_entry.kind = 'publication'
  UNION
  SELECT change_entry.subject AS asset_id FROM change_entry
    WHERE change_entry.tenant_id = :tenant_id AND change_entry.seq > :after_seq
      AND change_entry.seq <= :up_to_seq AND change_entry.kind IN ('asset', 'image_record')) AS changed
JOIN revision_asset ON revision_asset.asset_id = changed.asset_id
JOIN publication ON publication.document_id = revision_asset.document_id
  AND publication.number = revision_asset.number AND publication.to_seq IS NULL
JOIN asset_locale AS holder ON holder.document_id = revision_asset.document_id;
