package dev.muster.control.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

class TenantTransactionsTest {
    private final AtomicInteger attempts = new AtomicInteger();

    private static JdbiException refused(String state) {
        return new ConnectionException(new SQLException("refused", state));
    }

    private String doneAfter(int failures, String state) {
        return TenantTransactions.again(() -> {
            if (attempts.incrementAndGet() <= failures) {
                throw refused(state);
            }
            return "done";
        });
    }

    @Test
    void beginsAnewWhereTheDatabaseLetItGoForTheSakeOfAnother() {
        assertThat(doneAfter(3, "40P01")).isEqualTo("done");
        assertThat(attempts).hasValue(4);
    }

    @Test
    void givesUpAfterAFewAttempts() {
        assertThatThrownBy(() -> doneAfter(100, "40001")).isInstanceOf(JdbiException.class);
        assertThat(attempts).hasValue(5);
    }

    @Test
    void doesNotRepeatWhatFailedForAnotherReason() {
        assertThatThrownBy(() -> doneAfter(1, "23505")).isInstanceOf(JdbiException.class);
        assertThat(attempts).hasValue(1);
    }
}
