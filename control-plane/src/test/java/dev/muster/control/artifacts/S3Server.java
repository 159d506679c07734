package dev.muster.control.artifacts;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** S3Proxy, a server of the S3 API over a folder, as a process of its own. For tests. */
final class S3Server implements AutoCloseable {
    static final String ACCESS_KEY = "muster-test";
    static final String SECRET_KEY = "not-a-secret-at-all";

    private static final Path JAR = Path.of("target/s3proxy/s3proxy.jar");

    private final ChildProcess process;
    private final URI endpoint;

    private S3Server(ChildProcess process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts one that keeps its buckets below {@code directory}; a folder is a bucket. */
    static S3Server start(Path directory, String bucket) throws IOException {
        Files.createDirectories(directory.resolve("buckets").resolve(bucket));
        URI endpoint = URI.create("http://127.0.0.1:" + Ports.free());
        Path settings = directory.resolve("s3proxy.conf");
        Files.writeString(settings, """
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(endpoint, ACCESS_KEY, SECRET_KEY, directory.resolve("buckets")));
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec(
                "S3Proxy",
                List.of(
                        RuntimeFiles.java().toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        JAR.toAbsolutePath().toString(),
                        "--properties",
                        settings.toString()),
                Map.of(),
                directory.resolve("s3proxy.log")));
        try (HttpProbe ready = new HttpProbe(URI.create(endpoint + "/" + bucket), Optional.empty())) {
            process.awaitReady(Duration.ofMinutes(2), ready);
        }
        return new S3Server(process, endpoint);
    }

    URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.kill();
    }
}
