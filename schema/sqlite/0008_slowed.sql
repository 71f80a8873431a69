-- How often a host's delay was doubled because it refused again and again; it forgives slowly, and a
-- new run must not begin at full speed.
ALTER TABLE hosts ADD COLUMN slowed INTEGER NOT NULL DEFAULT 0;
