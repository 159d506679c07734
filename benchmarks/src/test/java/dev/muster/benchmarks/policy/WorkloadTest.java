package dev.muster.benchmarks.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.benchmarks.policy.Workload.Kind;
import dev.muster.benchmarks.policy.Workload.Questions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkloadTest {
    /** The sums are those of the program whose figures ours are compared with. */
    @ParameterizedTest
    @CsvSource({
        "W1, 1000, 1248116515103772",
        "W1, 100000, -1988145573784694",
        "W2, 1000, 795872199138613",
        "W2, 100000, -1791318261325297"
    })
    void asksTheQuestionsThatFiguresCompareBy(Kind kind, int tokens, long sum) {
        Questions questions = new Workload(tokens, kind, 65_536).questions();

        assertThat(sum(questions)).isEqualTo(sum);
    }

    private static long sum(Questions questions) {
        return List.of(
                        questions.token(),
                        questions.permission(),
                        questions.minute(),
                        questions.location(),
                        questions.group())
                .stream()
                .mapToLong(Arrays::hashCode)
                .reduce(1, (sum, column) -> sum * 31 + column);
    }

    @Test
    void aShorterListIsTheStartOfALongerOne() {
        Questions few = new Workload(100, Kind.W2, 64).questions();
        Questions many = new Workload(100, Kind.W2, 256).questions();

        assertThat(few.token()).isEqualTo(Arrays.copyOf(many.token(), 64));
        assertThat(few.group()).isEqualTo(Arrays.copyOf(many.group(), 64));
    }

    @ParameterizedTest
    @EnumSource
    void theLimitsAgreeWithTheOracle(Kind kind) {
        Workload workload = new Workload(200, kind, 4096);
        Questions questions = workload.questions();
        long[] bits = Matrix.fill(workload, Matrix.grants(workload));
        long[] conditions = Matrix.conditions(workload);

        Engine limit = i -> Matrix.isSet(bits, questions.token()[i], questions.permission()[i])
                && (kind == Kind.W1
                        || Matrix.holds(
                                conditions,
                                questions.permission()[i],
                                questions.minute()[i],
                                questions.location()[i],
                                questions.group()[i]));

        Engine.check("limit", limit, workload);
    }

    @Test
    void everyPermissionHasANameOfItsOwn() {
        List<String> names = IntStream.range(0, Workload.PERMISSIONS)
                .mapToObj(Names::permission)
                .toList();

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.startsWith("ohos.permission."));
    }
}
