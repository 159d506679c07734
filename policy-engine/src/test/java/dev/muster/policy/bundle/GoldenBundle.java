package dev.muster.policy.bundle;

import dev.muster.policy.Fixtures;
import dev.muster.policy.compile.BundleCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundle that every reader and writer of format version 1 must agree on, for ever. */
final class GoldenBundle {
    private static final String RESOURCE = "/golden/bundle-v1.bin";

    private GoldenBundle() {}

    static byte[] file() throws IOException {
        try (InputStream in = GoldenBundle.class.getResourceAsStream(RESOURCE)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    static byte[] compiled() {
        return new BundleCompiler(Fixtures.catalog()).compile(Fixtures.minePolicy(), Fixtures.mineDevice());
    }

    /** Writes the file anew, for a new format version only; argument: its path. */
    public static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[0]), compiled());
    }
}
