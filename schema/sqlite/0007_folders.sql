-- Where a site stands in the list that it came with: names joined by '/'.
ALTER TABLE sites ADD COLUMN folder TEXT;
