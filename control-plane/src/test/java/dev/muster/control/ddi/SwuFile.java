package dev.muster.control.ddi;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signed updates of swupdate: a cpio archive with description, its CMS signature, and one file to put in place. */
final class SwuFile {
    private final KeyPair keys;
    private final X509Certificate certificate;

    SwuFile() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        X500Principal name = new X500Principal("CN=publisher");
        Date begin = Date.from(Clock.systemUTC().instant().minus(Duration.ofDays(1)));
        Date end = Date.from(Clock.systemUTC().instant().plus(Duration.ofDays(30)));
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(name, BigInteger.ONE, begin, end, name, keys.getPublic());
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection));
        certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
    }

    /** The certificate that swupdate is given. */
    String pem() throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + java.util.Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** An update that writes {@code content} to {@code file}. */
    byte[] update(String version, Path file, String content) throws Exception {
        byte[] payload = content.getBytes(StandardCharsets.UTF_8);
        byte[] description = """
                software =
                {
                  version = "%s";
                  hardware-compatibility = [ "1.0" ];
                  files: (
                    { filename = "payload.txt"; path = "%s"; sha256 = "%s"; }
                  );
                }
                """.formatted(
                        version, file, Hashes.hex(Hashes.digest("SHA-256").digest(payload)))
                .getBytes(StandardCharsets.UTF_8);
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
                new JcaSimpleSignerInfoGeneratorBuilder().build("SHA256withRSA", keys.getPrivate(), certificate));
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        byte[] signature = generator
                .generate(new CMSProcessableByteArray(description), false)
                .getEncoded();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entry(out, 1, "sw-description", description);
        entry(out, 2, "sw-description.sig", signature);
        entry(out, 3, "payload.txt", payload);
        entry(out, 0, "TRAILER!!!", new byte[0]);
        pad(out, 512);
        return out.toByteArray();
    }

    /** One file in cpio's format {@code crc}, the one that swupdate reads. */
    private static void entry(ByteArrayOutputStream out, int number, String name, byte[] data) {
        int sum = 0;
        for (byte b : data) {
            sum += b & 0xff;
        }
        StringBuilder head = new StringBuilder("070702");
        for (int field : new int[] {number, 0100644, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length() + 1, sum}) {
            head.append("%08X".formatted(field));
        }
        out.writeBytes((head + name + "\0").getBytes(StandardCharsets.US_ASCII));
        pad(out, 4);
        out.writeBytes(data);
        pad(out, 4);
    }

    private static void pad(ByteArrayOutputStream out, int to) {
        while (out.size() % to != 0) {
            out.write(0);
        }
    }
}
