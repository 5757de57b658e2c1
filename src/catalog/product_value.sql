-- product_has: (master_id) -> dimension_id, value_id
SELECT DISTINCT variant_value.dimension_id, variant_value.value_id
FROM product JOIN variant_value ON variant_value.product_id = product.product_id
WHERE product.master_id = :master_id;
