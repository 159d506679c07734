package dev.muster.trust.uptane;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.TrustStore;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.json.Fields;
import dev.muster.trust.json.StrictJson;
import dev.muster.trust.metadata.TargetFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last verified state as a file of its own. Director metadata alone would not do: a later director document that
 * was refused must not take away what is in force. It is as trustworthy as the root file beside it: whoever writes to
 * this directory owns the device already.
 */
final class AcceptedState {
    private static final String NAME = "accepted";

    private final TrustStore store;

    AcceptedState(TrustStore store) {
        this.store = store;
    }

    void write(VerifiedDesiredState state) {
        List<Map<String, Object>> targets = state.targets().stream()
                .map(target -> Map.<String, Object>of(
                        "path", target.path(),
                        "length", target.file().length(),
                        "hashes", target.file().hashes(),
                        "custom", target.file().custom(),
                        "role", target.role()))
                .toList();
        byte[] bytes = CanonicalJson.text(
                Map.of("directorVersion", state.directorVersion(), "targets", targets, "custom", state.custom()));
        if (!store.read(NAME).filter(kept -> Arrays.equals(kept, bytes)).isPresent()) {
            store.write(NAME, bytes);
        }
    }

    Optional<VerifiedDesiredState> read(DeviceRules rules) {
        return store.read(NAME).flatMap(bytes -> {
            try {
                return parse(Fields.of(NAME, StrictJson.object(NAME, bytes)), rules);
            } catch (TrustException.Storage e) {
                throw e;
            } catch (RuntimeException e) {
                // Damaged, or written by a caller with other rules: the next refresh makes a new one.
                return Optional.empty();
            }
        });
    }

    private static Optional<VerifiedDesiredState> parse(Fields fields, DeviceRules rules) {
        Map<String, ?> custom = fields.map("custom");
        if (!rules.namesThisDevice(custom)) {
            return Optional.empty();
        }
        List<VerifiedTarget> targets = fields.objects("targets").stream()
                .map(target -> {
                    TargetFile file = TargetFile.parse(target);
                    return new VerifiedTarget(
                            target.string("path"), file, rules.identity(file.custom()), target.string("role"));
                })
                .toList();
        return Optional.of(
                new VerifiedDesiredState(fields.number("directorVersion", 1), targets, fields.map("custom")));
    }
}
