package dev.muster.protocol.help;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

    @Test
    void nothingIsAllowedThatTheSettingsDoNotSay() {
        assertThat(allow("{}").refusal(HelpKind.TERMINAL, "", NOW))
                .get()
                .asString()
                .contains("is off");
        HelpAllow logs = allow("""
                {"remoteHelp": {"until": "2026-12-01T11:00:00Z", "kinds": ["get", "forward"], "paths": ["/var/log"],
                 "forward": ["127.0.0.1:80"]}}""");

        assertThat(logs.refusal(HelpKind.GET, "/var/log/x", NOW)).isEmpty();
        assertThat(logs.refusal(HelpKind.FORWARD, "127.0.0.1:80", NOW)).isEmpty();
        assertThat(logs.refusal(HelpKind.FORWARD, "127.0.0.1:22", NOW)).isPresent();
        assertThat(logs.refusal(HelpKind.TERMINAL, "", NOW)).isPresent();
        assertThat(logs.refusal(HelpKind.GET, "/var/log/x", NOW.plusSeconds(3600)))
                .get()
                .asString()
                .contains("until 2026-12-01T11:00:00Z");
    }

    @Test
    void filesNeedPaths() {
        HelpAllow allow = allow("{\"remoteHelp\":{\"until\":\"2026-12-01T11:00:00Z\",\"kinds\":[\"put\"]}}");

        assertThat(allow.refusal(HelpKind.PUT, "/x", NOW)).get().asString().contains("`paths`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"remoteHelp\":true}",
                "{\"remoteHelp\":{\"kinds\":[\"terminal\"]}}",
                "{\"remoteHelp\":{\"until\":\"soon\",\"kinds\":[\"terminal\"]}}",
                "{\"remoteHelp\":{\"until\":\"2026-12-01T11:00:00Z\",\"kinds\":[\"everything\"]}}",
                "{\"remoteHelp\":{\"until\":\"2026-12-01T11:00:00Z\",\"kinds\":[],\"bytesPerSecond\":0}}"
            })
    void whatCannotBeReadAllowsNothing(String settings) {
        assertThatThrownBy(() -> allow(settings)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void framesComeBackAsTheyWent() {
        HelpFrames frames = new HelpFrames(
                7, List.of(new HelpFrame(3, HelpFrame.Type.DATA, new byte[] {0, -1, 10})), Optional.of("ended"));

        HelpFrames read = HelpFrames.fromJson(frames.toJson());

        assertThat(read.last()).isEqualTo(7);
        assertThat(read.over()).contains("ended");
        assertThat(read.frames().getFirst().channel()).isEqualTo(3);
        assertThat(read.frames().getFirst().data()).containsExactly(0, -1, 10);
    }

    @Test
    void framesOfTheFirstVersionAreReadForEver() throws Exception {
        byte[] golden;
        try (var in = HelpTest.class.getResourceAsStream("/golden/1/help-frames.json")) {
            golden = Objects.requireNonNull(in).readAllBytes();
        }

        HelpFrames read = HelpFrames.fromJson(golden);

        assertThat(read.frames()).extracting(HelpFrame::type).containsExactly(HelpFrame.Type.values());
        assertThat(read.frames().get(1).data()).asString(UTF_8).isEqualTo("hello");
        assertThat(JsonObject.parse(read.toJson()).members())
                .isEqualTo(JsonObject.parse(golden).members());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"first\":0,\"frames\":[]}",
                "{\"first\":1,\"frames\":[{\"channel\":70000,\"type\":\"data\",\"data\":\"\"}]}",
                "{\"first\":1,\"frames\":[{\"channel\":-1,\"type\":\"data\",\"data\":\"\"}]}",
                "{\"first\":1,\"frames\":[{\"channel\":1,\"type\":\"exec\",\"data\":\"\"}]}",
                "{\"first\":1,\"frames\":[{\"channel\":1,\"type\":\"data\",\"data\":\"!\"}]}"
            })
    void refusesFramesThatAreNone(String json) {
        assertThatThrownBy(() -> HelpFrames.fromJson(json.getBytes(UTF_8)))
                .isInstanceOfAny(ProtocolException.class, IllegalArgumentException.class);
    }

    @Test
    void refusesMoreThanABoundHolds() {
        assertThatThrownBy(() -> new HelpFrame(0, HelpFrame.Type.DATA, new byte[HelpFrame.MAX_DATA + 1]))
                .isInstanceOf(ProtocolException.class);
        HelpFrame one = new HelpFrame(0, HelpFrame.Type.DATA, new byte[0]);
        assertThatThrownBy(() -> new HelpFrames(1, Collections.nCopies(17, one), Optional.empty()))
                .isInstanceOf(ProtocolException.class);
    }

    private static HelpAllow allow(String settings) {
        return HelpAllow.in(JsonObject.parse(settings.getBytes(UTF_8)));
    }
}
