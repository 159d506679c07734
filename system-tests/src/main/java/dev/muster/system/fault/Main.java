package dev.muster.system.fault;

import dev.muster.system.AgentProcess;
import dev.muster.system.Product;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * {@code ./muster fault update [--kills N] [--seed S]}. Exit codes: 0 every invariant held, 1 one did not, 2 wrong use, 3 it
 * could not be carried out.
 */
public final class Main {
    private static final int DEFAULT_KILLS = 200;
    private static final int MOST_KILLS = 1_000_000;
    private static final String USAGE = "fault: expected `update [--kills N] [--seed S]`, found `";

    private Main() {}

    private record Options(int kills, long seed) {}

    /** Runs one of them and ends the process with its exit code. */
    public static void main(String[] args) throws IOException {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> words, PrintStream out, PrintStream err) throws IOException {
        Options options;
        try {
            options = options(words);
        } catch (IllegalArgumentException e) {
            err.println(USAGE + String.join(" ", words) + "`");
            return 2;
        }
        out.println("fault update: " + options.kills + " kills, seed " + options.seed
                + " (again: ./muster fault update --kills " + options.kills + " --seed " + options.seed + ")");
        Path folder = Files.createTempDirectory("muster-fault");
        Product product = Product.withSharedPrograms(folder.resolve("data"), Product.freePortBase());
        AgentProcess agent = new AgentProcess(folder, UpdateFault.DEVICE);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            agent.close();
            product.close();
        }));
        try {
            product.login(product.up("--empty", "--devices", "0").mustSucceed());
            agent.enrol(product.enrolFlags(1));
        } catch (AssertionError e) {
            err.println("fault: the product did not start: " + e.getMessage());
            return 3;
        }
        return update(options, product, agent, folder, out);
    }

    private static int update(Options options, Product product, AgentProcess agent, Path folder, PrintStream out)
            throws IOException {
        long begin = System.nanoTime();
        try {
            UpdateFault.Summary summary =
                    new UpdateFault(product, agent, folder, options.seed, out::println).run(options.kills);
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            out.println("fault update: " + summary.kills() + " kills in " + seconds + " s, " + summary.forward()
                    + " updates went through, " + summary.back() + " went back");
            out.println("fault update: " + summary.hits() + " of " + summary.kills()
                    + " kills hit an update in progress, by its state: " + new TreeMap<>(summary.killedIn()));
            out.println("fault update: always the old or the new, nothing twice, and the server agrees; seed "
                    + options.seed);
        } catch (Violation e) {
            out.println("fault update: VIOLATION: " + e.getMessage());
            out.println(
                    "fault update: seed " + options.seed + "; the device's disk is kept in `" + agent.state() + "`");
            return 1;
        } catch (AssertionError | RuntimeException e) {
            out.println("fault update: not carried out: " + e.getMessage());
            return 3;
        } finally {
            agent.close();
            product.close();
        }
        remove(folder);
        return 0;
    }

    private static Options options(List<String> words) {
        if (words.isEmpty() || !words.getFirst().equals("update") || words.size() % 2 == 0) {
            throw new IllegalArgumentException("usage");
        }
        int kills = DEFAULT_KILLS;
        long seed = ThreadLocalRandom.current().nextInt(1_000_000);
        for (int i = 1; i < words.size(); i += 2) {
            switch (words.get(i)) {
                case "--kills" -> kills = Integer.parseInt(words.get(i + 1));
                case "--seed" -> seed = Long.parseLong(words.get(i + 1));
                default -> throw new IllegalArgumentException("usage");
            }
        }
        if (kills < 1 || kills > MOST_KILLS) {
            throw new IllegalArgumentException("usage");
        }
        return new Options(kills, seed);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
