-- A CHECK with IN over three values or more makes SQLite build a table of them each time a row is
-- written: a third of the price of a URL's row. The same rules as comparisons; no row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  '(state IN (''done'',''retry'',''gone'',''denied'',''skipped'',''error''))',
  '(state = ''done'' OR state = ''retry'' OR state = ''gone'' OR state = ''denied''
                                      OR state = ''skipped'' OR state = ''error'')')
 WHERE type = 'table' AND name = 'urls';
UPDATE sqlite_schema SET sql = replace(sql, '(codec IN (''none'',''gzip'',''zstd'',''br''))',
  '(codec = ''gzip'' OR codec = ''none'' OR codec = ''br'' OR codec = ''zstd'')')
 WHERE type = 'table' AND name = 'raw_pages';
UPDATE sqlite_schema SET sql = replace(sql,
  '(status IN (''new'',''ok'',''failing'',''dead'',''moved''))',
  '(status = ''ok'' OR status = ''new'' OR status = ''failing'' OR status = ''dead''
                       OR status = ''moved'')')
 WHERE type = 'table' AND name = 'feeds';
PRAGMA writable_schema = RESET;
