-- The picture in README.md, made of the tables themselves: sqlite3 sites.db < schema/picture.sql
-- A line is drawn from a table to those that name its key; dotted where no foreign key holds it: the
-- row may outlive what it names. tests/store/test_questions.c keeps README.md in step.
WITH tables AS (
  SELECT name FROM pragma_table_list
   WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'),
keys AS (
  SELECT t.name AS owner, max(c.name) AS key FROM tables t, pragma_table_info(t.name) c
   WHERE c.pk > 0 GROUP BY t.name HAVING count(*) = 1),
named AS (
  SELECT k.owner, t.name AS other, c.name AS key,
    EXISTS (SELECT 1 FROM pragma_foreign_key_list(t.name) f
             WHERE f."table" = k.owner AND f."from" = c.name) AS held,
    EXISTS (SELECT 1 FROM keys o WHERE o.owner = t.name AND o.key = c.name)
      OR EXISTS (SELECT 1 FROM pragma_index_list(t.name) i WHERE i."unique" AND c.name =
                  (SELECT group_concat(name) FROM pragma_index_info(i.name))) AS one
    FROM tables t, pragma_table_info(t.name) c JOIN keys k ON k.key = c.name
   WHERE k.owner <> t.name AND k.owner LIKE replace(k.key, '_id', '') || '%')
SELECT 'erDiagram'
UNION ALL
SELECT * FROM (
  SELECT '    ' || owner || iif(held, ' ||--', ' ||..') || iif(one, 'o| ', 'o{ ') || other || ' : ' || key
    FROM named ORDER BY owner, other, key)
UNION ALL
SELECT * FROM (
  SELECT '    ' || name FROM tables
   WHERE name NOT IN (SELECT owner FROM named UNION SELECT other FROM named) ORDER BY name);
