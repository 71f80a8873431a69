-- What a take-down covers, and how far it has come: nobody could make one so far.
ALTER TABLE takedowns ADD COLUMN kind INTEGER NOT NULL DEFAULT 1 CHECK (kind BETWEEN 1 AND 3);
ALTER TABLE takedowns ADD COLUMN matches TEXT NOT NULL DEFAULT '';
ALTER TABLE takedowns ADD COLUMN removed_ms INTEGER;
ALTER TABLE takedowns ADD COLUMN done_ms INTEGER;
