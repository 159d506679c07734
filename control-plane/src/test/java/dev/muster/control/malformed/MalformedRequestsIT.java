package dev.muster.control.malformed;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ten thousand requests with something wrong in them, as an administrator whom the guard lets through to every reader. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class MalformedRequestsIT {
    private static final TenantId TENANT = new TenantId("malformed");
    private static final String ADMINS = "malformed-admins";
    private static final int REQUESTS = 10_000;
    private static final int WARM_UP = 2_500;
    private static final int AT_ONCE = 900;
    // quarkus.micrometer.binder.http-server.max-uri-tags
    private static final int MOST_LABELS = 500;
    private static final long SEED = 20_261_126;
    // Types, stacks, SQL, roles of the database, paths: nothing of the inside.
    private static final Pattern INSIDE = Pattern.compile(
            "Exception\\b|\\tat |org\\.(postgresql|jdbi|jboss)|io\\.(quarkus|vertx|netty)|dev\\.muster\\.|com\\.fasterxml|java\\.(lang|util)\\."
                    + "|muster_(app|owner|jobs)|muster-control-it|[Ss]yntax error at or near");

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    @Inject
    MeterRegistry meters;

    @TestHTTPResource("/")
    @Nullable URI server;

    private int sent;

    @BeforeEach
    void tenant() {
        transactions.run(TENANT, handle -> {
            handle.execute("insert into tenant (tenant) values ('malformed') on conflict do nothing");
            if (!bindings.any(handle)) {
                bindings.insert(
                        handle,
                        new RoleBinding(
                                UUID.randomUUID(),
                                RoleBinding.Kind.GROUP,
                                Tokens.ISSUER,
                                ADMINS,
                                Role.ADMIN,
                                Selector.ALL,
                                false),
                        "test");
            }
        });
    }

    @Test
    void whatNoReadingAllowsIsRefusedAndChangesNothing() throws Exception {
        MalformedRequests requests = requests(SEED + 1);
        List<Attempt> attempts = new ArrayList<>();
        while (attempts.size() < 1_500) {
            Attempt attempt = requests.next();
            if (attempt.mustBeRefused()) {
                attempts.add(attempt);
            }
        }
        Map<String, Long> before = rows();

        List<String> complaints = send(attempts);

        assertThat(complaints).isEmpty();
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void onlyProblemsNoInsideAndNoGrowth() throws Exception {
        MalformedRequests requests = requests(SEED);
        List<String> complaints = new ArrayList<>(send(some(requests, WARM_UP)));
        Standing before = Standing.now();

        complaints.addAll(send(some(requests, REQUESTS - WARM_UP)));

        assertThat(complaints).isEmpty();
        Standing after = Standing.now();
        assertThat(after.heap() - before.heap()).as("bytes of heap kept").isLessThan(48L << 20);
        assertThat(after.threads() - before.threads()).as("threads kept").isLessThan(30);
        assertThat(after.files() - before.files()).as("descriptors kept").isLessThan(60);
        assertThat(labels()).as("labels of requests").hasSizeLessThanOrEqualTo(MOST_LABELS);
    }

    /** What would grow if something were kept of a request. */
    private record Standing(long heap, int threads, long files) {
        static Standing now() {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            return new Standing(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                            .getOpenFileDescriptorCount());
        }
    }

    /** What the metrics name requests by: some are what was asked for, so only their bound keeps anybody from filling the memory. */
    private Set<String> labels() {
        return meters.find("http.server.requests").timers().stream()
                .map(timer -> String.valueOf(timer.getId().getTag("uri")))
                .collect(Collectors.toSet());
    }

    private static MalformedRequests requests(long seed) throws IOException {
        MalformedRequests requests = new MalformedRequests(
                new ObjectMapper()
                        .readTree(given().get("/q/openapi?format=json").asByteArray()),
                new SplittableRandom(seed));
        assertThat(requests.operations()).isGreaterThan(100);
        return requests;
    }

    private static List<Attempt> some(MalformedRequests requests, int count) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            attempts.add(requests.next());
        }
        return attempts;
    }

    /** Each administrator sends as many as one caller may send at once. */
    private List<String> send(List<Attempt> attempts) throws InterruptedException, ExecutionException {
        List<String> complaints = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
            List<Future<Optional<String>>> answers = new ArrayList<>();
            String token = "";
            for (Attempt attempt : attempts) {
                if (sent++ % AT_ONCE == 0) {
                    token = Tokens.of("malformed-" + sent, ADMINS);
                }
                String login = token;
                answers.add(clients.submit(() -> complaint(attempt, login)));
            }
            for (Future<Optional<String>> answer : answers) {
                answer.get().ifPresent(complaints::add);
            }
        }
        return complaints.size() > 60 ? complaints.subList(0, 60) : complaints;
    }

    private Optional<String> complaint(Attempt attempt, String token) {
        if (server == null) {
            throw new IllegalStateException("no server");
        }
        RawHttp.Answer answer;
        try {
            answer = RawHttp.send(server.getPort(), attempt.bytes(token, TENANT.value()));
        } catch (IOException e) {
            throw new UncheckedIOException(attempt.toString(), e);
        }
        String found = null;
        if (mayBeBare(attempt, answer.status()) && answer.body().isEmpty()) {
            return Optional.empty();
        }
        if (answer.status() < 200 || answer.status() >= 500 || answer.status() == 429) {
            found = "status";
        } else if (attempt.mustBeRefused() && answer.status() < 400) {
            found = "not refused";
        } else if (answer.status() >= 400 && !answer.isProblem()) {
            found = "not a problem document";
        } else if (answer.status() >= 400 && INSIDE.matcher(answer.body()).find()) {
            found = "tells of the inside";
        } else if (answer.status() >= 400 && answer.body().length() > 32_768) {
            found = "answers with " + answer.body().length() + " characters";
        }
        if (found == null) {
            return Optional.empty();
        }
        String body = answer.body().length() > 300 ? answer.body().substring(0, 300) : answer.body();
        return Optional.of(found + ": " + attempt + " -> " + answer.status() + " " + body.strip());
    }

    /** What the HTTP server below us refuses before there is a request to answer: lines that are too long, and what is no URI. */
    private static boolean mayBeBare(Attempt attempt, int status) {
        return switch (status) {
            case 414, 431 -> true;
            case 400 -> {
                try {
                    new URI(attempt.target());
                    yield false;
                } catch (URISyntaxException e) {
                    yield true;
                }
            }
            default -> false;
        };
    }

    private Map<String, Long> rows() {
        return transactions.in(TENANT, handle -> {
            Map<String, Long> counts = new TreeMap<>();
            List<String> tables = handle.createQuery("""
                            select c.table_name from information_schema.columns c
                            join information_schema.table_privileges p using (table_schema, table_name)
                            where c.table_schema = 'muster' and c.column_name = 'tenant' and p.privilege_type = 'SELECT'
                            group by c.table_name""").mapTo(String.class).list();
            for (String table : tables) {
                counts.put(
                        table,
                        handle.createQuery("select count(*) from muster." + table)
                                .mapTo(Long.class)
                                .one());
            }
            assertThat(counts).containsKey("role_binding");
            return counts;
        });
    }
}
