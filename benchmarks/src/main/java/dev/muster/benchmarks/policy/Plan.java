package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Trial.Effort;
import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.benchmarks.policy.peers.Peer;
import java.util.ArrayList;
import java.util.List;

/**
 * What is run, in the order of one round: figures that are compared stand close together.
 *
 * @param tokens how many tokens questions are asked about
 * @param fleet how many tokens are compiled and compared
 * @param rounds how often everything is run
 * @param effort of one trial that takes nanoseconds to microseconds per operation
 * @param heavy of one trial that takes milliseconds
 * @param part what the name of a trial must contain to be run
 */
record Plan(List<Integer> tokens, int fleet, int rounds, Effort effort, Effort heavy, String part) {
    /** Names of the figures; those of a fleet's size continue with {@link #sized}. */
    static final String LOOP = "empty loop";

    static final String FLAT = "flat matrix, W1";
    static final String PACKED = "packed words, W2";
    static final String STRINGS = "string bitset, W1";
    static final String ID_W1 = "Muster by id, W1";
    static final String ID_W2 = "Muster by id, W2";
    static final String NAMES = "Muster by names, W1";
    static final String IN_FORCE = "Muster policy in force by names, W1";
    static final String FILL = "bare fill of the matrix";
    static final String TABLE_W1 = "Muster compile, inventory at hand, W1";
    static final String TABLE_W2 = "Muster compile, inventory at hand, W2";
    static final String INVENTORY = "Muster inventory";
    static final String BUNDLE_W1 = "Muster bundle of a device with 200 apps, W1";
    static final String BUNDLE_W2 = "Muster bundle of a device with 200 apps, W2";
    static final String XOR = "raw XOR of two matrices";
    static final String IMPACT_W1 = "Muster impact, both compiled, W1";
    static final String IMPACT_W2 = "Muster impact, both compiled, W2";
    static final String DRAFT_W1 = "Muster draft to answer, W1, 100k devices in 50 profiles";
    static final String DRAFT_W2 = "Muster draft to answer, W2, 100k devices in 50 profiles";

    /** Tokens that peers are asked about; with more, some of them take minutes to load. */
    static final int PEER_TOKENS = 1000;

    /** Apps of one device. */
    static final int DEVICE_APPS = 200;

    static Plan full() {
        return new Plan(List.of(1000, 10_000, 100_000), 100_000, 3, new Effort(2, 4, 1000), new Effort(2, 3, 1500), "");
    }

    /** Less of everything, for a look while developing. */
    static Plan quick() {
        return new Plan(List.of(1000, 10_000), 10_000, 1, new Effort(2, 3, 300), new Effort(1, 2, 500), "");
    }

    /** The same, but only what has {@code text} in its name. */
    Plan only(String text) {
        return new Plan(tokens, fleet, rounds, effort, heavy, text);
    }

    /** The same, run so often. */
    Plan rounds(int number) {
        return new Plan(tokens, fleet, number, effort, heavy, part);
    }

    static String sized(String name, int tokens) {
        return name + ", " + (tokens / 1000) + "k tokens";
    }

    static String peer(Peer peer, Kind kind) {
        return peer.title() + ", " + kind;
    }

    /** Those of one round that are about single questions. */
    List<Trial> questions() {
        List<Trial> trials = new ArrayList<>();
        trials.add(Trial.of(LOOP, LimitBenchmark.class, "emptyLoop"));
        for (int size : tokens) {
            trials.add(sized(FLAT, LimitBenchmark.class, "flatMatrix", size, Kind.W1));
            trials.add(sized(ID_W1, MusterBenchmark.class, "byId", size, Kind.W1));
            trials.add(sized(PACKED, LimitBenchmark.class, "packedWords", size, Kind.W2));
            trials.add(sized(ID_W2, MusterBenchmark.class, "byId", size, Kind.W2));
            trials.add(sized(STRINGS, LimitBenchmark.class, "stringBitset", size, Kind.W1));
            trials.add(sized(NAMES, MusterBenchmark.class, "byNames", size, Kind.W1));
            trials.add(sized(IN_FORCE, MusterBenchmark.class, "inForce", size, Kind.W1));
        }
        // As many questions as a peer is through with in seconds: they are all asked once before the clock runs.
        trials.add(peer(Peer.JCASBIN_CACHED, Kind.W1, rounds == 1 ? 2048 : 16_384));
        trials.add(peer(Peer.SHIRO, Kind.W1, 65_536));
        trials.add(peer(Peer.CEL, Kind.W1, 16_384));
        trials.add(peer(Peer.CEL, Kind.W2, 16_384));
        trials.add(peer(Peer.AUTHZFORCE, Kind.W1, 8192));
        trials.add(peer(Peer.AUTHZFORCE, Kind.W2, 8192));
        trials.add(peer(Peer.JCASBIN, Kind.W1, rounds == 1 ? 512 : 4096));
        return chosen(trials);
    }

    /** Those of one round that are about whole fleets. */
    List<Trial> fleets() {
        List<Trial> trials = new ArrayList<>();
        trials.add(sized(FILL, CompileBenchmark.class, "bareFill", fleet, Kind.W1));
        trials.add(sized(TABLE_W1, CompileBenchmark.class, "table", fleet, Kind.W1));
        trials.add(sized(TABLE_W2, CompileBenchmark.class, "table", fleet, Kind.W2));
        trials.add(sized(INVENTORY, CompileBenchmark.class, "inventory", fleet, Kind.W1));
        trials.add(sized(XOR, ImpactBenchmark.class, "rawXor", fleet, Kind.W1));
        trials.add(sized(IMPACT_W1, ImpactBenchmark.class, "ours", fleet, Kind.W1));
        trials.add(sized(IMPACT_W2, ImpactBenchmark.class, "ours", fleet, Kind.W2));
        trials.add(Trial.of(BUNDLE_W1, CompileBenchmark.class, "bundle")
                .with("tokens", DEVICE_APPS)
                .with("kind", Kind.W1));
        trials.add(Trial.of(BUNDLE_W2, CompileBenchmark.class, "bundle")
                .with("tokens", DEVICE_APPS)
                .with("kind", Kind.W2));
        trials.add(Trial.of(DRAFT_W1, DraftBenchmark.class, "answer").with("kind", Kind.W1));
        trials.add(Trial.of(DRAFT_W2, DraftBenchmark.class, "answer").with("kind", Kind.W2));
        return chosen(trials);
    }

    private List<Trial> chosen(List<Trial> trials) {
        return trials.stream().filter(trial -> trial.name().contains(part)).toList();
    }

    private static Trial sized(String name, Class<?> owner, String method, int tokens, Kind kind) {
        return Trial.of(sized(name, tokens), owner, method)
                .with("tokens", tokens)
                .with("kind", kind);
    }

    private static Trial peer(Peer peer, Kind kind, int questions) {
        return Trial.of(peer(peer, kind), PeerBenchmark.class, "ask")
                .with("peer", peer.name())
                .with("tokens", PEER_TOKENS)
                .with("kind", kind)
                .with("questions", questions);
    }
}
