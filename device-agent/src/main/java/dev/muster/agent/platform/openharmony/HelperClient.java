package dev.muster.agent.platform.openharmony;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The privileged helper in the image, which makes the calls that no command makes. One line of JSON asks, one answers; the contract
 * is {@code docs/reference/openharmony-helper.md}. Thread-safe: every question has a connection of its own.
 */
public final class HelperClient {
    /** Version of the contract that this agent speaks. */
    public static final int VERSION = 1;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 64 << 10;

    private final Path socket;

    public HelperClient(Path socket) {
        this.socket = socket;
    }

    /**
     * What the helper of this image can do.
     *
     * @param present whether it is there and speaks our version
     * @param userPolicy whether it may set user policies
     * @param administrator whether it may make an administrator's calls
     */
    public record Abilities(boolean present, boolean userPolicy, boolean administrator) {
        /** No helper. */
        public static final Abilities NONE = new Abilities(false, false, false);
    }

    /** Asks it; a helper that does not answer, or speaks another version, is none. */
    public Abilities probe() {
        if (!Files.exists(socket)) {
            return Abilities.NONE;
        }
        try {
            JsonObject answer = ask(Map.of("op", "probe"));
            if (answer.number("code") != 0 || answer.number("version") != VERSION) {
                return Abilities.NONE;
            }
            return new Abilities(
                    true,
                    answer.optionalFlag("userPolicy").orElse(false),
                    answer.optionalFlag("administrator").orElse(false));
        } catch (IOException | ProtocolException e) {
            return Abilities.NONE;
        }
    }

    /** Fixes one permission of one token as an administrator; gives the token manager's code, 0 for done. */
    public int fix(long token, String permission, boolean granted) throws IOException {
        Map<String, Object> question = question("fix", permission);
        question.put("token", token);
        question.put("granted", granted);
        return code(question);
    }

    /** Denies a permission to every app of a user but those named, also to apps that come later. */
    public int restrict(String permission, int user, List<Long> except) throws IOException {
        Map<String, Object> question = question("restrict", permission);
        question.put("user", user);
        question.put("except", except);
        return code(question);
    }

    /** Takes that back. */
    public int release(String permission, int user) throws IOException {
        Map<String, Object> question = question("release", permission);
        question.put("user", user);
        return code(question);
    }

    private static Map<String, Object> question(String op, String permission) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("op", op);
        question.put("permission", permission);
        return question;
    }

    private int code(Map<String, Object> question) throws IOException {
        try {
            return Math.toIntExact(ask(question).number("code"));
        } catch (ProtocolException | ArithmeticException e) {
            throw new IOException("the helper's answer cannot be read: " + e.getMessage(), e);
        }
    }

    private JsonObject ask(Map<String, ?> question) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Closed from beside, so that a helper that never answers does not hold the agent.
            CountDownLatch answered = new CountDownLatch(1);
            var unused = Thread.ofVirtual().start(() -> closeLater(channel, answered));
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                byte[] json = JsonObject.write(question);
                ByteBuffer line = ByteBuffer.wrap(Arrays.copyOf(json, json.length + 1));
                line.put(json.length, (byte) '\n');
                while (line.hasRemaining()) {
                    channel.write(line);
                }
                return JsonObject.parse(answer(channel));
            } finally {
                answered.countDown();
            }
        }
    }

    private static byte[] answer(SocketChannel channel) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (channel.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    return text.toByteArray();
                }
                text.write(next);
            }
            buffer.clear();
            if (text.size() > MOST_BYTES) {
                throw new IOException("the helper answers with more than " + MOST_BYTES + " bytes");
            }
        }
        throw new IOException("the helper hung up without an answer");
    }

    private static void closeLater(SocketChannel channel, CountDownLatch answered) {
        try {
            if (!answered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                channel.close();
            }
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt(); // closed already, or the agent ends
        }
    }
}
