package dev.muster.trust.tool;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.DirectoryTrustStore;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MetadataFiles;
import dev.muster.trust.client.ResolvedTarget;
import dev.muster.trust.client.TrustStore;
import dev.muster.trust.client.TrustedMetadata;
import dev.muster.trust.client.Updater;
import dev.muster.trust.http.HttpMetadataFetcher;
import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.RepositoryStorage;
import dev.muster.trust.repository.Validity;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code --metadata-dir D init ROOT}, {@code --metadata-dir D --metadata-url U refresh}, and {@code ... --target-name T
 * --target-base-url B --target-dir X download}. Exit code 0 or 1; one process per call, because the suite sets the
 * clock of the process.
 */
public final class TrustClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_TARGET = 512 * 1024 * 1024;

    private final InstantSource clock;
    private final PrintStream errors;

    TrustClient(InstantSource clock, PrintStream errors) {
        this.clock = clock;
        this.errors = errors;
    }

    /** The process: its exit code is what {@link #run} returns. */
    public static void main(String[] arguments) {
        System.exit(new TrustClient(Clock.systemUTC(), System.err).run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        try {
            execute(Arguments.parse(arguments));
            return 0;
        } catch (TrustException | IllegalArgumentException | IOException e) {
            errors.println("muster trust client: " + e.getMessage());
            return 1;
        }
    }

    private void execute(Arguments arguments) throws IOException {
        if (arguments.command().equals("rehearse")) {
            rehearse();
            return;
        }
        TrustStore store = new DirectoryTrustStore(Path.of(arguments.one("--metadata-dir")));
        switch (arguments.command()) {
            // The suite expects no check here; a bad root is refused when it is used.
            case "init" -> store.write(Root.TYPE, Files.readAllBytes(Path.of(arguments.operand())));
            case "refresh" -> updater(arguments, store).refresh();
            case "download" -> download(arguments, updater(arguments, store));
            default ->
                throw new IllegalArgumentException(
                        "expected `init`, `refresh` or `download`, found `" + arguments.command() + "`");
        }
    }

    // Not for people: goes through what a refresh does, so that the launcher's class archive knows the classes of it.
    private void rehearse() throws IOException {
        Path directory = Files.createTempDirectory("muster-rehearsal");
        try {
            Map<String, byte[]> files = new HashMap<>();
            RepositoryStorage storage = new RepositoryStorage() {
                @Override
                public Optional<byte[]> read(String fileName) {
                    return Optional.ofNullable(files.get(fileName));
                }

                @Override
                public void write(String fileName, byte[] bytes) {
                    files.put(fileName, bytes);
                }
            };
            Signer signer = PemSigner.generate(PemSigner.Kind.ECDSA);
            ImageRepository repository = ImageRepository.create(
                            name -> signer, List.of(), Validity.DEFAULT, clock.instant())
                    .store(storage);
            DirectoryTrustStore store = new DirectoryTrustStore(directory);
            store.write(Root.TYPE, repository.root());
            new Updater((name, most) -> storage.read(name), store, clock, Limits.DEFAULT).refresh();
            // Port 0 is nobody's: as far as one gets without a server.
            new Updater(fetcher("http://127.0.0.1:0/"), store, clock, Limits.DEFAULT).refresh();
        } catch (TrustException.Unreachable expected) {
            errors.println("muster trust client: rehearsed");
        } finally {
            try (Stream<Path> left = Files.list(directory)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private Updater updater(Arguments arguments, TrustStore store) {
        return new Updater(fetcher(arguments.one("--metadata-url")), store, clock, Limits.DEFAULT);
    }

    private static HttpMetadataFetcher fetcher(String base) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return new HttpMetadataFetcher(client, URI.create(base), TIMEOUT);
    }

    private static void download(Arguments arguments, Updater updater) throws IOException {
        TrustedMetadata trusted = updater.refresh();
        boolean byHash = trusted.root().metadata().consistentSnapshot();
        HttpMetadataFetcher targets = fetcher(arguments.one("--target-base-url"));
        Path directory = Files.createDirectories(Path.of(arguments.one("--target-dir")));
        for (String name : arguments.all("--target-name")) {
            ResolvedTarget target = updater.target(name)
                    .orElseThrow(() -> new TrustException.NotFound(name, "the repository's targets"));
            // 5.7.2: whatever the path is, the file stays in this directory.
            Path file = directory.resolve(MetadataFiles.escape(name));
            if (!isThere(file, target)) {
                fetchTarget(targets, target, byHash, file);
            }
        }
    }

    private static boolean isThere(Path file, ResolvedTarget target) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try {
            target.file().check(target.path(), Files.readAllBytes(file));
            return true;
        } catch (TrustException.HashMismatch | TrustException.Length e) {
            return false;
        }
    }

    // 5.7.3: bounded by the signed length, and on disk under its name only after its digests were checked.
    private static void fetchTarget(HttpMetadataFetcher targets, ResolvedTarget target, boolean byHash, Path file)
            throws IOException {
        TargetFile signed = target.file();
        if (signed.length() > MAX_TARGET) {
            throw new TrustException.Length(target.path(), MAX_TARGET, String.valueOf(signed.length()));
        }
        List<String> names = new ArrayList<>();
        if (byHash) {
            signed.hashes().values().forEach(hash -> names.add(prefixed(hash, target.path())));
        } else {
            names.add(escapedSegments(target.path()));
        }
        Optional<byte[]> bytes = Optional.empty();
        for (String name : names) {
            bytes = targets.fetch(name, signed.length());
            if (bytes.isPresent()) {
                break;
            }
        }
        byte[] found = bytes.orElseThrow(() -> new TrustException.NotFound(target.path(), "the target store"));
        signed.check(target.path(), found);
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(temporary, found);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    // 6.2: the digest goes in front of the file name, not of the directories.
    private static String prefixed(String hash, String path) {
        int slash = path.lastIndexOf('/') + 1;
        return escapedSegments(path.substring(0, slash) + hash + "." + path.substring(slash));
    }

    private static String escapedSegments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            segments.add(MetadataFiles.escape(segment));
        }
        return String.join("/", segments);
    }

    /** Options with a value, one command, at most one operand. */
    private record Arguments(Map<String, List<String>> options, List<String> words) {
        static Arguments parse(List<String> arguments) {
            Map<String, List<String>> options = new HashMap<>();
            List<String> words = new ArrayList<>();
            for (int i = 0; i < arguments.size(); i++) {
                String argument = arguments.get(i);
                if (!argument.startsWith("--")) {
                    words.add(argument);
                } else if (i + 1 < arguments.size()) {
                    options.computeIfAbsent(argument, name -> new ArrayList<>()).add(arguments.get(++i));
                } else {
                    throw new IllegalArgumentException("expected a value after `" + argument + "`");
                }
            }
            return new Arguments(options, words);
        }

        String command() {
            if (words.isEmpty()) {
                throw new IllegalArgumentException("expected a command: `init`, `refresh` or `download`");
            }
            return words.get(0);
        }

        String operand() {
            if (words.size() < 2) {
                throw new IllegalArgumentException("expected a root file after `init`");
            }
            return words.get(1);
        }

        List<String> all(String option) {
            List<String> values = options.getOrDefault(option, List.of());
            if (values.isEmpty()) {
                throw new IllegalArgumentException("expected `" + option + "`");
            }
            return values;
        }

        String one(String option) {
            List<String> values = all(option);
            return values.get(values.size() - 1);
        }
    }
}
