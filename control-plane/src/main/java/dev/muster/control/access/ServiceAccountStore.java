package dev.muster.control.access;

import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code service_account} and {@code api_token}. */
@Singleton
public final class ServiceAccountStore {
    /** Within this a further use is not noted: a busy program would write a row for every request. */
    private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    /** All of the tenant, by name. */
    public List<ServiceAccount> all(Handle handle, Instant now) {
        return handle.createQuery("""
                        select a.*, (select count(*) from api_token t where t.account = a.name and t.expires_at > :now) as tokens
                          from service_account a order by a.name""")
                .bind("now", utc(now))
                .map((rs, context) -> new ServiceAccount(
                        rs.getString("name"),
                        rs.getString("description"),
                        instant(rs, "created_at"),
                        rs.getString("created_by_name"),
                        rs.getLong("tokens")))
                .list();
    }

    /** Whether the tenant has it. */
    public boolean exists(Handle handle, String name) {
        return handle.createQuery("select exists (select 1 from service_account where name = :name)")
                .bind("name", name)
                .mapTo(Boolean.class)
                .one();
    }

    /** Adds one; false if the name is taken. */
    public boolean insert(Handle handle, String name, String description, Caller by, Instant now) {
        return handle.createUpdate("""
                                insert into service_account (name, description, created_at, created_by, created_by_name, people)
                                values (:name, :description, :now, :by, :byName, :people) on conflict do nothing""")
                        .bind("name", name)
                        .bind("description", description)
                        .bind("now", utc(now))
                        .bind("by", by.actor())
                        .bind("byName", by.name())
                        .bind("people", people(handle, by).toArray(String[]::new))
                        .execute()
                == 1;
    }

    /** Takes one away, with its tokens and role bindings; false if there is none. */
    public boolean delete(Handle handle, String name) {
        handle.createUpdate("delete from role_binding where issuer = :issuer and kind = 'service' and subject = :name")
                .bind("issuer", ServiceAccount.ISSUER)
                .bind("name", name)
                .execute();
        return handle.createUpdate("delete from service_account where name = :name")
                        .bind("name", name)
                        .execute()
                == 1;
    }

    /** The account's tokens, newest first. */
    public List<ApiToken> tokens(Handle handle, String account) {
        return handle.createQuery("select * from api_token where account = :account order by created_at desc, id")
                .bind("account", account)
                .map((rs, context) -> token(rs))
                .list();
    }

    /** Adds a token. */
    public void insert(Handle handle, ApiToken token, byte[] hash, Caller by) {
        Role role = token.role();
        handle.createUpdate("""
                        insert into api_token
                            (id, account, name, hash, role, selector, created_at, created_by, created_by_name, people, expires_at)
                        values (:id, :account, :name, :hash, :role, :selector, :at, :by, :byName, :people, :expires)""")
                .bind("id", token.id())
                .bind("account", token.account())
                .bind("name", token.name())
                .bind("hash", hash)
                .bind("role", role == null ? null : role.text())
                .bind("selector", token.selector().text())
                .bind("at", utc(token.createdAt()))
                .bind("by", by.actor())
                .bind("byName", by.name())
                .bind("people", people(handle, by).toArray(String[]::new))
                .bind("expires", utc(token.expiresAt()))
                .execute();
    }

    /** Ends a token; false if the account has none with the id. */
    public boolean delete(Handle handle, String account, String id) {
        return handle.createUpdate("delete from api_token where account = :account and id = :id")
                        .bind("account", account)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /**
     * The identities that stand behind a caller, its own included: behind a program whoever made its account and whoever made
     * its token, and behind them likewise.
     */
    public Set<String> people(Handle handle, Caller caller) {
        Set<String> people = new LinkedHashSet<>();
        people.add(caller.actor());
        if (caller instanceof Caller.Service service) {
            handle.createQuery("""
                            select unnest(coalesce(people, array[created_by])) from service_account where name = :account
                            union select unnest(coalesce(people, array[created_by])) from api_token where id = :token""")
                    .bind("account", service.account())
                    .bind("token", service.token())
                    .mapTo(String.class)
                    .forEach(people::add);
        }
        return people;
    }

    /** The same for an identity, by any of its tokens that are left; empty where it is a program that is gone. */
    public Optional<Set<String>> people(Handle handle, String actor) {
        if (!actor.startsWith(ServiceAccount.ACTOR)) {
            return Optional.of(Set.of(actor));
        }
        String account = actor.substring(ServiceAccount.ACTOR.length());
        if (!exists(handle, account)) {
            return Optional.empty();
        }
        Set<String> people = new LinkedHashSet<>();
        people.add(actor);
        handle.createQuery("""
                        select unnest(coalesce(people, array[created_by])) from service_account where name = :account
                        union select unnest(coalesce(people, array[created_by])) from api_token where account = :account""").bind("account", account).mapTo(String.class).forEach(people::add);
        return Optional.of(people);
    }

    /** The token that the text is, if it is good at {@code now}; notes that it was used. */
    Optional<ApiToken> use(Handle handle, ApiToken.Secret secret, Instant now) {
        Optional<ApiToken> found = handle.createQuery("select * from api_token where id = :id and expires_at > :now")
                .bind("id", secret.id())
                .bind("now", utc(now))
                .map((rs, context) -> MessageDigest.isEqual(rs.getBytes("hash"), secret.hash())
                        ? Optional.of(token(rs))
                        : Optional.<ApiToken>empty())
                .findOne()
                .flatMap(token -> token);
        if (found.isPresent()) {
            handle.createUpdate(
                            "update api_token set used_at = :now where id = :id and (used_at is null or used_at < :before)")
                    .bind("id", secret.id())
                    .bind("now", utc(now))
                    .bind("before", utc(now.minus(NOTED_EVERY)))
                    .execute();
        }
        return found;
    }

    private static ApiToken token(ResultSet rs) throws SQLException {
        String role = rs.getString("role");
        return new ApiToken(
                rs.getString("id"),
                rs.getString("account"),
                rs.getString("name"),
                role == null
                        ? null
                        : Role.parse(role)
                                .orElseThrow(() -> new IllegalStateException("expected a role, found `" + role + "`")),
                Selector.parse(rs.getString("selector")),
                instant(rs, "created_at"),
                rs.getString("created_by_name"),
                instant(rs, "expires_at"),
                optional(rs, "used_at"));
    }

    private static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant optional(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
