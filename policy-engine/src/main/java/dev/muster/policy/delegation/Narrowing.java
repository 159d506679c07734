package dev.muster.policy.delegation;

import dev.muster.policy.model.Capability;
import dev.muster.policy.model.DeviceSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Says what a block would widen. Whatever this overlooks, a device asks every block of a chain and its own copy of the
 * root, so a chain gives what all of them give and no more.
 */
public final class Narrowing {
    private Narrowing() {}

    /** What blocks widen, each held against the one before it; empty where none does. */
    public static List<String> problems(List<Delegation> blocks) {
        List<String> problems = new ArrayList<>();
        Delegation above = null;
        // What a block leaves open it takes over from those above.
        Collection<String> bundles = List.of();
        Collection<String> devices = List.of();
        for (int i = 0; i < blocks.size(); i++) {
            Delegation block = blocks.get(i);
            String who = "block " + (i + 1);
            if (above != null) {
                problems.addAll(against(above, block, who));
            }
            problems.addAll(names(who, "app", bundles, block.bundles()));
            problems.addAll(devices(who, devices, block.devices()));
            bundles = block.bundles().isEmpty() ? bundles : block.bundles();
            devices = block.devices().isEmpty() ? devices : block.devices();
            above = block;
        }
        return problems;
    }

    /** What a first block widens of the document it is cut from; signers, labels, users and queries only a device knows. */
    public static List<String> problems(Capability root, Delegation block) {
        String who = "the block";
        List<String> problems = new ArrayList<>(permissions(who, root.permissions(), block));
        problems.addAll(window(who, root.notBefore(), root.notAfter(), block));
        problems.addAll(names(who, "app", root.apps().bundles(), block.bundles()));
        if (root.devices() instanceof DeviceSelector.Ids ids) {
            problems.addAll(devices(who, ids.ids(), block.devices()));
        }
        return problems;
    }

    private static List<String> against(Delegation above, Delegation block, String who) {
        List<String> problems = new ArrayList<>(permissions(who, above.permissions(), block));
        problems.addAll(window(who, Optional.of(above.notBefore()), above.notAfter(), block));
        if (above.depth() == 0) {
            problems.add(who + " widens: what is above it may not be handed on any further");
        } else if (block.depth() >= above.depth()) {
            problems.add(who + " widens: a depth below " + above.depth() + " expected, found " + block.depth());
        }
        return problems;
    }

    private static List<String> permissions(String who, Collection<String> above, Delegation block) {
        TreeSet<String> more = new TreeSet<>(block.permissions());
        more.removeAll(above);
        return more.stream()
                .map(permission -> who + " widens: permission `" + permission + "` is not in what it is cut from")
                .toList();
    }

    private static List<String> window(String who, Optional<Instant> from, Instant until, Delegation block) {
        List<String> problems = new ArrayList<>();
        if (from.isPresent() && block.notBefore().getEpochSecond() < from.get().getEpochSecond()) {
            problems.add(who + " widens: it begins at " + block.notBefore() + ", before " + from.get());
        }
        if (block.notAfter().getEpochSecond() > until.getEpochSecond()) {
            problems.add(who + " widens: it ends at " + block.notAfter() + ", after " + until);
        }
        return problems;
    }

    private static List<String> names(String who, String what, Collection<String> above, Collection<String> patterns) {
        return patterns.stream()
                .filter(pattern -> !above.isEmpty() && above.stream().noneMatch(one -> covers(one, pattern)))
                .map(pattern -> who + " widens: " + what + " `" + pattern + "` is not in what it is cut from")
                .toList();
    }

    private static List<String> devices(String who, Collection<String> above, Collection<String> devices) {
        return devices.stream()
                .filter(device -> !above.isEmpty() && !above.contains(device))
                .map(device -> who + " widens: device `" + device + "` is not in what it is cut from")
                .toList();
    }

    /** Whether a pattern of bundle names matches all that another one, or a name, matches. */
    static boolean covers(String pattern, String other) {
        return pattern.endsWith("*")
                ? other.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(other);
    }
}
