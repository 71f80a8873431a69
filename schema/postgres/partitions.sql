-- Makes `seen` and `queue` partitioned by a hash of host_id, in 64 parts each; for an administrator, while
-- no run is under way:  psql -d news -f schema/postgres/partitions.sql
-- Worth it from some 10^8 URLs on: a part's index fits the memory, vacuum goes part by part, and parts
-- can lie on several disks. No statement of the program changes. The rows that there are go along, which
-- takes the tables' room twice until the end: best before the first crawl.
DO $$
DECLARE
  part record;
  views text := '';
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended(current_schema() || '.crawler.run', 0)) THEN
    RAISE EXCEPTION 'a run is under way: wait for its end';
  END IF;
  -- who writes goes on owning all of it
  EXECUTE format('SET LOCAL ROLE %I', (SELECT tableowner FROM pg_tables
    WHERE schemaname = current_schema() AND tablename = 'seen'));
  FOR part IN
    SELECT viewname, definition FROM pg_views
     WHERE schemaname = current_schema() AND viewname IN ('v_urls', 'v_hosts') LOOP
    views := views || format('CREATE VIEW %I AS %s', part.viewname, part.definition);
    EXECUTE format('DROP VIEW %I', part.viewname);
  END LOOP;
  FOR part IN SELECT * FROM unnest('{seen,queue}'::text[]) AS t (name) LOOP
    EXECUTE format('ALTER TABLE %I RENAME TO %I', part.name, part.name || '_whole');
    EXECUTE format(
      'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING INDEXES) PARTITION BY HASH (host_id)',
                   part.name, part.name || '_whole');
    FOR n IN 0 .. 63 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 64, REMAINDER %s)
                        WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000)',
                     part.name || '_' || n, part.name, n);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', part.name, part.name || '_whole');
    EXECUTE format('DROP TABLE %I', part.name || '_whole');
  END LOOP;
  EXECUTE views;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'analyst') THEN
    GRANT SELECT ON v_urls, v_hosts TO analyst;
  END IF;
END $$;
