-- set_preset_list: (tenant_id) -> name, is_active, body
SELECT name, is_active, body FROM set_preset WHERE tenant_id = :tenant_id ORDER BY name;

-- set_preset_put: (tenant_id, name, is_active, body)
INSERT INTO set_preset(tenant_id, name, is_active, body)
VALUES (:tenant_id, :name, :is_active, :body)
ON CONFLICT (tenant_id, name) DO UPDATE SET is_active = excluded.is_active, body = excluded.body;

-- set_preset_delete: (tenant_id, name)
DELETE FROM set_preset WHERE tenant_id = :tenant_id AND name = :name;
