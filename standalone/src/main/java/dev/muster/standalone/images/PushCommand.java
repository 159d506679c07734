package dev.muster.standalone.images;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster images push}. */
@Command(
        name = "push",
        headerHeading = "Example: ./muster images push registry.example.com/muster%n%n",
        header =
                "Pushes what `images build` made to a registry, byte for byte; layers that are there are not sent again.",
        description = {
            "As HOST[:PORT][/PATH]: images become PATH/server, PATH/agent, PATH/simulator; PATH is muster if not given.",
            "The login is that of " + Login.NAME + " and " + Login.PASSWORD + ", else what `docker login` kept."
        },
        mixinStandardHelpOptions = true)
final class PushCommand implements Callable<Integer> {
    private final PrintStream out = System.out;

    @Parameters(paramLabel = "REGISTRY", description = "HOST[:PORT][/PATH]")
    private String registry = "";

    @Option(
            names = "--from",
            paramLabel = "DIR",
            defaultValue = "dist/images",
            description = "Where the images are (./dist/images).")
    private Path from = Path.of("dist/images");

    @Option(names = "--tag", paramLabel = "TAG", description = "Instead of the version.")
    private @Nullable String tag;

    @Option(names = "--insecure", description = "By plain HTTP: logins and images can be read and changed on the way.")
    private boolean insecure;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM: whom to believe instead of Java's authorities.")
    private @Nullable Path authority;

    @Override
    public Integer call() throws IOException {
        Target target = Target.parse(registry);
        String wanted = tag == null ? null : Target.tag(tag);
        Layout layout = Layout.open(from.toAbsolutePath().normalize());
        HttpClient.Builder http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        Path trusted = authority;
        if (trusted != null) {
            http.sslContext(trusting(trusted));
        }
        URI base = URI.create((insecure ? "http://" : "https://") + target.host());
        try (Registry to = new Registry(base, http, Login.find(target.host(), System.getenv()))) {
            for (Descriptor image : layout.images()) {
                String name = image.annotations().getOrDefault(Layout.REF_NAME, "");
                String repository = target.repository(name);
                String reference = wanted == null ? name.replaceFirst("^.*:", "") : wanted;
                long sent = push(layout, to, repository, image, Target.tag(reference));
                out.printf(
                        Locale.ROOT,
                        "%s/%s:%s  %s  sent %.1f MB%n",
                        target.host(),
                        repository,
                        reference,
                        image.digest(),
                        sent / 1e6);
            }
        }
        return ExitCode.OK.number();
    }

    /** What {@code document} needs first: a registry refuses a manifest whose layers it has not. Bytes that were sent. */
    private static long push(Layout layout, Registry to, String repository, Descriptor document, String reference)
            throws IOException {
        long sent = 0;
        for (Descriptor below : layout.below(document)) {
            if (below.mediaType().equals(Descriptor.MANIFEST)) {
                sent += push(layout, to, repository, below, below.digest());
            } else if (!to.has(repository, below)) {
                to.upload(repository, below, layout.blob(below.digest()));
                sent += below.size();
            }
        }
        to.put(repository, reference, document, layout.content(document));
        return sent + document.size();
    }

    private static SSLContext trusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            List<? extends Certificate> certificates =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (certificates.isEmpty()) {
                throw unusable(pem, "no certificate");
            }
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("authority-" + i, certificates.get(i));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(pem, e.getMessage());
        }
    }

    private static StandaloneException unusable(Path pem, @Nullable String why) {
        return new StandaloneException(ExitCode.USAGE, "expected certificates as PEM in `" + pem + "`, found " + why);
    }
}
