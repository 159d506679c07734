package dev.muster.policy.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.Fixtures;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.token.AccessTokenId;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenRowsTest {
    private final Bundle bundle = Bundle.open(ByteBuffer.wrap(GoldenBundle.compiled()));

    @Test
    void findsTheRowOfEveryToken() {
        Map<AccessTokenId, AppKey> tokens = new LinkedHashMap<>();
        for (int i = 1; i <= 5000; i++) {
            tokens.put(AccessTokenId.app(i * 7), i % 2 == 0 ? Fixtures.DRILL : Fixtures.LAMP);
        }

        TokenRows rows = TokenRows.of(bundle, tokens);

        tokens.forEach((token, app) -> assertThat(rows.row(token.value())).isEqualTo(bundle.row(app)));
        assertThat(rows.row(AccessTokenId.app(1).value())).isEqualTo(-1);
    }

    @Test
    void hasNoRowForInvalidRenderAndUnknownTokens() {
        AccessTokenId drill = AccessTokenId.app(1);
        TokenRows rows = TokenRows.of(
                bundle,
                Map.of(
                        drill,
                        Fixtures.DRILL,
                        AccessTokenId.app(2).render(),
                        Fixtures.DRILL,
                        AccessTokenId.INVALID,
                        Fixtures.DRILL,
                        AccessTokenId.app(3),
                        AppKey.of("com.example.nobody")));

        assertThat(rows.row(drill.value())).isEqualTo(bundle.row(Fixtures.DRILL));
        assertThat(rows.row(drill.render().value())).isEqualTo(-1);
        assertThat(rows.row(AccessTokenId.app(2).render().value())).isEqualTo(-1);
        assertThat(rows.row(0)).isEqualTo(-1);
        assertThat(rows.row(AccessTokenId.app(3).value())).isEqualTo(-1);
        assertThat(TokenRows.of(bundle, Map.of()).row(drill.value())).isEqualTo(-1);
    }
}
