-- Makes `seen` and `queue` partitioned by a hash of host_id, in 64 parts each; for a database that the
-- program has made and no crawl has filled:  psql -d news -f schema/postgres/partitions.sql
-- Worth it from some 10^8 URLs on: a part's index fits the memory, vacuum goes part by part, and parts
-- can lie on several disks. No statement of the program changes.
DO $$
DECLARE
  part record;
  views text := '';
  filled boolean;
BEGIN
  FOR part IN
    SELECT viewname, definition, row_number() OVER () AS n FROM pg_views
     WHERE schemaname = current_schema() AND viewname IN ('v_urls', 'v_hosts') LOOP
    views := views || format('CREATE VIEW %I AS %s', part.viewname, part.definition);
    EXECUTE format('DROP VIEW %I', part.viewname);
  END LOOP;
  FOR part IN SELECT * FROM unnest('{seen,queue}'::text[]) AS t (name) LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', part.name) INTO filled;
    IF filled THEN
      RAISE EXCEPTION '% has rows already: partition it before the first crawl', part.name;
    END IF;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', part.name, part.name || '_whole');
    EXECUTE format(
      'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING INDEXES) PARTITION BY HASH (host_id)',
                   part.name, part.name || '_whole');
    EXECUTE format('DROP TABLE %I', part.name || '_whole');
    FOR n IN 0 .. 63 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 64, REMAINDER %s)
                        WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000)',
                     part.name || '_' || n, part.name, n);
    END LOOP;
  END LOOP;
  EXECUTE views;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'analyst') THEN
    GRANT SELECT ON v_urls, v_hosts TO analyst;
  END IF;
END $$;
