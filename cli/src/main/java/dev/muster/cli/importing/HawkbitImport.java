package dev.muster.cli.importing;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings over what a hawkBit server knows: what is here already stays as it is, so a second run changes nothing, and one that
 * broke off is taken up by running it again.
 */
final class HawkbitImport {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}";

    private final HawkbitServer hawkbit;
    private final MusterFleet fleet;
    private final Terms terms;
    private final List<Map<String, Object>> done = new ArrayList<>();
    /** By the id of the software module. */
    private final Map<String, List<Artifact>> modules = new HashMap<>();

    /**
     * How.
     *
     * @param hardware that images are for
     * @param tokens whether clients keep the tokens that they have
     * @param dryRun whether to say only what would be done
     */
    record Terms(String hardware, boolean tokens, boolean dryRun) {}

    /**
     * The file of a software module.
     *
     * @param sha256 empty where hawkBit does not say
     */
    private record Artifact(String file, String version, String path, String sha256) {}

    HawkbitImport(HawkbitServer hawkbit, MusterFleet fleet, Terms terms) {
        this.hawkbit = hawkbit;
        this.fleet = fleet;
        this.terms = terms;
    }

    /** A row for each thing: {@code what}, {@code name}, {@code becomes}, {@code result}. */
    List<Map<String, Object>> run() {
        targets();
        modules();
        sets();
        return done;
    }

    private void targets() {
        Map<String, Set<String>> tags = new TreeMap<>();
        for (Row tag : hawkbit.all("/targettags")) {
            for (Row target : hawkbit.all("/targettags/" + tag.text("id") + "/assigned")) {
                tags.computeIfAbsent(target.text("controllerId"), id -> new TreeSet<>())
                        .add(word(tag.text("name")));
            }
        }
        for (Row target : hawkbit.all("/targets")) {
            String controller = target.text("controllerId");
            Set<String> labels = tags.getOrDefault(controller, Set.of());
            MusterFleet.Missing missing = fleet.missing(controller, labels);
            Optional<String> token =
                    Optional.of(target.text("securityToken")).filter(text -> terms.tokens() && !text.equals(Row.NONE));
            String becomes = "device" + (labels.isEmpty() ? "" : " with tags " + String.join(", ", labels))
                    + (token.isPresent() ? ", keeps its token" : "");
            if (missing.isNothing()) {
                add("target", controller, becomes, "there already");
            } else {
                note(
                        "target",
                        controller,
                        becomes,
                        () -> fleet.client(controller, target.text("name"), missing, token));
            }
        }
    }

    private void modules() {
        for (Row module : hawkbit.all("/softwaremodules")) {
            String path = "/softwaremodules/" + module.text("id") + "/artifacts";
            List<Artifact> artifacts = new ArrayList<>();
            for (Row artifact : hawkbit.list(path)) {
                artifacts.add(new Artifact(
                        word(artifact.text("providedFilename")),
                        word(module.text("version")),
                        path + "/" + artifact.text("id") + "/download",
                        artifact.text("hashes.sha256").equals(Row.NONE) ? "" : artifact.text("hashes.sha256")));
            }
            modules.put(module.text("id"), artifacts);
        }
    }

    private void sets() {
        Set<Artifact> used = new HashSet<>();
        for (Row set : hawkbit.all("/distributionsets")) {
            String name = word(set.text("name"));
            String version = word(set.text("version"));
            List<Artifact> artifacts = set.rows("modules").stream()
                    .flatMap(module -> modules.getOrDefault(module.text("id"), List.of()).stream())
                    .toList();
            if (artifacts.size() != 1) {
                // A device has one image; which of several it would be, nobody here knows.
                add("set", name + " " + version, "-", "left out: expected one artifact, found " + artifacts.size());
                continue;
            }
            Artifact only = artifacts.getFirst();
            used.add(only);
            String becomes = "release of image " + only.file();
            if (fleet.hasRelease(name, version)) {
                add("set", name + " " + version, becomes, "there already");
            } else {
                note("set", name + " " + version, becomes, () -> fleet.release(name, version, bring(only)));
            }
        }
        for (List<Artifact> artifacts : modules.values()) {
            for (Artifact artifact : artifacts) {
                if (!used.contains(artifact)) {
                    alone(artifact);
                }
            }
        }
    }

    /** Of no set, or of one that cannot become a release: the image comes nevertheless. */
    private void alone(Artifact artifact) {
        String name = artifact.file() + " " + artifact.version();
        if (!artifact.sha256().isEmpty() && fleet.hasArtifact(artifact.sha256())) {
            add("module", name, "image", "there already");
        } else {
            note("module", name, "image", () -> bring(artifact));
        }
    }

    /** The hash of the artifact, which is here then. */
    private String bring(Artifact artifact) {
        if (!artifact.sha256().isEmpty() && fleet.hasArtifact(artifact.sha256())) {
            return artifact.sha256();
        }
        try {
            Path file = Files.createTempFile("muster-import", ".bin");
            try {
                hawkbit.download(artifact.path(), file);
                String found = sha256(file);
                if (!artifact.sha256().isEmpty() && !artifact.sha256().equals(found)) {
                    throw new CliException(
                            ExitCode.FAILED,
                            "expected SHA-256 " + artifact.sha256() + " of `" + artifact.file() + "`, found " + found);
                }
                return fleet.image(file, artifact.file(), artifact.version(), terms.hardware());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot keep the download: " + e.getMessage(), e);
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            bytes.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What names here may be made of. */
    private static String word(String text) {
        if (text.matches(NAME)) {
            return text;
        }
        String word = text.replaceAll("[^A-Za-z0-9._+-]+", "-").replaceAll("^[^A-Za-z0-9]+", "");
        return word.isEmpty() ? "x" : word.substring(0, Math.min(64, word.length()));
    }

    private void note(String what, String name, String becomes, Runnable work) {
        String result = "would be made";
        if (!terms.dryRun()) {
            try {
                work.run();
                result = "made";
            } catch (CliException e) {
                // One that cannot be keeps no other from coming.
                result = "left out: " + e.line();
            }
        }
        add(what, name, becomes, result);
    }

    private void add(String what, String name, String becomes, String result) {
        done.add(new LinkedHashMap<>(Map.of("what", what, "name", name, "becomes", becomes, "result", result)));
    }
}
