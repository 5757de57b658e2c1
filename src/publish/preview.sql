-- preview_key_make: (secret)
INSERT INTO preview_key(key_id, secret) VALUES (1, :secret) ON CONFLICT (key_id) DO NOTHING;

-- preview_key_read: () -> secret
SELECT secret FROM preview_key WHERE key_id = 1;

-- preview_add: (tenant_id, account_id, shows, now_us, expires_us) -> preview_id
INSERT INTO preview(tenant_id, account_id, shows, created_us, expires_us)
VALUES (:tenant_id, :account_id, :shows, :now_us, :expires_us) RETURNING preview_id;

-- preview_read: (preview_id) -> tenant_id, tenant, account_id, user_name, is_locked_out, shows, created_us, expires_us, revoked_us
-- who made it on the command line has no account
SELECT preview.tenant_id, tenant.code AS tenant, preview.account_id, account.name AS user_name,
  CASE WHEN preview.account_id <> 0 AND (account.disabled_us IS NOT NULL OR account_role.role IS NULL)
    THEN 1 ELSE 0 END AS is_locked_out,
  preview.shows, preview.created_us, preview.expires_us, preview.revoked_us
FROM preview JOIN tenant ON tenant.tenant_id = preview.tenant_id
LEFT JOIN account ON account.account_id = preview.account_id
LEFT JOIN account_role ON account_role.account_id = preview.account_id
  AND account_role.tenant_id = preview.tenant_id
WHERE preview.preview_id = :preview_id;

-- preview_list: (tenant_id, now_us, most) -> preview_id
SELECT preview_id FROM preview
WHERE tenant_id = :tenant_id AND expires_us > :now_us AND revoked_us IS NULL
ORDER BY preview_id DESC LIMIT :most;

-- preview_count: (tenant_id, now_us) -> n
SELECT count(*) AS n FROM preview WHERE tenant_id = :tenant_id AND expires_us > :now_us AND revoked_us IS NULL;

-- preview_revoke: (tenant_id, preview_id, now_us)
UPDATE preview SET revoked_us = :now_us
WHERE tenant_id = :tenant_id AND preview_id = :preview_id AND expires_us > :now_us AND revoked_us IS NULL;

-- preview_forget: (before_us)
DELETE FROM preview WHERE expires_us < :before_us;
