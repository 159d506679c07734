package dev.muster.control.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeliveryRulesTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    @Test
    void thePauseDoublesUpToAnHourAndIsSpreadByAQuarter() {
        UUID id = new UUID(1, 2);

        for (int failures = 1; failures < 60; failures++) {
            long planned = Math.min(10_000L << Math.min(failures - 1, 20), 3_600_000L);
            Duration pause = Backoff.after(failures, TEN, id);
            assertThat(pause.toMillis()).isBetween(planned * 3 / 4, planned * 5 / 4);
            assertThat(pause).isEqualTo(Backoff.after(failures, TEN, id));
        }
        assertThat(Backoff.after(5, TEN, id)).isNotEqualTo(Backoff.after(5, TEN, new UUID(1, 77)));
    }

    /** The example of the Standard Webhooks specification. */
    @Test
    void signsAsTheSpecificationShows() {
        var headers = WebhookSignature.headers(
                List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1_614_265_330),
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));

        assertThat(headers)
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
                .containsEntry("webhook-timestamp", "1614265330");
    }

    @Test
    void twoSecretsMakeTwoSignaturesOfTheSame() {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        Instant now = Instant.ofEpochSecond(1);
        String one = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        String other = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY";

        String both =
                WebhookSignature.headers(List.of(one, other), "id", now, body).get("webhook-signature");

        assertThat(both)
                .isEqualTo(
                        WebhookSignature.headers(List.of(one), "id", now, body).get("webhook-signature") + " "
                                + WebhookSignature.headers(List.of(other), "id", now, body)
                                        .get("webhook-signature"));
    }

    @Test
    void whatAReceiverAnswersSaysWhetherTryingAgainHelps() {
        assertThat(Verdict.of(new Outcome.Answered(204)).kind()).isEqualTo(Verdict.Kind.SENT);
        assertThat(Verdict.of(new Outcome.Answered(410)).hopeless()).isTrue();
        assertThat(Verdict.of(new Outcome.Refused("no")).hopeless()).isTrue();
        assertThat(Verdict.of(new Outcome.Answered(302)).kind()).isEqualTo(Verdict.Kind.REJECTED);
        assertThat(Verdict.of(new Outcome.Answered(400)).kind()).isEqualTo(Verdict.Kind.REJECTED);
        for (int busy : new int[] {408, 429, 500, 503}) {
            assertThat(Verdict.of(new Outcome.Answered(busy)).kind()).isEqualTo(Verdict.Kind.UNREACHABLE);
        }
        assertThat(Verdict.of(new Outcome.Failed("no route")).kind()).isEqualTo(Verdict.Kind.UNREACHABLE);
    }
}
