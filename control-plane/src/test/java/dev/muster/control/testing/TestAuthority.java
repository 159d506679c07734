package dev.muster.control.testing;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Somebody else's certificate authority: a company's, or a maker's of devices. */
public final class TestAuthority {
    private static final AtomicLong SERIAL = new AtomicLong(1_000);

    private final KeyPair keys;
    private final List<X509Certificate> chain;

    private TestAuthority(KeyPair keys, List<X509Certificate> chain) {
        this.keys = keys;
        this.chain = chain;
    }

    /** What a certificate is to say, beside names and key. */
    public record Wish(int pathLength, Instant from, Instant until, String uri, String dns) {
        /** An authority with {@code pathLength} others below it, for ten years. */
        public static Wish authority(int pathLength) {
            Instant now = Instant.now();
            return new Wish(pathLength, now.minusSeconds(3_600), now.plus(Duration.ofDays(3_650)), "", "");
        }

        /** No authority. */
        public static Wish leaf() {
            return authority(-1);
        }

        /** The same with a URI among its names. */
        public Wish withUri(String name) {
            return new Wish(pathLength, from, until, name, dns);
        }

        /** The same with a DNS name. */
        public Wish withDns(String name) {
            return new Wish(pathLength, from, until, uri, name);
        }

        /** The same in another time. */
        public Wish within(Instant begin, Instant end) {
            return new Wish(pathLength, begin, end, uri, dns);
        }
    }

    /** A root that issued itself. */
    public static TestAuthority root(String name, Wish wish) throws Exception {
        KeyPair keys = TestDevice.newKeys();
        X500Name subject = new X500Name(name);
        return new TestAuthority(keys, List.of(issue(subject, keys, subject, keys.getPublic(), wish)));
    }

    /** An authority that was made elsewhere. */
    public static TestAuthority of(KeyPair keys, X509Certificate certificate) {
        return new TestAuthority(keys, List.of(certificate));
    }

    /** An authority below this one. */
    public TestAuthority below(String name, Wish wish) throws Exception {
        KeyPair below = TestDevice.newKeys();
        X509Certificate certificate = certificate(name, below.getPublic(), wish);
        List<X509Certificate> path = new java.util.ArrayList<>(chain);
        path.addFirst(certificate);
        return new TestAuthority(below, List.copyOf(path));
    }

    /** A certificate for a key. */
    public X509Certificate certificate(String name, PublicKey key, Wish wish) throws Exception {
        return issue(
                X500Name.getInstance(chain.getFirst().getSubjectX500Principal().getEncoded()),
                keys,
                new X500Name(name),
                key,
                wish);
    }

    /** Answers a request: the certificate for its key, and this authority's chain, in PEM. */
    public String answer(String csr, Wish wish) throws Exception {
        try (PEMParser parser = new PEMParser(new StringReader(csr))) {
            var request = new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) parser.readObject());
            List<X509Certificate> path = new java.util.ArrayList<>(chain);
            path.addFirst(certificate(request.getSubject().toString(), request.getPublicKey(), wish));
            return pem(path);
        }
    }

    /** Its keys. */
    public KeyPair keys() {
        return keys;
    }

    /** Its certificate and those of its issuers, the root last. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** Certificates as people exchange them. */
    public static String pem(List<X509Certificate> certificates) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (X509Certificate certificate : certificates) {
                writer.writeObject(certificate);
            }
        }
        return text.toString();
    }

    private static X509Certificate issue(X500Name issuer, KeyPair signer, X500Name subject, PublicKey key, Wish wish)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        var builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(SERIAL.incrementAndGet()),
                Date.from(wish.from()),
                Date.from(wish.until()),
                subject,
                key);
        if (wish.pathLength() >= 0) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(wish.pathLength()));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        } else {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            wish.dns().isEmpty()
                                    ? new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth}
                                    : new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
                                    }));
        }
        if (!wish.uri().isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, wish.uri())));
        }
        if (!wish.dns().isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, wish.dns())));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    }
}
