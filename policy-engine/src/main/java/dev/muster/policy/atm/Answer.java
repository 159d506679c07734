package dev.muster.policy.atm;

import java.util.Optional;

/** A value or the reason there is none. */
public record Answer<T>(AtmCode code, Optional<T> value) {
    static <T> Answer<T> of(T value) {
        return new Answer<>(AtmCode.OK, Optional.of(value));
    }

    static <T> Answer<T> failed(AtmCode code) {
        return new Answer<>(code, Optional.empty());
    }
}
