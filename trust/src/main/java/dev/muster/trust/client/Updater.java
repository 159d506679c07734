package dev.muster.trust.client;

import dev.muster.trust.TrustException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The TUF client workflow over one repository. Not thread-safe: one thread at a time.
 */
// Signatures first; the bodies follow.
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"})
public final class Updater {
    private final MetadataFetcher fetcher;
    private final TrustStore store;
    private final InstantSource clock;
    private final Limits limits;

    public Updater(MetadataFetcher fetcher, TrustStore store, InstantSource clock, Limits limits) {
        this.fetcher = fetcher;
        this.store = store;
        this.clock = clock;
        this.limits = limits;
    }

    /**
     * Gives an empty store its anchor, the root file that came with the device or its enrolment. A store that already
     * has a root keeps it.
     */
    public void initialise(byte[] root) {
        throw new UnsupportedOperationException();
    }

    /**
     * Brings the top-level metadata up to date (specification 5.1 to 5.6).
     *
     * @throws TrustException one type per class of failure; what was verified before the failing step is kept
     */
    public TrustedMetadata refresh() {
        throw new UnsupportedOperationException();
    }

    /**
     * What the repository says about {@code path}, looked for in the delegations too (specification 5.6.7). Refreshes
     * first if that has not happened yet.
     */
    public Optional<ResolvedTarget> target(String path) {
        throw new UnsupportedOperationException();
    }

    /** What was verified last, from the store alone; expiry does not matter. Empty if nothing complete is there. */
    public Optional<TrustedMetadata> loadTrusted() {
        throw new UnsupportedOperationException();
    }
}
