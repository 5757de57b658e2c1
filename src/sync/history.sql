-- history_list: (asset_id, before_us, before_id, page) -> at_us, id, cause, job_id, user_name
-- a log number, or the negative row of the audit trail for what has none
SELECT happening.at_us, happening.id, happening.cause, happening.job_id, account.name AS user_name
FROM (
  SELECT change.at_us, change.seq AS id, change.cause, change.job_id, change.account_id
  FROM (SELECT publication.from_seq AS seq
      FROM asset_locale JOIN publication ON publication.document_id = asset_locale.document_id
      WHERE asset_locale.asset_id = :asset_id
    UNION
    SELECT publication.to_seq AS seq
      FROM asset_locale JOIN publication ON publication.document_id = asset_locale.document_id
      WHERE asset_locale.asset_id = :asset_id AND publication.to_seq IS NOT NULL) AS switched
  JOIN change ON change.seq = switched.seq
  UNION ALL
  SELECT audit.at_us, -audit.audit_id AS id, audit.action AS cause, audit.job_id, audit.account_id
  FROM asset_locale JOIN audit ON audit.document_id = asset_locale.document_id
  WHERE asset_locale.asset_id = :asset_id AND audit.action = 'purge') AS happening
LEFT JOIN account ON account.account_id = happening.account_id
WHERE (happening.at_us, happening.id) < (:before_us, :before_id)
ORDER BY happening.at_us DESC, happening.id DESC LIMIT :page;

-- history_newest: (asset_id) -> seq
SELECT max(coalesce(publication.to_seq, publication.from_seq)) AS seq
FROM asset_locale JOIN publication ON publication.document_id = asset_locale.document_id
WHERE asset_locale.asset_id = :asset_id;

-- history_items: (asset_id, seq) -> type, locale, number, places, was_number, was_places
-- what a log number made live in the place of what was, and (number NULL) what it took back
SELECT asset.type, asset_locale.locale, publication.number, publication.places, former.number AS was_number,
  former.places AS was_places
FROM asset JOIN asset_locale ON asset_locale.asset_id = asset.asset_id
JOIN document ON document.document_id = asset_locale.document_id
LEFT JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.from_seq = :seq
LEFT JOIN publication AS former ON former.document_id = document.document_id
  AND former.context = document.context AND former.to_seq = :seq
WHERE asset.asset_id = :asset_id AND (publication.number IS NOT NULL OR former.number IS NOT NULL)
ORDER BY asset_locale.locale;

-- history_stores: (tenant_id, seq, asset_id) -> name, node, is_behind, applied_us, problem
-- asset_id: of the newest state, which a store may have put aside; 0: of an older one
SELECT consumer.name, consumer.node, CASE WHEN consumer.seq < :seq THEN 1 ELSE 0 END AS is_behind,
  (SELECT sync_batch.at_us FROM sync_batch
    WHERE sync_batch.consumer = consumer.name AND sync_batch.node = consumer.node
      AND sync_batch.seq >= :seq AND sync_batch.after_seq < :seq ORDER BY sync_batch.seq LIMIT 1) AS applied_us,
  CASE WHEN consumer.seq < :seq THEN consumer.problem ELSE quarantine.reason END AS problem
FROM consumer
LEFT JOIN quarantine ON quarantine.consumer = consumer.name AND quarantine.node = consumer.node
  AND quarantine.kind = 'asset' AND quarantine.subject = :asset_id
WHERE consumer.tenant_id = :tenant_id ORDER BY consumer.name, consumer.node;

-- history_edges: (tenant_id, seq) -> name, node, is_behind, confirmed_us, problem
-- an edge has forgotten what is old once the stores of its server have the new, and what they asked of it then is done
SELECT asked.name, asked.node, CASE WHEN asked.n_behind + asked.n_waiting > 0 THEN 1 ELSE 0 END AS is_behind,
  asked.confirmed_us, CASE WHEN asked.n_waiting > 0 THEN asked.problem END AS problem
FROM (SELECT edge.name, edge.node, edge.problem,
    (SELECT count(*) FROM consumer WHERE consumer.tenant_id = :tenant_id AND consumer.node = edge.node
      AND consumer.name LIKE 'read store %' AND consumer.seq < :seq) AS n_behind,
    (SELECT count(*) FROM purge WHERE purge.edge_id = edge.edge_id AND purge.tenant_id = :tenant_id
      AND purge.confirmed_us IS NULL AND purge.seq >= :seq AND purge.seq IN (SELECT sync_batch.seq FROM sync_batch
        WHERE sync_batch.node = edge.node AND sync_batch.seq >= :seq AND sync_batch.after_seq < :seq)) AS n_waiting,
    (SELECT max(purge.confirmed_us) FROM purge WHERE purge.edge_id = edge.edge_id AND purge.tenant_id = :tenant_id
      AND purge.confirmed_us IS NOT NULL AND purge.seq >= :seq AND purge.seq IN (SELECT sync_batch.seq FROM sync_batch
        WHERE sync_batch.node = edge.node AND sync_batch.seq >= :seq AND sync_batch.after_seq < :seq)) AS confirmed_us
  FROM edge) AS asked
ORDER BY asked.name, asked.node;

-- history_purges: (tenant_id, at_us) -> name, node, is_behind, confirmed_us, problem
-- what was asked for by hand at a time
SELECT edge.name, edge.node, CASE WHEN count(*) > count(purge.confirmed_us) THEN 1 ELSE 0 END AS is_behind,
  max(purge.confirmed_us) AS confirmed_us,
  CASE WHEN count(*) > count(purge.confirmed_us) THEN edge.problem END AS problem
FROM purge JOIN edge ON edge.edge_id = purge.edge_id
WHERE purge.tenant_id = :tenant_id AND purge.requested_us = :at_us
GROUP BY edge.name, edge.node, edge.problem ORDER BY edge.name, edge.node;
