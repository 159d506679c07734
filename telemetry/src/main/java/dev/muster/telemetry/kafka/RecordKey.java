package dev.muster.telemetry.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record, {@code tenant/device}. The gateway takes it from a certificate; where a value names the device too, both
 * must agree, so that no record of one tenant lands among another's.
 */
public final class RecordKey {
    private RecordKey() {}

    /** Whether the key names this device. */
    public static boolean names(byte @Nullable [] key, String tenant, String device) {
        return key != null && Arrays.equals(key, (tenant + "/" + device).getBytes(StandardCharsets.UTF_8));
    }
}
