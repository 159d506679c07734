package dev.muster.policy.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that a policy can tell devices apart by. Devices with equal profiles share one compiled bundle, byte for byte.
 *
 * @param attributes what device selectors ask about
 * @param apps installed app instances, sorted by key
 */
public record DeviceProfile(DeviceAttributes attributes, List<AppInstance> apps) {
    public DeviceProfile {
        apps = apps.stream().sorted(Comparator.comparing(AppInstance::key)).toList();
        for (int i = 1; i < apps.size(); i++) {
            if (apps.get(i).key().equals(apps.get(i - 1).key())) {
                throw new IllegalArgumentException("app `" + apps.get(i).key() + "` is listed twice");
            }
        }
    }

    public static DeviceProfile of(DeviceAttributes attributes, Collection<AppInstance> apps) {
        return new DeviceProfile(attributes, List.copyOf(apps));
    }

    /** SHA-256 in lower-case hex over a canonical form: equal profiles, and only they, have equal digests. */
    public String digest() {
        return ProfileDigest.of(this);
    }

    public Optional<AppInstance> app(AppKey key) {
        return apps.stream().filter(app -> app.key().equals(key)).findFirst();
    }

    /** The instances of a bundle, in order of user and instance. */
    public List<AppInstance> instances(String bundle) {
        return apps.stream().filter(app -> app.bundle().equals(bundle)).toList();
    }
}
