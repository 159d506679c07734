package dev.muster.control.access;

import dev.muster.control.config.ExternalConfig;
import dev.muster.protocol.identity.TenantId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** {@code /me} and {@code /config}: what a program needs before and after the login. */
@Path("")
@RunOnVirtualThread
public class MeResource {
    private final Guard guard;
    private final BreakGlassDoor breakGlass;
    private final AccessConfig config;
    private final ExternalConfig external;
    private final String version;

    MeResource(
            Guard guard,
            BreakGlassDoor breakGlass,
            AccessConfig config,
            ExternalConfig external,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.guard = guard;
        this.breakGlass = breakGlass;
        this.config = config;
        this.external = external;
        this.version = version;
    }

    /**
     * Who is logged in, with the roles it has in this tenant.
     *
     * @param breakGlass the break-glass login that stands open, told to administrators of tenant {@code default}
     */
    public record Me(
            String subject, String name, String tenant, List<Held> roles, BreakGlassDoor.@Nullable Open breakGlass) {
        public Me {
            roles = List.copyOf(roles);
        }
    }

    /** A role on the devices of a selector; {@code deny} takes it away there. */
    public record Held(String role, String selector, boolean deny) {}

    /** Where everything is. */
    public record PublicConfig(
            String issuer, String consoleClient, String cliClient, String deviceUrl, String mqtt, String version) {}

    /** Who is logged in. */
    @GET
    @Path("me")
    @Unguarded(reason = "tells a caller about itself only; without a login it is refused")
    public Me me() {
        Caller caller = guard.caller();
        return new Me(
                switch (caller) {
                    case Caller.Login login -> login.subject();
                    case Caller.Service service -> service.account();
                    case Caller.BreakGlass glass -> glass.id();
                    case Caller.Device device -> device.name();
                    case Caller.Server server -> server.name();
                },
                caller.name(),
                caller.tenant().value(),
                guard.rights().bindings().stream()
                        .map(binding -> new Held(
                                binding.role().text(), binding.selector().text(), binding.deny()))
                        .toList(),
                mayKnow(caller) ? breakGlass.standsOpen().orElse(null) : null);
    }

    private boolean mayKnow(Caller caller) {
        Rights rights = guard.rights();
        return caller.tenant().equals(TenantId.DEFAULT)
                && rights.hold(Role.ADMIN)
                && rights.scope(Role.ADMIN).fleetWide();
    }

    /** What a program needs to log in; no secret is among it. */
    @GET
    @Path("config")
    @Unguarded(reason = "needed to log in, and public by nature")
    public PublicConfig config() {
        return new PublicConfig(
                config.issuer(),
                config.consoleClient(),
                config.cliClient(),
                external.deviceUrl().toString(),
                external.mqtt(),
                version);
    }
}
