package dev.muster.agent.platform.openharmony;

import dev.muster.policy.permission.Apl;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An app as {@code bm dump} tells it.
 *
 * @param token its access token id, an unsigned 32-bit number; 0 where the dump names none
 * @param debug whether it was signed for debugging, which is what {@code atm perm} may change on a release build
 * @param apl privilege level by its signed profile; {@code normal} where the dump names none
 * @param enabled whether it may run
 * @param ability the one that starts it; empty for bundles without a window of their own
 * @param permissions it asks for, without repetition
 */
public record InstalledBundle(
        String bundle,
        long versionCode,
        String versionName,
        long token,
        boolean debug,
        boolean system,
        String apl,
        boolean enabled,
        Optional<String> ability,
        List<String> permissions) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.]{6,127}");

    public InstalledBundle {
        permissions = List.copyOf(permissions);
    }

    /** Names of all bundles, from {@code bm dump -a}: a heading for each user, then one name a line. */
    public static List<String> names(String dump) {
        Set<String> names = new LinkedHashSet<>();
        dump.lines()
                .map(String::strip)
                .filter(line -> NAME.matcher(line).matches())
                .forEach(names::add);
        return List.copyOf(names);
    }

    /**
     * One bundle, from {@code bm dump -n}: the name with a colon, then JSON. Empty where the bundle is not there.
     *
     * @throws IOException if the answer is neither
     */
    public static Optional<InstalledBundle> read(String dump) throws IOException {
        int from = dump.indexOf('{');
        int to = dump.lastIndexOf('}');
        if (from < 0 || to < from) {
            if (dump.toLowerCase(java.util.Locale.ROOT).contains("error") || dump.isBlank()) {
                return Optional.empty();
            }
            throw new IOException("expected the description of a bundle, found `" + dump.strip() + "`");
        }
        try {
            JsonObject bundle = JsonObject.parse(dump.substring(from, to + 1).getBytes(StandardCharsets.UTF_8));
            JsonObject app = bundle.object("applicationInfo");
            return Optional.of(new InstalledBundle(
                    bundle.string("name"),
                    bundle.number("versionCode"),
                    bundle.optionalString("versionName").orElse(""),
                    app.optionalNumber("accessTokenId").orElse(0L),
                    app.optionalString("appProvisionType")
                            .filter("debug"::equals)
                            .isPresent(),
                    app.optionalFlag("isSystemApp").orElse(false),
                    app.optionalString("appPrivilegeLevel")
                            .filter(level -> Apl.parse(level).isPresent())
                            .orElseGet(Apl.NORMAL::text),
                    app.optionalFlag("enabled").orElse(true),
                    ability(bundle),
                    permissions(bundle)));
        } catch (ProtocolException e) {
            throw new IOException("the description of a bundle cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<String> ability(JsonObject bundle) {
        return !bundle.has("hapModuleInfos")
                ? Optional.empty()
                : bundle
                        .objects("hapModuleInfos", module -> module.optionalString("mainAbility")
                                .orElse(""))
                        .stream()
                        .filter(name -> !name.isEmpty())
                        .findFirst();
    }

    private static List<String> permissions(JsonObject bundle) {
        Set<String> names = new LinkedHashSet<>();
        if (bundle.has("reqPermissionDetails")) {
            names.addAll(bundle.objects("reqPermissionDetails", detail -> detail.string("name")));
        } else if (bundle.has("reqPermissions")) {
            names.addAll(bundle.strings("reqPermissions"));
        }
        return List.copyOf(names);
    }
}
