package dev.muster.protocol;

/** A message that does not follow the protocol. The text names the place, what was expected and what was found. */
public final class ProtocolException extends RuntimeException {
    public ProtocolException(String message) {
        super(message);
    }

    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
