package dev.muster.agent.platform;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Slots {@code slots/a.img}, {@code slots/b.img} and the boot record {@code misc.json}. Opening this class is a power-on:
 * the boot loader's part runs then. An image may begin with text lines {@code key=value} up to an empty line;
 * {@code health=fail} makes its health check fail, {@code boot=fail} makes it never come up. The file {@code faults/health}
 * names an image version whose health check fails on this one board. Not thread-safe.
 */
final class SimulatedSlots implements Slots {
    private static final int TRIES = 3;
    private static final int HEADER_BYTES = 4096;
    private static final long CAPACITY_BYTES = 4L << 30;
    private static final long RESERVE_BYTES = 4L << 20;
    private static final String FACTORY_VERSION = "1.0.0";

    private final Path directory;
    private BootRecord record;
    private String booted;

    /** One slot's content as the boot loader knows it; {@code bootable} is false while it is being written. */
    private record Content(String version, String sha256, long length, boolean bootable) {
        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("version", version);
            map.put("sha256", sha256);
            map.put("length", length);
            map.put("bootable", bootable);
            return map;
        }

        static Content from(JsonObject json) {
            return new Content(
                    json.string("version"),
                    json.string("sha256"),
                    json.number("length"),
                    json.optionalFlag("bootable").orElse(false));
        }
    }

    /** {@code active} boots unless {@code trying} has tries left; {@code givenUp} remembers a trial that ended badly. */
    private record BootRecord(
            String active,
            Content a,
            Content b,
            @Nullable String trying,
            int tries,
            @Nullable String givenUp) {
        Content content(String slot) {
            return slot.equals("a") ? a : b;
        }

        BootRecord with(String slot, Content content) {
            return slot.equals("a")
                    ? new BootRecord(active, content, b, trying, tries, givenUp)
                    : new BootRecord(active, a, content, trying, tries, givenUp);
        }
    }

    SimulatedSlots(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("slots"));
        this.record = Files.exists(misc()) ? read() : factory();
        this.booted = boot();
    }

    @Override
    public Booted booted() {
        Content content = record.content(booted);
        return new Booted(booted, content.version, content.sha256, content.length);
    }

    @Override
    public Trial trial() {
        if (record.trying != null) {
            return record.trying.equals(booted) ? Trial.RUNNING : Trial.ARMED;
        }
        return record.givenUp != null ? Trial.GIVEN_UP : Trial.NONE;
    }

    @Override
    public String inactive() {
        return booted.equals("a") ? "b" : "a";
    }

    @Override
    public FileChannel openInactive(long length) throws IOException {
        String slot = inactive();
        save(new BootRecord(record.active, record.a, record.b, null, 0, null)
                .with(slot, new Content("", "", 0, false)));
        return AtomicFiles.openOrCreate(image(slot), length);
    }

    @Override
    public FileChannel readInactive() throws IOException {
        return FileChannel.open(image(inactive()), StandardOpenOption.READ);
    }

    @Override
    public Optional<FileChannel> readRunning() throws IOException {
        return Optional.of(FileChannel.open(image(booted), StandardOpenOption.READ));
    }

    /** A slot is a file here: it holds what it has and what the disk has left. */
    @Override
    public long inactiveCapacity() throws IOException {
        Path file = image(inactive());
        long has = Files.exists(file) ? Files.size(file) : 0;
        long room = Files.getFileStore(directory).getUsableSpace() - RESERVE_BYTES;
        return Math.clamp(has + room, 0, CAPACITY_BYTES);
    }

    @Override
    public void arm(String version, String sha256, long length) throws IOException {
        String slot = inactive();
        save(new BootRecord(booted, record.a, record.b, slot, TRIES, null)
                .with(slot, new Content(version, sha256, length, true)));
    }

    @Override
    public void markGood() throws IOException {
        // Again after a power cut between this and the journal's word of it: then nothing is left to do.
        BootRecord good = new BootRecord(booted, record.a, record.b, null, 0, null);
        if (!good.equals(record)) {
            save(good);
        }
    }

    @Override
    public void giveUp() throws IOException {
        String bad = booted;
        String good = inactive();
        Content content = record.content(bad);
        save(new BootRecord(good, record.a, record.b, null, 0, bad)
                .with(bad, new Content(content.version, content.sha256, content.length, false)));
    }

    @Override
    public Optional<String> problem() throws IOException {
        if ("fail".equals(header(booted).get("health"))) {
            return Optional.of("the image's own health check failed");
        }
        Path fault = directory.resolve("faults").resolve("health");
        String version = record.content(booted).version;
        return Files.exists(fault) && Files.readString(fault).trim().equals(version)
                ? Optional.of("this board fails its health check with image `" + version + "`")
                : Optional.empty();
    }

    // What a boot loader does at power-on: count the try down before starting the slot, so that a slot that takes the
    // device down with it is left after a few rounds.
    private String boot() throws IOException {
        while (record.trying != null) {
            String slot = record.trying;
            if (record.tries == 0 || !record.content(slot).bootable) {
                Content content = record.content(slot);
                save(new BootRecord(record.active, record.a, record.b, null, 0, slot)
                        .with(slot, new Content(content.version, content.sha256, content.length, false)));
                break;
            }
            save(new BootRecord(record.active, record.a, record.b, slot, record.tries - 1, null));
            if (!"fail".equals(header(slot).get("boot"))) {
                return slot;
            }
        }
        return record.active;
    }

    private Map<String, String> header(String slot) throws IOException {
        byte[] head;
        try (var in = Files.newInputStream(image(slot))) {
            head = in.readNBytes(HEADER_BYTES);
        }
        Map<String, String> result = new LinkedHashMap<>();
        for (String line : new String(head, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (line.isBlank()) {
                break;
            }
            if (equals > 0) {
                result.put(
                        line.substring(0, equals).trim(),
                        line.substring(equals + 1).trim());
            }
        }
        return result;
    }

    private BootRecord factory() throws IOException {
        byte[] image = ("muster-image\nversion=" + FACTORY_VERSION + "\n\n").getBytes(StandardCharsets.US_ASCII);
        AtomicFiles.write(image("a"), image);
        BootRecord fresh = new BootRecord(
                "a",
                new Content(FACTORY_VERSION, sha256(image), image.length, true),
                new Content("", "", 0, false),
                null,
                0,
                null);
        save(fresh);
        return fresh;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private Path misc() {
        return directory.resolve("misc.json");
    }

    private Path image(String slot) {
        return directory.resolve("slots").resolve(slot + ".img");
    }

    private BootRecord read() throws IOException {
        JsonObject json = JsonObject.parse(Files.readAllBytes(misc()));
        return new BootRecord(
                json.string("active"),
                Content.from(json.object("a")),
                Content.from(json.object("b")),
                json.optionalString("trying").orElse(null),
                (int) (long) json.optionalNumber("tries").orElse(0L),
                json.optionalString("givenUp").orElse(null));
    }

    private void save(BootRecord next) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("active", next.active);
        map.put("a", next.a.toMap());
        map.put("b", next.b.toMap());
        if (next.trying != null) {
            map.put("trying", next.trying);
            map.put("tries", next.tries);
        }
        if (next.givenUp != null) {
            map.put("givenUp", next.givenUp);
        }
        AtomicFiles.write(misc(), JsonObject.write(map));
        record = next;
    }
}
