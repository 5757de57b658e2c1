-- schema_tenant_1: ()
CREATE TABLE tenant(
  tenant_id {id},
  code TEXT NOT NULL UNIQUE,
  created_us BIGINT NOT NULL);
CREATE TABLE account(
  account_id {id},
  name TEXT NOT NULL UNIQUE,
  password_hash TEXT,
  created_us BIGINT NOT NULL,
  disabled_us BIGINT);
CREATE TABLE account_role(
  account_id BIGINT NOT NULL REFERENCES account(account_id),
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  role TEXT NOT NULL,
  PRIMARY KEY (account_id, tenant_id)) {without_rowid};
CREATE TABLE token(
  token_id {id},
  account_id BIGINT NOT NULL REFERENCES account(account_id),
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  expires_us BIGINT,
  revoked_us BIGINT);
CREATE TABLE channel_database(
  database_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  name TEXT NOT NULL,
  UNIQUE (tenant_id, name));
CREATE TABLE channel(
  channel_id {id},
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  database_id BIGINT NOT NULL REFERENCES channel_database(database_id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  default_locale TEXT NOT NULL,
  UNIQUE (tenant_id, code));
CREATE TABLE channel_locale(
  channel_id BIGINT NOT NULL REFERENCES channel(channel_id),
  locale TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (channel_id, locale)) {without_rowid};
CREATE TABLE setting(
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant_id, name)) {without_rowid};
;;

-- schema_tenant_2: ()
CREATE TABLE session(
  session_id {id},
  account_id BIGINT NOT NULL REFERENCES account(account_id),
  hash TEXT NOT NULL UNIQUE,
  created_us BIGINT NOT NULL,
  used_us BIGINT NOT NULL);
CREATE INDEX session_by_account ON session(account_id, session_id);
;;

-- schema_tenant_3: ()
CREATE TABLE preference(
  account_id BIGINT NOT NULL REFERENCES account(account_id),
  name TEXT NOT NULL,
  PRIMARY KEY (account_id, name)) {without_rowid};
;;

-- schema_tenant_4: ()
-- wish is a word of job_email, types are words with blanks between
ALTER TABLE account ADD COLUMN email TEXT;
CREATE TABLE mail_wish(
  tenant_id BIGINT NOT NULL REFERENCES tenant(tenant_id),
  account_id BIGINT NOT NULL REFERENCES account(account_id),
  wish TEXT NOT NULL,
  scope TEXT NOT NULL,
  types TEXT NOT NULL,
  PRIMARY KEY (tenant_id, account_id)) {without_rowid};
;;

-- account_email: (account_id, email)
UPDATE account SET email = :email WHERE account_id = :account_id;

-- mail_wish_read: (tenant_id, account_id) -> email, wish, scope, types
SELECT account.email, coalesce(mail_wish.wish, 'none') AS wish, coalesce(mail_wish.scope, 'own') AS scope,
  coalesce(mail_wish.types, '') AS types
FROM account
LEFT JOIN mail_wish ON mail_wish.account_id = account.account_id AND mail_wish.tenant_id = :tenant_id
WHERE account.account_id = :account_id;

-- mail_wish_put: (tenant_id, account_id, wish, scope, types)
INSERT INTO mail_wish(tenant_id, account_id, wish, scope, types)
VALUES (:tenant_id, :account_id, :wish, :scope, :types)
ON CONFLICT (tenant_id, account_id) DO UPDATE SET wish = excluded.wish, scope = excluded.scope, types = excluded.types;

-- mail_wish_list: (tenant_id) -> account_id, email, wish, scope, types
-- those of the tenant who may sign in and have an address
SELECT account.account_id, account.email, coalesce(mail_wish.wish, 'none') AS wish,
  coalesce(mail_wish.scope, 'own') AS scope, coalesce(mail_wish.types, '') AS types
FROM account_role JOIN account ON account.account_id = account_role.account_id
LEFT JOIN mail_wish ON mail_wish.account_id = account.account_id AND mail_wish.tenant_id = account_role.tenant_id
WHERE account_role.tenant_id = :tenant_id AND account.disabled_us IS NULL AND account.email IS NOT NULL
ORDER BY account.account_id;

-- preference_list: (account_id) -> name
SELECT name FROM preference WHERE account_id = :account_id ORDER BY name;

-- preference_add: (account_id, name)
INSERT INTO preference(account_id, name) VALUES (:account_id, :name)
ON CONFLICT (account_id, name) DO NOTHING;

-- preference_remove: (account_id, name)
DELETE FROM preference WHERE account_id = :account_id AND name = :name;

-- session_add: (account_id, hash, now_us)
INSERT INTO session(account_id, hash, created_us, used_us)
VALUES (:account_id, :hash, :now_us, :now_us);

-- session_find: (hash, used_after_us, created_after_us) -> account_id, name, used_us
SELECT account.account_id, account.name, session.used_us
FROM session JOIN account ON account.account_id = session.account_id
WHERE session.hash = :hash AND session.used_us > :used_after_us
  AND session.created_us > :created_after_us AND account.disabled_us IS NULL;

-- session_note_use: (hash, now_us)
UPDATE session SET used_us = :now_us WHERE hash = :hash AND used_us < :now_us;

-- session_remove: (hash)
DELETE FROM session WHERE hash = :hash;

-- session_remove_all: (account_id)
DELETE FROM session WHERE account_id = :account_id;

-- session_remove_over: (used_before_us, created_before_us)
DELETE FROM session WHERE used_us <= :used_before_us OR created_us <= :created_before_us;

-- session_remove_oldest: (account_id, keep)
DELETE FROM session WHERE account_id = :account_id AND session_id NOT IN
  (SELECT session_id FROM session WHERE account_id = :account_id
   ORDER BY session_id DESC LIMIT :keep);

-- setup_lock: () -> head_id
SELECT head_id FROM changelog_head
-- postgresql
FOR UPDATE
-- both
;

-- tenant_add: (code, created_us) -> tenant_id
INSERT INTO tenant(code, created_us) VALUES (:code, :created_us) RETURNING tenant_id;

-- tenant_find: (code) -> tenant_id
SELECT tenant_id FROM tenant WHERE code = :code;

-- tenant_list: () -> tenant_id, code
SELECT tenant_id, code FROM tenant ORDER BY code;

-- account_add: (name, password_hash, created_us) -> account_id
INSERT INTO account(name, password_hash, created_us)
VALUES (:name, :password_hash, :created_us) RETURNING account_id;

-- account_find: (name) -> account_id, password_hash, disabled_us
SELECT account_id, password_hash, disabled_us FROM account WHERE name = :name;

-- account_name: (account_id) -> name
SELECT name FROM account WHERE account_id = :account_id;

-- account_role_set: (account_id, tenant_id, role)
INSERT INTO account_role(account_id, tenant_id, role) VALUES (:account_id, :tenant_id, :role)
ON CONFLICT (account_id, tenant_id) DO UPDATE SET role = excluded.role;

-- account_role_get: (account_id, tenant_id) -> role
SELECT role FROM account_role WHERE account_id = :account_id AND tenant_id = :tenant_id;

-- account_role_remove: (account_id, tenant_id)
DELETE FROM account_role WHERE account_id = :account_id AND tenant_id = :tenant_id;

-- account_password_set: (account_id, password_hash)
UPDATE account SET password_hash = :password_hash WHERE account_id = :account_id;

-- account_disable: (account_id, disabled_us)
UPDATE account SET disabled_us = :disabled_us WHERE account_id = :account_id;

-- account_beyond_reach: (account_id, actor_id) -> n
-- tenants of an account where another is no administrator
SELECT COUNT(*) AS n FROM account_role AS theirs
WHERE theirs.account_id = :account_id AND NOT EXISTS (SELECT 1 FROM account_role AS mine
  WHERE mine.account_id = :actor_id AND mine.tenant_id = theirs.tenant_id
    AND mine.role = 'administrator');

-- account_lock: (account_id) -> tenant_id
-- no administrator of these tenants changes until the commit
SELECT tenant_id FROM tenant WHERE tenant_id IN
  (SELECT tenant_id FROM account_role WHERE account_id = :account_id) ORDER BY tenant_id
-- postgresql
FOR UPDATE
-- both
;

-- account_orphans: (account_id) -> tenant_id, code
-- tenants left without an administrator who can sign in
SELECT tenant.tenant_id, tenant.code FROM tenant JOIN account_role AS theirs ON theirs.tenant_id = tenant.tenant_id
WHERE theirs.account_id = :account_id AND theirs.role = 'administrator'
  AND NOT EXISTS (SELECT 1 FROM account_role AS other
    JOIN account ON account.account_id = other.account_id
    WHERE other.tenant_id = tenant.tenant_id AND other.role = 'administrator'
      AND other.account_id <> :account_id AND account.disabled_us IS NULL)
ORDER BY tenant.code;

-- user_list: (tenant_id) -> account_id, name, role, created_us, disabled_us, email
SELECT account.account_id, account.name, account_role.role, account.created_us, account.disabled_us, account.email
FROM account_role JOIN account ON account.account_id = account_role.account_id
WHERE account_role.tenant_id = :tenant_id ORDER BY account.name;

-- user_find: (tenant_id, name) -> account_id, role
SELECT account.account_id, account_role.role
FROM account JOIN account_role ON account_role.account_id = account.account_id
WHERE account.name = :name AND account_role.tenant_id = :tenant_id;

-- token_list: (tenant_id) -> token_id, user_name, name, created_us, expires_us
SELECT token.token_id, account.name AS user_name, token.name, token.created_us, token.expires_us
FROM token JOIN account ON account.account_id = token.account_id
JOIN account_role ON account_role.account_id = account.account_id
WHERE account_role.tenant_id = :tenant_id AND token.revoked_us IS NULL ORDER BY token.token_id;

-- token_owner: (tenant_id, token_id) -> user_name, name
SELECT account.name AS user_name, token.name
FROM token JOIN account ON account.account_id = token.account_id
JOIN account_role ON account_role.account_id = account.account_id
WHERE account_role.tenant_id = :tenant_id AND token.token_id = :token_id
  AND token.revoked_us IS NULL;

-- token_revoke: (token_id, now_us)
UPDATE token SET revoked_us = :now_us WHERE token_id = :token_id;

-- token_add: (account_id, hash, name, created_us, expires_us)
INSERT INTO token(account_id, hash, name, created_us, expires_us)
VALUES (:account_id, :hash, :name, :created_us, :expires_us);

-- token_find: (hash, now_us) -> account_id, name
SELECT account.account_id, account.name FROM token JOIN account ON account.account_id = token.account_id
WHERE token.hash = :hash AND token.revoked_us IS NULL AND account.disabled_us IS NULL
  AND (token.expires_us IS NULL OR token.expires_us > :now_us);

-- channel_database_add: (tenant_id, name)
INSERT INTO channel_database(tenant_id, name) VALUES (:tenant_id, :name)
ON CONFLICT (tenant_id, name) DO NOTHING;

-- channel_database_list: (tenant_id) -> database_id, name
SELECT database_id, name FROM channel_database WHERE tenant_id = :tenant_id ORDER BY name;

-- channel_put: (tenant_id, database, code, name, type, default_locale) -> channel_id
INSERT INTO channel(tenant_id, database_id, code, name, type, default_locale)
SELECT tenant_id, database_id, :code, :name, :type, :default_locale FROM channel_database
WHERE tenant_id = :tenant_id AND name = :database
ON CONFLICT (tenant_id, code) DO UPDATE SET database_id = excluded.database_id, name = excluded.name,
  type = excluded.type, default_locale = excluded.default_locale RETURNING channel_id;

-- channel_locale_clear: (channel_id)
DELETE FROM channel_locale WHERE channel_id = :channel_id;

-- channel_locale_add: (channel_id, locale, position)
INSERT INTO channel_locale(channel_id, locale, position) VALUES (:channel_id, :locale, :position);

-- channel_list: (tenant_id) -> channel_id, code, name, type, default_locale, database
SELECT channel.channel_id, channel.code, channel.name, channel.type, channel.default_locale,
  channel_database.name AS database
FROM channel JOIN channel_database ON channel_database.database_id = channel.database_id
WHERE channel.tenant_id = :tenant_id ORDER BY channel.channel_id;

-- channel_find: (tenant_id, code) -> channel_id, code, name, type, default_locale, database
SELECT channel.channel_id, channel.code, channel.name, channel.type, channel.default_locale,
  channel_database.name AS database
FROM channel JOIN channel_database ON channel_database.database_id = channel.database_id
WHERE channel.tenant_id = :tenant_id AND channel.code = :code;

-- channel_locale_find: (tenant_id, code) -> channel_id, locale
SELECT channel_locale.channel_id, channel_locale.locale
FROM channel_locale JOIN channel ON channel.channel_id = channel_locale.channel_id
WHERE channel.tenant_id = :tenant_id AND channel.code = :code ORDER BY channel_locale.position;

-- channel_locale_list: (tenant_id) -> channel_id, locale
SELECT channel_locale.channel_id, channel_locale.locale
FROM channel_locale JOIN channel ON channel.channel_id = channel_locale.channel_id
WHERE channel.tenant_id = :tenant_id ORDER BY channel_locale.channel_id, channel_locale.position;

-- setting_get: (tenant_id, name) -> value
SELECT value FROM setting WHERE tenant_id = :tenant_id AND name = :name;

-- setting_set: (tenant_id, name, value)
INSERT INTO setting(tenant_id, name, value) VALUES (:tenant_id, :name, :value)
ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value;

-- setting_forget: (tenant_id, name)
DELETE FROM setting WHERE tenant_id = :tenant_id AND name = :name;
