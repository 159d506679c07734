package dev.muster.benchmarks.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.policy.compile.Impact;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Preparing a benchmark checks its answers; here with few tokens, so that a wrong mapping is seen without a long run. */
final class OursTest {
    @ParameterizedTest
    @EnumSource
    void answersReasonsAndRulesAreTheOracles(Kind kind) {
        MusterBenchmark benchmark = new MusterBenchmark();
        benchmark.tokens = 200;
        benchmark.kind = kind;
        benchmark.questions = 4096;

        assertThatCode(benchmark::prepare).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void theCompiledTableAnswersAsTheOracle(Kind kind) {
        CompileBenchmark benchmark = new CompileBenchmark();
        benchmark.tokens = 300;
        benchmark.kind = kind;

        assertThatCode(benchmark::prepare).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void impactFindsWhatTheMatricesFind(Kind kind) {
        ImpactBenchmark benchmark = new ImpactBenchmark();
        benchmark.tokens = 500;
        benchmark.kind = kind;

        benchmark.prepare();

        assertThat(benchmark.ours()).isPositive().isEqualTo(benchmark.rawXor());
    }

    @ParameterizedTest
    @EnumSource
    void aDraftIsAnsweredForEveryDevice(Kind kind) {
        DraftBenchmark benchmark = new DraftBenchmark();
        benchmark.kind = kind;
        benchmark.prepare();

        assertThat(benchmark.answer())
                .isNotEmpty()
                .extracting(Impact.Summary::devices)
                .containsOnly(2000L);
    }
}
