package dev.muster.control.alerts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.policy.language.AlertRuleParser;
import dev.muster.policy.language.FleetDocument;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** Rules of alerts as files; compared as written. Thread-safe. */
@Singleton
final class RuleFiles implements FleetKind {
    private final RuleStore store;
    private final RuleService service;

    RuleFiles(RuleStore store, RuleService service) {
        this.store = store;
        this.service = service;
    }

    @Override
    public List<String> kinds() {
        return List.of(AlertRuleParser.KIND);
    }

    @Override
    public Role role() {
        return Role.OPERATOR;
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        RuleText rule = RuleText.parse(document.inPlace());
        Optional<StoredRule> before = store.find(handle, access.scope(), document.name());
        List<FleetChange.Field> fields = new FleetChange.Fields()
                .add(
                        "yaml",
                        before.map(StoredRule::yaml).orElse(null),
                        rule.document().yaml())
                .list();
        return before.isEmpty() ? Difference.create(fields) : Difference.change(fields);
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        return store.all(handle, access.scope()).stream()
                .map(rule -> new Exported(AlertRuleParser.KIND, rule.name(), rule.yaml()))
                .toList();
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return store.find(handle, access.scope(), name)
                .map(rule -> Difference.delete(
                        new FleetChange.Fields().add("yaml", rule.yaml(), null).list()));
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        service.put(access, document.name(), document.inPlace(), Optional.empty());
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        service.delete(access, name, Optional.empty());
    }

    @Override
    public OptionalLong devices(Handle handle, Access access, String kind, String name) {
        return store.find(handle, access.scope(), name).stream()
                .mapToLong(StoredRule::devices)
                .findFirst();
    }
}
