package dev.muster.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AcksTest {
    private final List<Integer> sent = new ArrayList<>();
    private final Acks acks = new Acks((connection, packetId, qos) -> sent.add(packetId));

    @Test
    void acknowledgesInOrderOfArrivalWhateverKafkaAnswersFirst() {
        Acks.Entry first = acks.add(1, 1, 1, 2);
        Acks.Entry second = acks.add(1, 2, 1, 1);

        second.delivered();
        first.delivered();
        assertThat(sent).isEmpty();

        first.delivered();
        assertThat(sent).containsExactly(1, 2);
    }

    @Test
    void acknowledgesNothingThatKafkaDidNotTakeNorWhatCameBehindIt() {
        Acks.Entry first = acks.add(1, 1, 1, 1);
        Acks.Entry second = acks.add(1, 2, 1, 1);
        Acks.Entry third = acks.add(1, 3, 1, 1);
        Acks.Entry later = acks.add(2, 1, 1, 1);

        first.delivered();
        third.delivered();
        second.failed();
        later.delivered();

        assertThat(sent).containsExactly(1, 1);
        assertThat(acks.waiting()).isZero();
    }

    @Test
    void keepsOrderForAnyOrderOfAnswers() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            sent.clear();
            List<Acks.Entry> open = new ArrayList<>();
            List<Integer> expected = new ArrayList<>();
            for (int id = 0; id < 20; id++) {
                int records = random.nextInt(3);
                Acks.Entry entry = acks.add(round, id, 1, records);
                for (int i = 0; i < records; i++) {
                    open.add(entry);
                }
                expected.add(id);
            }
            java.util.Collections.shuffle(open, random);

            open.forEach(Acks.Entry::delivered);

            assertThat(sent).isEqualTo(expected);
        }
    }
}
