-- Statements of the room's own tests.

-- schema_test_1: ()
CREATE TABLE thing(thing_id {id}, name TEXT NOT NULL UNIQUE, amount BIGINT, content {blob});
CREATE TABLE pair(a BIGINT NOT NULL, b BIGINT NOT NULL, PRIMARY KEY(a, b)) {without_rowid};
;;

-- schema_test_2: ()
ALTER TABLE thing ADD COLUMN note TEXT;
;;

-- thing_add: (name, amount, content) -> thing_id
INSERT INTO thing(name, amount, content) VALUES (:name, :amount, :content) RETURNING thing_id;

-- thing_list: (least) -> name, amount, content
SELECT name, amount, content FROM thing WHERE amount >= :least OR amount IS NULL ORDER BY name;

-- thing_change: (amount, name)
UPDATE thing SET amount = :amount WHERE name = :name;

-- thing_count: () -> n
SELECT count(*) AS n FROM thing;
