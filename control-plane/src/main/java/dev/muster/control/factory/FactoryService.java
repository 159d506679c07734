package dev.muster.control.factory;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceChecks;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.factory.FactoryAnchor.SerialFrom;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.FactoryProof;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Keeps makers of devices, and says whether one vouches for a device. Thread-safe. */
@Singleton
public final class FactoryService {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,64}");
    private static final int MOST = 50;

    private final FactoryStore store;
    private final SiteService sites;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    FactoryService(
            FactoryStore store, SiteService sites, AuditStore audit, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.sites = sites;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A device that a maker vouches for, and that proved its factory key.
     *
     * @param serial of the device, by the maker's word
     * @param factoryKey SHA-256 of its factory key, in hex
     * @param use what that key was used for before
     */
    public record Vouched(FactoryAnchor anchor, String serial, String number, String factoryKey, Optional<Used> use) {
        /** What let it in, such as {@code factory/acme}. */
        public String source() {
            return "factory/" + anchor.name();
        }
    }

    /**
     * What a factory key was used for.
     *
     * @param ours whether for this very key of the device
     * @param device it became; empty while a person decides
     * @param ended whether that device is retired, or nobody decided while there was time, which frees the factory key
     */
    public record Used(boolean ours, Optional<DeviceId> device, boolean ended) {}

    /** Why a maker's word does not count; for the trail, never for who asked. */
    public static final class Refusal extends Exception {
        Refusal(String why) {
            super(why);
        }

        /** In a few words. */
        public String why() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * The device that shows the proof, in the caller's transaction of the proof's tenant.
     *
     * @param roots fingerprints of the roots that this server may be pinned by
     * @param key SHA-256 of the key that is to get a certificate
     */
    public Vouched vouched(Handle handle, EnrolRequest request, Collection<String> roots, byte[] key) throws Refusal {
        FactoryProof proof = request.factory().orElseThrow(() -> new Refusal("no proof"));
        FactoryCertificate shown;
        byte[] signature;
        try {
            shown = FactoryCertificate.parse(proof.chainPem());
            signature = Base64.getDecoder().decode(proof.signature());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Refusal("unreadable proof");
        }
        FactoryAnchor anchor = anchorOf(handle, shown);
        // By each root, because a device may have pinned any that is still in force.
        boolean signed = roots.stream()
                .anyMatch(root -> shown.signed(FactoryProof.signedText(request, proof.tenant(), root), signature));
        if (!signed) {
            throw new Refusal("the factory key did not sign this request for this server and tenant");
        }
        if (anchor.revoked().contains(shown.number())) {
            throw new Refusal("factory certificate " + shown.number() + " is revoked");
        }
        String serial;
        try {
            serial = shown.serial(anchor.serialFrom())
                    .filter(text -> text.length() <= 128 && DeviceWords.fit(text))
                    .orElseThrow(() ->
                            new Refusal("no single `" + anchor.serialFrom().text() + "` in the factory certificate"));
        } catch (GeneralSecurityException e) {
            throw new Refusal("unreadable names in the factory certificate");
        }
        byte[] factoryKey = sha256(shown.key().getEncoded());
        Optional<Used> use = store.use(handle, factoryKey, key, clock.instant());
        return new Vouched(anchor, serial, shown.number(), HexFormat.of().formatHex(factoryKey), use);
    }

    /** Notes that the factory key lets this key in, and no other. */
    public void use(Handle handle, Vouched vouched, byte[] key) {
        store.used(
                handle,
                HexFormat.of().parseHex(vouched.factoryKey()),
                vouched.anchor().name(),
                vouched.serial(),
                key,
                clock.instant());
    }

    /** Notes which device the factory key let in. */
    public void became(Handle handle, Vouched vouched, DeviceId device) {
        store.became(handle, HexFormat.of().parseHex(vouched.factoryKey()), device);
    }

    private FactoryAnchor anchorOf(Handle handle, FactoryCertificate shown) throws Refusal {
        String why = "no factory anchor";
        for (FactoryAnchor anchor : store.all(handle)) {
            try {
                shown.requireFrom(
                        FactoryCertificate.certificates(anchor.certificate()).getFirst(), clock.instant());
                return anchor;
            } catch (GeneralSecurityException e) {
                why = "not of a factory anchor: " + e.getMessage();
            }
        }
        throw new Refusal(why);
    }

    List<FactoryAnchor> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    FactoryAnchor add(Access access, FactoryResource.Wanted wanted) {
        String name = Bodies.require(wanted.name(), "name");
        if (!NAME.matcher(name).matches()) {
            throw invalid("expected `name` as " + NAME.pattern() + ", found `" + name + "`");
        }
        SerialFrom from = SerialFrom.parse(wanted.serialFrom() == null ? "cn" : wanted.serialFrom())
                .orElseThrow(() -> invalid("expected `serialFrom` to be one of " + SerialFrom.names() + ", found `"
                        + wanted.serialFrom() + "`"));
        X509Certificate certificate = authority(Bodies.require(wanted.certificate(), "certificate"));
        List<String> tags = wanted.tags() == null ? List.of() : DeviceChecks.tags(wanted.tags());
        try {
            FactoryAnchor anchor = new FactoryAnchor(
                    name,
                    pem(certificate),
                    "sha256:" + HexFormat.of().formatHex(sha256(certificate.getEncoded())),
                    from,
                    wanted.site(),
                    tags,
                    // Whoever stole a maker's key would otherwise be in at once.
                    !Boolean.FALSE.equals(wanted.approval()),
                    clock.instant(),
                    access.caller().actor(),
                    access.caller().name(),
                    List.of());
            return transactions.in(access.tenant(), handle -> {
                if (wanted.site() != null) {
                    sites.require(handle, wanted.site());
                }
                if (store.all(handle).size() >= MOST) {
                    throw new ProblemException(
                            ProblemCode.CONFLICT,
                            "expected at most " + MOST + " factory anchors, found as many already");
                }
                if (!store.insert(handle, anchor)) {
                    throw new ProblemException(
                            ProblemCode.ALREADY_EXISTS,
                            "expected a new name and certificate, found `" + name + "` or its certificate registered");
                }
                audit.append(
                        handle,
                        access.caller(),
                        "factory-anchor.add",
                        "factory-anchor/" + name,
                        Map.of(
                                "fingerprint", anchor.fingerprint(),
                                "serialFrom", from.text(),
                                "approval", anchor.approval(),
                                "tags", tags));
                return store.find(handle, name).orElseThrow();
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    void delete(Access access, String name) {
        transactions.run(access.tenant(), handle -> {
            if (!store.delete(handle, name)) {
                throw notFound(name);
            }
            audit.append(handle, access.caller(), "factory-anchor.delete", "factory-anchor/" + name, Map.of());
        });
    }

    FactoryAnchor revoke(Access access, String name, @Nullable String serial) {
        String number =
                Bodies.require(serial, "serial").toLowerCase(Locale.ROOT).replace(":", "");
        if (!SERIAL.matcher(number).matches()) {
            throw invalid("expected `serial` of a certificate in hex, found `" + number + "`");
        }
        // As Java writes it: without leading zeros.
        String plain = new java.math.BigInteger(number, 16).toString(16);
        return transactions.in(access.tenant(), handle -> {
            if (store.find(handle, name).isEmpty()) {
                throw notFound(name);
            }
            if (store.revoke(handle, name, plain, access.caller().actor(), clock.instant())) {
                audit.append(
                        handle,
                        access.caller(),
                        "factory-anchor.revoke",
                        "factory-anchor/" + name,
                        Map.of("serial", plain));
            }
            return store.find(handle, name).orElseThrow();
        });
    }

    private X509Certificate authority(String pem) {
        try {
            List<X509Certificate> found = FactoryCertificate.certificates(pem);
            if (found.size() != 1) {
                throw invalid("expected one certificate in PEM in `certificate`, found " + found.size());
            }
            X509Certificate certificate = found.getFirst();
            boolean @Nullable [] usage = certificate.getKeyUsage();
            if (certificate.getBasicConstraints() < 0 || (usage != null && !usage[5])) {
                throw invalid("expected the certificate of an authority, found `"
                        + certificate.getSubjectX500Principal() + "`, which is none");
            }
            Instant end = certificate.getNotAfter().toInstant();
            if (end.isBefore(clock.instant())) {
                throw invalid("expected a certificate that is valid, found one that ended at " + end);
            }
            return certificate;
        } catch (GeneralSecurityException e) {
            throw invalid("expected a certificate in PEM in `certificate`, found something unreadable");
        }
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.NOT_FOUND, "no factory anchor `" + name + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
