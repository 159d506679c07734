package dev.muster.control.tenancy;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Several queries of one transaction that go to the database together, in this order: going there and back costs more than a
 * query for one device. Each is a statement of its own and sees what was committed while those before it waited for a lock. For
 * the few paths that every device walks; elsewhere one query after the other reads better. Asked once; not thread-safe.
 */
public final class Trip {
    private final List<Answer<?>> answers = new ArrayList<>();

    /** What a query found; before the trip nothing. */
    public static final class Answer<T> {
        private final Question<T> question;
        private final List<T> rows = new ArrayList<>();

        private Answer(Question<T> question) {
            this.question = question;
        }

        /** All rows, in the order of the query. */
        public List<T> rows() {
            return List.copyOf(rows);
        }

        /** The first row. */
        public Optional<T> first() {
            return rows.stream().findFirst();
        }

        private void read(ResultSet results) throws SQLException {
            while (results.next()) {
                rows.add(question.row().read(results));
            }
        }
    }

    /** The first row of one query, asked at once. */
    public static <T> Optional<T> first(Handle handle, Question<T> question) {
        Trip trip = new Trip();
        Answer<T> answer = trip.ask(question);
        trip.go(handle);
        return answer.first();
    }

    /** Adds a query; its answer is filled by {@link #go}. */
    public <T> Answer<T> ask(Question<T> question) {
        Answer<T> answer = new Answer<>(question);
        answers.add(answer);
        return answer;
    }

    /** Asks all in the handle's transaction. */
    public void go(Handle handle) {
        String sql = answers.stream().map(answer -> answer.question.sql()).collect(Collectors.joining(";\n"));
        try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
            int place = 1;
            for (Answer<?> answer : answers) {
                for (Object value : answer.question.values()) {
                    statement.setObject(place++, value);
                }
            }
            boolean hasRows = statement.execute();
            for (Answer<?> answer : answers) {
                if (!hasRows) {
                    throw new IllegalStateException(
                            "expected a statement that answers rows, found `" + answer.question.sql() + "`");
                }
                try (ResultSet results = statement.getResultSet()) {
                    answer.read(results);
                }
                hasRows = statement.getMoreResults();
            }
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException("a trip of " + answers.size() + " queries failed", e, null);
        }
    }
}
