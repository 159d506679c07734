package dev.muster.control.ota;

import dev.muster.control.packages.Signature;
import java.util.List;

/**
 * What an OpenHarmony OTA package says about itself, all of it checked against its contents.
 *
 * @param productId product update id; empty where it names none
 * @param softwareVersion the version a device has afterwards
 * @param fileVersion of the format, as the build wrote it
 * @param made date and time, as the build wrote them
 * @param mini made for small or mini systems
 * @param components in the order of their bytes
 * @param boards lines of {@code board_list}: which boards take it
 * @param versions lines of {@code version_list}: which versions it may replace
 * @param signature of the whole file where it has one, else of the header of {@code update.bin}
 */
public record OtaPackage(
        String productId,
        String softwareVersion,
        long fileVersion,
        String made,
        boolean mini,
        List<Component> components,
        List<String> boards,
        List<String> versions,
        Signature signature) {
    public OtaPackage {
        components = List.copyOf(components);
        boards = List.copyOf(boards);
        versions = List.copyOf(versions);
    }

    /**
     * One part of the system.
     *
     * @param address partition or file, such as {@code /system}
     * @param diff against the version the device has; whole otherwise
     * @param version of the component
     * @param size in the package, bytes
     * @param originalSize as the build wrote it, bytes
     * @param sha256 of its bytes in the package, lower-case hex
     */
    public record Component(
            String address,
            int id,
            int resourceType,
            int flags,
            boolean diff,
            String version,
            long size,
            long originalSize,
            String sha256) {}

    /** Whether a device must have exactly the version this was made against. */
    public boolean isDiff() {
        return components.stream().anyMatch(Component::diff);
    }
}
