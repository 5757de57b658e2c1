-- past_seq: (at_us) -> seq
SELECT seq FROM change WHERE at_us <= :at_us ORDER BY seq DESC LIMIT 1;

-- past_when: (seq) -> at_us
SELECT at_us FROM change WHERE seq <= :seq ORDER BY seq DESC LIMIT 1;

-- past_asset: (asset_id, seq) -> name, type, locale, number, body
-- the name of an asset in the trash goes on after a bar
SELECT asset.name, asset.type, asset_locale.locale, publication.number, revision.body
FROM asset
JOIN asset_locale ON asset_locale.asset_id = asset.asset_id
JOIN document ON document.document_id = asset_locale.document_id
JOIN publication ON publication.document_id = document.document_id
  AND publication.context = document.context AND publication.from_seq <= :seq
  AND (publication.to_seq IS NULL OR publication.to_seq > :seq) AND (publication.places & 1) = 1
JOIN revision ON revision.document_id = document.document_id
  AND revision.number = publication.number
WHERE asset.asset_id = :asset_id AND revision.body IS NOT NULL
ORDER BY asset_locale.locale;
