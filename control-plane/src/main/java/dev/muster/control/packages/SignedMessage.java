package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.Selector;

/**
 * A PKCS#7 message (CMS, RFC 5652) with its content inside and exactly one signer whose certificate comes along. Whether
 * the chain leads to anybody known is for {@link KnownRoots} to say. Immutable.
 */
public final class SignedMessage {
    private static final int MAX_CHAIN = 8;

    /** Handed on where it is used, never registered: other code keeps the platform's own providers. */
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private final byte[] content;
    private final SignerInformation signer;
    private final List<X509Certificate> chain;

    private SignedMessage(byte[] content, SignerInformation signer, List<X509Certificate> chain) {
        this.content = content;
        this.signer = signer;
        this.chain = List.copyOf(chain);
    }

    /** Reads a message without checking its signature; {@link PackageRefused} with {@code code} where it is none. */
    public static SignedMessage parse(byte[] der, Code code, String what) {
        try {
            CMSSignedData data = new CMSSignedData(der);
            CMSTypedData signed = data.getSignedContent();
            if (signed == null || !(signed.getContent() instanceof byte[] content)) {
                throw new PackageRefused(code, what + ": expected the signed content inside, found none");
            }
            Collection<SignerInformation> signers = data.getSignerInfos().getSigners();
            if (signers.size() != 1) {
                throw new PackageRefused(code, what + ": expected one signer, found " + signers.size());
            }
            SignerInformation signer = signers.iterator().next();
            List<X509Certificate> certificates =
                    certificates(data.getCertificates().getMatches(null));
            @SuppressWarnings("unchecked") // What BouncyCastle declares raw.
            Selector<X509CertificateHolder> id = signer.getSID();
            List<X509Certificate> own = certificates(data.getCertificates().getMatches(id));
            if (own.isEmpty()) {
                throw new PackageRefused(code, what + ": expected the signer's certificate inside, found none");
            }
            return new SignedMessage(content, signer, chain(own.getFirst(), certificates));
        } catch (PackageRefused e) {
            throw e;
        } catch (CMSException | CertificateException | RuntimeException e) {
            // The library answers hostile bytes with many kinds of unchecked exceptions.
            throw new PackageRefused(code, what + ": expected a signed PKCS#7 message, found other bytes", e);
        }
    }

    /** The same, and its signature holds. */
    public static SignedMessage verified(byte[] der, Code code, String what) {
        SignedMessage message = parse(der, code, what);
        message.verify(code, what);
        return message;
    }

    /** Checks the signature as RFC 5652 says. */
    public void verify(Code code, String what) {
        boolean holds;
        try {
            holds = signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                    .setProvider(PROVIDER)
                    .build(signer().getPublicKey()));
        } catch (CMSException | OperatorCreationException | RuntimeException e) {
            throw new PackageRefused(code, what + ": the signature does not verify", e);
        }
        if (!holds) {
            throw new PackageRefused(code, what + ": the signature does not verify");
        }
    }

    /** What was signed. */
    public byte[] content() {
        return content.clone();
    }

    /** The signature itself. */
    public byte[] signature() {
        return signer.getSignature();
    }

    /** Whether attributes were signed instead of the content alone. */
    public boolean hasSignedAttributes() {
        return signer.getSignedAttributes() != null;
    }

    /** Certificate of the signer. */
    public X509Certificate signer() {
        return chain.getFirst();
    }

    /** The signer first, each next one the issuer of the one before, as far as they came along. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** When the signer says it was signed. */
    public Optional<Instant> signedAt() {
        AttributeTable attributes = signer.getSignedAttributes();
        Attribute time = attributes == null ? null : attributes.get(CMSAttributes.signingTime);
        if (time == null || time.getAttrValues().size() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(Time.getInstance(time.getAttrValues().getObjectAt(0))
                    .getDate()
                    .toInstant());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<X509Certificate> certificates(Collection<X509CertificateHolder> holders)
            throws CertificateException {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        List<X509Certificate> certificates = new ArrayList<>();
        for (X509CertificateHolder holder : holders) {
            certificates.add(converter.getCertificate(holder));
        }
        return certificates;
    }

    private static List<X509Certificate> chain(X509Certificate signer, List<X509Certificate> certificates) {
        List<X509Certificate> chain = new ArrayList<>(List.of(signer));
        while (chain.size() < MAX_CHAIN) {
            X509Certificate last = chain.getLast();
            Optional<X509Certificate> issuer = certificates.stream()
                    .filter(other -> !chain.contains(other) && isIssuer(other, last))
                    .findFirst();
            if (issuer.isEmpty()) {
                break;
            }
            chain.add(issuer.get());
        }
        return chain;
    }

    static boolean isIssuer(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
