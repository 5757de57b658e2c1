-- search_content: () -> what
-- everything the index says, for comparing
SELECT 'product ' || product_record.product || ': ' || product_words.name || ' | ' || product_words.words || ' | '
  || product_words.scope AS what
FROM product_words JOIN product_record ON product_record.product_record_id = product_words.rowid
UNION ALL SELECT 'image ' || product || ' ' || channel || ' ' || locale || ': ' || images FROM search_image
UNION ALL SELECT 'asset ' || asset_record.asset || ' ' || asset_record.locale || ': ' || asset_words.name || ' | '
  || asset_words.texts || ' | ' || asset_words.words || ' | ' || asset_words.scope
FROM asset_words JOIN asset_record ON asset_record.asset_record_id = asset_words.rowid
ORDER BY what;
