package dev.muster.policy.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AccessTokenIdTest {
    @Test
    void laysOutPlainIdsAsOpenHarmonyDoes() {
        assertThat(AccessTokenId.of(TokenType.HAP, 0x12345, false, false, false).value())
                .isEqualTo(0x20012345);
        assertThat(AccessTokenId.of(TokenType.NATIVE, 0x12345, false, false, false)
                        .value())
                .isEqualTo(0x28012345);
        assertThat(AccessTokenId.of(TokenType.SHELL, 0x12345, false, false, false)
                        .value())
                .isEqualTo(0x30012345);
    }

    @Test
    void readsBackEveryPart() {
        AccessTokenId id = AccessTokenId.of(TokenType.HAP, AccessTokenId.MAX_UNIQUE, true, true, true);

        assertThat(id.value()).isEqualTo(0x251FFFFF);
        assertThat(id.type()).contains(TokenType.HAP);
        assertThat(id.version()).isEqualTo(1);
        assertThat(id.unique()).isEqualTo(0xFFFFF);
        assertThat(id.isClone()).isTrue();
        assertThat(id.isSandbox()).isTrue();
        assertThat(id.isTool()).isTrue();
        assertThat(id.isRender()).isFalse();
        assertThat(id.render().isRender()).isTrue();
        assertThat(id.render().value()).isEqualTo(0x271FFFFF);
    }

    @Test
    void knowsAnIdWithoutATypeAndOfAnotherVersion() {
        assertThat(new AccessTokenId(0x38000001).type()).isEmpty();
        assertThat(new AccessTokenId(0x38000001).isWellFormed()).isFalse();
        assertThat(new AccessTokenId(0x40000001).isWellFormed()).isFalse();
        assertThat(AccessTokenId.INVALID.isWellFormed()).isFalse();
        assertThat(AccessTokenId.app(1).isWellFormed()).isTrue();
    }

    @Test
    void readsTheDecimalFormOfTheCommandLine() {
        assertThat(AccessTokenId.parse("537003845")).contains(new AccessTokenId(0x20020745));
        assertThat(AccessTokenId.parse("4294967295")).contains(new AccessTokenId(-1));
        assertThat(AccessTokenId.parse("4294967296")).isEmpty();
        assertThat(AccessTokenId.parse("0x20")).isEmpty();
        assertThat(new AccessTokenId(-1)).hasToString("4294967295");
    }

    @Test
    void refusesAUniqueIdThatDoesNotFit() {
        assertThatThrownBy(() -> AccessTokenId.app(1 << 20)).hasMessageContaining("1048575 expected, found 1048576");
    }

    @Test
    void knowsAnExtendedType() {
        assertThat(new AccessTokenId(0x20800001).isTypeExtended()).isTrue();
        assertThat(AccessTokenId.app(1).isTypeExtended()).isFalse();
    }

    @Test
    void carriesAttributesInTheHighWordOfTheFullId() {
        FullTokenId full = FullTokenId.of(new AccessTokenId(0xF00DF00D), 11);

        assertThat(full.value()).isEqualTo(0xB_F00D_F00DL);
        assertThat(full.id()).isEqualTo(new AccessTokenId(0xF00DF00D));
        assertThat(full.isSystemApp()).isTrue();
        assertThat(full.isAtomicService()).isTrue();
        assertThat(full.isDebugApp()).isTrue();
        assertThat(full.isReserved()).isFalse();
        assertThat(FullTokenId.of(AccessTokenId.app(1), FullTokenId.RESERVED).isReserved())
                .isTrue();
    }
}
