package dev.muster.protocol.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvitationTextTest {
    private static final InvitationText GOOD =
            new InvitationText(URI.create("https://mine.example:7401"), "default.0123456789ab.s-e_c", "sha256:00ff");

    @Test
    void isOneLineThatIsReadBack() {
        assertThat(GOOD.text())
                .isEqualTo("muster-enrol:?server=https%3A%2F%2Fmine.example%3A7401"
                        + "&token=default.0123456789ab.s-e_c&ca=sha256%3A00ff");
        assertThat(InvitationText.parse(GOOD.text())).isEqualTo(GOOD);
        assertThat(GOOD).asString().doesNotContain("s-e_c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://mine.example",
                "muster-enrol:?",
                "muster-enrol:?server=x",
                "muster-enrol:?server=%20&token=t&ca=c",
                "muster-enrol:?server=x&token=&ca=c",
                "muster-enrol:?server=x&token=%zz&ca=c"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> InvitationText.parse(text)).isInstanceOf(ProtocolException.class);
    }
}
