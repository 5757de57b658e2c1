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

-- schema_sync_2: ()
-- a row of purge is one request to one edge; things have blanks between
CREATE TABLE edge(
  edge_id {id},
  node TEXT NOT NULL,
  name TEXT NOT NULL,
  tries BIGINT NOT NULL,
  problem TEXT,
  UNIQUE (node, name));
CREATE TABLE purge(
  purge_id {id},
  edge_id BIGINT NOT NULL REFERENCES edge(edge_id),
  tenant_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  things TEXT NOT NULL,
  requested_us BIGINT NOT NULL,
  confirmed_us BIGINT);
CREATE INDEX purge_waiting ON purge(edge_id, purge_id) WHERE confirmed_us IS NULL;
CREATE INDEX purge_confirmed ON purge(edge_id, purge_id) WHERE confirmed_us IS NOT NULL;
;;

-- edge_list: () -> edge_id, node, name
SELECT edge_id, node, name FROM edge ORDER BY edge_id;

-- edge_add: (node, name) -> edge_id
INSERT INTO edge(node, name, tries) VALUES (:node, :name, 0) RETURNING edge_id;

-- edge_delete: (edge_id)
DELETE FROM edge WHERE edge_id = :edge_id;

-- edge_state: (edge_id, is_done, problem)
UPDATE edge SET tries = CASE WHEN :is_done = 1 THEN 0 ELSE tries + 1 END, problem = :problem
WHERE edge_id = :edge_id;

-- edge_lost: () -> edge_id
SELECT edge_id FROM edge
WHERE node NOT IN (SELECT consumer.node FROM consumer) AND node NOT IN (SELECT node.name FROM node)
ORDER BY edge_id;

-- purge_add: (edge_id, tenant_id, seq, kind, things, requested_us)
INSERT INTO purge(edge_id, tenant_id, seq, kind, things, requested_us)
VALUES (:edge_id, :tenant_id, :seq, :kind, :things, :requested_us);

-- purge_waiting: (edge_id, most) -> purge_id, kind, things
SELECT purge_id, kind, things FROM purge
WHERE edge_id = :edge_id AND confirmed_us IS NULL ORDER BY purge_id LIMIT :most;

-- purge_count: (edge_id) -> n
SELECT count(*) AS n FROM purge WHERE edge_id = :edge_id AND confirmed_us IS NULL;

-- purge_confirm: (purge_id, now_us)
UPDATE purge SET confirmed_us = :now_us WHERE purge_id = :purge_id;

-- purge_drop: (edge_id, all)
DELETE FROM purge WHERE edge_id = :edge_id AND (confirmed_us IS NULL OR :all = 1);

-- purge_trim: (edge_id, keep)
DELETE FROM purge WHERE edge_id = :edge_id AND confirmed_us IS NOT NULL AND purge_id <= (
  SELECT older.purge_id FROM purge AS older
  WHERE older.edge_id = :edge_id AND older.confirmed_us IS NOT NULL
  ORDER BY older.purge_id DESC LIMIT 1 OFFSET :keep);

-- edge_overview: (tenant_id, seq) -> node, name, tries, problem, n_waiting, since_us, confirmed_us
-- how the edges stand to what was asked of them up to a log number; a batch asks with its last number for all it took
SELECT edge.node, edge.name, edge.tries, edge.problem, count(asked.requested_us) - count(asked.confirmed_us) AS n_waiting,
  min(CASE WHEN asked.confirmed_us IS NULL THEN asked.requested_us END) AS since_us,
  max(asked.confirmed_us) AS confirmed_us
FROM edge
LEFT JOIN purge AS asked ON asked.edge_id = edge.edge_id AND asked.tenant_id = :tenant_id
  AND (asked.seq <= :seq OR EXISTS (SELECT 1 FROM consumer
    JOIN sync_batch ON sync_batch.consumer = consumer.name AND sync_batch.node = consumer.node
    WHERE consumer.tenant_id = :tenant_id AND consumer.node = edge.node AND sync_batch.seq = asked.seq
      AND sync_batch.after_seq < :seq))
GROUP BY edge.edge_id, edge.node, edge.name, edge.tries, edge.problem
ORDER BY edge.node, edge.name;

-- edge_load: (node) -> name, problem, n_waiting
SELECT edge.name, edge.problem,
  (SELECT count(*) FROM purge WHERE purge.edge_id = edge.edge_id AND purge.confirmed_us IS NULL)
    AS n_waiting
FROM edge WHERE edge.node = :node ORDER BY edge.name;

-- purge_list: (tenant_id, most) -> node, name, seq, kind, things, requested_us, confirmed_us
SELECT edge.node, edge.name, purge.seq, purge.kind, purge.things, purge.requested_us, purge.confirmed_us
FROM purge JOIN edge ON edge.edge_id = purge.edge_id
WHERE purge.tenant_id = :tenant_id ORDER BY purge.purge_id DESC LIMIT :most;

-- shown_where: (asset_id) -> product, category, channel
-- live sets that name an asset; channel is NULL for Omnichannel
SELECT DISTINCT product.code AS product, category.code AS category, channel.code AS channel
FROM revision_asset
JOIN media_set ON media_set.document_id = revision_asset.document_id
JOIN publication ON publication.document_id = media_set.document_id
  AND publication.context = 'channel' AND publication.to_seq IS NULL
  AND publication.number = revision_asset.number
LEFT JOIN product ON product.product_id = media_set.product_id
LEFT JOIN category ON category.category_id = media_set.category_id
LEFT JOIN channel ON channel.channel_id = media_set.channel_id
WHERE revision_asset.asset_id = :asset_id
ORDER BY product, category, channel;

-- asset_standing: (tenant_id, name) -> asset_id, is_published, document_id
-- one of its documents, to write of the asset into the audit trail
SELECT asset_overview.asset_id, is_published, (SELECT min(asset_locale.document_id) FROM asset_locale
  WHERE asset_locale.asset_id = asset_overview.asset_id) AS document_id
FROM asset_overview WHERE tenant_id = :tenant_id AND name = :name;

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
