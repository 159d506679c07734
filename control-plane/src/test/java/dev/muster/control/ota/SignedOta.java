package dev.muster.control.ota;

import dev.muster.control.packages.TestAuthority;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;

/** Makes OTA packages as the public packaging tools do, written apart from the reader. Small ones, signed with RSA. */
public final class SignedOta {
    private final TestAuthority.Signer signer;
    private final Map<String, byte[]> components = new LinkedHashMap<>();
    private boolean diff;
    private boolean mini;
    private boolean hashes = true;
    private boolean older;
    private boolean reserved;
    private boolean cmsContent;
    private String softwareVersion = "OpenHarmony 4.1.7.5";

    public SignedOta(TestAuthority.Signer signer) {
        this.signer = signer;
        components.put("/version_list", utf8("OpenHarmony 4.1.7.4\n"));
        components.put("/board_list", utf8("rk3568\n"));
        components.put("/system", new byte[(4 << 20) + 100]);
        components.put("/vendor", utf8("vendor image"));
    }

    SignedOta diff() {
        this.diff = true;
        return this;
    }

    SignedOta mini() {
        this.mini = true;
        return this;
    }

    SignedOta withoutHashes() {
        this.hashes = false;
        return this;
    }

    /** With the signature area of older tools. */
    SignedOta older() {
        this.older = true;
        this.hashes = false;
        return this;
    }

    /** With the 18 reserved bytes before the whole-file signature. */
    SignedOta reserved() {
        this.reserved = true;
        return this;
    }

    /** With a message as RFC 5652 has it. */
    SignedOta cmsContent() {
        this.cmsContent = true;
        return this;
    }

    public SignedOta version(String version) {
        this.softwareVersion = version;
        return this;
    }

    SignedOta component(String address, byte[] bytes) {
        components.put(address, bytes);
        return this;
    }

    byte[] updateBin() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int entry = (mini ? 16 : 32) + 55;
        int table = entry * components.size();
        out.writeBytes(
                le(4).putShort((short) (mini ? 0x11 : 1)).putShort((short) 136).array());
        out.writeBytes(le(8).putInt(16 + 12 + 136 + 32 + table).putInt(3).array());
        out.writeBytes(text("rk3568-update", 64));
        out.writeBytes(text(softwareVersion, 64));
        out.writeBytes(le(4).putShort((short) 2).putShort((short) 32).array());
        out.writeBytes(text("2026-05-01", 16));
        out.writeBytes(text("10:00:00", 16));
        out.writeBytes(le(4).putShort((short) 5).putShort((short) table).array());
        components.forEach((address, bytes) -> {
            boolean list = address.endsWith("_list");
            out.writeBytes(text(address, mini ? 16 : 32));
            out.writeBytes(le(5).putShort((short) 1)
                    .put((byte) 4)
                    .put((byte) 0)
                    .put((byte) (diff && !list ? 1 : 0))
                    .array());
            out.writeBytes(text("4.1", 10));
            out.writeBytes(le(8).putInt(bytes.length).putInt(bytes.length).array());
            out.writeBytes(sha256(bytes));
        });
        out.writeBytes(text("update/info.bin", 16));
        return older ? olderForm(out.toByteArray()) : withSignature(out);
    }

    private byte[] withSignature(ByteArrayOutputStream out) {
        if (hashes) {
            out.writeBytes(le(16).putShort((short) 6)
                    .putInt(10)
                    .putShort((short) 1)
                    .putShort((short) 32)
                    .putShort((short) components.size())
                    .putInt(4 << 20)
                    .array());
            ByteArrayOutputStream table = new ByteArrayOutputStream();
            components.forEach((address, bytes) -> {
                int pieces = (bytes.length + (4 << 20) - 1) / (4 << 20);
                table.writeBytes(text(address, 32));
                table.writeBytes(
                        le(6).putShort((short) pieces).putInt(bytes.length).array());
                for (int at = 0; at < bytes.length; at += 4 << 20) {
                    int end = Math.min(bytes.length, at + (4 << 20));
                    table.writeBytes(le(8).putInt(at).putInt(end - 1).array());
                    table.writeBytes(sha256(Arrays.copyOfRange(bytes, at, end)));
                }
            });
            out.writeBytes(le(6).putShort((short) 7).putInt(table.size()).array());
            out.writeBytes(table.toByteArray());
        }
        byte[] signature = sign(sha256(out.toByteArray()));
        out.writeBytes(le(6).putShort((short) 8).putInt(signature.length).array());
        out.writeBytes(signature);
        components.values().forEach(out::writeBytes);
        return out.toByteArray();
    }

    private byte[] olderForm(byte[] header) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        out.writeBytes(new byte[640]);
        components.values().forEach(out::writeBytes);
        byte[] all = out.toByteArray();
        byte[] signature = sign(sha256(all));
        System.arraycopy(signature, 0, all, header.length, signature.length);
        return all;
    }

    /** The unsigned ZIP around it. */
    byte[] zip(byte[] updateBin) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("update.bin"));
            zip.write(updateBin);
            zip.putNextEntry(new ZipEntry("build_tools.zip"));
            zip.write(utf8("tools"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The signed package. */
    public byte[] sign() {
        return signFile(zip(updateBin()));
    }

    byte[] signFile(byte[] zip) {
        int hashed = reserved ? zip.length - 2 : zip.length - 22;
        byte[] digest = sha256(Arrays.copyOf(zip, hashed));
        byte[] content =
                le(36).putShort((short) 672).putShort((short) 32).put(digest).array();
        byte[] message =
                cmsContent ? TestAuthority.sign(signer, "SHA256withRSA", content) : toolMessage(content, digest);
        int appended = message.length + 6;
        int total = appended + (reserved ? 18 : 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(zip, 0, zip.length - 2);
        out.writeBytes(le(2).putShort((short) total).array());
        out.writeBytes(new byte[total - appended]);
        out.writeBytes(message);
        out.writeBytes(le(6).putShort((short) appended)
                .putShort((short) 0xffff)
                .putShort((short) total)
                .array());
        return out.toByteArray();
    }

    /** SignedData whose signature covers the digest and not the content, as the tool writes it. */
    private byte[] toolMessage(byte[] content, byte[] digest) {
        try {
            AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
            ASN1EncodableVector certificates = new ASN1EncodableVector();
            Certificate own = Certificate.getInstance(signer.certificate().getEncoded());
            certificates.add(own);
            for (var other : signer.others()) {
                certificates.add(Certificate.getInstance(other.getEncoded()));
            }
            SignerInfo info = new SignerInfo(
                    new SignerIdentifier(new IssuerAndSerialNumber(
                            own.getIssuer(), own.getSerialNumber().getValue())),
                    sha256,
                    (org.bouncycastle.asn1.ASN1Set) null,
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption),
                    new DEROctetString(sign(digest)),
                    null);
            SignedData data = new SignedData(
                    new DERSet(sha256),
                    new ContentInfo(CMSObjectIdentifiers.data, new DEROctetString(content)),
                    new DERSet(certificates),
                    null,
                    new DERSet(info));
            return new ContentInfo(CMSObjectIdentifiers.signedData, data).getEncoded("DER");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] sign(byte[] digest) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(signer.keys().getPrivate());
            signature.update(digest);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteBuffer le(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] text(String text, int size) {
        return Arrays.copyOf(utf8(text), size);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
