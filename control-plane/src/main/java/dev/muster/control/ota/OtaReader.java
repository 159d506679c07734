package dev.muster.control.ota;

import dev.muster.control.packages.Chains;
import dev.muster.control.packages.FileSlice;
import dev.muster.control.packages.KnownRoots;
import dev.muster.control.packages.PackageRefused;
import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.control.packages.Signature;
import dev.muster.control.packages.SignedMessage;
import dev.muster.control.packages.ZipLayout;
import dev.muster.control.packages.ZipLayout.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads OpenHarmony OTA packages: the outer ZIP with its whole-file signature, or a bare {@code update.bin}. Streams; needs
 * memory for the directory of the ZIP and one buffer. Thread-safe.
 */
public final class OtaReader {
    private static final String UPDATE_BIN = "update.bin";
    private static final String BUILD_TOOLS = "build_tools.zip";
    private static final long MAX_UNPACKED_BYTES = 8L << 30;
    private static final int LOCAL_MARK = 0x04034b50;

    private final KnownRoots roots;
    private final boolean requireSignature;
    private final Clock clock;

    public OtaReader(KnownRoots roots, boolean requireSignature, Clock clock) {
        this.roots = roots;
        this.requireSignature = requireSignature;
        this.clock = clock;
    }

    /**
     * What the file says, if it is an OTA package at all; {@link PackageRefused} if it is one and must not be handed on. By
     * its first bytes alone a file counts as one or not, so that a damaged package does not pass as an image of its own kind.
     */
    public Optional<OtaPackage> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FileSlice slice = FileSlice.of(channel);
            if (isBare(slice)) {
                return Optional.of(described(UpdateBin.read(slice.stream(), slice.length()), Optional.empty()));
            }
            return isZipped(slice) ? Optional.of(zipped(slice)) : Optional.empty();
        }
    }

    private static boolean isBare(FileSlice file) throws IOException {
        if (file.length() < OtaFormat.TLV_BYTES) {
            return false;
        }
        ByteBuffer first = file.bytes(0, OtaFormat.TLV_BYTES);
        int type = Short.toUnsignedInt(first.getShort());
        return (type == OtaFormat.HEADER_STANDARD || type == OtaFormat.HEADER_MINI)
                && first.getShort() == OtaFormat.HEADER_BYTES;
    }

    private static boolean isZipped(FileSlice file) throws IOException {
        int header = 30;
        if (file.length() < header || file.bytes(0, 4).getInt() != LOCAL_MARK) {
            return false;
        }
        int length = Short.toUnsignedInt(file.bytes(26, 2).getShort());
        if (length > BUILD_TOOLS.length() || file.length() < header + length) {
            return false;
        }
        String name = new String(file.bytes(header, length).array(), StandardCharsets.UTF_8);
        return Set.of(UPDATE_BIN, BUILD_TOOLS).contains(name);
    }

    private OtaPackage zipped(FileSlice file) throws IOException {
        ZipLayout zip = ZipLayout.read(file, MAX_UNPACKED_BYTES);
        Entry update = zip.find(UPDATE_BIN)
                .orElseThrow(
                        () -> new PackageRefused(Code.OTA_INVALID, "expected `update.bin` in the package, found none"));
        if (zip.find(BUILD_TOOLS).isEmpty()) {
            throw new PackageRefused(Code.OTA_INVALID, "expected `build_tools.zip` in the package, found none");
        }
        Optional<SignedMessage> message = wholeFile(zip);
        UpdateBin.Content content;
        try (InputStream in = zip.open(update)) {
            content = UpdateBin.read(in, update.size());
            // The end of the entry is where its CRC is checked.
            in.transferTo(OutputStream.nullOutputStream());
        }
        for (Entry entry : zip.entries()) {
            if (!entry.equals(update)) {
                try (InputStream in = zip.open(entry)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        }
        return described(content, message);
    }

    /** The message in the end comment whose digest is that of the file. */
    private static Optional<SignedMessage> wholeFile(ZipLayout zip) throws IOException {
        FileSlice file = zip.file();
        long comment = file.length() - zip.endStart() - OtaFormat.END_BYTES;
        if (comment == 0) {
            return Optional.empty();
        }
        if (comment < OtaFormat.FOOTER_BYTES) {
            throw invalid("expected a footer of 6 bytes in the end comment, found " + comment);
        }
        ByteBuffer footer = file.bytes(file.length() - OtaFormat.FOOTER_BYTES, OtaFormat.FOOTER_BYTES);
        int appended = Short.toUnsignedInt(footer.getShort());
        int flag = Short.toUnsignedInt(footer.getShort());
        int total = Short.toUnsignedInt(footer.getShort());
        if (flag != OtaFormat.FOOTER_FLAG
                || total != comment
                || appended <= OtaFormat.FOOTER_BYTES
                || appended > total) {
            throw invalid("expected a footer that names " + comment + " bytes of comment, found " + appended + " of "
                    + total + " after 0x" + Integer.toHexString(flag));
        }
        byte[] der = file.bytes(file.length() - appended, appended - OtaFormat.FOOTER_BYTES)
                .array();
        SignedMessage message = SignedMessage.parse(der, Code.OTA_SIGNATURE_INVALID, "whole-file signature");
        byte[] expected = OtaSignature.digest(message);
        long older = file.length() - comment - 2;
        long newer = file.length() - appended - OtaFormat.END_BYTES;
        if (!MessageDigest.isEqual(expected, sha256(file.slice(0, older)))
                && !MessageDigest.isEqual(expected, sha256(file.slice(0, newer)))) {
            throw new PackageRefused(
                    Code.OTA_DIGEST_DIFFERS, "expected the file that its whole-file signature names, found another");
        }
        return Optional.of(message);
    }

    private OtaPackage described(UpdateBin.Content content, Optional<SignedMessage> message) {
        return new OtaPackage(
                content.productId(),
                content.softwareVersion(),
                content.fileVersion(),
                content.made(),
                content.mini(),
                content.components(),
                content.boards(),
                content.versions(),
                signature(content, message));
    }

    private Signature signature(UpdateBin.Content content, Optional<SignedMessage> message) {
        if (message.isPresent()) {
            X509Certificate signer = message.get().signer();
            content.signature().ifPresent(header -> checkHeader(content, header, signer.getPublicKey()));
            Instant signedAt = message.get()
                    .signedAt()
                    .filter(at -> at.isBefore(clock.instant()))
                    .orElse(clock.instant());
            roots.rootOf(message.get().chain(), signedAt, Code.OTA_SIGNATURE_INVALID, "whole-file signature");
            return Signature.of(message.get(), new Chains(List.of(Chains.Link.of(message.get(), signedAt))), roots);
        }
        if (content.signature().isEmpty()) {
            if (requireSignature) {
                throw new PackageRefused(Code.OTA_UNSIGNED, "expected a signed OTA package, found no signature");
            }
            return new Signature.Unsigned();
        }
        // No certificate came along: the key is known, or nobody can say whether the signature holds.
        String header = content.signature().get();
        return roots.anchors().stream()
                .filter(anchor -> holds(content, header, anchor.getPublicKey()))
                .findFirst()
                .<Signature>map(Signature::byRootItself)
                .orElseGet(() -> new Signature.UnknownSigner("", "", "", Chains.NONE));
    }

    /** Both signatures of a package are made by one key, or the one inside by a key that is registered. */
    private void checkHeader(UpdateBin.Content content, String header, PublicKey key) {
        boolean holds = holds(content, header, key)
                || roots.anchors().stream().anyMatch(anchor -> holds(content, header, anchor.getPublicKey()));
        if (!holds) {
            throw new PackageRefused(
                    Code.OTA_SIGNATURE_INVALID,
                    "`update.bin`: the signature of its header does not verify with the key that signed the file");
        }
    }

    private static boolean holds(UpdateBin.Content content, String header, PublicKey key) {
        HexFormat hex = HexFormat.of();
        return OtaSignature.holds(key, hex.parseHex(content.signedDigest()), hex.parseHex(header), content.mini());
    }

    private static byte[] sha256(FileSlice slice) throws IOException {
        MessageDigest digest = HashedInput.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = slice.stream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return digest.digest();
    }

    private static PackageRefused invalid(String message) {
        return new PackageRefused(Code.OTA_SIGNATURE_INVALID, "whole-file signature: " + message);
    }
}
