package dev.muster.policy.bundle;

import dev.muster.policy.Fixtures;
import dev.muster.policy.compile.BundleCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundles that every reader and writer of their format version must agree on, for ever. */
final class GoldenBundle {
    private GoldenBundle() {}

    static byte[] file() throws IOException {
        return file(1);
    }

    static byte[] file(int version) throws IOException {
        try (InputStream in = GoldenBundle.class.getResourceAsStream("/golden/bundle-v" + version + ".bin")) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    static byte[] compiled() {
        return new BundleCompiler(Fixtures.catalog()).compile(Fixtures.minePolicy(), Fixtures.mineDevice());
    }

    /** Format version 2: something depends on the moment. */
    static byte[] compiled2() {
        return new BundleCompiler(Fixtures.catalog()).compile(Fixtures.shiftPolicy(), Fixtures.shiftDevice());
    }

    /** Writes the newest file anew, for a new format version only; argument: its path. */
    public static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[0]), CompactBundle.compact(compiled2()));
    }
}
