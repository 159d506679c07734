package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.TenantId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallerLimitsTest {
    private static final String ADDRESS = "192.0.2.7";
    private static final ApiToken.Secret RIGHT = ApiToken.Secret.random(TenantId.DEFAULT);
    private static final ApiToken.Secret WRONG = ApiToken.Secret.random(TenantId.DEFAULT);

    private final AtomicLong now = new AtomicLong();
    private String address = ADDRESS;
    private final CallerLimits limits = new CallerLimits(new Config(), () -> address, now::get);

    private record Config() implements LimitsConfig {
        @Override
        public double requestsPerSecond() {
            return 10;
        }

        @Override
        public double requestsAtOnce() {
            return 10;
        }

        @Override
        public double wrongTokensPerSecond() {
            return 1;
        }

        @Override
        public double wrongTokensAtOnce() {
            return 5;
        }
    }

    private void guess(int times) {
        for (int i = 0; i < times; i++) {
            limits.mayTry(WRONG);
            limits.wrong();
        }
    }

    @Test
    void wrongTokensFromOneAddressAreRefusedUnreadAfterAWhileAndLaterReadAgain() {
        guess(5);

        assertThatThrownBy(() -> limits.mayTry(WRONG))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("wrong API tokens from `192.0.2.7`");

        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThatCode(() -> limits.mayTry(WRONG)).doesNotThrowAnyException();
    }

    @Test
    void whoeverSharesTheAddressOfAProgramCannotShutItOut() {
        limits.right(RIGHT);
        guess(5);

        assertThatCode(() -> limits.mayTry(RIGHT)).doesNotThrowAnyException();
        address = "192.0.2.8";
        assertThatCode(() -> limits.mayTry(WRONG)).doesNotThrowAnyException();
    }

    @Test
    void eachCallerOfEachTenantHasALimitOfItsOwn() {
        Caller busy = new Caller.Service(TenantId.DEFAULT, "busy", "t1");
        for (int i = 0; i < 10; i++) {
            limits.admit(busy);
        }

        assertThatThrownBy(() -> limits.admit(new Caller.Service(TenantId.DEFAULT, "busy", "t2")))
                .as("another token of the same account")
                .isInstanceOf(ProblemException.class);
        assertThatCode(() -> limits.admit(new Caller.Service(TenantId.DEFAULT, "quiet", "t1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> limits.admit(new Caller.Service(new TenantId("other"), "busy", "t1")))
                .doesNotThrowAnyException();
    }
}
