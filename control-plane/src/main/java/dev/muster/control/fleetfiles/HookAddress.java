package dev.muster.control.fleetfiles;

import dev.muster.control.http.ProblemException;
import dev.muster.control.outbound.ShownAddress;
import dev.muster.policy.language.FleetSpec.Address;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Addresses of receivers in files: a viewer may look at what differs, so paths and queries are not shown. */
public final class HookAddress {
    private static final String NEW_SECRET = "another, made by the server";

    private HookAddress() {}

    /**
     * Notes what differs. With another address comes another secret, which nobody has seen. An address whose value was not
     * brought along is not compared where there is one.
     */
    public static void compare(FleetChange.Fields fields, Optional<String> before, Address after) {
        switch (after) {
            case Address.Written written -> {
                if (before.filter(written.url()::equals).isEmpty()) {
                    fields.add("url", before.map(ShownAddress::of).orElse(null), ShownAddress.of(written.url()));
                    fields.add("secret", before.isPresent() ? "the one of before" : null, NEW_SECRET);
                }
            }
            case Address.Variable variable -> {
                if (before.isEmpty()) {
                    fields.add("url", null, "the value of `" + variable.name() + "`");
                }
            }
        }
    }

    /** An address in a file: a variable, such as {@code WEBHOOK_ERP_URL}, because it may be a secret. */
    public static Map<String, @Nullable Object> variable(String kind, String name) {
        String words = (kind.replaceAll("(?<=[a-z])(?=[A-Z])", "_") + "_" + name + "_URL").replace('-', '_');
        return Map.of("env", words.toUpperCase(Locale.ROOT));
    }

    /** Does what takes the address; what it complains of does not repeat an address that may be a secret. */
    public static void without(Address address, Runnable work) {
        try {
            work.run();
        } catch (ProblemException e) {
            throw new ProblemException(
                    e.code(), e.detail().replace("`" + written(address) + "`", "another one"), e.extensions());
        }
    }

    /** The address; plans are only made where every value is known. */
    public static String written(Address address) {
        return switch (address) {
            case Address.Written written -> written.url();
            case Address.Variable variable -> throw new IllegalStateException("no value for `" + variable.name() + "`");
        };
    }
}
