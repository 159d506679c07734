-- An artifact that was collected keeps its row: releases of the past still say what they were. Its bytes follow.
alter table artifact add column collected_at timestamptz;
alter table artifact add column bytes_gone_at timestamptz;
create index artifact_bytes_to_go on artifact (tenant, collected_at) where collected_at is not null and bytes_gone_at is null;

-- Withdrawn: no new rollout hands it out, and it holds its artifacts no longer.
alter table release add column withdrawn_at timestamptz;
alter table release add column withdrawn_by text;

-- The very bytes that going back would go back to; null: from before this was kept, or nothing.
alter table rollout_before add column sha256 text;
create index rollout_before_by_hash on rollout_before (tenant, sha256) where sha256 is not null;
