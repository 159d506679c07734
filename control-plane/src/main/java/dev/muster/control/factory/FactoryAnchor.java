package dev.muster.control.factory;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A maker of devices, as people see it.
 *
 * @param certificate of its authority, in PEM
 * @param fingerprint of that certificate, {@code sha256:<hex>}
 * @param serialFrom where the serial number of a device stands in its certificate
 * @param approval whether a person must approve each of its devices
 * @param revoked serial numbers of certificates that let nobody in, in hex
 */
public record FactoryAnchor(
        String name,
        String certificate,
        String fingerprint,
        SerialFrom serialFrom,
        @Nullable String site,
        List<String> tags,
        boolean approval,
        Instant createdAt,
        String createdBy,
        String createdByName,
        List<String> revoked) {
    public FactoryAnchor {
        tags = List.copyOf(tags);
        revoked = List.copyOf(revoked);
    }

    /** A place in a certificate. */
    public enum SerialFrom {
        /** The common name of the subject. */
        CN,
        /** The attribute serialNumber of the subject (X.520). */
        SERIAL_NUMBER,
        /** The first DNS name among the subject's other names. */
        SAN_DNS,
        /** The first URI among them, its last segment. */
        SAN_URI;

        /** The word on the wire. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Optional<SerialFrom> parse(String text) {
            return Arrays.stream(values())
                    .filter(place -> place.text().equals(text))
                    .findFirst();
        }

        static String names() {
            return Arrays.stream(values()).map(SerialFrom::text).collect(Collectors.joining(", "));
        }
    }
}
