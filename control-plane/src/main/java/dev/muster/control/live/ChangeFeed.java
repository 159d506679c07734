package dev.muster.control.live;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands changes to the open pages of this instance. Call it after the commit; it never waits. Thread-safe. */
@Singleton
public final class ChangeFeed {
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    /** Something about the device changed. */
    public void device(TenantId tenant, DeviceId id) {
        publish(tenant, new Change(Change.Kind.DEVICE, id.value()));
    }

    /** Something about the rollout changed. */
    public void rollout(TenantId tenant, String id) {
        publish(tenant, new Change(Change.Kind.ROLLOUT, id));
    }

    /** Something about the command changed. */
    public void command(TenantId tenant, String id) {
        publish(tenant, new Change(Change.Kind.COMMAND, id));
    }

    /** Something about the alert changed. */
    public void alert(TenantId tenant, String id) {
        publish(tenant, new Change(Change.Kind.ALERT, id));
    }

    /** Starts to collect what changes in the tenant from now on. */
    public Subscriber subscribe(TenantId tenant) {
        Subscriber subscriber = new Subscriber(tenant);
        subscribers.add(subscriber);
        return subscriber;
    }

    /** Ends it; twice does nothing more. */
    public void unsubscribe(Subscriber subscriber) {
        subscribers.remove(subscriber);
        subscriber.end();
    }

    /** Ends what is open in the tenant; who comes back is asked again who it is. */
    public void end(TenantId tenant) {
        subscribers.stream()
                .filter(subscriber -> subscriber.tenant().equals(tenant))
                .forEach(this::unsubscribe);
    }

    private void publish(TenantId tenant, Change change) {
        for (Subscriber subscriber : subscribers) {
            if (subscriber.tenant().equals(tenant)) {
                subscriber.offer(change);
            }
        }
    }
}
