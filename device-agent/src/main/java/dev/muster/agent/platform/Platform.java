package dev.muster.agent.platform;

import dev.muster.agent.apps.AppStore;
import dev.muster.policy.condition.Situation;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the agent needs of the device it runs on. Methods may block on disk, never on the network. */
public interface Platform {
    /** {@code linux}, {@code openharmony}, {@code simulated}; kept with the identity. */
    String name();

    /** Hardware id; a target made for another one is refused. */
    String hardware();

    Optional<String> serial();

    /** Attributes of the device, such as {@code os.version}. */
    Map<String, String> facts();

    /** The two system slots, or empty where this board has none. */
    Optional<Slots> slots();

    /**
     * Tells the boot loader that this start was a good one, where it wants to be told and no system is on trial. Called again
     * later if it fails; doing it twice is doing it once.
     */
    default void settle() throws IOException {}

    AppStore apps();

    /** Values of this moment. */
    List<Sample> sample(Instant now);

    /** Values of processes of these names; none where the platform does not tell. Called from one thread. */
    default List<Sample> processes(Instant now, List<String> names) {
        return List.of();
    }

    /** What is known of the moment; {@code now} is device time. Cheap, and for any thread. */
    Situation situation(Instant now);

    /**
     * Directories whose files are all that the permission table and the situation come from, as far as they can change within seconds.
     * Empty where that has to be asked otherwise, and so is asked again and again.
     */
    default Optional<Set<Path>> watchedDirectories() {
        return Optional.empty();
    }

    /** What the device runs on; {@code now} is device time. Cheap, and for any thread. */
    Power power(Instant now);

    /** What is wrong with what a site's integration tells, for people. */
    Optional<String> situationProblem();

    /**
     * Whether the system clock is known to be set. A clock that is not neither ends nor prolongs anything. Cheap, and for
     * any thread.
     */
    boolean clockIsSet();

    /** The platform's own permission table. */
    PermissionEnforcer permissions();

    /**
     * One of the fixed diagnostics of {@link dev.muster.protocol.command.CommandKind#DIAGNOSTICS}, as text for people;
     * empty where this platform has none of this name. Reads only, and starts no program.
     */
    Optional<String> diagnostic(String name, Instant now);

    /** Stops an installed app and starts it again; false where this platform starts no apps. */
    boolean restartApp(String bundle) throws IOException;

    /** The directory below which settings may put files; need not exist. */
    Path settingsFiles();

    /** Settings that the operating system itself brings about. */
    default SystemSettings systemSettings() {
        return SystemSettings.NONE;
    }

    /** Whether the agent may restart the device; asked before a command that would. */
    default boolean mayRestart() {
        return slots().isPresent();
    }

    /** Where drivers for sub-devices lie as programs; an image or a package puts them there, never a setting. */
    default Path drivers() {
        return Path.of("/usr/libexec/muster-agent/drivers");
    }

    /** Asks for a restart; false where the agent may not. Returns at once; the restart comes soon after. */
    boolean reboot(String why);
}
