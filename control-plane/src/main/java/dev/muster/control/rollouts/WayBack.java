package dev.muster.control.rollouts;

import dev.muster.protocol.desired.TargetName;

/**
 * Whether, and how, devices can go back from what a rollout brought them. Pure.
 *
 * @param target name of the target
 * @param before version they were to hold before; empty for nothing
 * @param now version they are to hold now; empty for nothing
 * @param devices that are alike in all of this
 * @param way {@code at-once}, {@code new-release}, {@code uninstall} or {@code none}
 * @param reason for people: why, and what to do
 */
public record WayBack(String target, String before, String now, long devices, String way, String reason) {
    /** A target before and after. */
    record Change(TargetName name, String before, long counterBefore, String now, long counterNow, long devices) {}

    static WayBack of(Change change) {
        return switch (change.name()) {
            case TargetName.Policy p -> policy(change);
            case TargetName.Capabilities c -> policy(change);
            case TargetName.PolicyShadow s -> policy(change);
            case TargetName.Settings s -> back(change, "at-once", "apply the settings from before");
            case TargetName.Image i -> image(change);
            case TargetName.App a -> app(change);
        };
    }

    private static WayBack policy(Change change) {
        return change.before().isEmpty()
                ? back(change, "at-once", "publish a policy that grants what is to be granted")
                : back(change, "at-once", "muster policy rollback " + change.before());
    }

    private static WayBack image(Change change) {
        if (change.before().isEmpty()) {
            return back(change, "none", "no image was rolled out before: what the devices ran then is not known here");
        }
        if (change.counterBefore() >= change.counterNow()) {
            return back(change, "at-once", "roll out the release with image `" + change.before() + "` again");
        }
        return back(
                change,
                "new-release",
                "devices refuse release counter " + change.counterBefore() + " after " + change.counterNow()
                        + ": release the old content under a higher one");
    }

    private static WayBack app(Change change) {
        if (change.before().isEmpty()) {
            return back(change, "uninstall", "it was not installed: a release without it removes it, and its data");
        }
        if (change.counterBefore() >= change.counterNow()) {
            return back(
                    change, "at-once", "roll out the release with version code " + change.counterBefore() + " again");
        }
        return back(
                change,
                "new-release",
                "devices refuse version code " + change.counterBefore() + " after " + change.counterNow()
                        + ": release the old code under a higher one, or uninstall, which deletes its data");
    }

    private static WayBack back(Change change, String way, String reason) {
        return new WayBack(change.name().text(), change.before(), change.now(), change.devices(), way, reason);
    }
}
