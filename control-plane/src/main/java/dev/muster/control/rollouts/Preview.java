package dev.muster.control.rollouts;

import java.util.List;

/**
 * What a rollout of a release would do, before it does it. All counts are of devices in the caller's scope.
 *
 * @param devices that would get it
 * @param bytes they would load in all, what they are to hold already left out
 * @param leftOut selected, but not part of it
 * @param expected of those that are part of it: who has nothing to do, will refuse, cannot go back, is away
 * @param takesOver open rollouts that would lose targets to it
 * @param frozen which freezes would hold devices if it started now
 */
public record Preview(
        long devices,
        long bytes,
        List<WaveSize> waves,
        List<Group> leftOut,
        List<Group> expected,
        List<PreviewStore.Taken> takesOver,
        List<Group> frozen) {
    public Preview {
        waves = List.copyOf(waves);
        leftOut = List.copyOf(leftOut);
        expected = List.copyOf(expected);
        takesOver = List.copyOf(takesOver);
        frozen = List.copyOf(frozen);
    }

    /** A wave as it would be planned. */
    public record WaveSize(String name, int devices) {}

    /**
     * Devices with one thing in common.
     *
     * @param kind stable word: {@code inactive}, {@code does-not-fit}, {@code unchanged}, {@code refuses},
     *     {@code not-checked} (OpenHarmony would refuse, this platform does not look), {@code unknown-signer},
     *     {@code blocked} (held until it meets what the release requires), {@code cannot-roll-back}, {@code offline} or
     *     {@code freeze}
     * @param reason for people
     * @param example the first of them by id; empty where none is known
     */
    public record Group(String kind, String reason, long devices, String example) {}
}
