package dev.muster.control.trustrepo;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who signs what, and until when: the answer of {@code GET /trust/status}.
 *
 * @param mode {@code starter} while root and publisher keys lie on the server
 */
public record TrustStatus(String mode, List<Role> roles) {
    public TrustStatus {
        roles = List.copyOf(roles);
    }

    /** One role; {@code keys} are key ids, of which {@code threshold} must sign. */
    public record Role(
            String repository, String role, long version, Instant expiresAt, int threshold, List<String> keys) {
        public Role {
            keys = List.copyOf(keys);
        }
    }

    /** Reads the metadata files of the image repository, which {@code file} gives by name, and the director's root. */
    static TrustStatus of(Function<String, Optional<byte[]>> file, byte[] imageRoot, byte[] directorRoot) {
        List<Role> roles = new ArrayList<>();
        JsonObject root = signed(imageRoot);
        roles.add(role("images", "root", root, root.object("roles").object("root")));
        file.apply("timestamp.json").map(TrustStatus::signed).ifPresent(timestamp -> {
            roles.add(
                    role("images", "timestamp", timestamp, root.object("roles").object("timestamp")));
            long version = timestamp.object("meta").object("snapshot.json").number("version");
            file.apply(version + ".snapshot.json")
                    .map(TrustStatus::signed)
                    .ifPresent(snapshot -> belowSnapshot(file, root, snapshot, roles));
        });
        JsonObject director = signed(directorRoot);
        roles.add(role("director", "root", director, director.object("roles").object("root")));
        return new TrustStatus("starter", roles);
    }

    private static void belowSnapshot(
            Function<String, Optional<byte[]>> file, JsonObject root, JsonObject snapshot, List<Role> roles) {
        roles.add(role("images", "snapshot", snapshot, root.object("roles").object("snapshot")));
        JsonObject meta = snapshot.object("meta");
        Optional<JsonObject> targets = read(file, meta, "targets");
        if (targets.isEmpty()) {
            return;
        }
        roles.add(role("images", "targets", targets.get(), root.object("roles").object("targets")));
        if (!targets.get().has("delegations")) {
            return;
        }
        for (JsonObject delegated : targets.get().object("delegations").objects("roles", Function.identity())) {
            String name = delegated.string("name");
            read(file, meta, name).ifPresent(signed -> roles.add(role("images", name, signed, delegated)));
        }
    }

    private static Optional<JsonObject> read(Function<String, Optional<byte[]>> file, JsonObject meta, String role) {
        return meta.optionalObject(role + ".json")
                .flatMap(entry -> file.apply(entry.number("version") + "." + role + ".json"))
                .map(TrustStatus::signed);
    }

    private static JsonObject signed(byte[] file) {
        return JsonObject.parse(file).object("signed");
    }

    private static Role role(String repository, String name, JsonObject signed, JsonObject keys) {
        return new Role(
                repository,
                name,
                signed.number("version"),
                signed.instant("expires"),
                (int) keys.number("threshold"),
                keys.strings("keyids"));
    }
}
