package dev.muster.control.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.muster.protocol.ProtocolException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** The one place where what went wrong becomes an answer. Nothing of the inside shows: no type name, no stack, no SQL. */
@Singleton
public class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    private static final Map<Integer, ProblemCode> BY_STATUS = Map.of(
            400, ProblemCode.INVALID_REQUEST,
            401, ProblemCode.NOT_AUTHENTICATED,
            403, ProblemCode.FORBIDDEN,
            404, ProblemCode.NOT_FOUND,
            405, ProblemCode.METHOD_NOT_ALLOWED,
            406, ProblemCode.NOT_ACCEPTABLE,
            413, ProblemCode.TOO_LARGE,
            415, ProblemCode.UNSUPPORTED_MEDIA_TYPE);

    private static final Set<String> UNKEPT_CHARACTER = Set.of("22021", "22P05");

    private static final String DECODER = "org.jboss.resteasy.reactive.common.util.URLUtils";

    private final MeterRegistry meters;

    ProblemMappers(MeterRegistry meters) {
        this.meters = meters;
    }

    @ServerExceptionMapper
    Response problem(ProblemException problem) {
        return answer(problem);
    }

    @ServerExceptionMapper
    Response protocol(ProtocolException e) {
        return answer(ProblemCode.INVALID_REQUEST, e.getMessage());
    }

    @ServerExceptionMapper({AuthenticationFailedException.class, UnauthorizedException.class})
    Response unauthenticated(SecurityException e) {
        return answer(ProblemCode.NOT_AUTHENTICATED, "expected a valid bearer token of the OpenID provider");
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException e) {
        return answer(ProblemCode.FORBIDDEN, "not allowed");
    }

    // The second class has a mapper of Quarkus' own, which would answer without a problem document.
    @ServerExceptionMapper({JsonProcessingException.class, MismatchedInputException.class})
    Response json(JsonProcessingException e) {
        return answer(ProblemCode.INVALID_REQUEST, place(e));
    }

    @ServerExceptionMapper
    Response web(WebApplicationException e, UriInfo address) {
        // A record's constructor that refuses a value arrives wrapped like this.
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return answer(problem);
            }
            if (cause instanceof JsonProcessingException json) {
                return answer(ProblemCode.INVALID_REQUEST, place(json));
            }
        }
        int status = e.getResponse().getStatus();
        ProblemCode code = BY_STATUS.get(status);
        if (code == ProblemCode.NOT_FOUND) {
            // Also an id of the wrong form, which no resource gets to see.
            return answer(code, "nothing is at `" + address.getPath() + "`");
        }
        if (code != null) {
            return answer(code, code.title().toLowerCase(java.util.Locale.ROOT));
        }
        return status >= 500 ? unexpected(e) : e.getResponse();
    }

    @ServerExceptionMapper
    Response any(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return answer(problem);
            }
            // Agroal: no connection within the acquisition timeout; SQL class 08: the server is away.
            if (cause instanceof SQLException sql
                    && (String.valueOf(sql.getMessage()).contains("Acquisition timeout")
                            || String.valueOf(sql.getSQLState()).startsWith("08"))) {
                LOG.warnf("database not available: %s", sql.getMessage());
                return Response.fromResponse(
                                answer(ProblemCode.UNAVAILABLE, "the database is busy or away, try again soon"))
                        .header(HttpHeaders.RETRY_AFTER, 2)
                        .build();
            }
            // A form whose percent-encoding is broken; the library has no type of its own for it.
            if (cause instanceof IllegalArgumentException && thrownBy(cause, DECODER)) {
                return answer(ProblemCode.INVALID_REQUEST, "expected a form in percent-encoded UTF-8, found another");
            }
            // PostgreSQL keeps every character but one; 22021 in texts, 22P05 in JSON.
            if (cause instanceof SQLException sql && UNKEPT_CHARACTER.contains(String.valueOf(sql.getSQLState()))) {
                return answer(
                        ProblemCode.INVALID_REQUEST,
                        "expected text that can be kept, found the character U+0000 or half of one in it");
            }
        }
        return unexpected(e);
    }

    private static boolean thrownBy(Throwable thrown, String type) {
        StackTraceElement[] stack = thrown.getStackTrace();
        return stack.length > 0 && stack[0].getClassName().equals(type);
    }

    private Response unexpected(Exception e) {
        LOG.error("request failed", e);
        return answer(ProblemCode.INTERNAL, "the server's log has the cause, under the request id of this answer");
    }

    private Response answer(ProblemCode code, @Nullable String detail) {
        return answer(new ProblemException(code, detail == null ? "" : detail));
    }

    private Response answer(ProblemException problem) {
        meters.counter(
                        "muster.problems",
                        "code",
                        problem.code().code(),
                        "category",
                        problem.code().category().name())
                .increment();
        Response.ResponseBuilder answer = Response.status(problem.code().status())
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.members(problem));
        Object wait = problem.extensions().get(ProblemException.RETRY_AFTER);
        return (wait == null ? answer : answer.header(HttpHeaders.RETRY_AFTER, wait)).build();
    }

    private static String place(JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                        .collect(Collectors.joining("."))
                : "";
        String where = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return path.isEmpty()
                ? "expected JSON of the documented form" + where
                : "wrong or unknown member `" + path + "`" + where;
    }
}
