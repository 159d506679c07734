package dev.muster.control.fleetfiles;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.PolicyError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Says of a problem of a feature in which file and line it came up. */
public final class Misplaced {
    private static final String REQUEST = "request";

    private Misplaced() {}

    /** The answer of what concerns a document. */
    public static <T> T asked(FleetDocument document, Supplier<T> work) {
        try {
            return work.get();
        } catch (ProblemException e) {
            throw of(document, e);
        }
    }

    /** Does what concerns a document. */
    public static void done(FleetDocument document, Runnable work) {
        asked(document, () -> {
            work.run();
            return Boolean.TRUE;
        });
    }

    private static ProblemException of(FleetDocument document, ProblemException e) {
        String what = document.kind() + " `" + document.name() + "`: ";
        return switch (e.code()) {
            // Whoever may not is told so as ever; the files are not wrong.
            case FORBIDDEN, FLEET_FILES_INVALID -> e;
            default -> {
                List<PolicyError> errors = new ArrayList<>();
                if (e.extensions().get("errors") instanceof List<?> placed) {
                    placed.stream()
                            .filter(PolicyError.class::isInstance)
                            .map(PolicyError.class::cast)
                            .map(error -> new PolicyError(
                                    error.source().equals(REQUEST)
                                            ? document.file().name()
                                            : error.source(),
                                    error.line(),
                                    error.column(),
                                    error.message()))
                            .forEach(errors::add);
                }
                if (errors.isEmpty()) {
                    errors.add(new PolicyError(
                            document.file().name(),
                            document.at().line(),
                            document.at().column(),
                            what + e.detail()));
                }
                yield invalid(errors);
            }
        };
    }

    /** The problem {@code fleet-files-invalid} with every mistake in its place. */
    public static ProblemException invalid(List<PolicyError> errors) {
        return new ProblemException(
                ProblemCode.FLEET_FILES_INVALID,
                errors.size() + (errors.size() == 1 ? " mistake: " : " mistakes, the first: ") + errors.getFirst()
                        + "; nothing was changed",
                Map.of("errors", errors));
    }
}
