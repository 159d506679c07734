package dev.muster.policy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.lease.LeaseState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;

/** Whatever bytes a bundle has: it is refused with {@link BundleException}, or it answers every question. */
class BundleReaderFuzzTest {
    private static final int AT_LENGTH = 24;
    private static final int AT_CRC = 28;

    @FuzzTest(maxDuration = "2m")
    void refusesOrAnswers(byte[] bytes) {
        if (bytes.length > AT_CRC + 4) {
            seal(bytes);
        }
        Bundle bundle;
        try {
            bundle = Bundle.open(ByteBuffer.wrap(bytes));
        } catch (BundleException refused) {
            return;
        }
        DecisionContext context = bundle.context(Situation.at(Instant.EPOCH));
        for (int row = 0; row < bundle.rows(); row++) {
            if (bundle.row(bundle.app(row)) != row) {
                throw new IllegalStateException("row " + row + " is not found by its own name");
            }
            for (Bundle.Requested requested : bundle.requested(row, context)) {
                int permission = bundle.permission(requested.permission());
                bundle.describe(requested.decision()).text("app", requested.permission());
                for (LeaseState lease : LeaseState.values()) {
                    bundle.describe(bundle.verify(row, permission, lease, context));
                }
            }
        }
    }

    /** Length and checksum made right, so that fuzzing gets past them. */
    private static void seal(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(AT_LENGTH, bytes.length);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, AT_CRC);
        crc.update(bytes, AT_CRC + 4, bytes.length - AT_CRC - 4);
        buffer.putInt(AT_CRC, (int) crc.getValue());
    }
}
