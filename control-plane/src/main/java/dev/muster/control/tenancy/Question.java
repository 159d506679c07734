package dev.muster.control.tenancy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * One query of a {@link Trip}.
 *
 * @param sql one statement that answers rows, its parameters as {@code ?}
 * @param values of the parameters, in order; texts, numbers and arrays of texts
 * @param row reads one row
 */
public record Question<T>(String sql, List<?> values, Row<T> row) {
    public Question {
        values = List.copyOf(values);
    }

    /** Reads the row at which the results stand. */
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet rows) throws SQLException;
    }
}
