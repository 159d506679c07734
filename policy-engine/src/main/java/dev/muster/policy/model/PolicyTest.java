package dev.muster.policy.model;

import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * What a policy must answer in one situation. Publishing is refused while a test of the policy fails; no device sees it.
 *
 * @param device attributes of the imagined device
 * @param app the imagined app
 * @param moment the imagined moment
 * @param expectations at least one
 */
public record PolicyTest(
        String name,
        String description,
        DeviceAttributes device,
        AppInstance app,
        Moment moment,
        List<Expectation> expectations)
        implements PolicyDocument {
    public PolicyTest {
        Names.check("PolicyTest", name);
        expectations = List.copyOf(expectations);
        if (expectations.isEmpty()) {
            throw new IllegalArgumentException(
                    "policy test `" + name + "`: at least one expectation expected, found none");
        }
    }

    /**
     * A moment as a person describes it.
     *
     * @param at device time; minute, weekday and shifts follow from it in the device's time zone
     * @param network empty where none
     */
    public record Moment(
            Instant at,
            NavigableSet<String> zones,
            NavigableSet<String> groups,
            NavigableSet<String> states,
            String network) {
        public Moment {
            zones = Names.sorted(zones);
            groups = Names.sorted(groups);
            states = Names.sorted(states);
        }
    }

    /** What is expected about one permission.
     *
     * @param reason code of the expected reason, such as {@code guard-rail}; empty: any */
    public record Expectation(String permission, boolean granted, Optional<String> reason) {}
}
