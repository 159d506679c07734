package dev.muster.control.ddi;

import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tenancy.Trip;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The operations of DDI v1 below {@code /{tenant}/controller/v1/{controllerId}}. Clients build some of these paths themselves, so
 * they are the contract as much as the links are. Thread-safe.
 */
@Singleton
final class DdiEndpoint {
    private static final int MOST_HISTORY = 100;

    /** How many times a client asks before a window opens. */
    private static final int POLLS_BEFORE_WINDOW = 3;

    private final DdiGate gate;
    private final DdiLimits limits;
    private final ClientService clients;
    private final ActionService actions;
    private final ActionStore store;
    private final ClientStore clientStore;
    private final Digests digests;
    private final Polls polls;
    private final ArtifactBytes bytes;
    private final DeviceService devices;
    private final TenantTransactions transactions;

    DdiEndpoint(
            DdiGate gate,
            DdiLimits limits,
            ClientService clients,
            ActionService actions,
            ActionStore store,
            ClientStore clientStore,
            Digests digests,
            Polls polls,
            ArtifactBytes bytes,
            DeviceService devices,
            TenantTransactions transactions) {
        this.gate = gate;
        this.limits = limits;
        this.clients = clients;
        this.actions = actions;
        this.store = store;
        this.clientStore = clientStore;
        this.digests = digests;
        this.polls = polls;
        this.bytes = bytes;
        this.devices = devices;
        this.transactions = transactions;
    }

    /** A client that proved who it is, and what it asks. */
    private record Call(DdiRequest request, TenantId tenant, DdiAccess access, Client client, DdiJson json) {
        DeviceRef device() {
            return new DeviceRef(tenant, client.device());
        }
    }

    /** The answer; a {@link DdiException} is one, too. */
    DdiAnswer answer(DdiRequest request) throws IOException {
        List<String> path = request.path();
        if (path.size() < 4 || !path.get(1).equals("controller") || !path.get(2).equals("v1")) {
            throw DdiException.notFound("expected `/<tenant>/controller/v1/<controllerId>`");
        }
        List<String> rest = path.subList(4, path.size());
        boolean joins = rest.isEmpty() || rest.equals(List.of("confirmationBase"));
        Call call = admitted(request, path.get(0), path.get(3), joins);
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        return route(call, method, rest);
    }

    private Call admitted(DdiRequest request, String tenantText, String controller, boolean joins) {
        TenantId tenant = tenant(tenantText).orElseThrow(() -> limits.wrong(request, controller));
        DdiAccess access = gate.access(tenant);
        boolean asAny = gate.opens(access, request, controller);
        if (!asAny && !gate.mayProve(access, request)) {
            throw limits.wrong(request, controller);
        }
        if (!asAny) {
            limits.mayTry(tenant, request, controller);
        }
        Optional<Client> known = clients.find(tenant, controller);
        if (!asAny) {
            if (known.filter(client -> gate.opens(access, request, client)).isEmpty()) {
                throw limits.wrong(request, controller);
            }
            limits.right(tenant, request);
        }
        limits.admit(tenant, controller);
        Client client = known.or(() -> joins ? clients.join(tenant, access, controller) : Optional.empty())
                .orElseThrow(() -> DdiException.notFound("no controller `" + controller + "`"));
        if (!client.isActive()) {
            throw new DdiException(403, "permission.insufficient", "the device is " + client.status());
        }
        return new Call(request, tenant, access, client, new DdiJson(request.base(), tenantText, controller));
    }

    /** hawkBit calls the tenant {@code DEFAULT} that exists out of the box. */
    private static Optional<TenantId> tenant(String text) {
        if (text.equalsIgnoreCase(TenantId.DEFAULT.value())) {
            return Optional.of(TenantId.DEFAULT);
        }
        try {
            return Optional.of(new TenantId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private DdiAnswer route(Call call, String method, List<String> rest) throws IOException {
        String id = rest.size() < 2 ? "" : rest.get(1);
        return switch (method + " " + shape(rest)) {
            case "GET " -> poll(call);
            case "PUT configData" -> attributes(call);
            case "GET deploymentBase/#" -> deployment(call, id(id));
            case "POST deploymentBase/#/feedback" -> deployed(call, id(id));
            case "GET cancelAction/#" -> cancel(call, id(id));
            case "POST cancelAction/#/feedback" -> stopped(call, id(id));
            case "PUT installedBase" -> runs(call);
            case "GET installedBase/#" -> installed(call, id(id));
            case "GET confirmationBase" -> new DdiAnswer.Document(call.json().confirmation(call.client()));
            case "GET confirmationBase/#" -> toConfirm(call, id(id));
            case "POST confirmationBase/#/feedback" -> confirmed(call, id(id));
            case "POST confirmationBase/activateAutoConfirm" -> autoConfirm(call, true);
            case "POST confirmationBase/deactivateAutoConfirm" -> autoConfirm(call, false);
            case "GET softwaremodules/#/artifacts" -> artifacts(call, id(id));
            case "GET softwaremodules/#/artifacts/#" -> content(call, id(id), rest.get(3));
            default -> throw DdiException.notFound("no such path, or not with this method");
        };
    }

    /** The path with {@code #} for what is a number or the name of a file. */
    private static String shape(List<String> rest) {
        List<String> parts = new ArrayList<>(rest);
        if (parts.size() > 1
                && !parts.get(1).isEmpty()
                && Character.isDigit(parts.get(1).charAt(0))) {
            parts.set(1, "#");
        }
        if (parts.size() > 3) {
            parts.set(3, "#");
        }
        return String.join("/", parts);
    }

    /** One that cannot be is an action that is not there. */
    private static int id(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw DdiException.notFound("no `" + text + "` of this device");
        }
    }

    private DdiAnswer poll(Call call) {
        polls.polled(call.tenant(), call.client().controller());
        clients.noteAgent(call.tenant(), call.client(), call.request());
        Client client = upToDate(call);
        Optional<DdiJson.Offer> offer = Optional.empty();
        Duration sleep = interval(call).drawn(ThreadLocalRandom.current().nextDouble());
        if (client.open().isPresent()) {
            DdiAction open = client.open().get();
            Duration opensIn = open.inWindow() && open.state() == ActionState.RUNNING
                    ? transactions.in(call.tenant(), handle -> opensIn(handle, call, client, open))
                    : Duration.ZERO;
            if (!opensIn.isZero()) {
                Duration soon = Polling.bounded(opensIn.dividedBy(POLLS_BEFORE_WINDOW));
                sleep = sleep.compareTo(soon) < 0 ? sleep : soon;
            }
            boolean hidden = !opensIn.isZero() && !client.waitsForWindows();
            if (open.ready() && !hidden) {
                offer = Optional.of(new DdiJson.Offer(open, opensIn.isZero()));
            }
        }
        return new DdiAnswer.Document(call.json().base(client, sleep, offer));
    }

    /** The client with the actions that its desired state asks for. */
    private Client upToDate(Call call) {
        String agent = call.request().header("user-agent").orElse("");
        // Whoever asks now is who will install, whatever asked before.
        Client asking = withAgent(call.client(), agent);
        Client client = asking;
        if (asking.seen() < asking.desired()) {
            transactions.run(
                    call.tenant(),
                    handle -> actions.follow(
                            handle, call.device(), asking, call.access().confirmation()));
            client = again(call);
        }
        if (client.open().filter(action -> !action.ready()).isPresent()
                && digests.prepare(
                        call.tenant(), client.device(), client.open().get().id())) {
            client = again(call);
        }
        return withAgent(client, agent);
    }

    private static Client withAgent(Client client, String agent) {
        return new Client(
                client.controller(),
                client.device(),
                client.status(),
                client.desired(),
                client.seen(),
                client.attributesWanted(),
                client.autoConfirm(),
                client.token(),
                client.installed(),
                agent,
                client.address(),
                client.lastPoll(),
                client.open());
    }

    private Client again(Call call) {
        return clients.find(call.tenant(), call.client().controller()).orElse(call.client());
    }

    private Duration opensIn(Handle handle, Call call, Client client, DdiAction open) {
        DdiAction action = actions.require(handle, client.device(), open.id());
        Duration opensIn = actions.opensIn(handle, action);
        if (!opensIn.isZero() && !action.held()) {
            actions.hold(handle, call.device(), action);
        }
        return opensIn;
    }

    private Polling.Interval interval(Call call) {
        Polling polling = call.access().polling();
        if (polling.overrides().isEmpty()) {
            return polling.standard();
        }
        return transactions.in(call.tenant(), handle -> polling.overrides().stream()
                .filter(override -> devices.selects(
                        handle, override.selector(), call.client().device()))
                .findFirst()
                .map(Polling.ForSome::interval)
                .orElse(polling.standard()));
    }

    private DdiAnswer attributes(Call call) {
        JsonObject body = body(call.request());
        String mode = body.optionalString("mode").orElse("merge");
        clients.attributes(
                call.tenant(),
                call.client(),
                Feedback.word(ClientService.Mode.class, mode.toLowerCase(Locale.ROOT)),
                body.stringMap("data"));
        return new DdiAnswer.Status(200);
    }

    private DdiAnswer deployment(Call call, int id) {
        return transactions.in(call.tenant(), handle -> {
            DdiAction action = actions.require(handle, call.client().device(), id);
            boolean offered =
                    switch (action.state()) {
                        case WAITING, CANCELING, CANCELED -> false;
                        case RUNNING, FINISHED, DOWNLOADED, FAILED -> action.ready();
                    };
            boolean open = action.state() != ActionState.RUNNING
                    || actions.opensIn(handle, action).isZero();
            if (!offered || !(open || waitsForWindows(call))) {
                throw DdiException.notFound("action " + id + " is not offered now");
            }
            if (action.state() == ActionState.RUNNING && open) {
                actions.retrieved(handle, call.device(), action);
            }
            return document(handle, call, "deployment", new DdiJson.Offer(action, open));
        });
    }

    private static boolean waitsForWindows(Call call) {
        return withAgent(call.client(), call.request().header("user-agent").orElse(""))
                .waitsForWindows();
    }

    private DdiAnswer document(Handle handle, Call call, String member, DdiJson.Offer offer) {
        int history = history(call.request());
        return new DdiAnswer.Document(call.json()
                .deployment(
                        member,
                        offer,
                        digests(handle, offer.action()),
                        history == 0
                                ? List.of()
                                : store.entries(handle, offer.action().id(), history)));
    }

    private Map<String, DdiAction.Digest> digests(Handle handle, DdiAction action) {
        return store.digests(
                handle, action.targets().stream().map(DdiAction.Target::sha256).toList());
    }

    private static int history(DdiRequest request) {
        String text = request.query().getOrDefault("actionHistory", "0");
        try {
            int asked = Integer.parseInt(text);
            return asked < 0 ? MOST_HISTORY : Math.min(asked, MOST_HISTORY);
        } catch (NumberFormatException e) {
            throw DdiException.invalid("expected a number as `actionHistory`, found `" + text + "`");
        }
    }

    private DdiAnswer deployed(Call call, int id) {
        Feedback feedback = Feedback.from(body(call.request()));
        transactions.run(call.tenant(), handle -> actions.deployed(handle, call.device(), id, feedback));
        return new DdiAnswer.Status(200);
    }

    private DdiAnswer cancel(Call call, int id) {
        DdiAction action = transactions.in(
                call.tenant(), handle -> actions.require(handle, call.client().device(), id));
        if (action.state() != ActionState.CANCELING) {
            throw DdiException.notFound("action " + id + " is not to be stopped");
        }
        return new DdiAnswer.Document(call.json().cancel(id));
    }

    private DdiAnswer stopped(Call call, int id) {
        Feedback feedback = Feedback.from(body(call.request()));
        transactions.run(call.tenant(), handle -> actions.stopped(handle, call.device(), id, feedback));
        return new DdiAnswer.Status(200);
    }

    private DdiAnswer installed(Call call, int id) {
        return transactions.in(call.tenant(), handle -> {
            DdiAction action = actions.require(handle, call.client().device(), id);
            if (!action.state().isEnd() || action.state() == ActionState.CANCELED) {
                throw DdiException.notFound("action " + id + " is not installed");
            }
            return document(handle, call, "deployment", new DdiJson.Offer(action, true));
        });
    }

    private DdiAnswer runs(Call call) {
        JsonObject body = body(call.request());
        String name = Feedback.shown(body.string("name"));
        String version = Feedback.shown(body.string("version"));
        boolean isNews = transactions.in(
                call.tenant(), handle -> actions.runs(handle, call.device(), call.client(), name, version));
        return new DdiAnswer.Status(isNews ? 201 : 200);
    }

    private DdiAnswer toConfirm(Call call, int id) {
        return transactions.in(call.tenant(), handle -> {
            DdiAction action = actions.require(handle, call.client().device(), id);
            if (action.state() != ActionState.WAITING || !action.ready()) {
                throw DdiException.notFound("action " + id + " does not wait for a confirmation");
            }
            actions.retrieved(handle, call.device(), action);
            return document(handle, call, "confirmation", new DdiJson.Offer(action, true));
        });
    }

    private enum Confirmation {
        CONFIRMED,
        DENIED
    }

    private DdiAnswer confirmed(Call call, int id) {
        JsonObject body = body(call.request());
        Confirmation said = body.convert("confirmation", text -> Feedback.word(Confirmation.class, text));
        List<String> details = body.has("details")
                ? body.strings("details").stream().map(Feedback::shown).toList()
                : List.of();
        if (details.size() > Feedback.MOST_DETAILS) {
            throw DdiException.quota("expected at most " + Feedback.MOST_DETAILS + " `details`");
        }
        Optional<Integer> code = body.optionalNumber("code").map(Math::toIntExact);
        transactions.run(
                call.tenant(),
                handle -> actions.confirmed(handle, call.device(), id, said == Confirmation.CONFIRMED, code, details));
        return new DdiAnswer.Status(200);
    }

    private DdiAnswer autoConfirm(Call call, boolean active) {
        Optional<JsonObject> body =
                call.request().body().length == 0 ? Optional.empty() : Optional.of(body(call.request()));
        String initiator = body.flatMap(json -> json.optionalString("initiator"))
                .map(Feedback::shown)
                .orElse(call.client().controller());
        String remark = body.flatMap(json -> json.optionalString("remark"))
                .map(Feedback::shown)
                .orElse("");
        transactions.run(call.tenant(), handle -> {
            devices.lock(handle, call.client().device());
            Client now = Trip.first(handle, clientStore.client(call.client().controller()))
                    .orElseThrow();
            if (active && now.autoConfirm().active()) {
                throw new DdiException(409, "repo.autoConfAlreadyActive", "it confirms by itself already");
            }
            clients.autoConfirm(handle, call.device(), active, initiator, remark);
            if (active) {
                actions.confirmAll(handle, call.device(), initiator);
            }
        });
        return new DdiAnswer.Status(200);
    }

    private DdiAnswer artifacts(Call call, int module) {
        return transactions.in(call.tenant(), handle -> {
            DdiAction action = ofModule(handle, call, module);
            Map<String, DdiAction.Digest> known = digests(handle, action);
            return new DdiAnswer.Documents(List.of(call.json().artifact(target(action, module), known)));
        });
    }

    private DdiAction ofModule(Handle handle, Call call, int module) {
        return store.ofModule(handle, call.client().device(), module)
                .orElseThrow(() -> DdiException.notFound("no software module " + module + " of this device"));
    }

    private static DdiAction.Target target(DdiAction action, int module) {
        return action.targets().stream()
                .filter(target -> target.id() == module)
                .findFirst()
                .orElseThrow();
    }

    private record Module(
            DdiAction action, DdiAction.Target target, DdiAction.@Nullable Digest digest, Instant uploadedAt) {}

    private DdiAnswer content(Call call, int module, String file) throws IOException {
        Module found = transactions.in(call.tenant(), handle -> {
            DdiAction action = ofModule(handle, call, module);
            DdiAction.Target target = target(action, module);
            return new Module(
                    action,
                    target,
                    digests(handle, action).get(target.sha256()),
                    store.uploadedAt(handle, target.sha256()).orElse(action.madeAt()));
        });
        DdiAction.Digest digest = found.digest();
        if (digest == null) {
            throw DdiException.notFound("the update is being prepared");
        }
        String name = Digests.fileName(found.target(), digest);
        if (file.equals(name + ".MD5SUM")) {
            return new DdiAnswer.Md5(name, digest.md5() + "  " + name);
        }
        if (!file.equals(name)) {
            throw DdiException.notFound("no artifact `" + Feedback.shown(file) + "` in software module " + module);
        }
        ArtifactBytes.Stored stored = bytes.find(found.target().sha256())
                .orElseThrow(() -> new DdiException(410, "artifact.binaryDeleted", "the bytes are gone"));
        return new DdiAnswer.Content(
                name,
                stored,
                digest.sha1(),
                found.uploadedAt(),
                all -> transactions.run(
                        call.tenant(),
                        handle -> actions.delivered(
                                handle, call.device(), found.action().id(), found.target(), all ? name : "")));
    }

    private static JsonObject body(DdiRequest request) {
        if (request.body().length == 0) {
            throw new DdiException(400, "rest.body.notReadable", "expected a body, found none");
        }
        boolean cbor = request.header("content-type")
                .filter(type -> type.startsWith("application/cbor"))
                .isPresent();
        return cbor ? JsonObject.of(Cbor.read(request.body())) : JsonObject.parse(request.body());
    }
}
