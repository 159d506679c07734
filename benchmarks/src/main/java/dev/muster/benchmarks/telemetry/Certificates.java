package dev.muster.benchmarks.telemetry;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.gateway.GatewayTls;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Keys and certificates of one run as PEM files, which every part can read: {@code ca.pem}, {@code server.pem} and
 * {@code server.key}, and for each device {@code <device>.pem}. Devices share {@code device.key}: ten thousand key pairs
 * would measure nothing more.
 */
final class Certificates {
    private static final Duration BEFORE = Duration.ofMinutes(5);
    private static final Duration AFTER = Duration.ofDays(2);

    private final Path directory;
    private final KeyPair authority;
    private final KeyPair devices;

    private Certificates(Path directory, KeyPair authority, KeyPair devices) {
        this.directory = directory;
        this.authority = authority;
        this.devices = devices;
    }

    /** A new authority and a server for loopback. */
    static Certificates create(Path directory) throws IOException {
        Files.createDirectories(directory);
        Certificates made = new Certificates(directory, newKeys(), newKeys());
        made.write("ca.pem", "CERTIFICATE", made.issue(made.authority, "Benchmark CA", null, true));
        KeyPair server = newKeys();
        GeneralNames names = new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        });
        made.write("server.pem", "CERTIFICATE", made.issue(server, "localhost", names, false));
        made.write("server.key", "PRIVATE KEY", server.getPrivate().getEncoded());
        made.write("device.key", "PRIVATE KEY", made.devices.getPrivate().getEncoded());
        return made;
    }

    /** Makes the certificate of a device. */
    void device(DeviceRef device) throws IOException {
        GeneralNames names = new GeneralNames(new GeneralName(
                GeneralName.uniformResourceIdentifier, device.uri().toString()));
        write(device.device().value() + ".pem", "CERTIFICATE", issue(devices, "device", names, false));
    }

    Path directory() {
        return directory;
    }

    /** What a gateway needs of them. */
    static GatewayTls server(Path directory) throws IOException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return new GatewayTls(
                    key(directory.resolve("server.key")),
                    List.of(certificate(factory, directory.resolve("server.pem"))),
                    List.of(certificate(factory, directory.resolve("ca.pem"))));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the certificates in `" + directory + "`", e);
        }
    }

    private static X509Certificate certificate(CertificateFactory factory, Path file)
            throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) factory.generateCertificate(in);
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String base64 = Files.readString(file)
                .lines()
                .filter(line -> !line.startsWith("-----"))
                .reduce("", String::concat);
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private void write(String name, String kind, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        Files.writeString(
                directory.resolve(name), "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }

    @SuppressWarnings("JavaUtilDate") // Bouncy Castle's builder asks for it
    private byte[] issue(
            KeyPair subject, String name, @org.jspecify.annotations.Nullable GeneralNames names, boolean ca) {
        Instant now = Instant.now();
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=Benchmark CA"),
                    new BigInteger(64, new SecureRandom()),
                    Date.from(now.minus(BEFORE)),
                    Date.from(now.plus(AFTER)),
                    new X500Name("CN=" + name),
                    subject.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())))
                    .getEncoded();
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
