package dev.muster.control.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Artifacts as objects {@code <prefix>ab/cd/<sha256>} of one bucket. Bytes are brought to local disk first and sent in
 * parts; nothing is ever held whole in memory. What the server itself must read as a file, such as policy bundles, is
 * fetched once into {@code <directory>/cache}; what it made lies in {@code <directory>/unsent} until it is in the bucket.
 * Thread-safe.
 */
final class S3ArtifactBytes implements ArtifactBytes, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(S3ArtifactBytes.class);
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Path directory;
    private final S3Options options;
    private final S3Client client;

    /** Uses {@code directory}, which exists, for what is on its way in and for its cache. Nothing is asked yet. */
    S3ArtifactBytes(Path directory, S3Options options) {
        this.directory = directory;
        this.options = options;
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(options.timeout()))
                .region(Region.of(options.region()))
                .forcePathStyle(options.pathStyle())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(options.accessKey(), options.secretKey())))
                // Newer checksums in trailers are not understood by every server that speaks S3; bodies are signed.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        options.endpoint().ifPresent(builder::endpointOverride);
        this.client = builder.build();
    }

    /**
     * Asks whether the bucket can be used, once, at the start.
     *
     * @throws IllegalStateException if the server says no; one that cannot be reached now may come back
     */
    void check() {
        try {
            client.headBucket(request -> request.bucket(options.bucket()));
        } catch (NoSuchBucketException e) {
            throw new IllegalStateException("expected " + options + ", found no such bucket", e);
        } catch (S3Exception e) {
            if (e.statusCode() < SERVER_ERROR) {
                throw new IllegalStateException(
                        "expected " + options + " to be usable, found status " + e.statusCode()
                                + ": see bucket, region and credentials under `muster.artifacts.s3`",
                        e);
            }
            LOG.warnf("%s answers %d now", options, e.statusCode());
        } catch (SdkException e) {
            LOG.warnf("%s cannot be reached now: %s", options, e.getMessage());
        }
    }

    @Override
    public Pending receive(InputStream in, long maxBytes) throws IOException {
        return new PendingObject(Incoming.receive(directory, in, maxBytes), true);
    }

    @Override
    public Pending adopt(Path file, String sha256, long length) {
        return new PendingObject(new Incoming.Received(file, sha256, length), false);
    }

    @Override
    public Optional<Stored> find(String sha256) throws IOException {
        if (!Incoming.isHash(sha256)) {
            return Optional.empty();
        }
        Optional<Path> here = here(sha256);
        return here.isPresent()
                ? Optional.of(new UnsentFile(sha256, here.get(), Files.size(here.get())))
                : inBucket(sha256);
    }

    private Optional<Stored> inBucket(String sha256) throws IOException {
        try {
            long length = client.headObject(
                            request -> request.bucket(options.bucket()).key(key(sha256)))
                    .contentLength();
            return Optional.of(new StoredObject(sha256, length));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw unusable(e);
        } catch (SdkException e) {
            throw unusable(e);
        }
    }

    @Override
    public Optional<Path> file(String sha256) throws IOException {
        if (!Incoming.isHash(sha256)) {
            return Optional.empty();
        }
        Path place = FileArtifactBytes.place(directory.resolve("cache"), sha256);
        if (Files.isRegularFile(place)) {
            return Optional.of(place);
        }
        Optional<Stored> stored = find(sha256);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        // Copied from what was not sent yet, too: that file goes once it is.
        try (InputStream in = stored.get().open(0, stored.get().length())) {
            Incoming.Received copy =
                    Incoming.receive(directory, in, stored.get().length());
            if (!copy.sha256().equals(sha256)) {
                Files.deleteIfExists(copy.file());
                throw new IOException("expected bytes with sha256 `" + sha256 + "` in " + options + ", found `"
                        + copy.sha256() + "`");
            }
            Files.createDirectories(place.getParent());
            Files.move(copy.file(), place, StandardCopyOption.ATOMIC_MOVE);
        }
        return Optional.of(place);
    }

    @Override
    public List<String> unsent(Instant before) throws IOException {
        List<String> found = new ArrayList<>();
        if (Files.isDirectory(unsent())) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(unsent())) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    if (Incoming.isHash(name)
                            && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                        found.add(name);
                    }
                }
            } catch (NoSuchFileException e) {
                // Another instance sent it; the next look sees the rest.
                LOG.debugf("gone while it was looked at: %s", e.getMessage());
            }
        }
        return found;
    }

    @Override
    public void send(String sha256) throws IOException {
        Optional<Path> here = Incoming.isHash(sha256) ? here(sha256) : Optional.empty();
        if (here.isPresent()) {
            new PendingObject(new Incoming.Received(here.get(), sha256, Files.size(here.get())), false).keep();
            Files.deleteIfExists(here.get());
        }
    }

    private Path unsent() {
        return directory.resolve("unsent");
    }

    private Optional<Path> here(String sha256) {
        return Optional.of(unsent().resolve(sha256)).filter(Files::isRegularFile);
    }

    @Override
    public void delete(String sha256) throws IOException {
        if (!Incoming.isHash(sha256)) {
            return;
        }
        Files.deleteIfExists(FileArtifactBytes.place(directory.resolve("cache"), sha256));
        Files.deleteIfExists(unsent().resolve(sha256));
        calling(() ->
                client.deleteObject(request -> request.bucket(options.bucket()).key(key(sha256))));
    }

    @Override
    public void close() {
        client.close();
    }

    private String key(String sha256) {
        return options.prefix() + sha256.substring(0, 2) + "/" + sha256.substring(2, 4) + "/" + sha256;
    }

    private <T> T calling(Supplier<T> call) throws IOException {
        try {
            return call.get();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        } catch (SdkException e) {
            throw unusable(e);
        }
    }

    private IOException unusable(SdkException e) {
        return new IOException("cannot use " + options + ": " + e.getMessage(), e);
    }

    private final class StoredObject implements Stored {
        private final String sha256;
        private final long length;

        StoredObject(String sha256, long length) {
            this.sha256 = sha256;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public InputStream open(long from, long count) throws IOException {
            if (count == 0) {
                // A range of no bytes cannot be asked for.
                return InputStream.nullInputStream();
            }
            return calling(() -> client.getObject(request -> request.bucket(options.bucket())
                    .key(key(sha256))
                    .range("bytes=" + from + "-" + (from + count - 1))));
        }

        @Override
        public Optional<Path> local() {
            return Optional.empty();
        }
    }

    /** What is not in the bucket yet, or was not when it was found: it may get there between two ranges. */
    private final class UnsentFile implements Stored {
        private final String sha256;
        private final Path file;
        private final long length;

        UnsentFile(String sha256, Path file, long length) {
            this.sha256 = sha256;
            this.file = file;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public InputStream open(long from, long count) throws IOException {
            FileChannel channel;
            try {
                channel = FileChannel.open(file, StandardOpenOption.READ);
            } catch (NoSuchFileException e) {
                return new StoredObject(sha256, length).open(from, count);
            }
            return new BoundedStream(Channels.newInputStream(channel.position(from)), count);
        }

        @Override
        public Optional<Path> local() {
            return Optional.empty();
        }
    }

    private final class PendingObject extends Incoming.Unkept {
        PendingObject(Incoming.Received received, boolean ours) {
            super(received, ours);
        }

        @Override
        public void keep() throws IOException {
            if (inBucket(received.sha256()).isPresent()) {
                return;
            }
            try {
                if (received.length() <= options.partSize()) {
                    putWhole();
                } else {
                    putInParts();
                }
            } catch (S3Exception e) {
                // Somebody else kept equal bytes since we looked.
                if (e.statusCode() != PRECONDITION_FAILED) {
                    throw unusable(e);
                }
            } catch (SdkException e) {
                throw unusable(e);
            }
        }

        @Override
        public void keepHere() throws IOException {
            Files.createDirectories(unsent());
            Files.move(received.file(), unsent().resolve(received.sha256()), StandardCopyOption.ATOMIC_MOVE);
            // The rename itself is durable only when its directory is.
            try (FileChannel parent = FileChannel.open(unsent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        }

        private void putWhole() {
            client.putObject(
                    request -> request.bucket(options.bucket())
                            .key(key(received.sha256()))
                            .ifNoneMatch("*"),
                    RequestBody.fromFile(received.file()));
        }

        private void putInParts() throws IOException {
            String key = key(received.sha256());
            String upload = client.createMultipartUpload(
                            request -> request.bucket(options.bucket()).key(key))
                    .uploadId();
            try {
                List<CompletedPart> parts = new ArrayList<>();
                for (long from = 0; from < received.length(); from += options.partSize()) {
                    parts.add(putPart(key, upload, parts.size() + 1, from));
                }
                client.completeMultipartUpload(request -> request.bucket(options.bucket())
                        .key(key)
                        .uploadId(upload)
                        .ifNoneMatch("*")
                        .multipartUpload(all -> all.parts(parts)));
            } catch (IOException | SdkException e) {
                abort(key, upload);
                throw e;
            }
        }

        private CompletedPart putPart(String key, String upload, int number, long from) throws IOException {
            long count = Math.min(options.partSize(), received.length() - from);
            // Opened anew for every try, because the client may have to send a part again.
            RequestBody body =
                    RequestBody.fromContentProvider(() -> part(from, count), count, "application/octet-stream");
            String etag = calling(() -> client.uploadPart(
                            request -> request.bucket(options.bucket())
                                    .key(key)
                                    .uploadId(upload)
                                    .partNumber(number),
                            body))
                    .eTag();
            return CompletedPart.builder().partNumber(number).eTag(etag).build();
        }

        private InputStream part(long from, long count) {
            try {
                FileChannel channel = FileChannel.open(received.file(), StandardOpenOption.READ);
                return new BoundedStream(Channels.newInputStream(channel.position(from)), count);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read an upload again", e);
            }
        }

        /** Parts of an upload that never ends are stored, and paid for, until somebody takes them away. */
        private void abort(String key, String upload) {
            try {
                client.abortMultipartUpload(
                        request -> request.bucket(options.bucket()).key(key).uploadId(upload));
            } catch (SdkException e) {
                LOG.warnf("cannot give up an upload in parts in %s: %s", options, e.getMessage());
            }
        }
    }
}
