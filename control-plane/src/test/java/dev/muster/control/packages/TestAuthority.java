package dev.muster.control.packages;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A vendor with a root, an issuer and signing certificates, all made for the test. */
public final class TestAuthority {
    public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofDays(3650);

    private final String name;
    private final KeyPair rootKeys = keys("EC");
    private final KeyPair issuerKeys = keys("EC");
    private final X509Certificate root;
    private final X509Certificate issuer;
    private long serial = 10;

    public TestAuthority(String name) {
        this.name = name;
        this.root = certificate(name + " Root", rootKeys, name + " Root", rootKeys, true, BEGIN, LIFE);
        this.issuer = certificate(name + " Root", rootKeys, name + " Issuer", issuerKeys, true, BEGIN, LIFE);
    }

    /** Somebody with a certificate of this vendor. */
    public record Signer(KeyPair keys, X509Certificate certificate, List<X509Certificate> others) {
        String pem() {
            try {
                return "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public X509Certificate root() {
        return root;
    }

    public Signer signer(String who) {
        return signer(who, "EC", BEGIN, LIFE);
    }

    public Signer signer(String who, String algorithm, Instant from, Duration life) {
        KeyPair keys = keys(algorithm);
        return new Signer(
                keys, certificate(name + " Issuer", issuerKeys, who, keys, false, from, life), List.of(issuer, root));
    }

    /** A signer whose certificate was made by one who may not make any. */
    Signer signerBelow(Signer notAnIssuer) {
        KeyPair keys = keys("EC");
        String above =
                notAnIssuer.certificate().getSubjectX500Principal().getName().substring(3);
        return new Signer(
                keys,
                certificate(above, notAnIssuer.keys(), "below", keys, false, BEGIN, LIFE),
                List.of(notAnIssuer.certificate(), issuer, root));
    }

    /** PKCS#7 around {@code content}. */
    public static byte[] sign(Signer signer, String algorithm, byte[] content) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(new JcaSimpleSignerInfoGeneratorBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(algorithm, signer.keys().getPrivate(), signer.certificate()));
            generator.addCertificates(new JcaCertStore(List.of(signer.certificate())));
            generator.addCertificates(new JcaCertStore(signer.others()));
            return generator
                    .generate(new CMSProcessableByteArray(content), true)
                    .getEncoded();
        } catch (CMSException | OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certificate(
            String issuerName,
            KeyPair issuerKeys,
            String subject,
            KeyPair keys,
            boolean ca,
            Instant from,
            Duration life) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + issuerName),
                    BigInteger.valueOf(serial++),
                    Date.from(from),
                    Date.from(from.plus(life)),
                    new X500Name("CN=" + subject),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(ca ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(
                                    issuerKeys.getPrivate().getAlgorithm().equals("EC")
                                            ? "SHA256withECDSA"
                                            : "SHA256withRSA")
                            .build(issuerKeys.getPrivate())));
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("EC") ? 256 : 2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
