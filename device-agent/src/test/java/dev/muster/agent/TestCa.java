package dev.muster.agent;

import dev.muster.agent.identity.Keys;
import dev.muster.agent.identity.Pem;
import dev.muster.agent.identity.Tls;
import java.io.StringReader;
import java.math.BigInteger;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** A small authority for tests: a root that signs the server's and the devices' certificates. */
public final class TestCa {
    private static final AtomicLong SERIAL = new AtomicLong(1);

    /** How long every certificate is valid already, unless said otherwise. */
    private static final Duration PAST = Duration.ofMinutes(10);

    private final KeyPair key;
    private final X509Certificate root;

    public TestCa() throws Exception {
        this.key = Keys.generate();
        this.root = issue("CN=Test root", key.getPublic(), null, true, PAST, Duration.ofDays(1));
    }

    public String fingerprint() throws Exception {
        return Tls.fingerprint(root);
    }

    public String rootPem() throws Exception {
        return Pem.encode("CERTIFICATE", root.getEncoded());
    }

    /** A chain for a request, device first. */
    public String issue(String csrPem, URI device, Duration past, Duration life) throws Exception {
        try (PEMParser parser = new PEMParser(new StringReader(csrPem))) {
            PKCS10CertificationRequest request = (PKCS10CertificationRequest) parser.readObject();
            PublicKey asked = new JcaPEMKeyConverter().getPublicKey(request.getSubjectPublicKeyInfo());
            GeneralNames names =
                    new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, device.toString()));
            return Pem.encode(
                            "CERTIFICATE",
                            issue("CN=device", asked, names, false, past, life).getEncoded())
                    + rootPem();
        }
    }

    /** A server that shows its chain up to the root, and looks at client certificates of this authority. */
    public SSLContext server(String hostOrAddress) throws Exception {
        KeyPair pair = Keys.generate();
        int kind = hostOrAddress.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
        X509Certificate certificate = issue(
                "CN=server",
                pair.getPublic(),
                new GeneralNames(new GeneralName(kind, hostOrAddress)),
                false,
                PAST,
                Duration.ofDays(1));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", pair.getPrivate(), new char[0], new X509Certificate[] {certificate, root});
        store.setCertificateEntry("root", root);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private X509Certificate issue(
            String subject,
            PublicKey subjectKey,
            @org.jspecify.annotations.Nullable GeneralNames names,
            boolean authority,
            Duration past,
            Duration life)
            throws Exception {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                new X500Name("CN=Test root"),
                BigInteger.valueOf(SERIAL.getAndIncrement()),
                date(now.minus(past)),
                date(now.plus(life)),
                new X500Name(subject),
                SubjectPublicKeyInfo.getInstance(subjectKey.getEncoded()));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (names != null) {
            builder.addExtension(Extension.subjectAlternativeName, false, names);
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    }

    @SuppressWarnings("JavaUtilDate") // the only type the builder takes
    private static Date date(Instant instant) {
        return Date.from(instant);
    }
}
