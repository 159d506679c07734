package dev.muster.control.trustrepo;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.trustrepo.TrustFileStore.Repository;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.keys.Verification;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.signing.Holders;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The tenant's repositories for people: who signs what, and what waits for signatures. */
@Path("/trust")
@RunOnVirtualThread
public class TrustResource {
    private final Guard guard;
    private final TrustService trust;
    private final TrustChangeService changes;

    TrustResource(Guard guard, TrustService trust, TrustChangeService changes) {
        this.guard = guard;
        this.trust = trust;
        this.changes = changes;
    }

    /** Every role with its version, expiry, keys and threshold. */
    @GET
    @Path("/status")
    @RequiresRole(Role.VIEWER)
    public TrustStatus status() {
        return trust.status(guard.require(Role.VIEWER).tenant());
    }

    /** The newest root file of {@code images} or {@code director}, byte for byte. */
    @GET
    @Path("/roots/{repository}")
    @Produces(MediaType.APPLICATION_JSON)
    @RequiresRole(Role.VIEWER)
    public String root(
            @Parameter(schema = @Schema(implementation = Repository.class)) @PathParam("repository")
                    String repository) {
        return trust.root(guard.require(Role.VIEWER).tenant(), repository(repository))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new ProblemException(ProblemCode.METADATA_NOT_FOUND, "no root yet"));
    }

    /** What waits for signatures first, then what was settled. */
    @GET
    @Path("/drafts")
    @RequiresRole(Role.VIEWER)
    public Page<TrustDraft.Answer> drafts() {
        return Page.whole(answers(changes.list(guard.require(Role.VIEWER))));
    }

    /** One draft. */
    @GET
    @Path("/drafts/{id}")
    @RequiresRole(Role.VIEWER)
    public TrustDraft.Answer draft(@PathParam("id") UUID id) {
        return changes.get(guard.require(Role.VIEWER), id).answer();
    }

    /** The draft as the file that is carried to the keys. */
    @GET
    @Path("/drafts/{id}/file")
    @Produces(MediaType.APPLICATION_JSON)
    @RequiresRole(Role.VIEWER)
    public String file(@PathParam("id") UUID id) {
        return new String(changes.get(guard.require(Role.VIEWER), id).draft().file(), StandardCharsets.UTF_8);
    }

    /** Takes the signatures of a signed file over. They prove themselves; who brings them needs no key. */
    @POST
    @Path("/drafts/{id}/signatures")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public TrustDraft.Answer sign(@PathParam("id") UUID id, @Nullable String body) {
        return changes.sign(
                        guard.require(Role.RELEASE_MANAGER).fleetWide(),
                        id,
                        Bodies.require(body).getBytes(StandardCharsets.UTF_8))
                .answer();
    }

    /** Gives a change up, with all its drafts. */
    @DELETE
    @Path("/drafts/{id}")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public void discard(@PathParam("id") UUID id) {
        changes.discard(guard.require(Role.RELEASE_MANAGER).fleetWide(), id);
    }

    /** Other keys for root, targets, publishers and the director's root, or new ones for what the server signs, in one step. */
    @POST
    @Path("/rotations")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<TrustDraft.Answer> rotate(@Nullable NewRotation body) {
        NewRotation asked = Bodies.require(body);
        if (asked.online() != null) {
            if (asked.root() != null
                    || asked.targets() != null
                    || asked.directorRoot() != null
                    || asked.publishers() != null) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "expected `online` alone: keys of people and of the server change one after the other");
            }
            return Page.whole(
                    answers(changes.rotateOnline(guard.require(Role.ADMIN).fleetWide(), onlineKeys(asked.online()))));
        }
        Map<String, Holders> publishers = new HashMap<>();
        if (asked.publishers() != null) {
            asked.publishers().forEach((name, holders) -> publishers.put(name, holders.holders(name)));
        }
        return Page.whole(answers(changes.rotate(
                guard.require(Role.ADMIN).fleetWide(),
                new TrustChangeService.Rotation(
                        optional("root", asked.root()),
                        optional("targets", asked.targets()),
                        optional("directorRoot", asked.directorRoot()),
                        publishers))));
    }

    /** A publisher of images and apps below its own name, or other keys for one that exists. */
    @PUT
    @Path("/publishers/{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<TrustDraft.Answer> delegate(@PathParam("name") String name, @Nullable NewHolders body) {
        return Page.whole(answers(changes.delegate(
                guard.require(Role.ADMIN).fleetWide(),
                name,
                Bodies.require(body).holders(name))));
    }

    /** Takes a publisher's word away. */
    @DELETE
    @Path("/publishers/{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<TrustDraft.Answer> revoke(@PathParam("name") String name) {
        return Page.whole(answers(changes.revoke(guard.require(Role.ADMIN).fleetWide(), name)));
    }

    /** The same file once more with a later expiry. */
    @POST
    @Path("/renewals")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<TrustDraft.Answer> renew(@Nullable NewRenewal body) {
        NewRenewal asked = Bodies.require(body);
        String repository =
                repository(Bodies.require(asked.repository(), "repository")).text();
        return Page.whole(answers(changes.renew(
                guard.require(Role.ADMIN).fleetWide(), repository, Bodies.require(asked.role(), "role"))));
    }

    private static Set<String> onlineKeys(List<String> names) {
        if (names.isEmpty()) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected names of keys in `online`, found none");
        }
        return names.equals(List.of("all")) ? Set.copyOf(StarterKeys.ONLINE) : Set.copyOf(names);
    }

    /**
     * The body of {@code POST /trust/rotations}.
     *
     * @param online names of keys that this server holds and makes anew, or {@code ["all"]}; alone
     */
    public record NewRotation(
            @Nullable NewHolders root,
            @Nullable NewHolders targets,
            @Nullable NewHolders directorRoot,
            @Nullable Map<String, NewHolders> publishers,
            @Nullable List<String> online) {}

    /** Public keys, and how many of them must sign. */
    public record NewHolders(
            @Nullable List<NewKey> keys, @Nullable Integer threshold) {
        Holders holders(String name) {
            try {
                return new Holders(
                        Bodies.require(keys, "keys").stream()
                                .map(key -> key.key(name))
                                .toList(),
                        threshold == null ? 1 : threshold);
            } catch (IllegalArgumentException e) {
                throw new ProblemException(ProblemCode.INVALID_REQUEST, "`" + name + "`: " + e.getMessage());
            }
        }
    }

    /** A public key as TUF metadata carries it. */
    public record NewKey(
            @Nullable String keytype,
            @Nullable String scheme,
            @Nullable Map<String, String> keyval) {
        TrustKey key(String name) {
            TrustKey key = TrustKey.of(
                    Bodies.require(keytype, "keytype"),
                    Bodies.require(scheme, "scheme"),
                    Bodies.require(Bodies.require(keyval, "keyval").get("public"), "keyval.public"));
            if (!Verification.isUsable(key)) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "`" + name + "`: expected an Ed25519, ECDSA or RSA-PSS public key, found one of `" + keytype
                                + "`, `" + scheme + "` that cannot be used");
            }
            return key;
        }
    }

    /** The body of {@code POST /trust/renewals}. */
    public record NewRenewal(
            @Nullable String repository, @Nullable String role) {}

    private static Optional<Holders> optional(String name, @Nullable NewHolders holders) {
        return Optional.ofNullable(holders).map(given -> given.holders(name));
    }

    private static Repository repository(String text) {
        for (Repository repository : Repository.values()) {
            if (repository.text().equals(text)) {
                return repository;
            }
        }
        throw new ProblemException(
                ProblemCode.INVALID_REQUEST, "expected `images` or `director`, found `" + text + "`");
    }

    private static List<TrustDraft.Answer> answers(List<TrustDraft> drafts) {
        return drafts.stream().map(TrustDraft::answer).toList();
    }
}
