-- group_add: (tenant_id, name, state, created_by, now_us) -> group_id
INSERT INTO publish_group(tenant_id, name, state, n_items, created_by, created_us, changed_us)
VALUES (:tenant_id, :name, :state, 0, :created_by, :now_us, :now_us)
ON CONFLICT (tenant_id, name) DO NOTHING RETURNING group_id;

-- group_by_name: (tenant_id, name) -> group_id
SELECT group_id FROM publish_group WHERE tenant_id = :tenant_id AND name = :name;

-- group_by_id: (tenant_id, group_id) -> group_id
SELECT group_id FROM publish_group WHERE tenant_id = :tenant_id AND group_id = :group_id;

-- group_read: (group_id) -> group_id, tenant_id, name, state, n_items, when_us, job_id, seq, undone_seq, problem, created_by, created_us, changed_us
SELECT group_id, tenant_id, name, state, n_items, when_us, job_id, seq, undone_seq, problem, created_by, created_us, changed_us
FROM publish_group WHERE group_id = :group_id;

-- group_list: (tenant_id, state, before_id, page) -> group_id, tenant_id, name, state, n_items, when_us, job_id, seq, undone_seq, problem, created_by, created_us, changed_us
SELECT group_id, tenant_id, name, state, n_items, when_us, job_id, seq, undone_seq, problem, created_by, created_us, changed_us
FROM publish_group
WHERE tenant_id = :tenant_id AND state = coalesce(:state, state) AND group_id < :before_id
ORDER BY group_id DESC LIMIT :page;

-- group_touch: (group_id, n_more, most, begins_after_us, now_us)
UPDATE publish_group SET n_items = n_items + :n_more, changed_us = :now_us
WHERE group_id = :group_id AND (:n_more <= 0 OR n_items + :n_more <= :most)
  AND (state IN ('open', 'failed') OR state = 'scheduled' AND when_us > :begins_after_us);

-- group_fork: (group_id, document_id)
INSERT INTO branch(document_id, group_id, head, base, version)
SELECT document_id, :group_id, head, head, 0 FROM branch WHERE document_id = :document_id AND group_id = 0
ON CONFLICT (document_id, group_id) DO NOTHING;

-- group_move: (group_id, old_state, new_state, when_us, job_id, seq, problem, now_us)
UPDATE publish_group SET state = :new_state, when_us = :when_us, job_id = :job_id, seq = :seq, problem = :problem,
  changed_us = :now_us
WHERE group_id = :group_id AND state = :old_state;
