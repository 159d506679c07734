package dev.muster.cli.trust;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.trust.TrustException;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.json.Fields;
import dev.muster.trust.json.StrictJson;
import dev.muster.trust.keys.TrustKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Public keys as files: what a key holder hands to whoever changes the roots. */
final class PublicKeys {
    private PublicKeys() {}

    /** {@code alice.pub.json} for {@code alice.pem}. */
    static Path beside(Path privateKey) {
        String name = String.valueOf(privateKey.getFileName()).replaceFirst("\\.pem$", "");
        return privateKey.resolveSibling(name + ".pub.json");
    }

    static void write(Path file, TrustKey key) {
        try {
            Files.write(file, CanonicalJson.text(key.tree()));
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
        }
    }

    /** Keys and threshold as the server takes them. */
    static Map<String, Object> holders(List<Path> files, int threshold) {
        Map<String, Object> holders = new LinkedHashMap<>();
        holders.put("keys", files.stream().map(PublicKeys::read).toList());
        holders.put("threshold", threshold);
        return holders;
    }

    private static Map<String, Object> read(Path file) {
        try {
            Fields key = Fields.of("`" + file + "`", StrictJson.object("`" + file + "`", Files.readAllBytes(file)));
            return Map.of(
                    "keytype", key.string("keytype"),
                    "scheme", key.string("scheme"),
                    "keyval", Map.of("public", key.object("keyval").string("public")));
        } catch (TrustException e) {
            throw new CliException(ExitCode.USAGE, "expected a public key: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: " + e.getMessage(), e);
        }
    }
}
