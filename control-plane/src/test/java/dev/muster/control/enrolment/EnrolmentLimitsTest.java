package dev.muster.control.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class EnrolmentLimitsTest {
    private static final String HERE = "192.0.2.1";
    private static final String THERE = "192.0.2.2";
    private static final EnrolmentToken.Secret TOKEN = EnrolmentToken.Secret.random(TenantId.DEFAULT);

    private final Turned clock = new Turned();
    private final EnrolmentLimits limits = new EnrolmentLimits(new Config(60), clock);

    @Test
    void anAddressHasAMinutesWorthAtOnceAndThenItsRate() {
        for (int i = 0; i < 60; i++) {
            limits.admit(HERE);
        }

        assertThatThrownBy(() -> limits.admit(HERE))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.extensions())
                        .containsEntry("retryAfter", 1L));
        assertThatCode(() -> limits.admit(THERE)).doesNotThrowAnyException();

        clock.turn(Duration.ofSeconds(1));

        assertThatCode(() -> limits.admit(HERE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.admit(HERE)).isInstanceOf(ProblemException.class);
    }

    @Test
    void addressesOfOneIpv6NetworkCountAsOne() {
        assertThat(EnrolmentLimits.network("2001:db8:1:2:aaaa::1"))
                .isEqualTo(EnrolmentLimits.network("2001:db8:1:2::9"));
        assertThat(EnrolmentLimits.network("2001:db8:1:3::1")).isNotEqualTo(EnrolmentLimits.network("2001:db8:1:2::1"));
        assertThat(EnrolmentLimits.network("192.0.2.1")).isNotEqualTo(EnrolmentLimits.network("192.0.2.2"));
    }

    @Test
    void noBoundWhereSomethingBeforeTheServerHidesAddresses() {
        EnrolmentLimits open = new EnrolmentLimits(new Config(0), clock);

        assertThatCode(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        open.admit(HERE);
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void wrongSecretsOfAnAddressAreForgottenInTime() {
        for (int i = 0; i < 3; i++) {
            limits.wrong(TOKEN, HERE);
        }
        assertThat(limits.guessed(TOKEN, HERE)).isTrue();
        assertThat(limits.guessed(TOKEN, THERE)).isFalse();

        clock.turn(Duration.ofMinutes(10));

        assertThat(limits.guessed(TOKEN, HERE)).isFalse();
    }

    @Test
    void guessesFromManyAddressesCountForTheToken() {
        for (int i = 0; i < 30; i++) {
            limits.wrong(TOKEN, "198.51.100." + i);
        }

        assertThat(limits.guessed(TOKEN, HERE)).isTrue();
        assertThat(limits.guessed(EnrolmentToken.Secret.random(TenantId.DEFAULT), HERE))
                .isFalse();
    }

    @Test
    void refusalsGetOneRowAndItsSuccessorSaysHowManyThereWere() {
        assertThat(limits.row(TenantId.DEFAULT, "token/1", HERE)).contains(1L);
        assertThat(limits.row(TenantId.DEFAULT, "token/1", HERE)).isEmpty();
        assertThat(limits.row(TenantId.DEFAULT, "token/1", HERE)).isEmpty();

        assertThat(limits.row(TenantId.DEFAULT, "token/1", THERE)).contains(3L);
    }

    @Test
    void nobodyFillsTheTrailOfATenant() {
        long rows = 0;
        for (int i = 0; i < 500; i++) {
            if (limits.row(TenantId.DEFAULT, "token/" + i, "198.51.100." + i % 250)
                    .isPresent()) {
                rows++;
            }
        }

        assertThat(rows).isEqualTo(20);
        assertThat(limits.row(new TenantId("other"), "token/1", HERE)).isPresent();
    }

    private record Config(int perMinute) implements EnrolmentConfig, EnrolmentConfig.Limits {
        @Override
        public Duration certificateLife() {
            return Duration.ofDays(42);
        }

        @Override
        public Duration serverCertificateLife() {
            return Duration.ofDays(90);
        }

        @Override
        public Duration longestToken() {
            return Duration.ofDays(365);
        }

        @Override
        public Duration authoritySettles() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Limits limits() {
            return this;
        }

        @Override
        public int wrongSecrets() {
            return 3;
        }

        @Override
        public Duration wrongWithin() {
            return Duration.ofMinutes(10);
        }

        @Override
        public Duration refusedFor() {
            return Duration.ofMinutes(1);
        }
    }

    private static final class Turned extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void turn(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
