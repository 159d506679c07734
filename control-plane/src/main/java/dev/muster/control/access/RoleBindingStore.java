package dev.muster.control.access;

import dev.muster.control.tenancy.Question;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code role_binding}. */
@Singleton
public final class RoleBindingStore {
    /** What binds this login: its own bindings, and those of its groups at the same provider. */
    Question<RoleBinding> of(Caller.Login login) {
        return new Question<>(
                """
                select id, kind, issuer, subject, role, selector, deny from role_binding
                where issuer = ?
                  and (kind in ('person', 'service') and subject = ? or kind = 'group' and subject = any(?))
                order by id""",
                List.of(login.issuer(), login.subject(), login.groups().toArray(String[]::new)),
                RoleBindingStore::read);
    }

    /** What binds this service account. */
    List<RoleBinding> of(Handle handle, Caller.Service service) {
        return handle.createQuery("""
                        select id, kind, issuer, subject, role, selector, deny from role_binding
                        where issuer = :issuer and kind = 'service' and subject = :subject order by id""")
                .bind("issuer", ServiceAccount.ISSUER)
                .bind("subject", service.account())
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Whether a role binding says that this login is a service of the provider. */
    public boolean isService(Handle handle, Caller.Login login) {
        return handle.createQuery("select exists (select 1 from role_binding "
                        + "where kind = 'service' and issuer = :issuer and subject = :subject)")
                .bind("issuer", login.issuer())
                .bind("subject", login.subject())
                .mapTo(Boolean.class)
                .one();
    }

    /** All of the tenant, oldest first. */
    public List<RoleBinding> all(Handle handle) {
        return handle.createQuery(
                        "select id, kind, issuer, subject, role, selector, deny from role_binding order by created_at, id")
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Whether the tenant has one. */
    public boolean any(Handle handle) {
        return handle.createQuery("select exists (select 1 from role_binding)")
                .mapTo(Boolean.class)
                .one();
    }

    /** Adds one; {@code actor} gave it. */
    public void insert(Handle handle, RoleBinding binding, String actor) {
        handle.createUpdate("""
                        insert into role_binding (id, kind, issuer, subject, role, selector, deny, created_by)
                        values (:id, :kind, :issuer, :subject, :role, :selector, :deny, :actor)""")
                .bind("id", binding.id())
                .bind("kind", binding.kind().name().toLowerCase(Locale.ROOT))
                .bind("issuer", binding.issuer())
                .bind("subject", binding.subject())
                .bind("role", binding.role().text())
                .bind("selector", binding.selector().text())
                .bind("deny", binding.deny())
                .bind("actor", actor)
                .execute();
    }

    /** Gives the bindings of issuer {@code from} to issuer {@code to}; answers how many there were. */
    public int move(Handle handle, String from, String to) {
        return handle.createUpdate("update role_binding set issuer = :to where issuer = :from")
                .bind("from", from)
                .bind("to", to)
                .execute();
    }

    /** Those that make people administrators of the whole fleet, held until the transaction ends. Denies do not count. */
    public List<UUID> lockAdmins(Handle handle) {
        return handle.createQuery("""
                        select id from role_binding
                        where kind in ('person', 'group') and role = :admin and selector = :all and not deny
                        order by id for update""")
                .bind("admin", Role.ADMIN.text())
                .bind("all", Selector.ALL.text())
                .mapTo(UUID.class)
                .list();
    }

    /** Takes one away and returns it; empty if there is none. */
    public Optional<RoleBinding> delete(Handle handle, UUID id) {
        return handle.createQuery(
                        "delete from role_binding where id = :id returning id, kind, issuer, subject, role, selector, deny")
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    private static RoleBinding read(ResultSet rs) throws SQLException {
        String role = rs.getString("role");
        return new RoleBinding(
                rs.getObject("id", UUID.class),
                RoleBinding.Kind.valueOf(rs.getString("kind").toUpperCase(Locale.ROOT)),
                rs.getString("issuer"),
                rs.getString("subject"),
                Role.parse(role).orElseThrow(() -> new IllegalStateException("expected a role, found `" + role + "`")),
                Selector.parse(rs.getString("selector")),
                rs.getBoolean("deny"));
    }
}
