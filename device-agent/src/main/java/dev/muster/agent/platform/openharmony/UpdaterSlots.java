package dev.muster.agent.platform.openharmony;

import dev.muster.agent.platform.Slots;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.SealedJson;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Images through the system's own updater: the package is put where it reads, its command into {@code misc}, and after the restart its
 * result is read. What a switch is here, the updater decides: it checks the maker's signature and may write the running partitions,
 * after which there is no way back but where {@link Board} names one. One thread.
 */
public final class UpdaterSlots implements Slots {
    /** What stands for an image that was not brought by us. */
    private static final String UNKNOWN = "0".repeat(64);

    private static final String PACKAGE = "muster-update.zip";
    private static final String RESULT = "updater_result";
    private static final String SLOT = "system";
    private static final long RESERVE_BYTES = 64L << 20;
    private static final int MOST_RESULT_BYTES = 4096;

    private final Board board;
    private final Path root;
    private final Tools tools;
    private final Parameters parameters;
    private final Path record;
    private final UpdaterCommand command;
    private @Nullable Image current;
    private @Nullable Image offered;
    private String armedAt = "";
    private boolean givenUp;

    /** An image of ours; {@code build} is what the system called itself while it ran, or at the time of the switch to it. */
    private record Image(String version, String sha256, long length, String build) {
        Map<String, Object> toMap() {
            return new LinkedHashMap<>(Map.of("version", version, "sha256", sha256, "length", length, "build", build));
        }

        static Image from(JsonObject json) {
            return new Image(
                    json.string("version"), json.string("sha256"), json.number("length"), json.string("build"));
        }
    }

    /** {@code record} is where it is remembered what was brought; {@code root} that of the device's file system. */
    public UpdaterSlots(Board board, Path root, Tools tools, Path record) throws IOException {
        this.board = board;
        this.root = root;
        this.tools = tools;
        this.parameters = new Parameters(tools);
        this.record = record;
        this.command = new UpdaterCommand(below(board.misc()));
        if (Files.exists(record)) {
            try {
                JsonObject json = SealedJson.read(Files.readAllBytes(record));
                this.current = json.optionalObject("current").map(Image::from).orElse(null);
                this.offered = json.optionalObject("offered").map(Image::from).orElse(null);
                this.armedAt = json.optionalString("armedAt").orElse("");
                this.givenUp = json.optionalFlag("givenUp").orElse(false);
            } catch (ProtocolException e) {
                // Damaged: the running image counts as not brought by us, and a switch in progress as not made.
                this.current = null;
            }
        }
    }

    private Path below(String path) {
        return root.resolve(path.substring(1));
    }

    @Override
    public Booted booted() throws IOException {
        String build = build();
        Image trying = offered;
        if (trying != null && hasRestarted() && isTaken(trying, build)) {
            return new Booted(SLOT, trying.version, trying.sha256, trying.length);
        }
        Image known = current;
        return known != null && known.build.equals(build)
                ? new Booted(SLOT, known.version, known.sha256, known.length)
                : new Booted(SLOT, parameters.get(board.version()).orElse("unknown"), UNKNOWN, 0);
    }

    @Override
    public Trial trial() throws IOException {
        Image trying = offered;
        if (trying == null) {
            return Trial.NONE;
        }
        if (givenUp) {
            return Trial.GIVEN_UP;
        }
        if (!hasRestarted() || command.waits()) {
            return Trial.ARMED;
        }
        if (isTaken(trying, build())) {
            return Trial.RUNNING;
        }
        // Neither a result nor another system: the command never came to stand in `misc`.
        return result().isEmpty() ? Trial.NONE : Trial.GIVEN_UP;
    }

    private boolean isTaken(Image trying, String build) throws IOException {
        Optional<String> result = result();
        boolean other = !build.equals(trying.build);
        return result.isPresent() ? other && isPass(result.get()) : other;
    }

    private static boolean isPass(String result) {
        return result.contains("|pass") && !result.contains("|fail");
    }

    /** What the updater wrote about the last package; empty where it wrote nothing. */
    private Optional<String> result() throws IOException {
        Path file = below(board.packages()).resolve(RESULT);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MOST_RESULT_BYTES), java.nio.charset.StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        }
    }

    @Override
    public Optional<String> whyGivenUp() {
        try {
            return result().map(text -> (isPass(text)
                            ? "the updater took it, and the system of before runs: `"
                            : "the updater did not take it: `")
                    + text.replaceAll("\\s+", " ") + "`");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean canGoBack() {
        return board.goBack().isPresent();
    }

    @Override
    public String inactive() {
        return "updater";
    }

    @Override
    public FileChannel openInactive(long length) throws IOException {
        command.clear();
        Files.deleteIfExists(below(board.packages()).resolve(RESULT));
        offered = null;
        givenUp = false;
        save();
        return AtomicFiles.openOrCreate(file(), length);
    }

    @Override
    public FileChannel readInactive() throws IOException {
        return FileChannel.open(file(), StandardOpenOption.READ);
    }

    private Path file() throws IOException {
        return Files.createDirectories(below(board.packages())).resolve(PACKAGE);
    }

    @Override
    public long inactiveCapacity() throws IOException {
        Path directory = Files.createDirectories(below(board.packages()));
        long there = Files.exists(file()) ? Files.size(file()) : 0;
        return Math.max(0, Files.getFileStore(directory).getUsableSpace() + there - RESERVE_BYTES);
    }

    @Override
    public void arm(String version, String sha256, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            // A longer package of before must not show behind this one: the signature lies at the end.
            channel.truncate(length);
            channel.force(true);
        }
        offered = new Image(version, sha256, length, build());
        armedAt = bootId();
        givenUp = false;
        save();
        command.write(board.packages() + "/" + PACKAGE);
    }

    @Override
    public void markGood() throws IOException {
        if (board.goBack().isPresent()) {
            tools.run(Tools.READING, board.goBack().get().markGood());
        }
        Image taken = offered;
        if (taken != null) {
            current = new Image(taken.version, taken.sha256, taken.length, build());
        }
        offered = null;
        save();
        Files.deleteIfExists(file());
    }

    @Override
    public void giveUp() throws IOException {
        if (trial() == Trial.ARMED) {
            command.clear();
            offered = null;
            save();
            return;
        }
        Board.GoBack back =
                board.goBack().orElseThrow(() -> new IOException("this board cannot go back to the image before"));
        givenUp = true;
        save();
        tools.run(Tools.READING, back.giveUp());
    }

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    private boolean hasRestarted() throws IOException {
        return !bootId().equals(armedAt);
    }

    private String bootId() throws IOException {
        return Files.readString(root.resolve("proc/sys/kernel/random/boot_id")).strip();
    }

    // What differs between two images of one product, whichever of it the maker keeps right.
    private String build() throws IOException {
        return parameters.get(board.version()).orElse("") + "/"
                + parameters.get("const.product.incremental.version").orElse("") + "/"
                + parameters.get("const.ohos.buildroothash").orElse("");
    }

    private void save() throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        Image known = current;
        if (known != null) {
            map.put("current", known.toMap());
        }
        Image trying = offered;
        if (trying != null) {
            map.put("offered", trying.toMap());
            map.put("armedAt", armedAt);
            map.put("givenUp", givenUp);
        }
        AtomicFiles.write(record, SealedJson.write(map));
    }
}
