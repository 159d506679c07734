package dev.muster.protocol.permissions;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happened with permissions on a device, as {@link DeviceEvent}s whose kind begins with {@code permission.}. The
 * members of {@code detail} are strings; those of {@code user} and {@code instance} may be absent and then mean 100 and 0.
 */
public sealed interface PermissionEvent {
    /** {@link DeviceEvent#kind()} of this event. */
    String kind();

    /** The members of {@link DeviceEvent#detail()}. */
    Map<String, String> detail();

    /** One installation of an app. */
    record App(String bundle, int user, int instance) {
        /** The app itself, of the first user. */
        public static App of(String bundle) {
            return new App(bundle, AppInstance.FIRST_USER, 0);
        }
    }

    /** From when to when counts were taken, by the device's clock. */
    record Interval(Instant from, Instant to) {}

    /**
     * How often a service asked whether an app may use a permission.
     *
     * @param granted how often the answer was yes
     * @param denied how often it was no
     */
    record Usage(App app, String permission, Interval interval, long granted, long denied) implements PermissionEvent {
        public static final String KIND = "permission.usage";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Map<String, String> detail() {
            Map<String, String> detail = of(app, permission);
            put(detail, interval);
            detail.put("granted", Long.toString(granted));
            detail.put("denied", Long.toString(denied));
            return detail;
        }
    }

    /** {@code count} questions of an interval had no place among its {@link Usage} records. */
    record UsageDropped(long count, Interval interval) implements PermissionEvent {
        public static final String KIND = "permission.usage-dropped";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Map<String, String> detail() {
            Map<String, String> detail = new LinkedHashMap<>();
            detail.put("count", Long.toString(count));
            put(detail, interval);
            return detail;
        }
    }

    /**
     * The policy in force and the one that is only watched answered differently.
     *
     * @param live answer of the policy in force, with its reason's code
     * @param shadow answer of the watched one, with its reason's code
     */
    record Shadow(
            App app,
            String permission,
            boolean live,
            boolean shadow,
            String liveReason,
            String shadowReason,
            long count,
            Interval interval,
            long shadowVersion)
            implements PermissionEvent {
        public static final String KIND = "permission.shadow";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Map<String, String> detail() {
            Map<String, String> detail = of(app, permission);
            detail.put("live", Boolean.toString(live));
            detail.put("shadow", Boolean.toString(shadow));
            detail.put("liveReason", liveReason);
            detail.put("shadowReason", shadowReason);
            detail.put("count", Long.toString(count));
            put(detail, interval);
            detail.put("shadowVersion", Long.toString(shadowVersion));
            return detail;
        }
    }

    /**
     * The platform held a permission otherwise than decided.
     *
     * @param level how far the decision binds there, such as {@code enforced-by-os}
     * @param repeats how often it was put right before
     * @param action {@link #RESTORED}, {@link #FAILED} or {@link #BACKING_OFF}
     */
    record Drift(App app, String permission, boolean wanted, boolean actual, String level, long repeats, String action)
            implements PermissionEvent {
        public static final String KIND = "permission.drift";
        /** It was put right. */
        public static final String RESTORED = "restored";
        /** It could not be put right. */
        public static final String FAILED = "failed";
        /** It came back so often that the device waits before it puts it right again: worth an alert. */
        public static final String BACKING_OFF = "backing-off";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Map<String, String> detail() {
            Map<String, String> detail = of(app, permission);
            detail.put("wanted", Boolean.toString(wanted));
            detail.put("actual", Boolean.toString(actual));
            detail.put("level", level);
            detail.put("repeats", Long.toString(repeats));
            detail.put("action", action);
            return detail;
        }
    }

    /** The lease of the policy in force changed its state, to a word as in {@link PermissionReport#lease()}. */
    record Lease(String state, long policyVersion) implements PermissionEvent {
        public static final String KIND = "permission.lease";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Map<String, String> detail() {
            Map<String, String> detail = new LinkedHashMap<>();
            detail.put("state", state);
            detail.put("policyVersion", Long.toString(policyVersion));
            return detail;
        }
    }

    /**
     * What holds of all that the policy in force and the device's own capabilities ask about the moment, shifts apart,
     * which follow from time. It stands until the next event of the kind; what it does not name does not hold.
     *
     * @param policySha256 of the bundle that asks, lower-case hex
     * @param capabilitiesSha256 of the capability file that asks; empty without one
     * @param facts each its kind and its name, such as {@code zone/pit}
     */
    record Situation(String policySha256, String capabilitiesSha256, List<String> facts) implements PermissionEvent {
        public static final String KIND = "permission.situation";

        public Situation {
            facts = List.copyOf(facts);
        }

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Map<String, String> detail() {
            Map<String, String> detail = new LinkedHashMap<>();
            detail.put("policySha256", policySha256);
            detail.put("capabilitiesSha256", capabilitiesSha256);
            // A JSON object, because names are free text and no separator is.
            detail.put("facts", new String(JsonObject.write(Map.of("facts", facts)), StandardCharsets.UTF_8));
            return detail;
        }
    }

    /** The event as it travels. */
    default DeviceEvent at(Instant now) {
        return new DeviceEvent(kind(), now, detail());
    }

    /**
     * The event in {@code event}; empty for any other kind, also for one that a later agent adds.
     *
     * @throws ProtocolException if the kind is known and its detail does not fit
     */
    static Optional<PermissionEvent> read(DeviceEvent event) {
        Detail in = new Detail(event);
        return switch (event.kind()) {
            case Usage.KIND ->
                Optional.of(new Usage(
                        in.app(), in.text("permission"), in.interval(), in.number("granted"), in.number("denied")));
            case UsageDropped.KIND -> Optional.of(new UsageDropped(in.number("count"), in.interval()));
            case Shadow.KIND ->
                Optional.of(new Shadow(
                        in.app(),
                        in.text("permission"),
                        in.flag("live"),
                        in.flag("shadow"),
                        in.text("liveReason"),
                        in.text("shadowReason"),
                        in.number("count"),
                        in.interval(),
                        in.number("shadowVersion")));
            case Drift.KIND ->
                Optional.of(new Drift(
                        in.app(),
                        in.text("permission"),
                        in.flag("wanted"),
                        in.flag("actual"),
                        in.text("level"),
                        in.number("repeats"),
                        in.text("action")));
            case Lease.KIND -> Optional.of(new Lease(in.text("state"), in.number("policyVersion")));
            case Situation.KIND ->
                Optional.of(new Situation(
                        in.text("policySha256"),
                        in.text("capabilitiesSha256"),
                        JsonObject.parse(in.text("facts").getBytes(StandardCharsets.UTF_8))
                                .strings("facts")));
            default -> Optional.empty();
        };
    }

    private static Map<String, String> of(App app, String permission) {
        Map<String, String> detail = new LinkedHashMap<>();
        detail.put("app", app.bundle());
        detail.put("user", Integer.toString(app.user()));
        detail.put("instance", Integer.toString(app.instance()));
        detail.put("permission", permission);
        return detail;
    }

    private static void put(Map<String, String> detail, Interval interval) {
        detail.put("from", interval.from().toString());
        detail.put("to", interval.to().toString());
    }
}
