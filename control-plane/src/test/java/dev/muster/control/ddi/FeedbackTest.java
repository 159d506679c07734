package dev.muster.control.ddi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.desired.InstallRule.Mode;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackTest {
    @ParameterizedTest
    @CsvSource({
        "closed, success, FINISHED", "closed, none, FINISHED", "closed, failure, FAILED",
        "proceeding, none, RUNNING", "scheduled, none, RUNNING", "resumed, none, RUNNING",
        "download, none, RUNNING", "downloaded, success, RUNNING", "rejected, none, RUNNING",
        "canceled, none, RUNNING"
    })
    void aDeploymentMovesAsHawkBitMovesIt(String execution, String finished, ActionState next) {
        assertThat(said(execution, finished)
                        .ofDeployment(ActionState.RUNNING, Mode.FORCED, true)
                        .next())
                .isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "closed, success, CANCELED, false", "closed, none, CANCELED, false", "closed, failure, FAILED, false",
        "rejected, success, RUNNING, true", "canceled, none, CANCELING, false", "proceeding, none, CANCELING, false"
    })
    void aCancelEndsOrIsOfferedAgain(String execution, String finished, ActionState next, boolean again) {
        Feedback.Step step = said(execution, finished).ofCancel();

        assertThat(step.next()).isEqualTo(next);
        assertThat(step.offerAgain()).isEqualTo(again);
    }

    @Test
    void successOfADownloadCountsOnlyForBytesThatWentOut() {
        Feedback skipped = said("closed", "success");

        assertThat(skipped.ofDeployment(ActionState.RUNNING, Mode.DOWNLOAD_ONLY, false)
                        .next())
                .isEqualTo(ActionState.FAILED);
        assertThat(skipped.ofDeployment(ActionState.RUNNING, Mode.DOWNLOAD_ONLY, true)
                        .next())
                .isEqualTo(ActionState.DOWNLOADED);
        assertThat(said("downloaded", "success")
                        .ofDeployment(ActionState.RUNNING, Mode.DOWNLOAD_ONLY, true)
                        .next())
                .isEqualTo(ActionState.DOWNLOADED);
    }

    @Test
    void anActionThatIsToStopMayStillFinishOrCancelItself() {
        assertThat(said("closed", "success")
                        .ofDeployment(ActionState.CANCELING, Mode.FORCED, true)
                        .next())
                .isEqualTo(ActionState.FINISHED);
        assertThat(said("canceled", "none")
                        .ofDeployment(ActionState.CANCELING, Mode.FORCED, true)
                        .next())
                .isEqualTo(ActionState.CANCELED);
    }

    @Test
    void messagesAreWhatARowCanHold() {
        Feedback feedback = Feedback.from(json("""
                {"status":{"execution":"closed","result":{"finished":"failure"},"code":7,"details":["a\\u0000b"]}}"""));

        assertThat(feedback.details()).containsExactly("ab", "Device reported status code: 7");
        assertThatThrownBy(() -> Feedback.from(
                        json("{\"status\":{\"execution\":\"closed\",\"result\":{\"finished\":\"maybe\"}}}")))
                .isInstanceOf(RuntimeException.class);
        String many = "\"x\",".repeat(50) + "\"x\"";
        assertThatThrownBy(() ->
                        Feedback.from(json("{\"status\":{\"execution\":\"closed\",\"result\":{\"finished\":\"none\"},"
                                + "\"details\":[" + many + "]}}")))
                .isInstanceOfSatisfying(
                        DdiException.class, e -> assertThat(e.status()).isEqualTo(429));
    }

    private static JsonObject json(String text) {
        return JsonObject.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Feedback said(String execution, String finished) {
        return new Feedback(
                Feedback.word(Feedback.Execution.class, execution),
                Feedback.word(Feedback.Result.class, finished),
                Optional.empty(),
                List.of());
    }
}
