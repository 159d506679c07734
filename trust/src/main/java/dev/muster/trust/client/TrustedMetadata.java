package dev.muster.trust.client;

import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;

/** The four verified top-level files that belong together. */
public record TrustedMetadata(
        Signed<Root> root, Signed<Timestamp> timestamp, Signed<Snapshot> snapshot, Signed<Targets> targets) {}
