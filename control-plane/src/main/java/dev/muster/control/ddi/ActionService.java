package dev.muster.control.ddi;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.rollouts.InstallWindows;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Makes actions of what a device is to be, and moves them by what its client says. Every method joins the caller's transaction
 * and holds the device's row. Thread-safe.
 */
@Singleton
final class ActionService {
    /** Most entries in the history of one action. */
    static final int MOST_ENTRIES = 1000;

    private final ActionStore store;
    private final ClientStore clients;
    private final ClientReports reports;
    private final DesiredService desired;
    private final DeviceService devices;
    private final InstallWindows windows;
    private final AuditStore audit;
    private final Clock clock;

    ActionService(
            ActionStore store,
            ClientStore clients,
            ClientReports reports,
            DesiredService desired,
            DeviceService devices,
            InstallWindows windows,
            AuditStore audit,
            Clock clock) {
        this.store = store;
        this.clients = clients;
        this.reports = reports;
        this.desired = desired;
        this.devices = devices;
        this.windows = windows;
        this.audit = audit;
        this.clock = clock;
    }

    /** Brings the actions of the client up to the desired state of its device. */
    void follow(Handle handle, DeviceRef device, Client client, boolean confirmation) {
        devices.lock(handle, device.device());
        DesiredState state = desired.read(handle, device.device()).orElseThrow();
        List<Offers.Change> changes =
                Offers.of(state, reports.conditions(handle, device), store.open(handle, device.device()));
        for (Offers.Change change : changes) {
            switch (change) {
                case Offers.Supersede(DdiAction action) ->
                    stop(handle, device, action, "a newer update took its place");
                case Offers.Retune(DdiAction action, InstallRule rule, String source) ->
                    store.retune(handle, action.id(), rule, state.generation(), source);
                case Offers.Create made -> {
                    boolean waits = confirmation && !client.autoConfirm().active();
                    int id = store.insert(
                            handle,
                            device.device(),
                            state.generation(),
                            made,
                            waits ? ActionState.WAITING : ActionState.RUNNING,
                            clock.instant());
                    store.ready(handle, id);
                    if (confirmation && !waits) {
                        note(
                                handle,
                                id,
                                "RUNNING",
                                List.of("confirmed by itself, as `"
                                        + client.autoConfirm().initiator() + "` said"));
                    }
                    if (made.rule().mode() == InstallRule.Mode.DOWNLOAD_ONLY && client.takesSkipForDone()) {
                        close(
                                handle,
                                device,
                                require(handle, device.device(), id),
                                ActionState.FAILED,
                                "ERROR",
                                List.of("this client would report an update that is only downloaded as installed"));
                    }
                }
            }
        }
        clients.seen(handle, device.device(), state.generation());
        if (store.open(handle, device.device()).isEmpty()) {
            reports.seen(handle, device, state);
        }
    }

    /** When the action may be installed: zero where it may now. */
    Duration opensIn(Handle handle, DdiAction action) {
        if (!action.inWindow()) {
            return Duration.ZERO;
        }
        InstallLeases leases = windows.of(handle, action.device());
        return action.targets().stream()
                .flatMap(target -> leases.of(target.name()).stream())
                .map(InstallLeases.Window::opensIn)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Tells the rollout once that the device came and has to wait for its window. */
    void hold(Handle handle, DeviceRef device, DdiAction action) {
        devices.lock(handle, device.device());
        store.held(handle, action.id(), true);
        reports.say(
                handle,
                device,
                action,
                new ClientReports.Said(
                        ConditionState.WRITTEN,
                        HoldReason.WINDOW_CLOSED,
                        "not offered to the client before its window opens"));
    }

    /** The client fetched the offer: from now on its rollout counts it as reached. */
    void retrieved(Handle handle, DeviceRef device, DdiAction action) {
        devices.lock(handle, device.device());
        if (action.isRetrieved() && !action.held()) {
            return;
        }
        store.retrieved(handle, action.id(), clock.instant());
        store.held(handle, action.id(), false);
        note(handle, action.id(), "RETRIEVED", List.of("the client fetched the update"));
        boolean waits = action.state() == ActionState.WAITING;
        reports.say(
                handle,
                device,
                action,
                new ClientReports.Said(ConditionState.OFFERED, waits ? "AwaitingConfirmation" : "", ""));
    }

    /**
     * The last byte of a target went out to the device.
     *
     * @param whole name of the file if all of it did at once, which the history says; else empty
     */
    void delivered(Handle handle, DeviceRef device, int id, DdiAction.Target target, String whole) {
        devices.lock(handle, device.device());
        store.delivered(handle, target.id());
        DdiAction action = require(handle, device.device(), id);
        if (!whole.isEmpty() && !action.state().isEnd() && action.entries() < MOST_ENTRIES) {
            note(handle, id, "DOWNLOAD", List.of("the client downloaded `" + whole + "`"));
        }
    }

    /** The client spoke about a deployment. */
    void deployed(Handle handle, DeviceRef device, int id, Feedback feedback) {
        DdiAction action = toMove(handle, device, id);
        if (action.state() == ActionState.WAITING) {
            throw DdiException.notFound("action " + id + " waits for its confirmation");
        }
        Feedback.Step step = feedback.ofDeployment(action.state(), action.mode(), action.isDelivered());
        apply(handle, device, action, feedback, step);
    }

    /** The client spoke about a request to stop. */
    void stopped(Handle handle, DeviceRef device, int id, Feedback feedback) {
        DdiAction action = toMove(handle, device, id);
        if (action.state() != ActionState.CANCELING) {
            throw new DdiException(405, "action.notCancelable", "action " + id + " is not to be stopped");
        }
        apply(handle, device, action, feedback, feedback.ofCancel());
    }

    private void apply(Handle handle, DeviceRef device, DdiAction action, Feedback feedback, Feedback.Step step) {
        if (step.next().isEnd()) {
            store.append(
                    handle,
                    action.id(),
                    new DdiAction.Entry(clock.instant(), step.status(), feedback.code(), feedback.details()));
            end(handle, device, action, step.next(), last(feedback.details()));
            return;
        }
        store.append(
                handle,
                action.id(),
                new DdiAction.Entry(clock.instant(), step.status(), feedback.code(), feedback.details()));
        if (step.next() != action.state() || step.offerAgain()) {
            store.move(handle, action.id(), step.next(), step.offerAgain(), clock.instant());
        }
        if (step.next() == ActionState.RUNNING) {
            boolean loaded = step.status().equals("DOWNLOADED");
            reports.say(
                    handle,
                    device,
                    action,
                    new ClientReports.Said(
                            loaded ? ConditionState.WRITTEN : ConditionState.FETCHING, "", last(feedback.details())));
        }
    }

    /** The device, or somebody on it, agreed or did not. */
    void confirmed(
            Handle handle, DeviceRef device, int id, boolean agreed, Optional<Integer> code, List<String> details) {
        DdiAction action = toMove(handle, device, id);
        if (action.state() != ActionState.WAITING) {
            throw DdiException.notFound("action " + id + " does not wait for a confirmation");
        }
        store.append(
                handle,
                id,
                new DdiAction.Entry(clock.instant(), agreed ? "RUNNING" : "WAIT_FOR_CONFIRMATION", code, details));
        if (agreed) {
            store.move(handle, id, ActionState.RUNNING, true, clock.instant());
        }
        reports.say(
                handle,
                device,
                action,
                new ClientReports.Said(ConditionState.OFFERED, agreed ? "" : "Denied", last(details)));
    }

    /** All that waits is confirmed: the device confirms by itself from now on. */
    void confirmAll(Handle handle, DeviceRef device, String initiator) {
        devices.lock(handle, device.device());
        for (DdiAction action : store.open(handle, device.device())) {
            if (action.state() == ActionState.WAITING) {
                note(handle, action.id(), "RUNNING", List.of("confirmed by itself, as `" + initiator + "` said"));
                store.move(handle, action.id(), ActionState.RUNNING, true, clock.instant());
            }
        }
    }

    /** The client says what runs on the device without an action; false if that is known. */
    boolean runs(Handle handle, DeviceRef device, Client client, String name, String version) {
        devices.lock(handle, device.device());
        boolean known = client.installed().stream()
                .flatMap(id -> require(handle, device.device(), id).targets().stream())
                .anyMatch(target ->
                        target.title().equals(name) && target.version().equals(version));
        if (known) {
            return false;
        }
        Offers.Create found = store.named(handle, name, version)
                .orElseThrow(() -> DdiException.notFound("nothing here is called so, in this version"));
        int id = store.insert(handle, device.device(), client.seen(), found, ActionState.RUNNING, clock.instant());
        close(
                handle,
                device,
                require(handle, device.device(), id),
                ActionState.FINISHED,
                "FINISHED",
                List.of("the client says that this runs already"));
        return true;
    }

    /** Asks the client to stop; what it never saw is stopped at once. */
    DdiAction stop(Handle handle, DeviceRef device, DdiAction action, String why) {
        if (action.state() == ActionState.CANCELING) {
            return action;
        }
        if (!action.isRetrieved() || action.state() == ActionState.WAITING) {
            close(handle, device, action, ActionState.CANCELED, "CANCELED", List.of(why));
        } else {
            note(handle, action.id(), "CANCELING", List.of(why));
            store.move(handle, action.id(), ActionState.CANCELING, false, clock.instant());
        }
        return require(handle, device.device(), action.id());
    }

    private void close(
            Handle handle,
            DeviceRef device,
            DdiAction action,
            ActionState state,
            String status,
            List<String> messages) {
        note(handle, action.id(), status, messages);
        end(handle, device, action, state, last(messages));
    }

    private void end(Handle handle, DeviceRef device, DdiAction action, ActionState state, String message) {
        store.move(handle, action.id(), state, false, clock.instant());
        clients.wantAttributes(handle, device.device(), true);
        if (state == ActionState.FINISHED) {
            clients.installed(handle, device.device(), action.id());
        }
        reports.say(handle, device, action, said(action, state, message));
        audit.append(
                handle,
                new Caller.Device(device),
                "ddi.action." + state.text(),
                "device/" + device.device(),
                Map.of("action", action.id(), "source", action.source(), "message", message));
    }

    private static ClientReports.Said said(DdiAction action, ActionState state, String message) {
        return switch (state) {
            case FINISHED -> new ClientReports.Said(ConditionState.COMMITTED, "", message);
            case DOWNLOADED -> new ClientReports.Said(ConditionState.WRITTEN, HoldReason.DOWNLOAD_ONLY, message);
            case FAILED ->
                new ClientReports.Said(
                        ConditionState.FAILED,
                        action.mode() == InstallRule.Mode.DOWNLOAD_ONLY ? "NotDownloaded" : "ClientFailed",
                        message);
            case CANCELED -> new ClientReports.Said(ConditionState.FAILED, "Canceled", message);
            case WAITING, RUNNING, CANCELING ->
                throw new IllegalArgumentException("expected an end, found `" + state.text() + "`");
        };
    }

    /** The open action of this device, its row held. */
    private DdiAction toMove(Handle handle, DeviceRef device, int id) {
        devices.lock(handle, device.device());
        DdiAction action = require(handle, device.device(), id);
        if (action.state().isEnd()) {
            throw DdiException.gone(
                    "action " + id + " is closed: " + action.state().text());
        }
        if (action.entries() >= MOST_ENTRIES) {
            throw DdiException.quota("expected at most " + MOST_ENTRIES + " messages about action " + id);
        }
        return action;
    }

    DdiAction require(Handle handle, DeviceId device, int id) {
        return store.find(handle, device, id)
                .orElseThrow(() -> DdiException.notFound("no action " + id + " of this device"));
    }

    private void note(Handle handle, int id, String status, List<String> messages) {
        store.append(handle, id, new DdiAction.Entry(clock.instant(), status, Optional.empty(), messages));
    }

    private static String last(List<String> messages) {
        return messages.isEmpty() ? "" : messages.getLast();
    }
}
