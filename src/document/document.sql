-- schema_document_1: ()
CREATE TABLE document(
  document_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  kind TEXT NOT NULL,
  context TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  trashed_us BIGINT);
CREATE INDEX document_tenant ON document(tenant_id, kind);
CREATE TABLE branch(
  document_id BIGINT NOT NULL REFERENCES document(document_id),
  group_id BIGINT NOT NULL,
  head BIGINT NOT NULL,
  base BIGINT NOT NULL,
  version BIGINT NOT NULL,
  checked_out_by BIGINT,
  checked_out_us BIGINT,
  draft TEXT,
  draft_us BIGINT,
  PRIMARY KEY (document_id, group_id)) {without_rowid};
CREATE TABLE revision(
  document_id BIGINT NOT NULL REFERENCES document(document_id),
  number BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  author BIGINT,
  at_us BIGINT NOT NULL,
  comment TEXT,
  body TEXT,
  PRIMARY KEY (document_id, number)) {without_rowid};
CREATE TABLE revision_asset(
  document_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  PRIMARY KEY (document_id, number, asset_id)) {without_rowid};
CREATE INDEX revision_asset_asset ON revision_asset(asset_id);
CREATE TABLE publication(
  document_id BIGINT NOT NULL REFERENCES document(document_id),
  context TEXT NOT NULL,
  from_seq BIGINT NOT NULL,
  to_seq BIGINT,
  number BIGINT NOT NULL,
  PRIMARY KEY (document_id, context, from_seq)) {without_rowid};
CREATE UNIQUE INDEX publication_open ON publication(document_id, context) WHERE to_seq IS NULL;
;;

-- schema_document_2: ()
CREATE TABLE publish_group(
  group_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  n_items BIGINT NOT NULL,
  when_us BIGINT,
  job_id BIGINT,
  seq BIGINT,
  undone_seq BIGINT,
  problem TEXT,
  created_by BIGINT NOT NULL,
  created_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL,
  UNIQUE (tenant_id, name));
CREATE INDEX publish_group_scheduled ON publish_group(tenant_id, when_us) WHERE state = 'scheduled';
CREATE INDEX publish_group_by_seq ON publish_group(seq) WHERE seq IS NOT NULL;
CREATE INDEX branch_by_group ON branch(group_id, document_id) WHERE group_id <> 0;
;;

-- schema_document_3: ()
-- where of a document's contexts a publication shows: 1 its own, 2 the other one of an asset
ALTER TABLE publication ADD COLUMN places BIGINT NOT NULL DEFAULT 3;
-- what the next publish of everything is to do with a document: make its head live (places NULL: where it is live, or
-- everywhere), or leave it live in these places only
CREATE TABLE publish_mark(
  document_id BIGINT PRIMARY KEY REFERENCES document(document_id),
  is_wanted BIGINT NOT NULL,
  places BIGINT,
  is_forced BIGINT NOT NULL);
;;

-- document_add: (tenant_id, kind, context, created_us) -> document_id
INSERT INTO document(tenant_id, kind, context, created_us)
VALUES (:tenant_id, :kind, :context, :created_us) RETURNING document_id;

-- branch_add: (document_id, group_id, base)
INSERT INTO branch(document_id, group_id, head, base, version)
VALUES (:document_id, :group_id, :base, :base, 0);

-- document_state: (document_id, group_id) -> kind, context, is_held, head, base, version, checked_out_by, checked_out_us, draft, published
-- a group without a branch of its own sees the head of the live site
SELECT document.kind, document.context, CASE WHEN own.document_id IS NULL THEN 0 ELSE 1 END AS is_held,
  coalesce(own.head, live.head) AS head, coalesce(own.base, live.head) AS base,
  coalesce(own.version, 0) AS version, own.checked_out_by, own.checked_out_us, own.draft,
  publication.number AS published
FROM document
JOIN branch AS live ON live.document_id = document.document_id AND live.group_id = 0
LEFT JOIN branch AS own ON own.document_id = document.document_id AND own.group_id = :group_id
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.to_seq IS NULL
WHERE document.document_id = :document_id;

-- branch_check_out: (document_id, group_id, account_id, now_us, draft)
UPDATE branch SET checked_out_by = :account_id, checked_out_us = :now_us, draft = :draft,
  draft_us = :now_us, version = version + 1
WHERE document_id = :document_id AND group_id = :group_id AND checked_out_by IS NULL;

-- branch_save: (document_id, group_id, account_id, version, draft, now_us)
UPDATE branch SET draft = :draft, draft_us = :now_us, version = version + 1
WHERE document_id = :document_id AND group_id = :group_id AND checked_out_by = :account_id
  AND version = :version;

-- branch_release: (document_id, group_id, version)
UPDATE branch SET checked_out_by = NULL, checked_out_us = NULL, draft = NULL, draft_us = NULL,
  version = version + 1
WHERE document_id = :document_id AND group_id = :group_id AND version = :version;

-- branch_move: (document_id, group_id, head, version)
UPDATE branch SET head = :head, version = version + 1, checked_out_by = NULL, checked_out_us = NULL,
  draft = NULL, draft_us = NULL
WHERE document_id = :document_id AND group_id = :group_id AND version = :version;

-- branch_blank: (document_id, group_id, version)
UPDATE branch SET head = 0, version = version + 1, checked_out_by = NULL, checked_out_us = NULL,
  draft = NULL, draft_us = NULL
WHERE document_id = :document_id AND group_id = :group_id AND version = :version;

-- branch_remove: (document_id, group_id, version)
DELETE FROM branch WHERE document_id = :document_id AND group_id = :group_id AND version = :version;

-- branch_is_used: (document_id) -> is_used
-- whether any context has something of the document
SELECT CASE WHEN EXISTS (SELECT 1 FROM branch WHERE document_id = :document_id
  AND (group_id <> 0 OR head > 0 OR checked_out_by IS NOT NULL)) THEN 1 ELSE 0 END AS is_used;

-- document_was_published: (document_id) -> was_published
SELECT CASE WHEN EXISTS (SELECT 1 FROM publication WHERE document_id = :document_id)
  THEN 1 ELSE 0 END AS was_published;

-- document_trash: (document_id, now_us)
UPDATE document SET trashed_us = :now_us WHERE document_id = :document_id;

-- document_revive: (document_id)
UPDATE document SET trashed_us = NULL WHERE document_id = :document_id AND trashed_us IS NOT NULL;

-- document_forget_assets: (document_id)
DELETE FROM revision_asset WHERE document_id = :document_id;

-- document_forget_revisions: (document_id)
DELETE FROM revision WHERE document_id = :document_id;

-- document_forget_mark: (document_id)
DELETE FROM publish_mark WHERE document_id = :document_id;

-- document_forget_branches: (document_id)
DELETE FROM branch WHERE document_id = :document_id;

-- document_delete: (document_id)
DELETE FROM document WHERE document_id = :document_id;

-- revision_next: (document_id) -> number
SELECT coalesce(max(number), 0) + 1 AS number FROM revision WHERE document_id = :document_id;

-- revision_add: (document_id, number, group_id, author, at_us, comment, body)
INSERT INTO revision(document_id, number, group_id, author, at_us, comment, body)
VALUES (:document_id, :number, :group_id, :author, :at_us, :comment, :body);

-- revision_asset_add: (document_id, number, asset_1, asset_2, asset_3, asset_4, asset_5, asset_6, asset_7, asset_8)
INSERT INTO revision_asset(document_id, number, asset_id)
VALUES (:document_id, :number, :asset_1), (:document_id, :number, :asset_2),
  (:document_id, :number, :asset_3), (:document_id, :number, :asset_4),
  (:document_id, :number, :asset_5), (:document_id, :number, :asset_6),
  (:document_id, :number, :asset_7), (:document_id, :number, :asset_8)
ON CONFLICT (document_id, number, asset_id) DO NOTHING;

-- revision_body: (document_id, number) -> body
SELECT body FROM revision WHERE document_id = :document_id AND number = :number;

-- revision_seen: (document_id, group_id, head, up_to, number) -> number
SELECT number FROM revision
WHERE document_id = :document_id AND number = :number
  AND (group_id = :group_id OR number = :head OR number <= :up_to AND (group_id = 0 OR EXISTS (
    SELECT 1 FROM publication WHERE publication.document_id = revision.document_id
      AND publication.number = revision.number)));

-- revision_list: (document_id, group_id, head, up_to, context, before_number, page) -> number, author_name, at_us, comment, is_tombstone, is_live
SELECT revision.number, account.name AS author_name, revision.at_us, revision.comment,
  CASE WHEN revision.body IS NULL THEN 1 ELSE 0 END AS is_tombstone,
  CASE WHEN publication.number IS NULL THEN 0 ELSE 1 END AS is_live
FROM revision
LEFT JOIN account ON account.account_id = revision.author
LEFT JOIN publication ON publication.document_id = revision.document_id
  AND publication.context = :context AND publication.number = revision.number
  AND publication.to_seq IS NULL
WHERE revision.document_id = :document_id AND revision.number < :before_number
  AND (revision.group_id = :group_id OR revision.number = :head
    OR revision.number <= :up_to AND (revision.group_id = 0 OR EXISTS (
      SELECT 1 FROM publication AS shown WHERE shown.document_id = revision.document_id
        AND shown.number = revision.number)))
ORDER BY revision.number DESC LIMIT :page;

-- publication_open: (document_id, context) -> number, from_seq
SELECT number, from_seq FROM publication
WHERE document_id = :document_id AND context = :context AND to_seq IS NULL;
