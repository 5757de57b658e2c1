-- folder_find: (tenant_id, parent_id, name) -> folder_id
SELECT folder_id FROM folder
WHERE tenant_id = :tenant_id AND coalesce(parent_id, 0) = :parent_id AND name = :name;

-- folder_add: (tenant_id, parent_id, name) -> folder_id
INSERT INTO folder(tenant_id, parent_id, name)
SELECT :tenant_id, CASE WHEN :parent_id > 0 THEN :parent_id END, :name
WHERE (SELECT count(*) FROM folder WHERE tenant_id = :tenant_id) < 20000
RETURNING folder_id;

-- folder_list: (tenant_id) -> folder_id, parent_id, name, publish_mode, n_assets
SELECT folder.folder_id, coalesce(folder.parent_id, 0) AS parent_id, folder.name, folder.publish_mode,
  (SELECT count(*) FROM asset WHERE asset.folder_id = folder.folder_id
    AND asset.trashed_us IS NULL) AS n_assets
FROM folder WHERE folder.tenant_id = :tenant_id;

-- folder_move: (folder_id, parent_id, name)
UPDATE folder SET parent_id = CASE WHEN :parent_id > 0 THEN :parent_id END, name = :name
WHERE folder_id = :folder_id;

-- folder_put_asset: (asset_id, folder_id)
UPDATE asset SET folder_id = CASE WHEN :folder_id > 0 THEN :folder_id END
WHERE asset_id = :asset_id;

-- folder_of_asset: (asset_id) -> folder_id
SELECT folder_id FROM asset WHERE asset_id = :asset_id;

-- folder_set_mode: (folder_id, publish_mode)
UPDATE folder SET publish_mode = :publish_mode WHERE folder_id = :folder_id;

-- folder_step_up: (folder_id) -> parent_id, publish_mode
SELECT coalesce(parent_id, 0) AS parent_id, publish_mode FROM folder WHERE folder_id = :folder_id;

-- asset_set_mode: (asset_id, publish_mode)
UPDATE asset SET publish_mode = :publish_mode WHERE asset_id = :asset_id;

-- asset_mode: (asset_id) -> publish_mode
SELECT publish_mode FROM asset WHERE asset_id = :asset_id;

-- folder_is_used: (folder_id) -> used
SELECT 1 AS used WHERE EXISTS (SELECT 1 FROM folder WHERE parent_id = :folder_id)
  OR EXISTS (SELECT 1 FROM asset WHERE folder_id = :folder_id AND trashed_us IS NULL);

-- folder_forget: (folder_id)
UPDATE asset SET folder_id = NULL WHERE folder_id = :folder_id;

-- folder_remove: (folder_id)
DELETE FROM folder WHERE folder_id = :folder_id;
