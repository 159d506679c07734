package dev.muster.agent.platform.linux;

import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What we know of slots beside the boot loader: what we wrote to each, and which switch is on its way. It lies in the state
 * directory, which both systems share. It never says that a system was left or kept: that is asked of RAUC.
 *
 * @param tried the slot of the switch on its way, empty where there is none
 */
record SlotRecord(Map<String, Content> contents, Optional<String> tried, Phase phase) {
    static final SlotRecord EMPTY = new SlotRecord(Map.of(), Optional.empty(), Phase.NONE);

    /** How far the switch is. */
    enum Phase {
        /** None is on its way. */
        NONE,
        /** RAUC is about to be told, or was. */
        ARMING,
        /** RAUC was told and said so, or the slot was seen running. */
        ARMED,
        /** RAUC was told to go back. */
        LEAVING
    }

    /**
     * What we wrote to a slot.
     *
     * @param installedMark what RAUC said of its own installations to it then; another one means that somebody installed since
     */
    record Content(String version, String sha256, long length, String installedMark) {}

    SlotRecord {
        contents = Map.copyOf(contents);
    }

    SlotRecord with(String slot, Content content) {
        Map<String, Content> next = new TreeMap<>(contents);
        next.put(slot, content);
        return new SlotRecord(next, tried, phase);
    }

    /** The slot is being written to: nothing is known of it, and no switch is on its way. */
    SlotRecord emptied(String slot) {
        Map<String, Content> next = new TreeMap<>(contents);
        next.remove(slot);
        return new SlotRecord(next, Optional.empty(), Phase.NONE);
    }

    SlotRecord at(String slot, Phase reached) {
        return new SlotRecord(contents, Optional.of(slot), reached);
    }

    SlotRecord settled() {
        return new SlotRecord(contents, Optional.empty(), Phase.NONE);
    }

    byte[] toJson() {
        Map<String, Object> slots = new TreeMap<>();
        contents.forEach((slot, content) -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("version", content.version);
            map.put("sha256", content.sha256);
            map.put("length", content.length);
            map.put("installedMark", content.installedMark);
            slots.put(slot, map);
        });
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("slots", slots);
        tried.ifPresent(slot -> map.put("tried", slot));
        map.put("phase", phase.name());
        return JsonObject.write(map);
    }

    static SlotRecord from(byte[] json) {
        JsonObject record = JsonObject.parse(json);
        Map<String, Content> contents = new TreeMap<>();
        JsonObject slots = record.object("slots");
        slots.members().keySet().forEach(slot -> {
            JsonObject content = slots.object(slot);
            contents.put(
                    slot,
                    new Content(
                            content.string("version"),
                            content.string("sha256"),
                            content.number("length"),
                            content.string("installedMark")));
        });
        return new SlotRecord(contents, record.optionalString("tried"), record.convert("phase", Phase::valueOf));
    }
}
