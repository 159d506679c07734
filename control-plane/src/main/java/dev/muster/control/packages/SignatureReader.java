package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Checks who signed a package and what its profile allows it, in the order devices check: block, PKCS#7 signature, content
 * digest, certificates, profile. Thread-safe.
 */
final class SignatureReader {
    private static final String PACKAGE = "signature";
    private static final String PROFILE = "profile";

    private final KnownRoots roots;
    private final Clock clock;

    SignatureReader(KnownRoots roots, Clock clock) {
        this.roots = roots;
        this.clock = clock;
    }

    /** What was found; a package without signature has no profile. */
    record Signed(Signature signature, Optional<Profile> profile) {}

    Signed read(ZipLayout zip, String bundle) throws IOException {
        Optional<SigningBlock> found = SigningBlock.find(zip);
        if (found.isEmpty()) {
            return new Signed(new Signature.Unsigned(), Optional.empty());
        }
        SigningBlock block = found.get();
        if (block.has(HapFormat.ENTERPRISE_RE_SIGN)) {
            // Its signatures cover other blocks, in an order that no public text gives. Guessing would be worse.
            throw new PackageRefused(
                    Code.SIGNATURE_INVALID, "expected a package as its developer signed it, found one signed again");
        }
        byte[] der = block.value(HapFormat.SIGNATURE)
                .orElseThrow(() -> new PackageRefused(
                        Code.SIGNING_BLOCK_INVALID, "signing block: expected a signature in it, found none"));
        SignedMessage message = SignedMessage.verified(der, Code.SIGNATURE_INVALID, PACKAGE);
        checkDigests(message.content(), zip, block);
        // A chain that is broken refuses the package, whoever it leads to.
        roots.rootOf(message.chain(), signedAt(message), Code.SIGNATURE_INVALID, PACKAGE);

        byte[] profileDer = block.value(HapFormat.PROFILE)
                .orElseThrow(() -> new PackageRefused(
                        Code.PROFILE_MISSING, "signing block: expected a profile in it, found none"));
        SignedMessage profileMessage = SignedMessage.verified(profileDer, Code.PROFILE_UNTRUSTED, PROFILE);
        roots.rootOf(profileMessage.chain(), signedAt(profileMessage), Code.PROFILE_UNTRUSTED, PROFILE);
        Profile profile = Profile.parse(profileMessage.content());
        checkProfile(profile, message.signer(), bundle);
        // Known only if both are: a profile of anybody's making could raise the level of a known vendor's app.
        Chains chains = new Chains(List.of(
                Chains.Link.of(message, signedAt(message)), Chains.Link.of(profileMessage, signedAt(profileMessage))));
        return new Signed(Signature.of(message, chains, roots), Optional.of(profile));
    }

    /** Certificates end, packages stay: what counts is the time of signing, where the signature names it. */
    private Instant signedAt(SignedMessage message) {
        Instant now = clock.instant();
        return message.signedAt().filter(at -> at.isBefore(now)).orElse(now);
    }

    private static void checkDigests(byte[] content, ZipLayout zip, SigningBlock block) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < 8) {
            throw malformed();
        }
        bytes.getInt();
        int count = bytes.getInt();
        if (count < 1 || count > 8) {
            throw malformed();
        }
        for (int i = 0; i < count; i++) {
            if (bytes.remaining() < 12) {
                throw malformed();
            }
            int rest = bytes.getInt();
            int algorithm = bytes.getInt();
            int length = bytes.getInt();
            if (length < 0 || length > bytes.remaining() || rest != length + 8) {
                throw malformed();
            }
            byte[] expected = new byte[length];
            bytes.get(expected);
            String name = HapFormat.digest(algorithm)
                    .orElseThrow(() -> new PackageRefused(
                            Code.SIGNATURE_INVALID,
                            "signature: expected a known algorithm, found 0x" + Integer.toHexString(algorithm)));
            byte[] actual = new ContentDigest(name).of(zip, block);
            if (!MessageDigest.isEqual(expected, actual)) {
                throw new PackageRefused(
                        Code.DIGEST_DIFFERS,
                        "expected contents with " + name + " " + HexFormat.of().formatHex(expected) + ", found "
                                + HexFormat.of().formatHex(actual));
            }
        }
        if (bytes.hasRemaining()) {
            throw malformed();
        }
    }

    private void checkProfile(Profile profile, X509Certificate signer, String bundle) {
        Instant now = clock.instant();
        if (now.isBefore(profile.notBefore()) || now.isAfter(profile.notAfter())) {
            throw new PackageRefused(
                    Code.PROFILE_NOT_VALID_NOW,
                    "profile: expected one that is valid now, found " + profile.notBefore() + " to "
                            + profile.notAfter());
        }
        if (!profile.certificate().equals(signer)) {
            throw new PackageRefused(
                    Code.PROFILE_OTHER_SIGNER,
                    "profile: expected a package signed by `" + KnownRoots.name(profile.certificate())
                            + "`, found the signature of `" + KnownRoots.name(signer) + "`");
        }
        if (!profile.bundle().equals(bundle)) {
            throw new PackageRefused(
                    Code.PROFILE_OTHER_BUNDLE,
                    "profile: expected bundle `" + bundle + "` as in the manifest, found `" + profile.bundle() + "`");
        }
    }

    static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was decoded can be encoded", e);
        }
    }

    private static PackageRefused malformed() {
        return new PackageRefused(
                Code.SIGNATURE_INVALID, "signature: expected content digests as the signed content, found other bytes");
    }
}
