package dev.muster.standalone.images;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a registry can do for whoever pushes (OCI distribution-spec v1.1, end-4a, end-6, end-7). For one thread. */
final class Registry implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration ANSWER = Duration.ofMinutes(30);
    private static final int TELL_CHARS = 300;
    private static final Pattern WORD = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final HttpClient http;
    private final URI base;
    private final Optional<Login> login;
    private final Map<String, String> authorizations = new HashMap<>();

    /**
     * @param base such as {@code https://registry.example.com}
     * @param http what it trusts is its owner's business
     */
    Registry(URI base, HttpClient.Builder http, Optional<Login> login) {
        this.base = base;
        this.http = http.connectTimeout(CONNECT).build();
        this.login = login;
    }

    /** Whether {@code repository} has that content already. */
    boolean has(String repository, Descriptor content) {
        int status = send(repository, path(repository, "blobs/" + content.digest()), request -> request.HEAD())
                .statusCode();
        if (status != 200 && status != 404) {
            throw failed("says nothing of a layer of `" + repository + "`", status, "");
        }
        return status == 200;
    }

    /** Uploads {@code file} in one piece; the registry checks the digest. */
    void upload(String repository, Descriptor content, Path file) {
        HttpResponse<String> begun = send(
                repository,
                path(repository, "blobs/uploads/"),
                request -> request.POST(HttpRequest.BodyPublishers.noBody()));
        if (begun.statusCode() != 202) {
            throw failed("begins no upload to `" + repository + "`", begun.statusCode(), begun.body());
        }
        String location = begun.headers()
                .firstValue("Location")
                .orElseThrow(() -> failed("does not say where to upload", begun.statusCode(), ""));
        URI place = base.resolve(location);
        URI whole = URI.create(place + (place.getQuery() == null ? "?" : "&") + "digest=" + encoded(content.digest()));
        HttpResponse<String> done = send(repository, whole, request -> {
            try {
                return request.header("Content-Type", "application/octet-stream")
                        .PUT(HttpRequest.BodyPublishers.ofFile(file));
            } catch (IOException e) {
                throw new StandaloneException(ExitCode.FAILED, "`" + file + "` cannot be read: " + e.getMessage(), e);
            }
        });
        if (done.statusCode() != 201) {
            throw failed("did not take a layer of `" + repository + "`", done.statusCode(), done.body());
        }
    }

    /** Puts an index or a manifest under {@code reference}, a tag or its digest. */
    void put(String repository, String reference, Descriptor document, byte[] content) {
        HttpResponse<String> done =
                send(repository, path(repository, "manifests/" + reference), request -> request.header(
                                "Content-Type", document.mediaType())
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
        if (done.statusCode() != 201) {
            throw failed("did not take `" + repository + ":" + reference + "`", done.statusCode(), done.body());
        }
        String digest = done.headers().firstValue("Docker-Content-Digest").orElse(document.digest());
        if (!digest.equals(document.digest())) {
            throw new StandaloneException(
                    ExitCode.FAILED,
                    "expected `" + document.digest() + "` of the registry, found `" + digest
                            + "`: it changed the image");
        }
    }

    private URI path(String repository, String rest) {
        return base.resolve("/v2/" + repository + "/" + rest);
    }

    /** How a request is made out of one that has its address and what authorizes it. */
    private interface Shape {
        HttpRequest.Builder of(HttpRequest.Builder request);
    }

    private HttpResponse<String> send(String repository, URI address, Shape shape) {
        HttpResponse<String> answer = once(repository, address, shape);
        if (answer.statusCode() == 401) {
            authorize(repository, answer);
            answer = once(repository, address, shape);
        }
        return switch (answer.statusCode()) {
            case 401, 403 -> throw refused(repository, answer);
            default -> answer;
        };
    }

    private HttpResponse<String> once(String repository, URI address, Shape shape) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(ANSWER);
        // An upload may lead to another host, whose business our login is not.
        String authorization = authorizations.get(repository);
        if (authorization != null && origin(base).equals(origin(address))) {
            request.header("Authorization", authorization);
        }
        return exchange(shape.of(request).build());
    }

    private static String origin(URI address) {
        int usual = "https".equals(address.getScheme()) ? 443 : 80;
        return address.getScheme() + "://" + address.getHost() + ":"
                + (address.getPort() < 0 ? usual : address.getPort());
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        String host = request.uri().getAuthority();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (SSLException e) {
            throw new StandaloneException(
                    ExitCode.FAILED,
                    "`" + host + "` speaks no TLS that is trusted here: " + e.getMessage()
                            + "; --ca-file FILE for its authority, --insecure for plain HTTP",
                    e);
        } catch (ConnectException | HttpConnectTimeoutException | UnknownHostException e) {
            throw new StandaloneException(ExitCode.FAILED, "`" + host + "` cannot be reached: " + why(e), e);
        } catch (IOException e) {
            throw new StandaloneException(ExitCode.FAILED, "talking to `" + host + "` broke off: " + why(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StandaloneException(ExitCode.FAILED, "interrupted", e);
        }
    }

    private static String why(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return failure instanceof ConnectException ? "nobody listens there, or its name is not known" : "no answer";
    }

    /** Does what the challenge asks for (RFC 7617; the token protocol of distribution). */
    private void authorize(String repository, HttpResponse<String> challenge) {
        String asked = challenge.headers().firstValue("WWW-Authenticate").orElse("");
        if (asked.regionMatches(true, 0, "Basic", 0, 5)) {
            authorizations.put(
                    repository,
                    login.orElseThrow(() -> refused(repository, challenge)).basic());
        } else if (asked.regionMatches(true, 0, "Bearer", 0, 6)) {
            authorizations.put(repository, "Bearer " + token(repository, words(asked), challenge));
        } else {
            throw failed("asks for a login in a way that is not known here: `" + asked + "`", 401, "");
        }
    }

    private String token(String repository, Map<String, String> asked, HttpResponse<String> challenge) {
        String realm = asked.getOrDefault("realm", "");
        if (!realm.startsWith("https://") && !(realm.startsWith("http://") && "http".equals(base.getScheme()))) {
            throw failed("sends to `" + realm + "` for a token, which is no HTTPS", 401, "");
        }
        String query = "?service=" + encoded(asked.getOrDefault("service", "")) + "&scope="
                + encoded("repository:" + repository + ":pull,push");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(realm + query)).timeout(CONNECT);
        login.ifPresent(one -> request.header("Authorization", one.basic()));
        HttpResponse<String> answer = exchange(request.build());
        if (answer.statusCode() == 401 || answer.statusCode() == 403) {
            throw refused(repository, challenge);
        }
        try {
            Map<String, Object> json = JSON.std.mapFrom(answer.body());
            @Nullable Object token = json.get("token") == null ? json.get("access_token") : json.get("token");
            if (answer.statusCode() == 200 && token instanceof String one) {
                return one;
            }
        } catch (IOException e) {
            // said below, as for an answer without a token
        }
        throw failed("got no token from `" + realm + "`", answer.statusCode(), answer.body());
    }

    private static Map<String, String> words(String challenge) {
        Map<String, String> words = new LinkedHashMap<>();
        Matcher found = WORD.matcher(challenge);
        while (found.find()) {
            words.put(found.group(1), found.group(2));
        }
        return words;
    }

    private StandaloneException refused(String repository, HttpResponse<String> answer) {
        String who = login.map(one -> "`" + one.name() + "`")
                .orElse("nobody (`docker login " + base.getAuthority() + "`, or " + Login.NAME + " and "
                        + Login.PASSWORD + ")");
        return failed(
                "expected a login that may push `" + repository + "`, found " + who,
                answer.statusCode(),
                answer.body());
    }

    private StandaloneException failed(String what, int status, String body) {
        String told = body.isBlank()
                ? ""
                : ": "
                        + body.strip()
                                .substring(0, Math.min(TELL_CHARS, body.strip().length()));
        return new StandaloneException(
                ExitCode.FAILED, "registry `" + base.getAuthority() + "`: " + what + " (" + status + told + ")");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
