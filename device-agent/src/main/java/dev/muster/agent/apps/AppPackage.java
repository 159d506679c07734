package dev.muster.agent.apps;

import java.util.List;

/**
 * What an app package says of itself. The privilege level is not among it: that comes from the signed profile alone.
 *
 * @param versionCode orders versions; 0 to 2^31 - 1
 * @param permissions names the app asks for, in the manifest's order, without repetition
 */
public record AppPackage(String bundle, long versionCode, String versionName, List<String> permissions) {
    public AppPackage {
        permissions = List.copyOf(permissions);
    }
}
