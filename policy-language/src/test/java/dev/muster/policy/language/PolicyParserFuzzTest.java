package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whatever bytes come as a policy, the answer is documents or mistakes. In a test run the inputs beside it are tried;
 * {@code JAZZER_FUZZ=1 mvn -Dquick -pl policy-language -am test -Dtest=PolicyParserFuzzTest} looks for new ones.
 */
class PolicyParserFuzzTest {
    private static final PolicyParser PARSER = new PolicyParser();

    @FuzzTest(maxDuration = "10m")
    void answersEveryText(FuzzedDataProvider data) {
        String text = new String(data.consumeRemainingAsBytes(), StandardCharsets.UTF_8);

        switch (PARSER.parse(List.of(new PolicySource("fuzz", text)), Policies.KNOWN)) {
            case ParseResult.Parsed parsed -> readsTheSameAgain(parsed);
            case ParseResult.Invalid invalid -> {
                assertThat(invalid.errors()).isNotEmpty().hasSizeLessThanOrEqualTo(200);
                assertThat(invalid.errors())
                        .allMatch(error -> error.line() >= 1
                                && error.column() >= 1
                                && error.message().length() < 5_000
                                && !error.message().contains("\n"));
            }
        }
    }

    private static void readsTheSameAgain(ParseResult.Parsed parsed) {
        for (ParseResult.ParsedDocument document : parsed.documents()) {
            ParseResult again = PARSER.parse(List.of(new PolicySource("again", document.yaml())), Policies.KNOWN);
            assertThat(again).isInstanceOf(ParseResult.Parsed.class);
            assertThat(((ParseResult.Parsed) again).documents().getFirst().document())
                    .isEqualTo(document.document());
        }
    }
}
