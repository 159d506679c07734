package dev.muster.control.artifacts;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Who needs which artifact. Implemented by the one feature that knows all who can. */
public interface ArtifactUses {
    /**
     * One reason why an artifact is needed.
     *
     * @param kind {@code release}, {@code rollout}, {@code desired}, {@code earlier}, {@code draft}, {@code delta}, {@code removal} or {@code publisher}
     * @param id of the release, rollout, draft or delta; a device that is one of several; the role that has to sign
     * @param text for people, such as {@code release os 2.0.0}
     */
    record Use(String kind, String id, String text) {}

    /** What needs them, by hash; artifacts that nothing needs are left out. Joins the caller's transaction. */
    Map<String, List<Use>> of(Handle handle, Collection<Artifact> artifacts);
}
