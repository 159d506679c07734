package dev.muster.agent.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel says of the machine's power, by {@code Documentation/ABI/testing/sysfs-class-power}. A machine that
 * lists no battery of its own is on mains; batteries of mice and the like ({@code scope} is {@code Device}) are none.
 */
final class LinuxPower {
    private static final int TEXT_BYTES = 256;

    private LinuxPower() {}

    /** One look below {@code supplies}, usually {@code /sys/class/power_supply}. */
    static Power read(Path supplies) {
        boolean fed = false;
        boolean plugs = false;
        List<Battery> batteries = new ArrayList<>();
        for (Path supply : list(supplies)) {
            if (text(supply, "scope").equals("Device")) {
                continue;
            }
            switch (text(supply, "type")) {
                case "Battery" -> {
                    if (!text(supply, "present").equals("0")) {
                        batteries.add(new Battery(text(supply, "status"), charge(text(supply, "capacity"))));
                    }
                }
                case "Mains", "USB", "Wireless" -> {
                    plugs = true;
                    // 0 offline, 1 online, 2 online and adjustable.
                    fed |= text(supply, "online").matches("[12]");
                }
                default -> {
                    // UPS and unknown kinds: a battery of the machine itself they are not.
                }
            }
        }
        if (batteries.isEmpty()) {
            return Power.MAINS;
        }
        // A board may list its battery and no plug: then only the battery can tell.
        boolean mains = plugs ? fed : batteries.stream().anyMatch(Battery::isFed);
        Optional<Integer> fullest =
                batteries.stream().flatMap(one -> one.percent.stream()).max(Integer::compare);
        return new Power(mains, fullest);
    }

    private record Battery(String status, Optional<Integer> percent) {
        boolean isFed() {
            return status.equals("Charging") || status.equals("Full") || status.equals("Not charging");
        }
    }

    private static Optional<Integer> charge(String text) {
        return text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= 100
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }

    private static List<Path> list(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            // Not there: a machine without anything of the kind.
        }
        return entries;
    }

    private static String text(Path supply, String name) {
        try (var in = Files.newInputStream(supply.resolve(name))) {
            return new String(in.readNBytes(TEXT_BYTES), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            return "";
        }
    }
}
