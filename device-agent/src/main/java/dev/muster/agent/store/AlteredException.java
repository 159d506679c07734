package dev.muster.agent.store;

import java.io.IOException;

/** A file holds other bytes than those that were checked before. Nothing was done with them. */
public final class AlteredException extends IOException {
    public AlteredException(String message) {
        super(message);
    }
}
