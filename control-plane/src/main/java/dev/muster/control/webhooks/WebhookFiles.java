package dev.muster.control.webhooks;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.control.fleetfiles.HookAddress;
import dev.muster.control.outbound.ShownAddress;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetSpec;
import dev.muster.policy.language.FleetWriter;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Webhooks as files; secrets are in none. Thread-safe. */
@Singleton
final class WebhookFiles implements FleetKind {
    private static final int LAST = 70;

    private final WebhookStore store;
    private final WebhookService service;
    private final DeviceService devices;

    WebhookFiles(WebhookStore store, WebhookService service, DeviceService devices) {
        this.store = store;
        this.service = service;
        this.devices = devices;
    }

    @Override
    public List<String> kinds() {
        return List.of("Webhook");
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public int order() {
        return LAST;
    }

    @Override
    public Role readRole() {
        return Role.OPERATOR;
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        return store.all(handle).stream()
                .map(webhook -> {
                    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
                    spec.put("urlFrom", HookAddress.variable("Webhook", webhook.name()));
                    spec.put("types", webhook.types());
                    if (!webhook.selector().isEmpty()) {
                        spec.put("devices", webhook.selector());
                    }
                    spec.put("enabled", webhook.enabled());
                    return new Exported(
                            "Webhook", webhook.name(), FleetWriter.yaml("Webhook", webhook.name(), "", spec));
                })
                .toList();
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        FleetSpec.Webhook webhook = spec(document);
        Optional<Webhook> before = store.find(handle, document.name());
        FleetChange.Fields fields = new FleetChange.Fields();
        HookAddress.compare(fields, before.map(Webhook::url), webhook.url());
        fields.add(
                        "types",
                        before.map(one -> String.join(",", one.types())).orElse(""),
                        String.join(",", WebhookService.types(webhook.types())))
                .add("devices", before.map(Webhook::selector).orElse(""), webhook.devices())
                // One that the server turned off is not what the file says, either.
                .add("enabled", before.map(Webhook::enabled).orElse(null), webhook.enabled());
        return before.isEmpty() ? Difference.create(fields.list()) : Difference.change(fields.list());
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return store.find(handle, name)
                .map(webhook -> Difference.delete(new FleetChange.Fields()
                        .add("url", ShownAddress.of(webhook.url()), null)
                        .add("types", String.join(",", webhook.types()), "")
                        .list()));
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        FleetSpec.Webhook webhook = spec(document);
        WebhookPatch patch = new WebhookPatch(
                HookAddress.written(webhook.url()), webhook.types(), webhook.devices(), webhook.enabled());
        boolean there = store.find(handle, document.name()).isPresent();
        HookAddress.without(webhook.url(), () -> {
            if (there) {
                service.patch(access, document.name(), patch, Optional.empty());
            } else {
                service.create(access, document.name(), patch);
            }
        });
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        service.delete(access, name, Optional.empty());
    }

    @Override
    public OptionalLong devices(Handle handle, Access access, String kind, String name) {
        return store.find(handle, name).stream()
                .mapToLong(webhook -> devices.select(handle, access.scope(), Selector.parse(webhook.selector()))
                        .size())
                .findFirst();
    }

    private static FleetSpec.Webhook spec(FleetDocument document) {
        return (FleetSpec.Webhook) document.spec();
    }
}
