-- trail_read: (tenant_id, from_us, to_us, after_id, after_n, page) -> audit_id, n, at_us, user_name, origin, action, kind, subject, document_id, version, seq
SELECT audit.audit_id, COALESCE(entry.n, 0) AS n, audit.at_us, account.name AS user_name,
  audit.origin, audit.action, entry.kind,
  COALESCE(audit.subject, CAST(entry.subject AS TEXT)) AS subject,
  COALESCE(audit.document_id, CASE WHEN entry.kind = 'publication' THEN entry.subject END)
    AS document_id,
  COALESCE(audit.version, entry.after_number) AS version, audit.seq
FROM audit
LEFT JOIN change_entry AS entry ON entry.seq = audit.seq AND entry.tenant_id = :tenant_id
LEFT JOIN document ON document.document_id = audit.document_id AND document.tenant_id = :tenant_id
LEFT JOIN account ON account.account_id = audit.account_id
WHERE (audit.tenant_id = :tenant_id OR entry.seq IS NOT NULL OR document.document_id IS NOT NULL)
  AND audit.at_us >= :from_us AND audit.at_us < :to_us AND audit.audit_id >= :after_id
  AND (audit.audit_id > :after_id OR COALESCE(entry.n, 0) > :after_n)
ORDER BY audit.audit_id, COALESCE(entry.n, 0) LIMIT :page;
