-- How many new articles a host has in the queue, so that a lease need not count them.
ALTER TABLE hosts ADD COLUMN new_queued INTEGER NOT NULL DEFAULT 0;
UPDATE hosts SET new_queued = n
  FROM (SELECT host_id, count(*) AS n FROM queue WHERE band = 1 GROUP BY host_id) AS waiting
 WHERE waiting.host_id = hosts.host_id;
