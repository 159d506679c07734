package dev.muster.control.foureyes;

import org.jboss.resteasy.reactive.RestResponse;

/** What came of asking for something that may need a second person. */
public sealed interface Outcome<T> {
    /** It is done. */
    record Done<T>(T value) implements Outcome<T> {}

    /** It waits; nothing changed yet. */
    record Waits<T>(FourEyesRequest request) implements Outcome<T> {}

    /** On the wire: what was made, or 202 and the request. */
    default RestResponse<Object> answer() {
        return switch (this) {
            case Done<T> done ->
                RestResponse.ResponseBuilder.<Object>create(200)
                        .entity(done.value())
                        .build();
            case Waits<T> waits ->
                RestResponse.ResponseBuilder.<Object>create(202)
                        .entity(waits.request())
                        .build();
        };
    }

    /** On the wire, where there is nothing to say of what is done: 204, or 202 and the request. */
    default RestResponse<Object> answerWithout() {
        return switch (this) {
            case Done<T> done ->
                RestResponse.ResponseBuilder.<Object>create(204).build();
            case Waits<T> waits -> answer();
        };
    }
}
