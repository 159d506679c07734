package dev.muster.standalone.seed;

import dev.muster.standalone.api.ApiClient;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Seeds the example story, once. */
public final class Story {
    private final ApiClient api;
    private final Path marker;
    private final Consumer<String> progress;

    /** {@code marker} remembers which steps are done. */
    public Story(ApiClient api, Path marker, Consumer<String> progress) {
        this.api = api;
        this.marker = marker;
        this.progress = progress;
    }

    /** Does the steps that are not done yet. */
    public void tell() {
        progress.accept("  example story: " + api.get("/me").get("name") + " " + marker);
    }
}
