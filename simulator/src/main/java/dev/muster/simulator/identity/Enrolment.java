package dev.muster.simulator.identity;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.enrol.CertificationRequest;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolPending;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;

/**
 * Enrols devices as agents do: a key, a request, {@code POST /device/v1/enrol}, the server pinned by its root. The connections are
 * shared, which agents could not do; the server sees the same requests. Thread-safe.
 */
public final class Enrolment implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration BUSY = Duration.ofSeconds(5);
    private static final int TRIES_UNREACHED = 5;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final Invitation invitation;
    private final List<HttpClient> clients = new ArrayList<>();

    /**
     * Where to enrol, and with what.
     *
     * @param server {@code https://host:port} of the device port
     * @param fingerprint of the root to pin, {@code sha256:<hex>}
     */
    public record Invitation(URI server, String token, String fingerprint) {
        public Invitation {
            if (!"https".equals(server.getScheme()) || server.getHost() == null) {
                throw new IllegalArgumentException("expected a server `https://host:port`, found `" + server + "`");
            }
        }

        /** Without the token: what may stand in a log. */
        @Override
        public String toString() {
            return "Invitation[" + server + ", " + fingerprint + "]";
        }
    }

    /** A device that got in, and what it was told besides. */
    public record Enrolled(Identity identity, Fleet fleet) {}

    /** From these addresses in turn; any where there are none. */
    public Enrolment(Invitation invitation, List<InetAddress> sources) throws GeneralSecurityException {
        this.invitation = invitation;
        SSLContext tls = PinnedRoot.context(invitation.fingerprint());
        for (int i = 0; i < Math.max(1, sources.size()); i++) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER)
                    .sslContext(tls);
            if (!sources.isEmpty()) {
                builder.localAddress(sources.get(i));
            }
            clients.add(builder.build());
        }
    }

    /**
     * Enrols one device; comes back as often as a busy server says.
     *
     * @throws IOException if the server refuses, or cannot be reached
     */
    public Enrolled enrol(int index, String name, String hardware)
            throws IOException, GeneralSecurityException, InterruptedException {
        KeyPair pair = Certificates.newPair();
        EnrolRequest request = new EnrolRequest(
                invitation.token(),
                CertificationRequest.pem(name, pair),
                Optional.of(name),
                hardware,
                Optional.of(name),
                Map.of("platform", "simulated"));
        HttpRequest post = HttpRequest.newBuilder(invitation.server().resolve("/device/v1/enrol"))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.toJson()))
                .build();
        HttpResponse<byte[]> answer = answer(clients.get(index % clients.size()), post);
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("expected that `" + name + "` is enrolled, found " + answer.statusCode() + ": "
                    + problem(answer.body()));
        }
        return switch (EnrolAnswer.fromJson(answer.body())) {
            case EnrolPending pending ->
                throw new IOException("expected a token that lets devices in, found that `" + name
                        + "` waits for a person's approval");
            case EnrolResponse response -> enrolled(index, pair, response);
        };
    }

    private HttpResponse<byte[]> answer(HttpClient client, HttpRequest post) throws IOException, InterruptedException {
        int unreached = 0;
        while (true) {
            Duration wait;
            try {
                HttpResponse<byte[]> answer = client.send(post, HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() != TOO_MANY_REQUESTS && answer.statusCode() != UNAVAILABLE) {
                    return answer;
                }
                wait = answer.headers()
                        .firstValue("Retry-After")
                        .filter(text -> text.matches("[0-9]{1,6}"))
                        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                        .orElse(BUSY);
            } catch (IOException e) {
                if (++unreached == TRIES_UNREACHED) {
                    throw new IOException(
                            "expected an answer from `" + invitation.server() + "`, found: "
                                    + Optional.ofNullable(e.getMessage()).orElse(e.toString()),
                            e);
                }
                wait = Duration.ofSeconds(unreached);
            }
            // Never earlier than was said, and up to a quarter later.
            Thread.sleep(wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 4 + 1)));
        }
    }

    private static String problem(byte[] body) {
        try {
            JsonObject problem = JsonObject.parse(body);
            return problem.optionalString("detail")
                    .or(() -> problem.optionalString("title"))
                    .orElse("");
        } catch (ProtocolException e) {
            return "no reason given";
        }
    }

    private Enrolled enrolled(int index, KeyPair pair, EnrolResponse response)
            throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = Certificates.all(response.chainPem());
        if (chain.isEmpty() || !chain.getFirst().getPublicKey().equals(pair.getPublic())) {
            throw new IOException("expected a certificate for the key that was asked for, found another key");
        }
        return new Enrolled(
                new Identity(
                        index,
                        response.device(),
                        pair.getPrivate().getEncoded(),
                        chain.getFirst().getEncoded()),
                new Fleet(
                        invitation.server(),
                        response.mqtt(),
                        Certificates.pem(chain.subList(1, chain.size())),
                        response.caPem(),
                        response.directorRoot()));
    }

    @Override
    public void close() {
        clients.forEach(HttpClient::close);
    }
}
