package dev.muster.control.tenancy;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * The only way to the database. One call is one transaction at read committed; an exception rolls it back. INVARIANT
 * (tenant): statements see and write the rows of the transaction's tenant and no others, because PostgreSQL forces it.
 * Never call the network inside. Thread-safe.
 */
@Singleton
public final class TenantTransactions {
    private static final int ATTEMPTS = 5;

    private final Jdbi app;
    private final Jdbi jobs;

    TenantTransactions(AgroalDataSource app, @DataSource("jobs") AgroalDataSource jobs) {
        this.app = configure(Jdbi.create(app));
        this.jobs = configure(Jdbi.create(jobs));
    }

    /** Runs {@code work} in one transaction of {@code tenant} and returns its answer. */
    public <T> T in(TenantId tenant, Function<Handle, T> work) {
        return in(tenant, trip -> work, (handle, then) -> then.apply(handle));
    }

    /**
     * The same, where {@code asked} puts the first queries on the trip that tells the database the tenant; {@code work} gets what
     * {@code asked} returned, its answers filled.
     */
    public <Q, T> T in(TenantId tenant, Function<Trip, Q> asked, BiFunction<Handle, Q, T> work) {
        return app.inTransaction(handle -> {
            Trip trip = new Trip();
            trip.ask(new Question<>(
                    "select set_config('app.tenant', ?, true)", List.of(tenant.value()), rows -> rows.getString(1)));
            Q questions = asked.apply(trip);
            trip.go(handle);
            return work.apply(handle, questions);
        });
    }

    /** The same without an answer. */
    public void run(TenantId tenant, Consumer<Handle> work) {
        in(tenant, handle -> {
            work.accept(handle);
            return Boolean.TRUE;
        });
    }

    /**
     * As {@link #run}, for statements that work on many rows at once: each is planned for the very rows it is given. A plan that
     * was kept from a time when the tables were small would read all of a large one for each of many rows.
     */
    public void runForMany(TenantId tenant, Consumer<Handle> work) {
        run(tenant, handle -> {
            handle.createQuery("select set_config('plan_cache_mode', 'force_custom_plan', true)")
                    .mapTo(String.class)
                    .one();
            work.accept(handle);
        });
    }

    /** One transaction of the role for queue and outbox: it sees every tenant there, and nothing else. */
    public <T> T inJobs(Function<Handle, T> work) {
        return jobs.inTransaction(work::apply);
    }

    /**
     * Whether the database refused the data itself, by value or by size, so that trying again is in vain. False for all
     * that may pass: a lost connection, a conflict of two transactions.
     */
    public static boolean isRefusedData(Throwable failure) {
        // Classes of SQLSTATE: 22 data exception, 54 program limit exceeded.
        String state = sqlState(failure);
        return state.startsWith("22") || state.startsWith("54");
    }

    /** Whether the database ended the transaction for the sake of another one, so that it may well succeed the next time. */
    public static boolean isYielded(Throwable failure) {
        // SQLSTATE: 40P01 deadlock detected, 40001 serialization failure.
        String state = sqlState(failure);
        return state.equals("40P01") || state.equals("40001");
    }

    /**
     * Does work that takes many locks, of which others take some in another order: where the database let it go for their sake, it begins
     * anew, a few times. For whole transactions only.
     */
    public static <T> T again(Supplier<T> transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.get();
            } catch (JdbiException e) {
                if (attempt == ATTEMPTS || !isYielded(e)) {
                    throw e;
                }
            }
        }
    }

    private static String sqlState(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    /** Runs {@code work} in one transaction that may go from tenant to tenant. Only for what belongs to two of them. */
    public <T> T passing(Function<Passage, T> work) {
        return app.inTransaction(handle -> work.apply(new Passage(handle)));
    }

    /** Every tenant that has something, suspended ones too; a job that keeps house opens one transaction for each. */
    public List<TenantId> tenants() {
        return tenants(TenantState.ACTIVE, TenantState.SUSPENDED, TenantState.DELETING);
    }

    /** The tenants in which things move: what hands something to devices goes through these. */
    public List<TenantId> activeTenants() {
        return tenants(TenantState.ACTIVE);
    }

    private List<TenantId> tenants(TenantState... states) {
        return inJobs(handle -> handle.createQuery(
                        "select tenant from tenant where state = any(:states) order by tenant")
                .bind("states", Arrays.stream(states).map(TenantState::text).toArray(String[]::new))
                .map((rs, context) -> new TenantId(rs.getString("tenant")))
                .list());
    }

    /** A connection of the jobs role that the caller keeps and closes; for the relay's locks, which live as long as it. */
    public Handle openJobs() {
        return jobs.open();
    }

    private static Jdbi configure(Jdbi jdbi) {
        jdbi.installPlugin(new PostgresPlugin());
        jdbi.registerArgument(new TenantArgument());
        jdbi.registerArgument(new DeviceArgument());
        // SQL is written out in the stores: `<` is less-than, not a template.
        jdbi.getConfig(SqlStatements.class).setTemplateEngine(TemplateEngine.NOP);
        return jdbi;
    }

    private static final class TenantArgument extends AbstractArgumentFactory<TenantId> {
        TenantArgument() {
            super(Types.VARCHAR);
        }

        @Override
        protected Argument build(TenantId value, ConfigRegistry config) {
            return (position, statement, context) -> statement.setString(position, value.value());
        }
    }

    private static final class DeviceArgument extends AbstractArgumentFactory<DeviceId> {
        DeviceArgument() {
            super(Types.VARCHAR);
        }

        @Override
        protected Argument build(DeviceId value, ConfigRegistry config) {
            return (position, statement, context) -> statement.setString(position, value.value());
        }
    }
}
