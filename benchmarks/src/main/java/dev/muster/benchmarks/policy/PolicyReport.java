package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.benchmarks.policy.peers.Peer;
import java.util.List;

/** The figures as rows, and the bars that ours has to reach. */
final class PolicyReport {
    private static final Bar NOTHING = new Bar.AtMost(0);

    private final Plan plan;
    private final Figures figures;
    private final Report report = new Report("policy");

    PolicyReport(Plan plan, Figures figures) {
        this.plan = plan;
        this.figures = figures;
    }

    Report report() {
        for (String name : figures.names()) {
            report.row(name + ", CPU", "ns/op", figures.cpu(name), Bar.NONE);
            report.row(name + ", wall", "ns/op", figures.wall(name), Bar.NONE);
            report.row(name + ", allocated", "B/op", bytes(name), bytesBar(name));
        }
        for (int tokens : plan.tokens()) {
            atMost(2.0, Plan.sized(Plan.ID_W1, tokens), Plan.sized(Plan.FLAT, tokens));
            atMost(1.5, Plan.sized(Plan.ID_W2, tokens), Plan.sized(Plan.PACKED, tokens));
            atMost(1.5, Plan.sized(Plan.NAMES, tokens), Plan.sized(Plan.STRINGS, tokens));
            atMost(1.5, Plan.sized(Plan.IN_FORCE, tokens), Plan.sized(Plan.STRINGS, tokens));
        }
        int size = Plan.PEER_TOKENS;
        atMost(1.0, Plan.sized(Plan.NAMES, size), Plan.peer(Peer.JCASBIN_CACHED, Kind.W1));
        atMost(1.0, Plan.sized(Plan.IN_FORCE, size), Plan.peer(Peer.JCASBIN_CACHED, Kind.W1));
        atLeast(2000, Plan.peer(Peer.AUTHZFORCE, Kind.W1), Plan.sized(Plan.ID_W1, size));
        atLeast(500, Plan.peer(Peer.AUTHZFORCE, Kind.W2), Plan.sized(Plan.ID_W2, size));
        atLeast(20_000, Plan.peer(Peer.JCASBIN, Kind.W1), Plan.sized(Plan.ID_W1, size));
        ratio(Plan.peer(Peer.SHIRO, Kind.W1), Plan.sized(Plan.ID_W1, size), Bar.NONE);
        ratio(Plan.peer(Peer.CEL, Kind.W1), Plan.sized(Plan.ID_W1, size), Bar.NONE);
        ratio(Plan.peer(Peer.CEL, Kind.W2), Plan.sized(Plan.ID_W2, size), Bar.NONE);
        String fill = Plan.sized(Plan.FILL, plan.fleet());
        atMost(3.0, Plan.sized(Plan.TABLE_W1, plan.fleet()), fill);
        ratio(Plan.sized(Plan.TABLE_W2, plan.fleet()), fill, Bar.NONE);
        ratio(Plan.sized(Plan.INVENTORY, plan.fleet()), fill, Bar.NONE);
        String xor = Plan.sized(Plan.XOR, plan.fleet());
        atMost(3.0, Plan.sized(Plan.IMPACT_W1, plan.fleet()), xor);
        ratio(Plan.sized(Plan.IMPACT_W2, plan.fleet()), xor, Bar.NONE);
        if (plan.fleet() < Plan.full().fleet()) {
            report.note("a quick run: short iterations, not all sizes; the bars are those of the full run");
        }
        if (plan.rounds() == 1) {
            report.note("one round: medians are of three in a full run");
        }
        report.note("cedar-java through JNI: not available here (the package registry does not have"
                + " com.cedarpolicy:cedar-java:4.2.3 with its native library)");
        return report;
    }

    private void atMost(double limit, String name, String to) {
        ratio(name, to, new Bar.AtMost(limit));
    }

    private void atLeast(double limit, String name, String to) {
        ratio(name, to, new Bar.AtLeast(limit));
    }

    private void ratio(String name, String to, Bar bar) {
        if (figures.names().containsAll(List.of(name, to))) {
            report.row(name + " / " + to, "x CPU", figures.ratio(name, to), bar);
        }
    }

    /** To a hundredth: JMH's own bookkeeping allocates some bytes in a hundred million operations. */
    private List<Double> bytes(String name) {
        return figures.bytes(name).stream()
                .map(value -> Math.round(value * 100) / 100.0)
                .toList();
    }

    private static Bar bytesBar(String name) {
        return name.startsWith(Plan.ID_W1) || name.startsWith(Plan.ID_W2) ? NOTHING : Bar.NONE;
    }
}
