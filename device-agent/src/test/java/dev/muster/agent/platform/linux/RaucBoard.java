package dev.muster.agent.platform.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A board whose slots Debian's own {@code rauc} looks after: a message bus of its own, RAUC's service started by the bus for
 * the slot that is running, two slots, and a boot loader whose variables are what RAUC itself reads and writes. Only the boot
 * loader's part at power-on is played here, and power-off is ending the bus and all that it started.
 */
public final class RaucBoard implements AutoCloseable {
    static final int SLOT_BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofMillis(5);

    final Path root;
    /** What the agent takes for {@code /}. */
    public final Path system;

    private final Path a;
    private final Path b;
    private final BootLoader loader;
    private @Nullable Process bus;

    /** What a boot loader does at power-on, over variables that RAUC shares with it. */
    public interface BootLoader {
        /** Lines of section {@code system} of RAUC's configuration, and sections to follow it. */
        String configuration(Path root) throws IOException, InterruptedException;

        /** Chooses a slot, A or B, and counts. */
        String choose() throws IOException, InterruptedException;
    }

    /** With slots of its own, as files. */
    public RaucBoard(Path root, BootLoader loader) throws IOException, InterruptedException {
        this(root, loader, root.resolve("a.img"), root.resolve("b.img"));
        for (Path slot : List.of(a, b)) {
            Files.write(slot, new byte[SLOT_BYTES]);
        }
    }

    /** With slots that are there already, such as block devices. */
    RaucBoard(Path root, BootLoader loader, Path a, Path b) throws IOException, InterruptedException {
        this.root = Files.createDirectories(root);
        this.system = Files.createDirectories(root.resolve("system"));
        this.loader = loader;
        this.a = a;
        this.b = b;
        write("keyring.pem", "");
        write("booted", "A");
        Path configuration = write("system/etc/rauc/system.conf", """
                [system]
                compatible=test-board
                mountprefix=%s
                statusfile=%s
                %s
                [keyring]
                path=%s
                [slot.rootfs.0]
                device=%s
                type=raw
                bootname=A
                [slot.rootfs.1]
                device=%s
                type=raw
                bootname=B
                """.formatted(
                        root.resolve("mnt"),
                        root.resolve("rauc-status"),
                        loader.configuration(root),
                        root.resolve("keyring.pem"),
                        a,
                        b));
        // The bus starts it at the first question, as systemd would.
        script("start-rauc", """
                export DBUS_SYSTEM_BUS_ADDRESS=unix:path=%1$s/bus
                exec rauc --conf=%2$s --override-boot-slot=$(cat %1$s/booted) service >> %1$s/rauc.log 2>&1
                """.formatted(root, configuration));
        write("services/rauc.service", """
                [D-BUS Service]
                Name=de.pengutronix.rauc
                Exec=%s
                """.formatted(root.resolve("start-rauc")));
        write("bus.conf", """
                <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
                  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
                <busconfig>
                  <listen>unix:path=%1$s/bus</listen>
                  <servicedir>%1$s/services</servicedir>
                  <policy context="default">
                    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/>
                  </policy>
                </busconfig>
                """.formatted(root));
        script("system/usr/bin/rauc", """
                export DBUS_SYSTEM_BUS_ADDRESS=unix:path=%s/bus
                exec rauc "$@"
                """.formatted(root));
        script("system/etc/muster-agent/health.d/10-image", """
                if head -c 4096 "$(cat %s/running)" | grep -aq health=fail; then
                  echo "the image's own health check failed"
                  exit 1
                fi
                """.formatted(root));
    }

    /** What keeps such a board from being here; empty if nothing does. */
    public static String missing() {
        for (String program : List.of("rauc", "dbus-daemon", "grub-editenv")) {
            if (!Files.isExecutable(Path.of("/usr/bin", program))) {
                return "no `" + program + "` here (apt-get install rauc dbus-daemon grub-common)";
            }
        }
        return "";
    }

    /** Off and on: the boot loader tries slots until one comes up. */
    public void powerOn() throws IOException, InterruptedException {
        powerOff();
        String slot = loader.choose();
        for (int reset = 0; content(slot).contains("boot=fail"); reset++) {
            // The watchdog.
            if (reset == 10) {
                throw new AssertionError("the boot loader tries a dead slot for ever");
            }
            slot = loader.choose();
        }
        write("booted", slot);
        write("running", file(slot).toString());
        bus = new ProcessBuilder("dbus-daemon", "--config-file=" + root.resolve("bus.conf"), "--nofork")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(root.resolve("bus.log").toFile()))
                .start();
        await().atMost(PATIENCE).pollInterval(SOON).until(() -> Files.exists(root.resolve("bus")));
        String booted = "\"booted\":\"" + slot + "\"";
        await().atMost(PATIENCE).pollInterval(SOON).untilAsserted(() -> assertThat(
                        rauc("status", "--output-format=json"))
                .contains(booted));
    }

    /**
     * Ends all that runs on the board, and waits until it has ended. The bus goes too: a question that an agent left behind
     * would make it start RAUC again, for the slot that ran before.
     */
    private void powerOff() throws IOException {
        Process running = bus;
        if (running == null) {
            return;
        }
        List<ProcessHandle> started = running.descendants().toList();
        running.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
        // Whoever adopts them need not bury them, so being listed is not being alive.
        await().atMost(PATIENCE)
                .pollInterval(SOON)
                .until(() -> !running.isAlive() && started.stream().allMatch(RaucBoard::ended));
        Files.deleteIfExists(root.resolve("bus"));
        bus = null;
    }

    private static boolean ended(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true;
        }
    }

    /** The slot that is running, A or B. */
    public String booted() throws IOException {
        return Files.readString(root.resolve("booted")).trim();
    }

    /** The first bytes of a slot, as text. */
    public String content(String slot) throws IOException {
        try (var in = Files.newInputStream(file(slot))) {
            return new String(in.readNBytes(4096), UTF_8);
        }
    }

    /** Asks RAUC as a person would. */
    public String rauc(String... words) throws IOException {
        return Programs.run(Programs.ASKING, system.resolve("usr/bin/rauc"), words)
                .text();
    }

    private Path file(String slot) {
        return slot.equals("A") ? a : b;
    }

    private Path write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, text);
    }

    private void script(String name, String text) throws IOException {
        Files.setPosixFilePermissions(write(name, "#!/bin/sh\n" + text), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public void close() throws IOException {
        powerOff();
    }

    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("`" + String.join(" ", command) + "`: " + text);
        }
        return text;
    }
}
