package dev.muster.policy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.policy.capability.CapabilityException;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.CapabilityFileTest;
import dev.muster.policy.condition.Situation;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Whatever bytes a capability file has: it is refused with {@link CapabilityException}, or it comes back as it is written. */
class CapabilityFileFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void refusesOrComesBack(byte[] bytes) {
        if (bytes.length >= 16) {
            CapabilityFileTest.seal(bytes);
        }
        CapabilityFile file;
        try {
            file = CapabilityFile.read(ByteBuffer.wrap(bytes), "drill-7");
        } catch (CapabilityException refused) {
            return;
        }
        var context = file.context(Situation.at(Instant.EPOCH));
        file.capabilities().forEach(one -> one.apps()
                .forEach(app -> file.ask(app, one.permissions().first(), context)));
        try {
            if (!CapabilityFile.read(ByteBuffer.wrap(file.write()), "drill-7").equals(file)) {
                throw new IllegalStateException("written and read again, it is another file");
            }
        } catch (CapabilityException tooLong) {
            // Canonical bytes can be longer than 64 KiB only where the input was close to it.
            if (bytes.length < CapabilityFile.MAX_LENGTH / 2) {
                throw tooLong;
            }
        }
    }
}
