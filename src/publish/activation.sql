-- activation_put: (asset_id, activation_us, is_waiting)
UPDATE asset SET activation_us = :activation_us, is_waiting = :is_waiting WHERE asset_id = :asset_id;

-- activation_due: (tenant_id, now_us, most) -> asset_id
SELECT asset_id FROM asset WHERE tenant_id = :tenant_id AND is_waiting = 1 AND activation_us <= :now_us
ORDER BY activation_us, asset_id LIMIT :most;

-- activation_end: (asset_id)
UPDATE asset SET is_waiting = 0 WHERE asset_id = :asset_id;

-- activation_booked: (tenant_id, exec_us) -> n
SELECT count(*) AS n FROM asset WHERE tenant_id = :tenant_id AND is_waiting = 1 AND activation_us = :exec_us;
