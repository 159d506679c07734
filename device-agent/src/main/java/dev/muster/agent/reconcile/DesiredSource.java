package dev.muster.agent.reconcile;

/** Where the verified document comes from. Used by the loop's thread alone. */
public interface DesiredSource {
    /** Fetches and verifies, or says why not. Never throws for what a server or a network may do. */
    Refresh refresh();

    /** How a refresh ended. */
    sealed interface Refresh {
        /** Verified just now. */
        record Fresh(DesiredState state) implements Refresh {}

        /** Something was delivered and is not trusted; what is in force stays. {@code code} is stable, kebab-case. */
        record Refused(String code, String message) implements Refresh {}

        /** Nothing to judge: no connection, or a server in trouble. */
        record Unreachable(String message) implements Refresh {}
    }
}
