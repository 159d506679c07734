package dev.muster.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerEventReaderTest {
    private static List<ServerEvent> read(String... lines) {
        ServerEventReader reader = new ServerEventReader();
        return List.of(lines).stream()
                .map(reader::line)
                .flatMap(Optional::stream)
                .toList();
    }

    @Test
    void joinsTheDataLinesOfOneEvent() {
        assertThat(read("event: sample", "data: a", "data:b", "", "data: c", ""))
                .containsExactly(new ServerEvent("sample", "a\nb"), new ServerEvent("message", "c"));
    }

    @Test
    void ignoresKeepAlivesAndUnfinishedEvents() {
        assertThat(read(": ping", "", "id: 7", "", "data: never ended")).isEmpty();
    }
}
