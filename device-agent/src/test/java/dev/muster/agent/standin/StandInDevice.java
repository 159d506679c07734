package dev.muster.agent.standin;

import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A device with OpenHarmony, as far as its tools show it: parameters, bundles, tokens, processes, an updater. Everything lies in one
 * directory, which another object may open later; changes are kept as the commands that made them. Thread-safe.
 */
public final class StandInDevice {
    public static final String UDID = "0123456789abcdef".repeat(4).toUpperCase(java.util.Locale.ROOT);

    private final Path directory;
    private final Path journal;
    private final Map<String, String> parameters = new TreeMap<>();
    private final StandInTokens tokens;
    private final StandInBundles bundles;
    private final StandInUpdater updater;
    private boolean replaying;
    private Runnable afterReboot = () -> {};

    /** Opens the device in {@code directory}, or makes one; {@code release}: the restrictions of what customers buy. */
    public StandInDevice(Path directory, boolean release) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.journal = directory.resolve("journal");
        parameters.put("const.product.model", "sim-board");
        parameters.put("const.product.brand", "Example");
        parameters.put("const.product.devicetype", "default");
        parameters.put("const.ohos.fullname", "OpenHarmony-5.0.1.107");
        parameters.put("const.ohos.apiversion", "13");
        parameters.put("const.ohos.releasetype", "Release");
        parameters.put("const.ohos.buildroothash", "default");
        parameters.put("const.product.software.version", "1.0.0");
        parameters.put("const.product.incremental.version", "1");
        parameters.put("const.secure", release ? "1" : "0");
        parameters.put("const.debuggable", release ? "0" : "1");
        parameters.put("ohos.boot.sn", "SN-4711");
        this.tokens = new StandInTokens(release, this::changed, this::killed);
        this.bundles = new StandInBundles(tokens, directory.resolve("packages"));
        this.updater = new StandInUpdater(directory, parameters);
        parameters.put("const.product.software.version", updater.version());
        if (Files.exists(journal)) {
            replaying = true;
            for (String line : Files.readAllLines(journal)) {
                JsonObject kept = JsonObject.parse(line.getBytes(StandardCharsets.UTF_8));
                if (kept.has("helper")) {
                    tokens.helper(kept.object("helper"));
                } else {
                    run(kept.strings("words"));
                }
            }
            replaying = false;
        }
        boot("first");
    }

    /** The root of the device's file system. */
    public Path root() {
        return directory;
    }

    /** Called after the device went down and came up again. */
    public synchronized void afterReboot(Runnable what) {
        afterReboot = what;
    }

    /** What a tool writes. */
    public synchronized String run(List<String> words) {
        try {
            String tool = words.getFirst();
            List<String> rest = words.subList(1, words.size());
            return switch (tool) {
                case "bm" -> kept(words, bundles.bm(rest));
                case "atm" -> kept(words, tokens.atm(rest));
                case "param" -> kept(words, param(rest));
                case "aa" -> aa(rest);
                case "reboot" -> reboot();
                default -> "/bin/sh: " + tool + ": inaccessible or not found\n";
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the privileged helper of this image answers. */
    public synchronized Map<String, Object> helper(JsonObject question) {
        try {
            Map<String, Object> answer = tokens.helper(question);
            if (!question.string("op").equals("probe") && !replaying) {
                keep(Map.of("helper", question.members()));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody on the device decides in its settings. */
    public synchronized void userDecides(String bundle, String permission, boolean granted) {
        tokens.userDecides(bundle, permission, granted);
    }

    /** Another administrator restricts a permission first, as a user policy. */
    public synchronized void othersRestrict(String permission) {
        tokens.othersRestrict(permission);
    }

    /** What a check on the device answers. */
    public synchronized boolean holds(String bundle, String permission) {
        return tokens.holds(bundle, permission);
    }

    public synchronized boolean isInstalled(String bundle) {
        return tokens.token(bundle).isPresent();
    }

    public synchronized String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    public synchronized void parameter(String name, String value) {
        parameters.put(name, value);
    }

    /** Makes the partition with the updater's command, and says of the board whether it can go back. */
    public synchronized void board(boolean goesBack) throws IOException {
        Files.write(
                Files.createDirectories(directory.resolve("dev/block/by-name")).resolve("misc"), new byte[4096]);
        Files.createDirectories(directory.resolve("data/updater"));
        Files.writeString(
                Files.createDirectories(directory.resolve("system/etc/muster")).resolve("board.json"),
                goesBack ? """
                        {"goBack": {"markGood": ["param", "set", "persist.board.boot", "good"],
                                    "giveUp": ["param", "set", "persist.board.boot", "bad"]}}
                        """ : "{}");
    }

    /** What the updater does with the next package. */
    public synchronized StandInUpdater updater() {
        return updater;
    }

    /** Starts a process of an app. */
    public synchronized void launch(String bundle) throws IOException {
        int pid = 2000 + bundle.hashCode() % 500;
        Path process = Files.createDirectories(directory.resolve("proc").resolve(Integer.toString(pid)));
        Files.writeString(process.resolve("cmdline"), bundle + "\0");
    }

    public synchronized boolean runs(String bundle) throws IOException {
        return !processes(bundle).isEmpty();
    }

    private List<Path> processes(String bundle) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(directory.resolve("proc"), "[0-9]*")) {
            for (Path entry : entries) {
                if (Files.readString(entry.resolve("cmdline")).equals(bundle + "\0")) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    private void changed() {
        parameters.merge("accesstoken.permission.change", "1", (old, one) -> Long.toString(Long.parseLong(old) + 1));
    }

    private void killed(String bundle) {
        try {
            for (Path process : processes(bundle)) {
                Files.deleteIfExists(process.resolve("cmdline"));
                Files.deleteIfExists(process);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String param(List<String> words) {
        String name = words.size() > 1 ? words.get(1) : "";
        return switch (words.isEmpty() ? "" : words.getFirst()) {
            case "get" -> {
                String value = parameters.get(name);
                yield value == null ? "Get parameter \"" + name + "\" fail! errNum is:106!\n" : value + "\n";
            }
            case "set" -> {
                String value = words.size() > 2 ? words.get(2) : "";
                if (name.startsWith("const.") && parameters.containsKey(name)) {
                    yield "Set parameter " + name + " " + value + " fail! errNum is:103!\n";
                }
                // Another label owns these.
                if (!name.startsWith("persist.") || name.startsWith("persist.sys.") || value.length() > 96) {
                    yield "Set parameter " + name + " " + value + " fail! errNum is:110!\n";
                }
                // A service of the device keeps this one as it likes it.
                if (!name.equals("persist.kept.by.others")) {
                    parameters.put(name, value);
                }
                yield "Set parameter " + name + " " + value + " success\n";
            }
            default -> "param: help\n";
        };
    }

    private String aa(List<String> words) throws IOException {
        return switch (words.getFirst()) {
            case "force-stop" -> {
                killed(words.get(1));
                yield "force stop process successfully.\n";
            }
            case "start" -> {
                String bundle = words.get(words.indexOf("-b") + 1);
                if (tokens.token(bundle).isEmpty()) {
                    yield "error: failed to start ability.\nerror: resolve ability err.\n";
                }
                launch(bundle);
                yield "start ability successfully.\n";
            }
            default -> "error: unknown command.\n";
        };
    }

    private String reboot() throws IOException {
        tokens.reboot();
        updater.boot();
        boot(Long.toString(System.nanoTime()));
        Thread.ofPlatform().daemon().start(afterReboot);
        return "";
    }

    private void boot(String id) throws IOException {
        Path random = Files.createDirectories(directory.resolve("proc/sys/kernel/random"));
        Files.writeString(random.resolve("boot_id"), id + "\n");
        Path self = Files.createDirectories(directory.resolve("proc/1"));
        Files.writeString(self.resolve("cmdline"), "/bin/init\0");
    }

    private String kept(List<String> words, String answer) throws IOException {
        if (!replaying && answer.contains("uccess")) {
            keep(Map.of("words", bundles.lasting(words)));
        }
        return answer;
    }

    private void keep(Map<String, ?> what) throws IOException {
        Files.writeString(
                journal,
                new String(JsonObject.write(new LinkedHashMap<>(what)), StandardCharsets.UTF_8) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
