package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.bundle.VerifiedTarget;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.Inventory;
import dev.muster.policy.compile.TableCompiler;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.LeaseClock;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.lease.TickingNanos;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.permission.PermissionCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * Bundles of the workloads. Compiling 100,000 rows takes longer than asking them, so the bundle is compiled once per run
 * into a folder and every fork loads it from there, the way a device does.
 */
final class Compiled {
    /** System property of a fork: the folder with the bundles. Unset: each fork compiles its own. */
    static final String FOLDER = "muster.bench.bundles";

    private Compiled() {}

    /** The bundle of a workload, compiled first if the folder does not have it. */
    static Path file(Workload workload) {
        try {
            String folder = System.getProperty(FOLDER);
            Path file = folder == null
                    ? Files.createTempFile("muster-bench", ".bundle")
                    : Path.of(folder, workload.kind() + "-" + workload.tokens() + ".bundle");
            if (folder == null) {
                file.toFile().deleteOnExit();
            }
            if (folder == null || !Files.exists(file)) {
                Files.write(file, new BundleCompiler().compile(Fleet.policy(workload), Fleet.profile(workload)));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The workload's apps under a policy, as the server has them. */
    static Bundle table(Workload workload, PolicySnapshot policy) {
        PermissionCatalog catalog = PermissionCatalog.builtIn();
        DeviceProfile profile = Fleet.profile(workload);
        return TableCompiler.compile(catalog, policy, profile.attributes(), Inventory.of(catalog, profile.apps()));
    }

    static VerifiedTarget target(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new VerifiedTarget(bytes.length, sha256, Lease.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    static Bundle load(Path file) {
        return BundleLoader.load(file, target(file));
    }

    /** A policy in force whose lease was renewed just now, on the clocks a device has. */
    static PolicyInForce inForce(Path file) {
        LeaseClock clock = new LeaseClock(
                InstantSource.system(), () -> true, System::nanoTime, TickingNanos.machine(), LeaseClock.Mark.NEVER);
        clock.contact(Instant.now());
        PolicyInForce policy = new PolicyInForce(clock);
        policy.replace(file, target(file));
        return policy;
    }

    /** The moment of every question in the numbering of a bundle. */
    static DecisionContext[] contexts(Bundle bundle, Workload workload) {
        Workload.Questions questions = workload.questions();
        DecisionContext[] contexts = new DecisionContext[questions.count()];
        for (int i = 0; i < contexts.length; i++) {
            contexts[i] =
                    workload.kind() == Kind.W1 ? DecisionContext.NONE : bundle.context(Fleet.situation(questions, i));
        }
        return contexts;
    }

    /** Asks a bundle every question and compares answer, reason and deciding rule with the oracle's. */
    static void check(String name, Bundle bundle, Workload workload) {
        Workload.Questions questions = workload.questions();
        DecisionContext[] contexts = contexts(bundle, workload);
        check(
                name,
                bundle,
                IntStream.range(0, questions.count())
                        .mapToLong(i -> bundle.verify(
                                bundle.row(Fleet.key(questions.token()[i])),
                                bundle.permission(Names.permission(questions.permission()[i])),
                                LeaseState.HOLDS,
                                contexts[i]))
                        .toArray(),
                workload);
    }

    /** Compares answer, reason and deciding rule of every question with the oracle's. */
    static void check(String name, Bundle bundle, long[] decisions, Workload workload) {
        for (int i = 0; i < decisions.length; i++) {
            Answer found = bundle.describe(decisions[i]);
            boolean right = found.granted() == workload.questions().granted()[i]
                    && found.reason() == Fleet.reason(workload, i)
                    && found.rule().map(Rule::name).equals(Fleet.rule(workload, i));
            if (!right) {
                throw new IllegalStateException(name + ": question " + i + ": " + Fleet.reason(workload, i) + " by "
                        + Fleet.rule(workload, i) + " expected, found " + found);
            }
        }
    }
}
