-- Who may do what, for an administrator, once, in the crawler's database, before the program's first call:
--   psql -q -d news < roles.sql
-- `crawler` owns the schema `crawler`, its tables and views, and writes; the program makes them at its
-- first call. `analyst` reads the views, and searches: no tables, nothing to write, and no statement of
-- more than ten minutes, so that no forgotten one keeps old rows from being cleared away. Give either
-- its password (\password crawler) or a line of pg_hba.conf; make further ones members of them, which have
-- their rights and not their settings. A database that has tables already keeps them in `public`, out of
-- reach for these roles: copy it into a new one (crawler copy).
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'crawler') THEN
    CREATE ROLE crawler LOGIN;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'analyst') THEN
    CREATE ROLE analyst LOGIN;
  END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS crawler AUTHORIZATION crawler;
DO $$
BEGIN -- also for the sessions of other roles that they connect as
  EXECUTE format('ALTER DATABASE %I SET search_path = crawler, public', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO crawler, analyst', current_database());
END $$;
GRANT USAGE ON SCHEMA crawler TO analyst;
ALTER ROLE analyst SET default_transaction_read_only = on;
ALTER ROLE analyst SET statement_timeout = '10min';
ALTER ROLE analyst SET idle_in_transaction_session_timeout = '1min';
ALTER ROLE crawler SET idle_in_transaction_session_timeout = '1min';

-- The program grants what `analyst` may read when it makes the views (views.sql does, where the role is
-- there), so that a new version's views are readable at once.
