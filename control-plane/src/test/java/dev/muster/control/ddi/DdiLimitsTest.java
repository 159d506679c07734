package dev.muster.control.ddi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.identity.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DdiLimitsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final DdiLimits limits =
            new DdiLimits(TestPort.plain().trusting("10.0.0.1").limited(1, 3), nanos::get);

    @Test
    void afterSoManyWrongTokensTheAnswerSaysWhenToComeBack() {
        DdiRequest guess = request("192.0.2.1", Map.of("authorization", "TargetToken guess"));
        for (int i = 0; i < 3; i++) {
            assertThat(limits.wrong(guess, "press-7").status()).isEqualTo(401);
        }

        DdiException refused = limits.wrong(guess, "press-7");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.again()).isEqualTo(Duration.ofSeconds(1));
        assertThatThrownBy(() -> limits.mayTry(TenantId.DEFAULT, guess, "press-7"))
                .hasMessageContaining("right token");
        assertThat(limits.wrong(request("192.0.2.2", Map.of()), "press-7").status())
                .as("another address")
                .isEqualTo(401);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThatCode(() -> limits.mayTry(TenantId.DEFAULT, guess, "press-7")).doesNotThrowAnyException();
    }

    @Test
    void aTokenThatWasRightMayBeTriedWhateverOthersOfItsAddressDid() {
        DdiRequest right = request("192.0.2.1", Map.of("authorization", "TargetToken right"));
        limits.right(TenantId.DEFAULT, right);
        exhaust("192.0.2.1");

        assertThatCode(() -> limits.mayTry(TenantId.DEFAULT, right, "press-7")).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.mayTry(new TenantId("other"), right, "press-7"))
                .as("in another tenant it is a guess")
                .isInstanceOf(DdiException.class);
        nanos.addAndGet(Duration.ofHours(2).toNanos());
        exhaust("192.0.2.1");
        assertThatThrownBy(() -> limits.mayTry(TenantId.DEFAULT, right, "press-7"))
                .isInstanceOf(DdiException.class);
    }

    @Test
    void behindAProxyEveryClientPaysForItself() {
        exhaust("10.0.0.1", "x-forwarded-for", "203.0.113.9, 192.0.2.1");

        assertThat(wrong("10.0.0.1", "x-forwarded-for", "203.0.113.9, 192.0.2.1"))
                .isEqualTo(429);
        assertThat(wrong("10.0.0.1", "x-forwarded-for", "192.0.2.1, 203.0.113.9"))
                .as("only the proxy's own word counts")
                .isEqualTo(401);
        assertThat(wrong("192.0.2.99", "x-forwarded-for", "192.0.2.1"))
                .as("who is no proxy cannot name another")
                .isEqualTo(401);
    }

    @Test
    void anAddressOfIpv6IsItsNetwork() {
        exhaust("2001:db8:0:1::1");

        assertThat(wrong("2001:db8:0:1:ffff::2")).isEqualTo(429);
        assertThat(wrong("2001:db8:0:2::1")).isEqualTo(401);
    }

    @Test
    void aClientInALoopIsToldToWait() {
        for (int i = 0; i < 200; i++) {
            limits.admit(TenantId.DEFAULT, "press-7");
        }

        assertThatThrownBy(() -> limits.admit(TenantId.DEFAULT, "press-7"))
                .isInstanceOfSatisfying(DdiException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(429);
                    assertThat(refused.again()).isPositive();
                });
        assertThatCode(() -> limits.admit(TenantId.DEFAULT, "press-8")).doesNotThrowAnyException();
    }

    private void exhaust(String address, String... headers) {
        for (int i = 0; i < 3; i++) {
            wrong(address, headers);
        }
    }

    private int wrong(String address, String... headers) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            named.put(headers[i], headers[i + 1]);
        }
        return limits.wrong(request(address, named), "press-7").status();
    }

    static DdiRequest request(String address, Map<String, String> headers) {
        return new DdiRequest("GET", List.of(), Map.of(), headers, new byte[0], address, "http://localhost");
    }
}
