package dev.muster.control.ota;

import dev.muster.control.packages.PackageRefused;
import dev.muster.control.packages.PackageRefused.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** The bytes of one component as they pass: their digest, and those of the pieces that a hash table names. */
final class ComponentInput {
    private static final int BUFFER_BYTES = 1 << 16;

    private final HashedInput in;
    private final OtaPackage.Component component;
    private final int keep;

    ComponentInput(HashedInput in, OtaPackage.Component component, int keep) {
        this.in = in;
        this.component = component;
        this.keep = keep;
    }

    /**
     * A part with its own hash.
     *
     * @param end its last byte
     * @param sha256 lower-case hex
     */
    record Piece(long start, long end, String sha256) {}

    /** Reads all of it; its bytes where the component is small, else none. */
    byte[] read(List<Piece> pieces) throws IOException {
        checkPieces(pieces);
        MessageDigest whole = HashedInput.sha256();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        if (pieces.isEmpty()) {
            pass(component.size(), buffer, List.of(whole), head);
        }
        for (Piece piece : pieces) {
            MessageDigest own = HashedInput.sha256();
            pass(piece.end() - piece.start() + 1, buffer, List.of(whole, own), head);
            if (!hex(own).equals(piece.sha256())) {
                throw differs("bytes " + piece.start() + " to " + piece.end());
            }
        }
        if (!hex(whole).equals(component.sha256())) {
            throw differs("bytes");
        }
        return head.toByteArray();
    }

    private void pass(long count, byte[] buffer, List<MessageDigest> digests, ByteArrayOutputStream head)
            throws IOException {
        long left = count;
        while (left > 0) {
            int read = in.readSome(buffer, left);
            left -= read;
            digests.forEach(digest -> digest.update(buffer, 0, read));
            if (component.size() <= keep) {
                head.write(buffer, 0, read);
            }
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private void checkPieces(List<Piece> pieces) {
        long next = 0;
        for (Piece piece : pieces) {
            if (piece.start() != next || piece.end() < piece.start()) {
                throw new PackageRefused(
                        Code.OTA_INVALID,
                        "component `" + component.address() + "`: expected a hash from byte " + next
                                + " on, found one for " + piece.start() + " to " + piece.end());
            }
            next = piece.end() + 1;
        }
        if (!pieces.isEmpty() && next != component.size()) {
            throw new PackageRefused(
                    Code.OTA_INVALID,
                    "component `" + component.address() + "`: expected hashes of " + component.size()
                            + " bytes, found them of " + next);
        }
    }

    private PackageRefused differs(String what) {
        return new PackageRefused(
                Code.OTA_DIGEST_DIFFERS,
                "component `" + component.address() + "`: expected " + what
                        + " with the digest in the header, found others");
    }
}
