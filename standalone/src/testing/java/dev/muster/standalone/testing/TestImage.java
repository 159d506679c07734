package dev.muster.standalone.testing;

import dev.muster.standalone.process.RuntimeFiles;
import java.util.Optional;

/**
 * The image of one server. Those that {@code ./muster test --containers} makes are never pulled: whoever owns that name
 * in some registry is not us. One that a setting names ({@code muster.test.image.postgres}, {@code
 * muster.test.image.kafka}) is pulled if need be, and behaves as the official one does.
 *
 * @param name with its tag
 * @param pulled whether it may come from a registry
 */
record TestImage(String name, boolean pulled) {
    static TestImage of(String server) {
        Optional<String> named = TestServers.setting("muster.test.image." + server);
        return named.map(image -> new TestImage(image, true))
                .orElseGet(() -> new TestImage("muster-test/" + server + ":" + RuntimeFiles.version(server), false));
    }
}
