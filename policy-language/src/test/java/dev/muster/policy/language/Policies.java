package dev.muster.policy.language;

import dev.muster.policy.language.ParseResult.Invalid;
import dev.muster.policy.language.ParseResult.Parsed;
import dev.muster.policy.model.PolicyDocument;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Policies in text, for tests. */
public final class Policies {
    /** The holder in {@link #EVERYTHING}: the base point, which is sound. */
    public static final String HOLDER = "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY";

    /** One document of every kind with every field it has; `pit` and `early` are known. */
    private static final Map<String, String> EVERYTHING = Map.of(
            "Role", """
            permissions:
              - ohos.permission.CAMERA
              - names: [ohos.permission.LOCATION, ohos.permission.APPROXIMATELY_LOCATION]
                when: "'pit' in zones"
            """,
            "Binding", """
            roles: [camera-user]
            apps: {bundles: [com.acme.*], signers: [acme], labels: [video]}
            devices: {sites: [north], tags: [crusher], hardware: [rk3568], groups: [pilot]}
            users: [100, 101]
            when: "'early' in shifts"
            """,
            "GuardRail", """
            deny: [ohos.permission.MICROPHONE]
            ceiling: [ohos.permission.CAMERA]
            denyAfterLease: [ohos.permission.CAMERA]
            apps: all
            devices: {query: "site==north;tag==truck"}
            users: all
            when: network != 'site-wifi'
            """,
            "Capability", """
            permissions: [ohos.permission.CAMERA]
            apps: {bundles: [com.acme.repair]}
            devices: {ids: [press-07, press-08]}
            users: [100]
            when: "'crew' in groups"
            notBefore: 2026-03-01T06:00:00Z
            notAfter: 2026-03-02T06:00:00+01:00
            holder: WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY
            """,
            "Zone", """
            circle: {latitude: 67.85, longitude: 20.2, radiusMetres: 250}
            tags: [gate-1, gate-2]
            """,
            "Shift", """
            windows:
              - {days: [mon, tue, wed, thu, fri], from: 06:00, to: 14:00}
              - {days: all, from: "22:00", to: "06:00"}
            except: [2026-12-25]
            also: [2026-12-27]
            """,
            "PolicyTest", """
            device: {site: north, tags: [crusher], hardware: rk3568, groups: [pilot], timeZone: Europe/Berlin,
              queries: ["site==north;tag==truck"]}
            app: {bundle: com.acme.camera, user: 101, instance: 1, apl: system_basic, labels: [video],
              requested: [ohos.permission.CAMERA], acls: [ohos.permission.CAMERA], signer: acme}
            at: 2026-03-02T08:00:00Z
            zones: [pit]
            groups: [crew]
            states: [charging]
            network: site-wifi
            expect:
              - {permission: ohos.permission.CAMERA, answer: granted, reason: role}
              - {permission: ohos.permission.MICROPHONE, answer: denied}
            """);

    static final Known KNOWN = new Known(Set.of("camera-user"), Set.of("pit"), Set.of("early"));

    private static final PolicyParser PARSER = new PolicyParser();

    private Policies() {}

    /** A body of a kind with every field it has. */
    static String everything(String kind) {
        return Objects.requireNonNull(EVERYTHING.get(kind), kind);
    }

    /** A document with a body. */
    static String document(String kind, String spec) {
        return document(kind, "x", spec);
    }

    /** A document with a name and a body. */
    public static String document(String kind, String name, String spec) {
        return "apiVersion: muster.dev/v1\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec:\n"
                + spec.stripTrailing().indent(2);
    }

    static ParseResult parse(String text) {
        return PARSER.parse(List.of(new PolicySource("p.yaml", text)), KNOWN);
    }

    /** The one document of a body that must be good. */
    static PolicyDocument read(String kind, String spec) {
        return switch (parse(document(kind, spec))) {
            case Parsed parsed -> parsed.documents().getFirst().document();
            case Invalid invalid -> throw new AssertionError(invalid.errors().toString());
        };
    }

    /** The mistakes of a body, its lines counted from 1. */
    static List<String> mistakes(String kind, String spec) {
        return switch (parse(document(kind, spec))) {
            case Parsed parsed -> throw new AssertionError("mistakes expected, found " + parsed);
            case Invalid invalid ->
                invalid.errors().stream()
                        .map(error -> (error.line() - 4) + ":" + (error.column() - 2) + " "
                                + error.message().replaceFirst("^" + kind + " `x`", "x"))
                        .toList();
        };
    }

    /** Documents that must be good by themselves. */
    public static Parsed parsed(String... documents) {
        return switch (PARSER.parse(List.of(new PolicySource("p.yaml", String.join("---\n", documents))))) {
            case Parsed parsed -> parsed;
            case Invalid invalid -> throw new AssertionError(invalid.errors().toString());
        };
    }
}
