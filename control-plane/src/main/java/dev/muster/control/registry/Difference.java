package dev.muster.control.registry;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.reported.StoredReport;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a device must be against what it says it is, per target; also its form on the wire. Targets that nobody named are
 * left alone and are no difference.
 *
 * @param generation of the desired state
 * @param reportedGeneration the generation the report speaks of, 0 without a report
 * @param reportedAt when the report arrived
 * @param differs how many targets differ
 */
public record Difference(
        String device,
        long generation,
        long reportedGeneration,
        @Nullable Instant reportedAt,
        long differs,
        List<Target> targets) {
    public Difference {
        targets = List.copyOf(targets);
    }

    /**
     * One target.
     *
     * @param wanted version, {@code absent}, or null where the desired state does not name it
     * @param held version in force on the device, null where it does not say
     * @param state where the device stands, null if it says nothing
     * @param reason for people; empty where nothing differs
     */
    public record Target(
            String name,
            @Nullable String wanted,
            @Nullable String held,
            @Nullable String state,
            boolean differs,
            String reason) {}

    static Difference of(
            String device, DesiredState desired, Optional<StoredReport> report, Optional<VersionManifest> manifest) {
        Map<String, DesiredTarget> wanted = new LinkedHashMap<>();
        desired.targets().forEach(target -> wanted.put(target.name().text(), target));
        Map<String, TargetCondition> told = new LinkedHashMap<>();
        report.ifPresent(known ->
                known.targets().forEach(condition -> told.put(condition.name().text(), condition)));
        TreeSet<String> names = new TreeSet<>(wanted.keySet());
        names.addAll(told.keySet());
        long heard = report.map(StoredReport::generation).orElse(0L);
        List<Target> targets = names.stream()
                .map(name -> target(
                        TargetName.parse(name),
                        Optional.ofNullable(wanted.get(name)).map(DesiredTarget::content),
                        Optional.ofNullable(told.get(name)),
                        manifest,
                        report.isPresent(),
                        heard >= desired.generation()))
                .toList();
        return new Difference(
                device,
                desired.generation(),
                heard,
                report.map(StoredReport::at).orElse(null),
                targets.stream().filter(Target::differs).count(),
                targets);
    }

    private static Target target(
            TargetName name,
            Optional<DesiredContent> wanted,
            Optional<TargetCondition> told,
            Optional<VersionManifest> manifest,
            boolean reported,
            boolean heard) {
        String reason = wanted.isEmpty()
                ? ""
                : told.map(condition -> why(wanted.get(), condition, heard))
                        .orElseGet(() -> silent(wanted.get(), reported, heard));
        return new Target(
                name.text(),
                wanted.map(Difference::version).orElse(null),
                held(name, told, manifest).orElse(null),
                told.map(condition -> condition.state().text()).orElse(null),
                !reason.isEmpty(),
                reason);
    }

    /** A condition speaks of what is being brought about: its version is in force in some states only. */
    private static Optional<String> held(
            TargetName name, Optional<TargetCondition> told, Optional<VersionManifest> manifest) {
        Optional<String> booted = name instanceof TargetName.Image
                ? manifest.flatMap(VersionManifest::image).map(VersionManifest.InstalledImage::version)
                : Optional.empty();
        return booted.or(() -> told.filter(condition -> inForce(condition.state()))
                .map(TargetCondition::version)
                .filter(text -> !text.isEmpty()));
    }

    private static boolean inForce(ConditionState state) {
        return switch (state) {
            case TRIAL, COMMITTED, DRIFTED -> true;
            case OFFERED, VERIFIED, FETCHING, WRITTEN, ARMED, ABSENT, ROLLED_BACK, FAILED -> false;
        };
    }

    private static String version(DesiredContent content) {
        return switch (content) {
            case DesiredContent.Present present -> present.version();
            case DesiredContent.Absent absent -> "absent";
        };
    }

    private static String silent(DesiredContent wanted, boolean reported, boolean heard) {
        if (!reported) {
            return "the device has never reported";
        }
        if (!heard) {
            return "the device has not fetched this desired state yet";
        }
        return switch (wanted) {
            case DesiredContent.Present present ->
                "the device knows of it and has not begun, or does not know this kind of target";
            // Nothing to remove is nothing to tell.
            case DesiredContent.Absent absent -> "";
        };
    }

    private static String why(DesiredContent wanted, TargetCondition told, boolean heard) {
        return switch (wanted) {
            case DesiredContent.Absent absent ->
                switch (told.state()) {
                    case ABSENT -> "";
                    case FAILED -> "removing it failed" + said(told);
                    case OFFERED, VERIFIED, FETCHING, WRITTEN, ARMED, TRIAL, COMMITTED, ROLLED_BACK, DRIFTED ->
                        "still there, is to be removed";
                };
            case DesiredContent.Present present -> present(present, told, heard);
        };
    }

    private static String present(DesiredContent.Present wanted, TargetCondition told, boolean heard) {
        boolean same =
                told.sha256().map(wanted.sha256()::equals).orElse(told.version().equals(wanted.version()));
        return switch (told.state()) {
            case COMMITTED ->
                same
                        ? ""
                        : "holds " + other(told)
                                + (heard
                                        ? ", has not begun with the wanted one"
                                        : ", has not heard of the wanted one yet");
            case ABSENT -> "not there yet";
            case OFFERED -> "offered, waits on the device" + said(told);
            case VERIFIED -> "verified, waits to be fetched" + said(told);
            case FETCHING -> "being fetched, " + told.progress() + " %";
            case WRITTEN -> "written, waits to be switched to" + said(told);
            case ARMED -> "switches at the next start" + said(told);
            case TRIAL -> "runs on trial until its checks pass";
            case ROLLED_BACK -> "tried, and rolled back" + said(told);
            case FAILED -> "failed" + said(told);
            case DRIFTED -> "was in force, and something on the device changed it" + said(told);
        };
    }

    private static String other(TargetCondition told) {
        return told.version().isEmpty() ? "another one" : told.version();
    }

    private static String said(TargetCondition told) {
        if (!told.message().isEmpty()) {
            return ": " + told.message();
        }
        return told.reason().isEmpty() ? "" : ": " + told.reason();
    }
}
