package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes in a condition are shown where they stand in the file, however the text is written. */
class ConditionPlacesTest {
    /** Each has one wrong word, {@code zonse}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "when: network != 'a' && 'pit' in zonse",
                "when: network != 'a' &&\n    'pit' in\n    zonse && true",
                "when: \"network != 'a' && 'pit' in zonse\"",
                "when: \"network != \\\"a\\\" && 'pit' in zonse\"",
                "when: \"network != 'a'\n\n   && 'pit' in zonse\"",
                "when: 'network != ''a'' && ''pit'' in zonse'",
                "when: |\n  'pit' in zonse",
                "when: |\n  network != 'a'\n\n    && 'pit' in zonse\n",
                "when: |-  # why\n\n\n      network != 'a'\n      && 'pit' in zonse",
                "when: >\n  network != 'a'\n  && 'pit'\n     in zonse && true\n\n",
                "when: >2-\n  network != 'a'\n  && 'pit' in zonse",
                "when: |\n  'ä\uD83D\uDE42' in groups && 'pit' in zonse",
                "when: |\r\n  network != 'a'\r\n  && 'pit' in zonse\r\n",
                "when: # why\n  network != 'a'\n  && 'pit' in zonse",
            })
    void pointsAtTheWrongWord(String when) {
        String text = "# \uD83D\uDE42\n" + Policies.document("Binding", "roles: [camera-user]\napps: all\ndevices: all")
                + when.replaceAll("(?m)^", "  ");

        List<PolicyError> errors = ((ParseResult.Invalid) Policies.parse(text)).errors();

        int at = text.indexOf("zonse");
        int lineStart = text.lastIndexOf('\n', at) + 1;
        assertThat(errors).hasSize(1);
        assertThat(errors.getFirst().message()).contains("found `zonse`; did you mean `zones`?");
        assertThat(errors.getFirst().line())
                .isEqualTo(
                        1 + text.substring(0, at).chars().filter(c -> c == '\n').count());
        assertThat(errors.getFirst().column()).isEqualTo(1 + text.codePointCount(lineStart, at));
    }

    @Test
    void pointsAtTheTextWhereAnEscapeHidesThePlace() {
        assertThat(Policies.mistakes("Binding", """
                roles: [camera-user]
                apps: all
                devices: all
                when: "true &&\\n 'pit' in zonse"
                """))
                .singleElement()
                .asString()
                .startsWith("4:7 x: field `when`: one of ");
    }

    @Test
    void pointsAtTheLastCharacterWhereTheEndIsMissing() {
        assertThat(Policies.mistakes("Binding", """
                roles: [camera-user]
                apps: all
                devices: all
                when: |
                  minute >=

                """))
                .containsExactly("5:11 x: field `when`: a word or a constant expected, found the end");
    }

    @Test
    void refusesAConditionThatIsNoText() {
        assertThat(Policies.mistakes("GuardRail", "deny: []\nwhen: [a]"))
                .containsExactly("2:7 x: field `when`: a condition as text expected, found a list");
    }
}
