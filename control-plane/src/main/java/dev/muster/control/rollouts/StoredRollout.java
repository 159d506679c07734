package dev.muster.control.rollouts;

/** A rollout as the database holds it. */
record StoredRollout(RolloutHead head, Rollout progress) {}
