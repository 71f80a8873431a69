-- What the pages kept take, and which are the oldest, is read without touching the pages: an update of
-- each would write all of them anew, an index of an expression reads only how long they are.
DROP INDEX raw_pages_last;
CREATE INDEX raw_pages_last ON raw_pages(last_ms, ifnull(length(body), 0) + length(headers));
