-- schema_changelog_1: ()
CREATE TABLE changelog_head(
  head_id BIGINT PRIMARY KEY CHECK (head_id = 1),
  seq BIGINT NOT NULL);
INSERT INTO changelog_head(head_id, seq) VALUES (1, 0);
CREATE TABLE change(
  seq BIGINT PRIMARY KEY,
  at_us BIGINT NOT NULL,
  account_id BIGINT,
  job_id BIGINT,
  cause TEXT NOT NULL);
CREATE TABLE change_entry(
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  tenant_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  subject BIGINT NOT NULL,
  context TEXT,
  before_number BIGINT,
  after_number BIGINT,
  PRIMARY KEY (seq, n)) {without_rowid};
CREATE TABLE consumer(
  name TEXT PRIMARY KEY,
  tenant_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  problem TEXT);
;;

-- schema_changelog_2: ()
CREATE TABLE audit(
  audit_id {id},
  tenant_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  origin TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT,
  document_id BIGINT,
  version BIGINT,
  seq BIGINT);
CREATE INDEX audit_by_tenant ON audit(tenant_id, audit_id);
;;

-- schema_changelog_3: ()
-- consumers run in several nodes; what they said before is said again at their first run
DROP TABLE consumer;
CREATE TABLE consumer(
  name TEXT NOT NULL,
  node TEXT NOT NULL,
  tenant_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  problem TEXT,
  schedule TEXT NOT NULL,
  due_us BIGINT NOT NULL,
  PRIMARY KEY (name, node)) {without_rowid};
CREATE TABLE node(
  name TEXT PRIMARY KEY,
  seen_us BIGINT NOT NULL) {without_rowid};
;;

-- schema_changelog_4: ()
CREATE INDEX change_by_job ON change(job_id) WHERE job_id IS NOT NULL;
;;

-- schema_changelog_5: ()
ALTER TABLE audit ADD COLUMN job_id BIGINT;
CREATE INDEX audit_by_document ON audit(document_id) WHERE document_id IS NOT NULL;
;;

-- audit_add: (tenant_id, at_us, account_id, job_id, origin, action, subject, document_id, version, seq)
INSERT INTO audit(tenant_id, at_us, account_id, job_id, origin, action, subject, document_id, version, seq)
VALUES (:tenant_id, :at_us, :account_id, :job_id, :origin, :action, :subject, :document_id, :version, :seq);

-- changelog_lock: () -> seq
UPDATE changelog_head SET seq = seq + 1 WHERE head_id = 1 RETURNING seq;

-- changelog_head: () -> seq
SELECT seq FROM changelog_head WHERE head_id = 1;

-- change_add: (seq, at_us, account_id, job_id, cause)
INSERT INTO change(seq, at_us, account_id, job_id, cause)
VALUES (:seq, :at_us, :account_id, :job_id, :cause);

-- change_entry_add: (seq, n, tenant_id, kind, subject)
INSERT INTO change_entry(seq, n, tenant_id, kind, subject)
VALUES (:seq, :n, :tenant_id, :kind, :subject);

-- change_entry_read: (tenant_id, after_seq, after_n, up_to, page) -> seq, n, kind, subject, context, before_number, after_number
SELECT seq, n, kind, subject, context, before_number, after_number FROM change_entry
WHERE tenant_id = :tenant_id AND seq <= :up_to AND (seq, n) > (:after_seq, :after_n)
ORDER BY seq, n LIMIT :page;

-- consumer_save: (name, node, tenant_id, seq, at_us, problem, schedule, due_us)
INSERT INTO consumer(name, node, tenant_id, seq, at_us, problem, schedule, due_us)
VALUES (:name, :node, :tenant_id, :seq, :at_us, :problem, :schedule, :due_us)
ON CONFLICT (name, node) DO UPDATE SET seq = excluded.seq, at_us = excluded.at_us, problem = excluded.problem,
  schedule = excluded.schedule, due_us = excluded.due_us;

-- consumer_list: (tenant_id, node) -> name, node, seq, at_us, problem, schedule, due_us
SELECT name, node, seq, at_us, problem, schedule, due_us FROM consumer
WHERE tenant_id = :tenant_id AND node = coalesce(:node, node) ORDER BY name, node;

-- consumer_forget: (before_us)
DELETE FROM consumer WHERE at_us < :before_us
  AND node NOT IN (SELECT node.name FROM node WHERE node.seen_us >= :before_us);

-- node_beat: (name, now_us)
INSERT INTO node(name, seen_us) VALUES (:name, :now_us)
ON CONFLICT (name) DO UPDATE SET seen_us = excluded.seen_us;

-- node_leave: (name)
DELETE FROM node WHERE name = :name;

-- node_list: () -> name, seen_us
SELECT name, seen_us FROM node ORDER BY name;

-- node_forget: (before_us)
DELETE FROM node WHERE seen_us < :before_us;

-- change_of_job: (job_id) -> seq
SELECT min(seq) AS seq FROM change WHERE job_id = :job_id;

-- change_at: (seq) -> at_us, cause
SELECT at_us, cause FROM change WHERE seq = :seq;
