package dev.muster.control.enrolment;

import dev.muster.protocol.identity.DeviceRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Makes and reads the X.509 certificates of Muster's authority: EC P-256, ECDSA with SHA-256. */
final class Certificates {
    static final Duration ROOT_LIFE = Duration.ofDays(20 * 365);
    static final Duration ISSUING_LIFE = Duration.ofDays(10 * 365);
    // Clocks of devices run behind; an hour forgives them.
    static final Duration BACKDATED = Duration.ofHours(1);
    private static final int SERIAL_BITS = 127;

    private Certificates() {}

    /** Who signs: a key and the certificate it belongs to. */
    record Signer(PrivateKey key, X509Certificate certificate) {}

    static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static X509Certificate root(String common, KeyPair pair, Instant now) throws GeneralSecurityException {
        X500Name name = name(common, "");
        return build(name, pair.getPrivate(), new Subject(name, pair.getPublic(), now, ROOT_LIFE), builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(1));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
    }

    static X509Certificate issuing(String common, Signer root, PublicKey key, Instant now)
            throws GeneralSecurityException {
        return build(issuer(root), root.key(), new Subject(name(common, ""), key, now, ISSUING_LIFE), builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
    }

    static X509Certificate device(Signer signer, DeviceRef device, PublicKey key, Instant now, Duration life)
            throws GeneralSecurityException {
        X500Name name = name(device.device().value(), device.tenant().value());
        return build(issuer(signer), signer.key(), new Subject(name, key, now, life), builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(
                            GeneralName.uniformResourceIdentifier, device.uri().toString())));
        });
    }

    static X509Certificate server(Signer signer, PublicKey key, Collection<String> hosts, Instant now, Duration life)
            throws GeneralSecurityException {
        GeneralName[] names = hosts.stream()
                .map(host -> new GeneralName(isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        return build(issuer(signer), signer.key(), new Subject(name("Muster server", ""), key, now, life), builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        });
    }

    static String pem(List<X509Certificate> certificates) {
        return write(certificates);
    }

    static String pem(PrivateKey key) {
        // PKCS#8 as every tool reads it.
        return write(List.of(new PemObject("PRIVATE KEY", key.getEncoded())));
    }

    static X509Certificate readCertificate(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Certificates in the order in which they stand. */
    static List<X509Certificate> readCertificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    /** A request for an authority's certificate, PKCS#10 in PEM. */
    static String request(String common, KeyPair pair) throws GeneralSecurityException {
        try {
            ExtensionsGenerator wanted = new ExtensionsGenerator();
            wanted.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            wanted.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return write(List.of(new JcaPKCS10CertificationRequestBuilder(name(common, ""), pair.getPublic())
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wanted.generate())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))));
        } catch (IOException | OperatorCreationException e) {
            throw new GeneralSecurityException("cannot make a request", e);
        }
    }

    static PrivateKey readKey(String pem) throws IOException, GeneralSecurityException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (parser.readObject() instanceof PrivateKeyInfo info) {
                return new JcaPEMKeyConverter().getPrivateKey(info);
            }
            throw new GeneralSecurityException("expected a private key in PKCS#8");
        }
    }

    /** The serial number as it is stored and logged. */
    static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    private record Subject(X500Name name, PublicKey key, Instant now, Duration life) {}

    private interface Extensions {
        void addTo(X509v3CertificateBuilder builder) throws CertIOException;
    }

    private static X509Certificate build(X500Name issuer, PrivateKey signer, Subject subject, Extensions extensions)
            throws GeneralSecurityException {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1),
                    Date.from(subject.now().minus(BACKDATED)),
                    Date.from(subject.now().plus(subject.life())),
                    subject.name(),
                    subject.key());
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(subject.key()));
            extensions.addTo(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException("cannot make a certificate for `" + subject.name() + "`", e);
        }
    }

    private static X500Name issuer(Signer signer) {
        return X500Name.getInstance(
                signer.certificate().getSubjectX500Principal().getEncoded());
    }

    private static X500Name name(String common, String organisation) {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        if (!organisation.isEmpty()) {
            name.addRDN(BCStyle.O, organisation);
        }
        return name.addRDN(BCStyle.CN, common).build();
    }

    static boolean isAddress(String host) {
        return host.matches("[0-9.]+") || host.indexOf(':') >= 0;
    }

    private static String write(List<?> objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return text.toString();
    }
}
