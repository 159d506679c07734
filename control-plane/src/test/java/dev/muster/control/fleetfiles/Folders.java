package dev.muster.control.fleetfiles;

import java.util.Map;

/** Files of a fleet, one of each kind that can be applied to an empty tenant. */
final class Folders {
    static final String SITES = """
            apiVersion: muster.dev/v1
            kind: Site
            metadata: {name: pit}
            spec: {parent: hill, window: {days: [tue, mon], from: "22:00", to: "04:00"}}
            ---
            apiVersion: muster.dev/v1
            kind: Site
            metadata: {name: hill}
            spec: {timeZone: Europe/Stockholm, uplinkKbps: 20000}
            """;

    static final String GROUPS = """
            apiVersion: muster.dev/v1
            kind: Group
            metadata: {name: cameras, description: what sees}
            spec: {devices: tag==camera}
            ---
            apiVersion: muster.dev/v1
            kind: Group
            metadata: {name: spares}
            spec: {members: [ff-3]}
            """;

    static final String POLICY = """
            apiVersion: muster.dev/v1
            kind: Role
            metadata: {name: seeing}
            spec: {permissions: [ohos.permission.CAMERA]}
            ---
            apiVersion: muster.dev/v1
            kind: Binding
            metadata: {name: cameras-see}
            spec: {roles: [seeing], apps: {bundles: [com.example.vision]}, devices: {tags: [camera]}}
            """;

    static final String SETTINGS = """
            apiVersion: muster.dev/v1
            kind: Settings
            metadata: {name: tenant}
            spec: {agent: {sampleSeconds: 30}}
            ---
            apiVersion: muster.dev/v1
            kind: Settings
            metadata: {name: group/cameras}
            spec:
              agent:
                sampleSeconds: 5
            """;

    static final String ALERTS = """
            # Bearings fail above 110.
            apiVersion: muster.dev/v1
            kind: AlertRule
            metadata: {name: hot-motor}
            spec: {devices: tag==camera, severity: critical, when: {threshold: {metric: motor.temp, above: 90}}}
            """;

    static final Map<String, String> ALL = Map.of(
            "sites.yaml",
            SITES,
            "groups.yaml",
            GROUPS,
            "policy.yaml",
            POLICY,
            "settings.yaml",
            SETTINGS,
            "alerts.yaml",
            ALERTS);

    private Folders() {}
}
