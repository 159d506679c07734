package dev.muster.cli.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server under a name, with the tenant to act in and the certificates to trust there. No secret: logins are kept by server. */
public record Context(String server, Optional<String> tenant, Optional<String> caFile) {
    static Context of(Map<?, ?> members) {
        return new Context(
                String.valueOf(members.get("server")), text(members.get("tenant")), text(members.get("caFile")));
    }

    private static Optional<String> text(@Nullable Object member) {
        return Optional.ofNullable(member).map(Object::toString);
    }

    Map<String, String> toMap() {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("server", server);
        tenant.ifPresent(value -> members.put("tenant", value));
        caFile.ifPresent(value -> members.put("caFile", value));
        return members;
    }
}
