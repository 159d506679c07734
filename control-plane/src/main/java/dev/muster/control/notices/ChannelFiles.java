package dev.muster.control.notices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
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
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Channels of alerts as files; secrets are in none. Thread-safe. */
@Singleton
final class ChannelFiles implements FleetKind {
    private static final int AFTER_RULES = 35;

    private final ChannelStore store;
    private final ChannelService service;

    ChannelFiles(ChannelStore store, ChannelService service) {
        this.store = store;
        this.service = service;
    }

    @Override
    public List<String> kinds() {
        return List.of("AlertChannel");
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public int order() {
        return AFTER_RULES;
    }

    @Override
    public Role readRole() {
        return Role.OPERATOR;
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        return store.all(handle).stream()
                .map(channel -> new Exported(
                        "AlertChannel",
                        channel.name(),
                        FleetWriter.yaml("AlertChannel", channel.name(), "", written(channel))))
                .toList();
    }

    private static Map<String, @Nullable Object> written(Channel channel) {
        Map<String, @Nullable Object> spec = new LinkedHashMap<>();
        if (channel.isWebhook()) {
            spec.put("urlFrom", HookAddress.variable("AlertChannel", channel.name()));
        } else {
            spec.put("recipients", channel.recipients());
        }
        spec.put("severity", channel.severity());
        if (!channel.sites().isEmpty()) {
            spec.put("sites", channel.sites());
        }
        spec.put("resolved", channel.resolved());
        spec.put("enabled", channel.enabled());
        return spec;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        FleetSpec.AlertChannel channel = spec(document);
        Optional<Channel> before = store.find(handle, document.name());
        FleetChange.Fields fields = new FleetChange.Fields()
                .add("kind", before.map(Channel::kind).orElse(null), kind(channel))
                .add("recipients", before.map(one -> names(one.recipients())).orElse(""), names(channel.recipients()))
                .add("severity", before.map(Channel::severity).orElse(null), channel.severity())
                .add("sites", before.map(one -> names(one.sites())).orElse(""), names(channel.sites()))
                .add("resolved", before.map(Channel::resolved).orElse(null), channel.resolved())
                .add("enabled", before.map(Channel::enabled).orElse(null), channel.enabled());
        channel.url()
                .ifPresent(url ->
                        HookAddress.compare(fields, before.map(Channel::url).filter(one -> !one.isEmpty()), url));
        return before.isEmpty() ? Difference.create(fields.list()) : Difference.change(fields.list());
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return store.find(handle, name)
                .map(channel -> Difference.delete(new FleetChange.Fields()
                        .add("kind", channel.kind(), null)
                        .add("recipients", names(channel.recipients()), "")
                        .add("url", channel.isWebhook() ? ShownAddress.of(channel.url()) : null, null)
                        .list()));
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        FleetSpec.AlertChannel channel = spec(document);
        ChannelService.Wanted wanted = new ChannelService.Wanted(
                kind(channel),
                channel.url().map(HookAddress::written).orElse(""),
                channel.recipients(),
                channel.severity(),
                channel.sites(),
                channel.resolved(),
                channel.enabled());
        Runnable put = () -> service.put(access, document.name(), wanted, Optional.empty());
        channel.url().ifPresentOrElse(url -> HookAddress.without(url, put), put);
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        service.delete(access, name, Optional.empty());
    }

    private static String kind(FleetSpec.AlertChannel channel) {
        return channel.url().isPresent() ? "webhook" : "email";
    }

    // The order of neither says anything.
    private static String names(List<String> names) {
        return String.join(",", new TreeSet<>(names));
    }

    private static FleetSpec.AlertChannel spec(FleetDocument document) {
        return (FleetSpec.AlertChannel) document.spec();
    }
}
