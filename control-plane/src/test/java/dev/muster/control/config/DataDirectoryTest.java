package dev.muster.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    /** Another instance: a process that holds the lock until it is told, and says first that it lets go. */
    private static final String OTHER = """
            import java.nio.channels.FileChannel;
            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.nio.file.StandardOpenOption;

            class Other {
                public static void main(String[] args) throws Exception {
                    try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                        file.lock();
                        System.out.println("held");
                        System.in.read();
                        Files.createFile(Path.of(args[1]));
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void whatAnotherProcessHoldsIsWaitedFor() throws Exception {
        DataDirectory data = new DataDirectory(folder.resolve("data"));
        Path lock = data.directory("locks").resolve("ca");
        Path letGo = folder.resolve("let-go");
        Path source = Files.writeString(folder.resolve("Other.java"), OTHER);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        source.toString(),
                        lock.toString(),
                        letGo.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("held");
            CompletableFuture<Boolean> after = new CompletableFuture<>();
            Thread waits = Thread.ofPlatform().start(() -> {
                try (DataDirectory.Held held = data.hold("ca")) {
                    after.complete(Files.exists(letGo));
                }
            });
            await().until(() -> after.isDone()
                    || Arrays.stream(waits.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("lock")));

            other.getOutputStream().close();

            assertThat(after.join()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void threadsOfOneProcessTakeTurnsAndOtherNamesDoNotWait() throws Exception {
        DataDirectory one = new DataDirectory(folder.resolve("data"));
        DataDirectory another = new DataDirectory(folder.resolve("data"));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);

        List<CompletableFuture<Void>> all = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> {
                            try {
                                begin.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            for (int turn = 0; turn < 50; turn++) {
                                try (DataDirectory.Held held = (i % 2 == 0 ? one : another).hold("ca")) {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    inside.decrementAndGet();
                                }
                            }
                        },
                        task -> Thread.ofPlatform().start(task)))
                .toList();
        begin.countDown();
        all.forEach(CompletableFuture::join);

        assertThat(most).hasValue(1);
        try (DataDirectory.Held ca = one.hold("ca");
                DataDirectory.Held trust = another.hold("trust")) {
            assertThat(folder.resolve("data/locks/trust")).exists();
        }
    }
}
