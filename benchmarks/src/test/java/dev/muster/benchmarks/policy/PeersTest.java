package dev.muster.benchmarks.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.benchmarks.policy.peers.Peer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PeersTest {
    /** AuthzForce takes seconds to load a policy and is asked with conditions below. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTHZFORCE")
    void everyPeerAgreesWithTheOracle(Peer peer) {
        Workload workload = new Workload(50, Kind.W1, 64);

        Engine engine = peer.load(workload);

        assertThatCode(() -> Engine.check(peer.title(), engine, workload)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTHZFORCE", "CEL"})
    void peersWithConditionsAgreeWithTheOracle(Peer peer) {
        Workload workload = new Workload(50, Kind.W2, 64);

        Engine engine = peer.load(workload);

        assertThatCode(() -> Engine.check(peer.title(), engine, workload)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(names = {"JCASBIN", "JCASBIN_CACHED", "SHIRO"})
    void peersWithoutConditionsRefuseThem(Peer peer) {
        Workload workload = new Workload(5, Kind.W2, 16);

        assertThatThrownBy(() -> peer.load(workload)).hasMessageContaining("without conditions");
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatTheOracleDoesNotGiveIsFound(Kind kind) {
        Workload workload = new Workload(5, kind, 16);
        Engine yes = question -> true;

        assertThatThrownBy(() -> Engine.check("always yes", yes, workload))
                .hasMessageContaining("always yes: question")
                .hasMessageContaining("false expected, found true");
        assertThat(workload.questions().granted()).contains(true);
    }
}
