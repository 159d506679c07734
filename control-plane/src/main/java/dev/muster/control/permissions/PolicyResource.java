package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.PolicySchema;
import dev.muster.policy.permission.PermissionCatalog;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policy documents, for people: what is written, whether it is good, and what differs. */
@Path("/policy")
@RunOnVirtualThread
public class PolicyResource {
    private static final int MAX_TEXT = 4 << 20;
    private static final String SCHEMA = PolicySchema.json(PermissionCatalog.builtIn());

    private final Guard guard;
    private final TenantTransactions transactions;
    private final PolicyStore store;
    private final PolicyService service;

    PolicyResource(Guard guard, TenantTransactions transactions, PolicyStore store, PolicyService service) {
        this.guard = guard;
        this.transactions = transactions;
        this.store = store;
        this.service = service;
    }

    /** All documents as they are now, published or not. */
    @GET
    @Path("/documents")
    @RequiresRole(Role.VIEWER)
    public Page<StoredDocument> documents() {
        Access access = guard.require(Role.VIEWER);
        return Page.whole(transactions.in(access.tenant(), store::documents));
    }

    /** One document. */
    @GET
    @Path("/documents/{kind}/{name}")
    @RequiresRole(Role.VIEWER)
    public StoredDocument document(@PathParam("kind") String kind, @PathParam("name") String name) {
        Access access = guard.require(Role.VIEWER);
        return transactions
                .in(access.tenant(), handle -> store.document(handle, kind, name))
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.POLICY_NOT_FOUND, "no policy document `" + kind + "/" + name + "`"));
    }

    /** Writes one or more documents; nothing is in force before it is published. */
    @PUT
    @Path("/documents")
    @Consumes("application/yaml")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public Changes put(String yaml) {
        Access access = guard.require(Role.SECURITY_OFFICER).fleetWide();
        checkLength(yaml);
        return new Changes(service.put(access.caller(), yaml).stream()
                .map(change -> new Changes.Change(change.kind(), change.name(), change.changed()))
                .toList());
    }

    /** Removes a document. */
    @DELETE
    @Path("/documents/{kind}/{name}")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public void delete(@PathParam("kind") String kind, @PathParam("name") String name) {
        service.delete(guard.require(Role.SECURITY_OFFICER).fleetWide().caller(), kind, name);
    }

    /** Looks at the draft with the documents of the body in it; an empty body looks at the draft. Nothing is stored. */
    @POST
    @Path("/validate")
    @Consumes("application/yaml")
    @RequiresRole(Role.SECURITY_OFFICER)
    public PolicyService.Validation validate(@Nullable String yaml) {
        Access access = guard.require(Role.SECURITY_OFFICER);
        String text = yaml == null ? "" : yaml;
        checkLength(text);
        return service.validate(access, text);
    }

    /** The JSON Schema of documents, for editors. */
    @GET
    @Path("/schema")
    @Produces("application/json")
    @RequiresRole(Role.VIEWER)
    public String schema() {
        guard.require(Role.VIEWER);
        return SCHEMA;
    }

    /** What differs between two versions; {@code draft} and {@code live} are versions too. */
    @GET
    @Path("/diff")
    @RequiresRole(Role.VIEWER)
    public PolicyDiff diff(@QueryParam("from") @Nullable String from, @QueryParam("to") @Nullable String to) {
        Access access = guard.require(Role.VIEWER);
        return service.diff(access, from == null ? "live" : from, to == null ? "draft" : to);
    }

    /** What {@code PUT /policy/documents} did. */
    public record Changes(List<Change> items) {
        /** One document. */
        public record Change(String kind, String name, boolean changed) {}
    }

    private static void checkLength(String yaml) {
        if (yaml.length() > MAX_TEXT) {
            throw new ProblemException(
                    ProblemCode.TOO_LARGE, "expected at most " + MAX_TEXT + " characters, found " + yaml.length());
        }
    }
}
