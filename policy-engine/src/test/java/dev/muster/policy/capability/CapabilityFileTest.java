package dev.muster.policy.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.policy.Fixtures;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

public class CapabilityFileTest {
    private static final Instant END = Instant.parse("2026-04-01T00:00:00Z");

    @Test
    void comesBackAsItWasWritten() {
        CapabilityFile file = sample();

        byte[] bytes = file.write();

        assertThat(CapabilityFile.read(ByteBuffer.wrap(bytes), "drill-7")).isEqualTo(file);
        assertThat(CapabilityFile.read(ByteBuffer.wrap(bytes), "drill-7").write())
                .isEqualTo(bytes);
    }

    @Test
    void endsAtItsOwnTimeByDeviceTime() {
        CapabilityFile file = sample();

        assertThat(holds(file, END.minusSeconds(1))).contains(true);
        assertThat(holds(file, END)).contains(false);
        assertThat(file.ask(Fixtures.LAMP, Fixtures.CAMERA, file.context(Situation.at(END))))
                .isEmpty();
        assertThat(file.ask(Fixtures.DRILL, Fixtures.INSTALL, file.context(Situation.at(END))))
                .isEmpty();
    }

    @Test
    void isForOneDeviceOnly() {
        byte[] bytes = sample().write();

        assertThatThrownBy(() -> CapabilityFile.read(ByteBuffer.wrap(bytes), "drill-8"))
                .isInstanceOf(CapabilityException.class)
                .hasMessage("capabilities: a file for device `drill-8` expected, found one for `drill-7`");
    }

    @Test
    void refusesEveryTruncationAndEveryAlteredByte() {
        byte[] bytes = sample().write();
        for (int i = 0; i < bytes.length; i++) {
            byte[] cut = Arrays.copyOf(bytes, i);
            byte[] altered = bytes.clone();
            altered[i] ^= 0x20;
            assertThatThrownBy(() -> CapabilityFile.read(ByteBuffer.wrap(cut), "drill-7"))
                    .isInstanceOf(CapabilityException.class);
            assertThatThrownBy(() -> CapabilityFile.read(ByteBuffer.wrap(altered), "drill-7"))
                    .isInstanceOf(CapabilityException.class);
        }
    }

    @Test
    void neitherFailsNorHangsOnAFileThatContradictsItself() {
        byte[] bytes = sample().write();
        Random random = new Random(3);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] altered = bytes.clone();
            altered[16 + random.nextInt(altered.length - 16)] = (byte) random.nextInt(256);
            seal(altered);
            try {
                CapabilityFile.read(ByteBuffer.wrap(altered), "drill-7").write();
                read++;
            } catch (CapabilityException e) {
                assertThat(e).hasMessageStartingWith("capabilities: ");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void isNotWrittenLongerThanADeviceReads() {
        List<DeviceCapability> many = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            many.add(new DeviceCapability(
                    "capability-" + i,
                    new TreeSet<>(Fixtures.permissions()),
                    new TreeSet<>(),
                    Terms.ALWAYS,
                    Optional.empty()));
        }
        CapabilityFile file = new CapabilityFile("drill-7", 1, ConditionBlock.NONE, many, new TreeSet<>());

        assertThatThrownBy(file::write).hasMessageStartingWith("capabilities: at most 65536 bytes expected, found ");
    }

    private static Optional<Boolean> holds(CapabilityFile file, Instant now) {
        return file.ask(Fixtures.DRILL, Fixtures.CAMERA, file.context(Situation.at(now)))
                .map(CapabilityFile.Found::holds);
    }

    /** Makes the checksum right again. */
    public static void seal(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(12, CapabilityCodec.checksum(buffer));
    }

    public static CapabilityFile sample() {
        Condition.Fact pit = new Condition.Fact(FactKind.ZONE, "pit");
        FactTable facts = FactTable.of(
                List.of(pit),
                Fixtures.shiftPolicy().zones(),
                Fixtures.shiftPolicy().shifts());
        Terms until = (Terms) Lowering.lower(new Condition.Until(END), facts);
        Terms inThePit = (Terms) Lowering.lower(pit, facts);
        return new CapabilityFile(
                "drill-7",
                8,
                new ConditionBlock("Europe/Berlin", facts, List.of()),
                List.of(
                        new DeviceCapability(
                                "camera-today",
                                new TreeSet<>(Set.of(Fixtures.CAMERA)),
                                new TreeSet<>(Set.of(Fixtures.DRILL)),
                                until,
                                Optional.empty()),
                        new DeviceCapability(
                                "pit-survey",
                                new TreeSet<>(Set.of(Fixtures.LOCATION, Fixtures.VENDOR)),
                                new TreeSet<>(Set.of(Fixtures.DRILL, Fixtures.LAMP)),
                                inThePit,
                                Optional.of("A".repeat(43)))),
                new TreeSet<>(Set.of("ab".repeat(32))));
    }
}
