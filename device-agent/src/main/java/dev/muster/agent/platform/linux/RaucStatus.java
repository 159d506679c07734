package dev.muster.agent.platform.linux;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What RAUC says of slots and boot loader: {@code rauc status --detailed --output-format=json}. Names are RAUC's own slot
 * names, such as {@code rootfs.0}.
 *
 * @param primary the slot that the boot loader will try at the next start; empty where it has none
 */
record RaucStatus(Optional<String> primary, List<Slot> slots) {
    RaucStatus {
        slots = List.copyOf(slots);
    }

    /**
     * One slot that can be booted.
     *
     * @param good whether the boot loader takes it for one that may be started
     * @param installed what RAUC itself put there, if anything
     */
    record Slot(String name, String kind, String device, boolean booted, boolean good, Optional<Installed> installed) {}

    /**
     * What RAUC wrote down when it installed a bundle.
     *
     * @param mark changes with each installation
     */
    record Installed(String mark, String version, String sha256, long length) {}

    /** Reads RAUC's answer, which may have lines of its log before it. */
    static RaucStatus parse(String text) throws IOException {
        String json = text.lines()
                .filter(line -> line.startsWith("{"))
                .findFirst()
                .orElseThrow(() -> new IOException("expected RAUC's status as JSON, found `" + text.strip() + "`"));
        try {
            JsonObject status = JsonObject.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            List<Slot> slots = status.objects("slots", RaucStatus::named).stream()
                    .flatMap(Optional::stream)
                    .toList();
            return new RaucStatus(status.optionalString("boot_primary"), slots);
        } catch (ProtocolException e) {
            throw new IOException("RAUC's status cannot be read: " + e.getMessage(), e);
        }
    }

    // Each slot is an object of one member, its name. Those without a boot name belong to another slot.
    private static Optional<Slot> named(JsonObject entry) {
        String name = entry.members().keySet().iterator().next();
        JsonObject slot = entry.object(name);
        return slot.optionalString("bootname")
                .map(bootName -> new Slot(
                        name,
                        slot.string("class"),
                        slot.string("device"),
                        slot.string("state").equals("booted"),
                        slot.optionalString("boot_status").orElse("").equals("good"),
                        slot.optionalObject("slot_status").flatMap(RaucStatus::installed)));
    }

    private static Optional<Installed> installed(JsonObject status) {
        Optional<JsonObject> checksum = status.optionalObject("checksum");
        Optional<JsonObject> installed = status.optionalObject("installed");
        if (checksum.isEmpty() || installed.isEmpty()) {
            return Optional.empty();
        }
        String version = status.optionalObject("bundle")
                .flatMap(bundle -> bundle.optionalString("version"))
                .orElse("");
        return Optional.of(new Installed(
                installed.get().optionalString("timestamp").orElse("") + " "
                        + installed.get().optionalNumber("count").orElse(0L),
                version,
                checksum.get().string("sha256"),
                checksum.get().optionalNumber("size").orElse(0L)));
    }

    Slot booted() throws IOException {
        return slots.stream()
                .filter(Slot::booted)
                .findFirst()
                .orElseThrow(() -> new IOException("expected RAUC to name the slot that is running, found none"));
    }

    /** The one other slot of the same class. */
    Slot other() throws IOException {
        Slot running = booted();
        List<Slot> others = slots.stream()
                .filter(slot -> !slot.booted() && slot.kind().equals(running.kind()))
                .toList();
        if (others.size() != 1) {
            throw new IOException("expected one other slot of class `" + running.kind() + "`, found " + others.size());
        }
        return others.getFirst();
    }

    Slot slot(String name) throws IOException {
        return slots.stream()
                .filter(slot -> slot.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("expected RAUC to know slot `" + name + "`, found none"));
    }

    boolean isPrimary(String name) {
        return primary.equals(Optional.of(name));
    }
}
