package dev.muster.control.ddi;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a new generation of a desired state means for the actions of a device. Pure. */
final class Offers {
    private Offers() {}

    /** What is to be done. */
    sealed interface Change {}

    /** The action asks for what nobody wants any more. */
    record Supersede(DdiAction action) implements Change {}

    /** The same bytes under another rule, or for another rollout. */
    record Retune(DdiAction action, InstallRule rule, String source) implements Change {}

    /** A new action: what one source asks for. */
    record Create(String source, InstallRule rule, SortedMap<TargetName, DesiredContent.Present> targets)
            implements Change {}

    /**
     * The changes, in the order in which they are to be made.
     *
     * @param reported what the device last said of its targets
     * @param open its open actions
     */
    static List<Change> of(DesiredState desired, List<TargetCondition> reported, List<DdiAction> open) {
        List<Change> changes = new ArrayList<>();
        Set<TargetName> covered = new HashSet<>();
        for (DdiAction action : open) {
            Optional<DesiredTarget> first =
                    action.targets().stream().findFirst().flatMap(target -> desired.target(target.name()));
            boolean wanted = action.targets().stream().allMatch(target -> isWanted(desired, target));
            if (wanted && first.isPresent()) {
                action.targets().forEach(target -> covered.add(target.name()));
                InstallRule rule = first.get().install();
                if (action.state() != ActionState.CANCELING
                        && !(rule.mode() == action.mode()
                                && rule.window() == action.inWindow()
                                && first.get().source().equals(action.source()))) {
                    changes.add(new Retune(action, rule, first.get().source()));
                }
            } else if (action.state() != ActionState.CANCELING) {
                changes.add(new Supersede(action));
            }
        }
        Map<String, Create> bySource = new LinkedHashMap<>();
        for (DesiredTarget target : desired.targets()) {
            if (isOffered(target.name())
                    && target.content() instanceof DesiredContent.Present present
                    && !covered.contains(target.name())
                    && !isSettled(target, present, reported)) {
                bySource.computeIfAbsent(
                                target.source(), source -> new Create(source, target.install(), new TreeMap<>()))
                        .targets()
                        .put(target.name(), present);
            }
        }
        changes.addAll(bySource.values());
        return changes;
    }

    /** A client without TUF gets bytes that it checks itself, and nothing that has to be believed from our documents. */
    static boolean isOffered(TargetName name) {
        return switch (name) {
            case TargetName.Image image -> true;
            case TargetName.App app -> true;
            case TargetName.Policy policy -> false;
            case TargetName.Capabilities capabilities -> false;
            case TargetName.PolicyShadow shadow -> false;
            case TargetName.Settings settings -> false;
        };
    }

    private static boolean isWanted(DesiredState desired, DdiAction.Target target) {
        return desired.target(target.name())
                .filter(now -> now.content() instanceof DesiredContent.Present present
                        && present.sha256().equals(target.sha256()))
                .isPresent();
    }

    private static boolean isSettled(
            DesiredTarget target, DesiredContent.Present present, List<TargetCondition> reported) {
        return reported.stream()
                .filter(condition -> condition.name().equals(target.name())
                        && condition.sha256().filter(present.sha256()::equals).isPresent())
                .anyMatch(condition -> condition.state().isFinal()
                        || (target.install().mode() == InstallRule.Mode.DOWNLOAD_ONLY
                                && condition.state() == ConditionState.WRITTEN));
    }
}
