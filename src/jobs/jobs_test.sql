-- Statements of the room's own tests.

-- schema_jobs_test_1: ()
CREATE TABLE shown(job_id BIGINT NOT NULL, n BIGINT NOT NULL);
;;

-- shown_add: (job_id, n)
INSERT INTO shown(job_id, n) VALUES (:job_id, :n);

-- shown_count: () -> n, n_distinct
SELECT count(*) AS n, count(DISTINCT job_id * 1000 + n) AS n_distinct FROM shown;

-- test_states: (state) -> n
SELECT count(*) AS n FROM job WHERE state = :state;

-- test_hurry: ()
UPDATE job SET ready_us = 0, n_failures = 0 WHERE state = 'queued';

-- test_lease: (job_id) -> lease_until_us
SELECT lease_until_us FROM job WHERE job_id = :job_id;
