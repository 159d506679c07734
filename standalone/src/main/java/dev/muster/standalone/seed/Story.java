package dev.muster.standalone.seed;

import dev.muster.standalone.api.ApiClient;
import dev.muster.standalone.process.Await;
import dev.muster.standalone.process.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Seeds the example story: a policy published in two waves, an image and an app, their release, a rollout with one
 * canary. Every step looks for what an earlier, interrupted telling left, so telling it again is safe; once whole it is
 * never told again, whatever people change or delete afterwards.
 */
public final class Story {
    private static final String RELEASE = "example";
    private static final String ROLLOUT = "example 2.0.0";
    private static final List<Map<String, ?>> WAVES =
            List.of(Map.of("name", "canary", "count", 1), Map.of("name", "rest", "percent", 100));

    // One device of the second wave will fail: the gate lets that much pass.
    private static final List<Map<String, ?>> ROLLOUT_WAVES =
            List.of(Map.of("name", "canary", "count", 1), Map.of("name", "rest", "percent", 100, "successPercent", 50));

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ApiClient api;
    private final Path marker;
    private final Path files;
    private final Optional<Path> frailDevice;
    private final Consumer<String> progress;

    /**
     * A story to tell.
     *
     * @param marker exists once the whole story is told
     * @param files folder for the example files
     * @param frailDevice state folder of the one simulated device whose board will fail the new image's health check, so
     *     that the story shows a device going back to its old slot by itself
     * @param progress gets one line per step
     */
    public Story(ApiClient api, Path marker, Path files, Optional<Path> frailDevice, Consumer<String> progress) {
        this.api = api;
        this.marker = marker;
        this.files = files;
        this.frailDevice = frailDevice;
        this.progress = progress;
    }

    /** Does what is not done yet; throws {@link dev.muster.standalone.api.ApiException} at the first refusal. */
    public void tell() {
        if (Files.exists(marker)) {
            return;
        }
        publishPolicy();
        ExampleFiles example = new ExampleFiles(files);
        String image = upload(
                "/artifacts?kind=image&name=openharmony&version=" + ExampleFiles.IMAGE_VERSION
                        + "&hardware=sim-board&releaseCounter=2",
                example.image());
        String app = upload("/artifacts?kind=app", example.app());
        rollOut(release(image, app));
        awaitEnd();
        Folders.writeOwnerOnly(marker, "told=true\n");
    }

    private void publishPolicy() {
        api.put("/policy/documents", "application/yaml", ExampleFiles.policy());
        if (items("/policy/versions").isEmpty()) {
            api.post("/policy/publish", Map.of("comment", "example policy", "waves", WAVES));
            progress.accept("  example story: policy published, one canary first");
        }
    }

    private String upload(String path, Path file) {
        String sha256 = text(api.upload(path, file), "sha256");
        progress.accept("  example story: `" + file.getFileName() + "` uploaded");
        return sha256;
    }

    private String release(String image, String app) {
        return named("/releases", RELEASE)
                .map(found -> text(found, "id"))
                .orElseGet(() -> text(
                        api.post(
                                "/releases",
                                Map.of(
                                        "name",
                                        RELEASE,
                                        "version",
                                        ExampleFiles.IMAGE_VERSION,
                                        "targets",
                                        List.of(Map.of("sha256", image), Map.of("sha256", app)))),
                        "id"));
    }

    private void rollOut(String release) {
        if (named("/rollouts", ROLLOUT).isEmpty()) {
            frailDevice.ifPresent(Story::breakHealth);
            api.post(
                    "/rollouts",
                    Map.of(
                            "name",
                            ROLLOUT,
                            "release",
                            release,
                            "selector",
                            "",
                            "waves",
                            ROLLOUT_WAVES,
                            "maxFailurePercent",
                            50));
            progress.accept("  example story: rollout `" + ROLLOUT + "` started, one canary first");
        }
    }

    /** Devices restart into the new image on the way: whoever looks right after `up` should find them back. */
    private void awaitEnd() {
        boolean ended = Await.until(PATIENCE, Duration.ofMillis(250), () -> named("/rollouts", ROLLOUT)
                .filter(rollout -> !List.of("ready", "running").contains(text(rollout, "state")))
                .isPresent());
        progress.accept(
                ended
                        ? "  example story: rollout `" + ROLLOUT + "` is " + state()
                        : "  example story: rollout `" + ROLLOUT + "` still runs; see `muster rollout list`");
    }

    private String state() {
        return named("/rollouts", ROLLOUT)
                .map(rollout -> text(rollout, "state"))
                .orElse("gone");
    }

    private static void breakHealth(Path state) {
        Path faults = Folders.ownerOnly(state.resolve("device").resolve("faults"));
        Folders.writeOwnerOnly(faults.resolve("health"), ExampleFiles.IMAGE_VERSION + "\n");
    }

    private Optional<Map<?, ?>> named(String path, String name) {
        for (Object item : items(path)) {
            if (item instanceof Map<?, ?> map && name.equals(map.get("name"))) {
                return Optional.of(map);
            }
        }
        return Optional.empty();
    }

    private List<?> items(String path) {
        return api.get(path).get("items") instanceof List<?> items ? items : List.of();
    }

    private static String text(Map<?, ?> object, String name) {
        if (object.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalStateException("the server's answer has no text `" + name + "`: " + object);
    }
}
