package dev.muster.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code linux/compiler.json}: what the JVM's second compiler may compile on a device. */
class SecondCompilerTest {
    private static final Path FILE = Path.of("linux/compiler.json").toAbsolutePath();
    private static final Pattern NAMED = Pattern.compile("\"((?:\\w+/)+)(\\w+|\\*)\\.(\\w+|\\*)\"");
    private static final Map<String, String> ONE_OF = Map.of(
            "com.sun.crypto.provider.",
            "GaloisCounterMode",
            "org.tukaani.xz.lz.",
            "LZDecoder",
            "org.tukaani.xz.lzma.",
            "LZMADecoder",
            "org.tukaani.xz.rangecoder.",
            "RangeDecoder");
    // Time, number, marks, tier, name; a loop that is replaced while it runs has a mark of its own.
    private static final Pattern COMPILED = Pattern.compile("^ *\\d+ +\\d+[ %sbn!]+ 4 +(\\S+)", Pattern.MULTILINE);

    @Test
    void namesWhatIsThere() throws Exception {
        List<MatchResult> named =
                NAMED.matcher(Files.readString(FILE)).results().toList();

        assertThat(named).hasSizeGreaterThan(4);
        for (MatchResult one : named) {
            String folder = one.group(1).replace('/', '.');
            String name = one.group(2).equals("*") ? ONE_OF.get(folder) : one.group(2);
            assertThat(name).as(folder).isNotNull();
            Class<?> type = Class.forName(folder + name, false, getClass().getClassLoader());
            if (!one.group(3).equals("*")) {
                assertThat(type.getDeclaredMethods())
                        .extracting(Method::getName)
                        .contains(one.group(3));
            }
        }
    }

    @Test
    void digestsGetTheSecondCompilerAndNothingElseDoes() throws Exception {
        String said = java("-XX:CompilerDirectivesFile=" + FILE, "-XX:+PrintCompilation");

        assertThat(COMPILED.matcher(said).results().map(one -> one.group(1)))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("sun.security.provider."));
    }

    private static String java(String... options) throws IOException, InterruptedException {
        List<String> command = Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        Stream.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+UseSerialGC"),
                        Arrays.stream(options),
                        Stream.of("-cp", System.getProperty("java.class.path"), Digesting.class.getName()))
                .flatMap(one -> one)
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** A program that is busy with digests, and with something else as much. */
    static final class Digesting {
        private Digesting() {}

        public static void main(String[] args) throws Exception {
            byte[] bytes = new byte[1 << 20];
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long sum = 0;
            for (int i = 0; i < 40; i++) {
                digest.update(bytes);
                for (int at = 0; at < bytes.length; at++) {
                    sum += bytes[at] ^ Integer.reverse(at);
                }
            }
            System.out.println(sum + digest.digest()[0]);
        }
    }
}
