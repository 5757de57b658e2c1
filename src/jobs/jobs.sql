-- schema_jobs_1: ()
CREATE TABLE job(
  job_id {id},
  tenant_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  name TEXT NOT NULL,
  original_name TEXT NOT NULL,
  description TEXT NOT NULL,
  locale TEXT NOT NULL,
  email TEXT NOT NULL,
  submitted_by BIGINT NOT NULL,
  run_as BIGINT NOT NULL,
  parent_id BIGINT,
  priority BIGINT NOT NULL,
  lane TEXT,
  parameters TEXT NOT NULL,
  notice TEXT,
  follow TEXT,
  checkpoint TEXT,
  result TEXT,
  created_us BIGINT NOT NULL,
  ready_us BIGINT NOT NULL,
  started_us BIGINT,
  ended_us BIGINT,
  attempt BIGINT NOT NULL,
  n_failures BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL,
  worker TEXT,
  lease_until_us BIGINT,
  n_total BIGINT NOT NULL,
  n_done BIGINT NOT NULL,
  n_success BIGINT NOT NULL,
  n_warning BIGINT NOT NULL,
  n_error BIGINT NOT NULL,
  n_items BIGINT NOT NULL,
  message TEXT,
  error_code TEXT,
  error_text TEXT,
  notice_due_us BIGINT,
  notice_tries BIGINT NOT NULL);
CREATE INDEX job_by_tenant ON job(tenant_id, job_id);
CREATE INDEX job_by_name ON job(tenant_id, name);
CREATE INDEX job_open ON job(tenant_id) WHERE ended_us IS NULL;
CREATE INDEX job_queue ON job(priority DESC, ready_us, job_id) WHERE state = 'queued';
CREATE UNIQUE INDEX job_lane ON job(lane) WHERE lane IS NOT NULL AND lease_until_us IS NOT NULL;
CREATE INDEX job_lease ON job(lease_until_us) WHERE lease_until_us IS NOT NULL;
CREATE INDEX job_notice ON job(notice_due_us) WHERE notice_due_us IS NOT NULL;
CREATE INDEX job_by_end ON job(ended_us) WHERE ended_us IS NOT NULL;
CREATE INDEX job_by_parent ON job(parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE job_item(
  job_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  level TEXT NOT NULL,
  code TEXT NOT NULL,
  subject TEXT,
  text TEXT NOT NULL,
  PRIMARY KEY (job_id, n)) {without_rowid};
CREATE TABLE job_schedule(
  job_id BIGINT PRIMARY KEY,
  rule TEXT,
  zone TEXT NOT NULL,
  next_fire_us BIGINT,
  last_fire_us BIGINT,
  n_missed BIGINT NOT NULL,
  is_blocked BIGINT NOT NULL) {without_rowid};
CREATE INDEX job_schedule_due ON job_schedule(next_fire_us) WHERE next_fire_us IS NOT NULL;
;;

-- schema_jobs_2: ()
ALTER TABLE job ADD COLUMN node TEXT;
;;

-- schema_jobs_3: ()
CREATE TABLE job_mail(
  mail_id {id},
  job_id BIGINT NOT NULL,
  address TEXT NOT NULL,
  due_us BIGINT NOT NULL,
  tries BIGINT NOT NULL);
CREATE INDEX job_mail_due ON job_mail(due_us);
CREATE INDEX job_mail_by_job ON job_mail(job_id);
;;

-- job_mail_add: (job_id, address, due_us)
INSERT INTO job_mail(job_id, address, due_us, tries) VALUES (:job_id, :address, :due_us, 0);

-- job_mail_waiting: (now_us) -> mail_id, job_id, address, tries
SELECT mail_id, job_id, address, tries FROM job_mail WHERE due_us <= :now_us ORDER BY due_us, mail_id LIMIT 1;

-- job_mail_claim: (mail_id, now_us, until_us)
UPDATE job_mail SET due_us = :until_us, tries = tries + 1 WHERE mail_id = :mail_id AND due_us <= :now_us;

-- job_mail_again: (mail_id, due_us)
UPDATE job_mail SET due_us = :due_us WHERE mail_id = :mail_id;

-- job_mail_end: (mail_id)
DELETE FROM job_mail WHERE mail_id = :mail_id;

-- job_add: (tenant_id, kind, state, name, original_name, description, locale, node, email, submitted_by, run_as, parent_id, priority, lane, parameters, notice, follow, created_us, ready_us, max_attempts) -> job_id
INSERT INTO job(tenant_id, kind, state, name, original_name, description, locale, node, email, submitted_by, run_as,
  parent_id, priority, lane, parameters, notice, follow, created_us, ready_us, attempt, n_failures, max_attempts, n_total, n_done,
  n_success, n_warning, n_error, n_items, notice_tries)
VALUES (:tenant_id, :kind, :state, :name, :original_name, :description, :locale, :node, :email, :submitted_by, :run_as,
  :parent_id, :priority, :lane, :parameters, :notice, :follow, :created_us, :ready_us, 0, 0, :max_attempts, 0, 0,
  0, 0, 0, 0, 0)
RETURNING job_id;

-- job_make_name_unique: (job_id)
UPDATE job SET name = name || '-' || job_id WHERE job_id = :job_id AND EXISTS (
  SELECT 1 FROM job AS other WHERE other.tenant_id = job.tenant_id AND other.name = job.name
    AND other.job_id <> job.job_id);

-- job_count_states: () -> state, n
SELECT state, count(*) AS n FROM job WHERE ended_us IS NULL GROUP BY state;

-- job_count_open: (tenant_id, most) -> n
SELECT count(*) AS n FROM (SELECT 1 FROM job WHERE tenant_id = :tenant_id AND ended_us IS NULL LIMIT :most) AS open_job;

-- job_read: (job_id) -> job_id, tenant_id, kind, state, name, original_name, description, locale, node, email, submitted_by, run_as, parent_id, priority, parameters, notice, follow, checkpoint, result, created_us, ready_us, started_us, ended_us, attempt, n_failures, max_attempts, n_total, n_done, n_success, n_warning, n_error, n_items, message, error_code, error_text, notice_due_us, notice_tries, rule, zone, next_fire_us, last_fire_us, n_missed
SELECT job.job_id, tenant_id, kind, state, name, original_name, description, locale, node, email, submitted_by, run_as,
  parent_id, priority, parameters, notice, follow, checkpoint, result, created_us, ready_us, started_us, ended_us,
  attempt, n_failures, max_attempts, n_total, n_done, n_success, n_warning, n_error, n_items, message, error_code, error_text,
  notice_due_us, notice_tries, rule, zone, next_fire_us, last_fire_us, n_missed
FROM job LEFT JOIN job_schedule ON job_schedule.job_id = job.job_id WHERE job.job_id = :job_id;

-- job_page: (tenant_id, state, kind, account_id, from_us, to_us, page, skip) -> job_id
-- newest first, along the index
SELECT job_id FROM job
WHERE tenant_id = :tenant_id AND state = coalesce(:state, state) AND kind = coalesce(:kind, kind)
  AND (run_as = coalesce(:account_id, run_as) OR submitted_by = coalesce(:account_id, submitted_by))
  AND coalesce(started_us, created_us) >= :from_us AND coalesce(started_us, created_us) < :to_us
ORDER BY job_id DESC LIMIT :page OFFSET :skip;

-- job_page_sorted: (tenant_id, state, kind, account_id, from_us, to_us, page, skip, sort, sign) -> job_id
SELECT job_id FROM job
WHERE tenant_id = :tenant_id AND state = coalesce(:state, state) AND kind = coalesce(:kind, kind)
  AND (run_as = coalesce(:account_id, run_as) OR submitted_by = coalesce(:account_id, submitted_by))
  AND coalesce(started_us, created_us) >= :from_us AND coalesce(started_us, created_us) < :to_us
ORDER BY CASE WHEN :sort = 'name' AND :sign > 0 THEN name END, CASE WHEN :sort = 'name' AND :sign < 0 THEN name END DESC,
  :sign * CASE :sort WHEN 'started' THEN coalesce(started_us, created_us) WHEN 'total' THEN n_total
    WHEN 'warnings' THEN n_warning WHEN 'errors' THEN n_error WHEN 'run_as' THEN run_as
    WHEN 'duration' THEN coalesce(ended_us, :to_us) - coalesce(started_us, :to_us) ELSE 0 END, job_id DESC
LIMIT :page OFFSET :skip;

-- job_item_page: (job_id, level, after, page) -> n, at_us, level, code, subject, text
SELECT n, at_us, level, code, subject, text FROM job_item
WHERE job_id = :job_id AND level = coalesce(:level, level) AND n > :after ORDER BY n LIMIT :page;

-- job_move: (job_id, old_state, new_state, ready_us, ended_us)
UPDATE job SET state = :new_state, ready_us = coalesce(:ready_us, ready_us), ended_us = :ended_us
WHERE job_id = :job_id AND state = :old_state;

-- job_waiting: (now_us, kinds, worker) -> job_id
-- whether there is anything to claim, without writing
SELECT job_id FROM job
WHERE state = 'queued' AND ready_us <= :now_us AND :kinds LIKE '%,' || kind || ',%' AND coalesce(node, :worker) = :worker
  AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.lane = job.lane AND other.lease_until_us IS NOT NULL)
ORDER BY priority DESC, ready_us, job_id LIMIT 1;

-- job_claim: (now_us, kinds, worker, lease_until_us) -> job_id
UPDATE job SET state = 'running', attempt = attempt + 1, worker = :worker, lease_until_us = :lease_until_us,
  started_us = coalesce(started_us, :now_us), message = NULL
WHERE job_id = (SELECT job_id FROM job
  WHERE state = 'queued' AND ready_us <= :now_us AND :kinds LIKE '%,' || kind || ',%' AND coalesce(node, :worker) = :worker
    AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.lane = job.lane AND other.lease_until_us IS NOT NULL)
  ORDER BY priority DESC, ready_us, job_id LIMIT 1
  -- postgresql
  FOR UPDATE SKIP LOCKED
  -- both
  )
RETURNING job_id;

-- job_beat: (job_id, attempt, lease_until_us, n_done, n_total, message) -> state
-- holds the lease, tells the progress, and learns whether to stop
UPDATE job SET lease_until_us = :lease_until_us, n_done = :n_done, n_total = :n_total, message = :message
WHERE job_id = :job_id AND attempt = :attempt AND state IN ('running', 'stopping')
RETURNING state;

-- job_save: (job_id, attempt, n_done, n_total, message, checkpoint, result, n_success, n_warning, n_error, n_items) -> n_items
UPDATE job SET n_done = :n_done, n_total = :n_total, message = :message, checkpoint = coalesce(:checkpoint, checkpoint),
  result = coalesce(:result, result), n_success = n_success + :n_success, n_warning = n_warning + :n_warning,
  n_error = n_error + :n_error, n_items = n_items + :n_items
WHERE job_id = :job_id AND attempt = :attempt AND state IN ('running', 'stopping')
RETURNING n_items;

-- job_item_add: (job_id, n, at_us, level, code, subject, text)
INSERT INTO job_item(job_id, n, at_us, level, code, subject, text)
VALUES (:job_id, :n, :at_us, :level, :code, :subject, :text);

-- job_end: (job_id, attempt, old_state, new_state, ended_us, error_code, error_text)
UPDATE job SET state = :new_state, ended_us = :ended_us, lease_until_us = NULL, worker = NULL, error_code = :error_code,
  error_text = :error_text, notice_due_us = CASE WHEN notice IS NOT NULL THEN CAST(:ended_us AS BIGINT) END
WHERE job_id = :job_id AND attempt = :attempt AND state = :old_state;

-- job_requeue: (job_id, attempt, n_failures, ready_us, error_code, error_text)
UPDATE job SET state = 'queued', n_failures = n_failures + :n_failures, ready_us = :ready_us, lease_until_us = NULL, worker = NULL,
  error_code = :error_code, error_text = :error_text
WHERE job_id = :job_id AND attempt = :attempt AND state = 'running';

-- job_cancel_queued: (job_id, now_us)
UPDATE job SET state = 'cancelled', ended_us = :now_us, notice_due_us = CASE WHEN notice IS NOT NULL THEN CAST(:now_us AS BIGINT) END
WHERE job_id = :job_id AND state = 'queued';

-- job_lost: (now_us, page) -> job_id
SELECT job_id FROM job WHERE lease_until_us < :now_us
ORDER BY lease_until_us LIMIT :page;

-- job_take_lost: (job_id, now_us)
-- who changes the row has it to the end of his transaction; a worker that came back has renewed its lease
UPDATE job SET lease_until_us = :now_us WHERE job_id = :job_id AND lease_until_us < :now_us;

-- job_abandon: (worker)
-- a process that works alone knows that what it held before it began is lost
UPDATE job SET lease_until_us = 0 WHERE worker = :worker AND lease_until_us IS NOT NULL;

-- job_notice_claim: (now_us, until_us) -> job_id
UPDATE job SET notice_due_us = :until_us, notice_tries = notice_tries + 1
WHERE job_id = (SELECT job_id FROM job WHERE notice_due_us <= :now_us ORDER BY notice_due_us LIMIT 1
  -- postgresql
  FOR UPDATE SKIP LOCKED
  -- both
  )
RETURNING job_id;

-- job_notice_waiting: (now_us) -> job_id
SELECT job_id FROM job WHERE notice_due_us <= :now_us ORDER BY notice_due_us LIMIT 1;

-- job_notice_end: (job_id, n_warning) -> n_items
UPDATE job SET notice_due_us = NULL, n_warning = n_warning + :n_warning, n_items = n_items + 1
WHERE job_id = :job_id RETURNING n_items;

-- job_notice_again: (job_id, due_us) -> n_items
UPDATE job SET notice_due_us = :due_us WHERE job_id = :job_id RETURNING n_items;

-- job_notice_drop: (job_id)
UPDATE job SET notice_due_us = NULL WHERE job_id = :job_id;

-- job_note: (job_id) -> n_items
UPDATE job SET n_warning = n_warning + 1, n_items = n_items + 1 WHERE job_id = :job_id RETURNING n_items;

-- job_schedule_add: (job_id, rule, zone, next_fire_us)
INSERT INTO job_schedule(job_id, rule, zone, next_fire_us, n_missed, is_blocked)
VALUES (:job_id, :rule, :zone, :next_fire_us, 0, 0);

-- job_schedule_due: (now_us, after_us, after_id, page) -> job_id, next_fire_us, rule, zone, is_blocked
-- what was due first is fired first, also when nobody was there for a while
SELECT job_schedule.job_id, next_fire_us, rule, zone, is_blocked
FROM job_schedule JOIN job ON job.job_id = job_schedule.job_id
WHERE next_fire_us <= :now_us AND job.state = 'scheduled' AND (next_fire_us, job_schedule.job_id) > (:after_us, :after_id)
  AND (is_blocked = 0 OR NOT EXISTS (
    SELECT 1 FROM job AS made WHERE made.parent_id = job.job_id AND made.ended_us IS NULL))
ORDER BY next_fire_us, job_schedule.job_id LIMIT :page;

-- job_schedule_fire: (job_id, due_us, next_fire_us, last_fire_us, n_missed)
-- whoever moves the time on has fired
UPDATE job_schedule SET next_fire_us = :next_fire_us, last_fire_us = coalesce(:last_fire_us, last_fire_us),
  n_missed = n_missed + :n_missed, is_blocked = 0
WHERE job_id = :job_id AND next_fire_us = :due_us;

-- job_schedule_block: (job_id, due_us)
UPDATE job_schedule SET is_blocked = 1 WHERE job_id = :job_id AND next_fire_us = :due_us;

-- job_schedule_set: (job_id, rule, zone, next_fire_us)
UPDATE job_schedule SET rule = :rule, zone = :zone, next_fire_us = :next_fire_us, is_blocked = 0 WHERE job_id = :job_id;

-- job_schedule_remove: (job_id)
DELETE FROM job_schedule WHERE job_id = :job_id;

-- job_retire: (job_id, now_us)
-- a rule that names no further time is over
UPDATE job SET state = 'done', ended_us = :now_us WHERE job_id = :job_id AND state = 'scheduled';

-- job_has_open_run: (job_id) -> job_id
SELECT job_id FROM job WHERE parent_id = :job_id AND ended_us IS NULL LIMIT 1;

-- job_edit: (job_id, name, description, locale, parameters, run_as, email, notice, follow, priority)
UPDATE job SET name = :name, original_name = :name, description = :description, locale = :locale, parameters = :parameters,
  run_as = :run_as, email = :email, notice = :notice, follow = :follow, priority = :priority
WHERE job_id = :job_id AND state IN ('scheduled', 'paused');

-- job_delete_scheduled: (job_id)
DELETE FROM job WHERE job_id = :job_id AND state IN ('scheduled', 'paused');

-- job_old: (tenant_id, before_us, page) -> job_id
SELECT job_id FROM job
WHERE ended_us < :before_us AND tenant_id = :tenant_id AND notice_due_us IS NULL
  AND NOT EXISTS (SELECT 1 FROM job_mail WHERE job_mail.job_id = job.job_id)
ORDER BY ended_us LIMIT :page;

-- job_forget_items: (job_id)
DELETE FROM job_item WHERE job_id = :job_id;

-- job_forget: (job_id)
DELETE FROM job WHERE job_id = :job_id AND ended_us IS NOT NULL;
