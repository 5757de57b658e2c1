-- schema_shadow_preview: ()
-- for one session: its own plan, and what is live with the plan in its place
CREATE TEMP TABLE publish_plan(
  plan_id BIGINT NOT NULL,
  document_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  context TEXT NOT NULL,
  was BIGINT,
  places BIGINT,
  PRIMARY KEY (plan_id, document_id));
CREATE TEMP TABLE previewed(
  document_id BIGINT PRIMARY KEY,
  number BIGINT NOT NULL);
CREATE TEMP VIEW publication AS
SELECT live_publication.document_id, live_publication.context, live_publication.from_seq, live_publication.to_seq,
  live_publication.number, live_publication.places
FROM live_publication
WHERE NOT EXISTS (SELECT 1 FROM previewed WHERE previewed.document_id = live_publication.document_id)
UNION ALL
SELECT document.document_id, document.context, CAST(0 AS BIGINT), CAST(NULL AS BIGINT), previewed.number, CAST(3 AS BIGINT)
FROM previewed JOIN document ON document.document_id = previewed.document_id
WHERE document.trashed_us IS NULL;
;;

-- schema_shadow_finished: ()
CREATE TEMP VIEW publication AS
SELECT branch.document_id, document.context, CAST(0 AS BIGINT) AS from_seq, CAST(NULL AS BIGINT) AS to_seq,
  branch.head AS number, CAST(3 AS BIGINT) AS places
FROM branch JOIN document ON document.document_id = branch.document_id
WHERE branch.group_id = 0 AND branch.head > 0 AND document.trashed_us IS NULL;
;;

-- shadow_fill: (plan_id)
INSERT INTO previewed(document_id, number)
SELECT document_id, number FROM publish_plan WHERE plan_id = :plan_id;
