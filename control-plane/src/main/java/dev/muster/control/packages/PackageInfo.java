package dev.muster.control.packages;

import java.util.List;
import java.util.Optional;

/**
 * What a package says about itself, and what is signed about it.
 *
 * @param bundle the app's name, the same in all its modules
 * @param bundleType {@code app}, {@code atomicService}, {@code shared} or {@code appService}
 * @param versionCode the ordering key, 0 to 2^31-1
 * @param minCompatibleVersionCode the version code where it names none
 * @param minApi lowest API level of a device; 0 where it names none
 * @param apiReleaseType such as {@code Release}; empty where it names none
 * @param modules one, or all of an App Pack, in the order of the file
 * @param profile present exactly if it is signed
 */
public record PackageInfo(
        Format format,
        Model model,
        String bundle,
        String bundleType,
        long versionCode,
        String versionName,
        long minCompatibleVersionCode,
        int minApi,
        int targetApi,
        String apiReleaseType,
        boolean debug,
        List<Module> modules,
        Signature signature,
        Optional<Profile> profile) {
    public PackageInfo {
        modules = List.copyOf(modules);
    }

    /** What kind of file it is. */
    public enum Format {
        /** One module that can be installed. */
        HAP,
        /** One shared library module. */
        HSP,
        /** An App Pack: several of these in one file. Devices install what is inside. */
        APP_PACK;

        /** Lower case, as stored and shown. */
        public String text() {
            return switch (this) {
                case HAP -> "hap";
                case HSP -> "hsp";
                case APP_PACK -> "app-pack";
            };
        }
    }

    /** Which of the two application models the manifest follows. */
    public enum Model {
        /** {@code module.json}. */
        STAGE,
        /** {@code config.json}. */
        FA
    }

    /**
     * One module.
     *
     * @param type {@code entry}, {@code feature} or {@code shared}
     * @param permissions requested, in the manifest's order, without repetition
     * @param dependencies names of modules of the same app that it needs
     */
    public record Module(
            String name, String type, List<String> deviceTypes, List<String> permissions, List<String> dependencies) {
        public Module {
            deviceTypes = List.copyOf(deviceTypes);
            permissions = List.copyOf(permissions);
            dependencies = List.copyOf(dependencies);
        }
    }

    /** What all modules request, without repetition. */
    public List<String> permissions() {
        return modules.stream()
                .flatMap(module -> module.permissions().stream())
                .distinct()
                .toList();
    }

    /** What all modules are for, without repetition. */
    public List<String> deviceTypes() {
        return modules.stream()
                .flatMap(module -> module.deviceTypes().stream())
                .distinct()
                .toList();
    }

    PackageInfo signed(SignatureReader.Signed signed) {
        return new PackageInfo(
                format,
                model,
                bundle,
                bundleType,
                versionCode,
                versionName,
                minCompatibleVersionCode,
                minApi,
                targetApi,
                apiReleaseType,
                debug,
                modules,
                signed.signature(),
                signed.profile());
    }

    PackageInfo packed(List<Module> all) {
        return new PackageInfo(
                Format.APP_PACK,
                model,
                bundle,
                bundleType,
                versionCode,
                versionName,
                minCompatibleVersionCode,
                minApi,
                targetApi,
                apiReleaseType,
                debug,
                all,
                signature,
                profile);
    }
}
