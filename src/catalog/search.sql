-- category_search: (tenant_id, pattern, after_code, page) -> code, name, kind
SELECT code, name, 'category' AS kind FROM category
WHERE tenant_id = :tenant_id AND code > :after_code
  AND (lower(code) LIKE :pattern ESCAPE '\' OR lower(name) LIKE :pattern ESCAPE '\')
ORDER BY code LIMIT :page;

-- product_search: (tenant_id, pattern, after_code, page) -> code, name, kind
SELECT code, name, kind FROM product
WHERE tenant_id = :tenant_id AND master_id IS NULL AND code > :after_code
  AND (lower(code) LIKE :pattern ESCAPE '\' OR lower(name) LIKE :pattern ESCAPE '\'
    OR EXISTS (SELECT 1 FROM product AS variant WHERE variant.master_id = product.product_id
      AND lower(variant.code) LIKE :pattern ESCAPE '\'))
ORDER BY code LIMIT :page;
