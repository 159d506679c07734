package dev.muster.control.fleetfiles;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.fleetfiles.FleetChange.Action;
import dev.muster.control.fleetfiles.FleetFilesStore.Managed;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetParser;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicySource;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Compares files with the fleet, tries what they change, and changes it. Thread-safe. */
@Singleton
class FleetFilesService {
    private static final int LONGEST = 4 << 20;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final List<FleetKind> kinds;
    private final List<FleetForecast> forecasts;
    private final FleetFilesStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;

    FleetFilesService(
            @All List<FleetKind> kinds,
            @All List<FleetForecast> forecasts,
            FleetFilesStore store,
            AuditStore audit,
            TenantTransactions transactions) {
        this.kinds =
                kinds.stream().sorted(Comparator.comparingInt(FleetKind::order)).toList();
        this.forecasts = List.copyOf(forecasts);
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * A folder, and what to do with it.
     *
     * @param label under which its things are kept; empty for none
     * @param prune whether things of the label that no file names go
     * @param takeOver whether things of other labels come under this one
     * @param expected digest of the plan that somebody agreed to; any if empty
     * @param values what files name and do not say, by name; never kept beyond what it is for, never shown
     */
    record Asked(
            List<PolicySource> files,
            String label,
            boolean prune,
            boolean takeOver,
            Optional<String> expected,
            FleetKind.Terms terms,
            Map<String, String> values) {
        Asked {
            files = List.copyOf(files);
            values = Map.copyOf(values);
        }
    }

    /** Who asks: to read, and to do what needs a role. */
    record Who(Access viewer, Function<Role, Optional<Access>> rights) {
        private Access reads(FleetKind kind, String what) {
            return rights.apply(kind.readRole())
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.FORBIDDEN,
                            "expected the role `" + kind.readRole().text() + "` for the whole fleet to look at " + what
                                    + ", found none that implies it; nothing was changed"));
        }

        private Access may(Role role, String what) {
            return rights.apply(role)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.FORBIDDEN,
                            "expected the role `" + role.text() + "` for the whole fleet to change " + what
                                    + ", found none that implies it; nothing was changed"));
        }
    }

    /** What one thing is to become. */
    private record Step(
            FleetKind of,
            String kind,
            String name,
            FleetKind.Difference difference,
            @Nullable FleetDocument document) {
        String what() {
            return kind + " `" + name + "`";
        }
    }

    /** What differs, by reading alone. */
    FleetPlan diff(Who who, Asked asked) {
        FleetParser.Result files = read(asked);
        return transactions.in(who.viewer().tenant(), handle -> {
            List<Step> steps = steps(handle, who, asked, files);
            List<FleetChange> changes = steps.stream()
                    .filter(FleetFilesService::differs)
                    .map(step -> change(step, OptionalLong.empty(), Optional.empty()))
                    .toList();
            List<String> undelivered = kinds.stream()
                    .filter(kind -> steps.stream().anyMatch(step -> step.of().equals(kind))
                            && kind.isUndelivered(handle, who.viewer()))
                    .map(kind -> kind.kinds().getFirst())
                    .toList();
            return new FleetPlan(
                    FleetPlan.digest(asked.label(), changes),
                    false,
                    changes,
                    steps.size() - changes.size(),
                    List.of(),
                    undelivered,
                    labels(handle, asked, files).size());
        });
    }

    /** What applying would do, found by doing it and taking it back. */
    FleetPlan plan(Who who, Asked asked) {
        FleetParser.Result files = complete(read(asked));
        return TenantTransactions.again(() -> {
            try {
                transactions.run(who.viewer().tenant(), handle -> {
                    throw new TakenBack(changed(handle, who, asked, files));
                });
            } catch (TakenBack e) {
                return e.plan;
            }
            throw new IllegalStateException("a plan that was kept");
        });
    }

    /** Makes the fleet what the files say, in one transaction. */
    FleetPlan apply(Who who, Asked asked) {
        FleetParser.Result files = complete(read(asked));
        return TenantTransactions.again(() -> transactions.in(who.viewer().tenant(), handle -> {
            FleetPlan plan = changed(handle, who, asked, files);
            asked.expected().filter(digest -> !digest.equals(plan.digest())).ifPresent(digest -> {
                throw new ProblemException(
                        ProblemCode.STALE,
                        "expected the changes of plan `" + digest + "`, found others (`" + plan.digest()
                                + "`): the fleet or the files changed since; nothing was changed, look at the plan again");
            });
            if (!plan.changes().isEmpty() || !plan.deliveries().isEmpty() || plan.labelled() > 0) {
                audit.append(handle, who.viewer().caller(), "fleet-files.apply", "fleet-files", detail(asked, plan));
            }
            return new FleetPlan(
                    plan.digest(),
                    true,
                    plan.changes(),
                    plan.unchanged(),
                    plan.deliveries(),
                    List.of(),
                    plan.labelled());
        }));
    }

    /** One file for each kind of which there is something and which {@code who} may look at; in the order of making. */
    List<PolicySource> export(Who who) {
        return transactions.in(who.viewer().tenant(), handle -> {
            Map<String, StringBuilder> files = new LinkedHashMap<>();
            for (FleetKind kind : kinds) {
                who.rights().apply(kind.readRole()).ifPresent(access -> kind.export(handle, access)
                        .forEach(one -> {
                            StringBuilder text = files.computeIfAbsent(file(one.kind()), name -> new StringBuilder());
                            text.append(text.isEmpty() ? "" : "---\n").append(one.yaml());
                        }));
            }
            return files.entrySet().stream()
                    .map(file -> new PolicySource(file.getKey(), file.getValue().toString()))
                    .toList();
        });
    }

    /** Such as {@code guard-rails.yaml}. */
    private static String file(String kind) {
        String words = kind.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
        return words + (words.endsWith("s") ? "" : "s") + ".yaml";
    }

    /** What was applied under a label, or under any. */
    List<Managed> managed(Access access, Optional<String> label) {
        return transactions.in(access.tenant(), handle -> store.list(handle, label));
    }

    private FleetPlan changed(Handle handle, Who who, Asked asked, FleetParser.Result files) {
        store.lock(handle);
        List<Step> steps = steps(handle, who, asked, files);
        for (FleetKind kind : kinds) {
            List<FleetDocument> written = steps.stream()
                    .filter(step -> step.of().equals(kind) && differs(step))
                    .flatMap(step -> Stream.ofNullable(step.document()))
                    .toList();
            if (!written.isEmpty()) {
                kind.carryOut(handle, who.may(kind.role(), what(written.getFirst())), written, files);
            }
        }
        for (FleetKind kind : kinds.reversed()) {
            steps.stream()
                    .filter(step -> step.of().equals(kind) && step.difference().action() == Action.DELETE)
                    .forEach(step -> remove(handle, who.may(kind.role(), step.what()), step));
        }
        List<FleetKind.Delivery> deliveries = deliveries(handle, who, asked, steps);
        List<FleetChange> changes = steps.stream()
                .filter(FleetFilesService::differs)
                .map(step -> change(
                        step,
                        step.document() == null
                                ? OptionalLong.empty()
                                : step.of().devices(handle, who.viewer(), step.kind(), step.name()),
                        step.of().waits(handle, who.viewer(), step.kind(), step.name())))
                .toList();
        List<Managed> labels = labels(handle, asked, files);
        labels.forEach(one -> store.put(handle, one));
        steps.stream()
                .filter(step -> step.document() == null)
                .forEach(step -> store.delete(handle, step.kind(), step.name()));
        return new FleetPlan(
                FleetPlan.digest(asked.label(), changes),
                false,
                changes,
                steps.size() - changes.size(),
                deliveries,
                List.of(),
                labels.size());
    }

    private static void remove(Handle handle, Access access, Step step) {
        try {
            step.of().remove(handle, access, step.kind(), step.name());
        } catch (ProblemException e) {
            throw e.code() == ProblemCode.FORBIDDEN
                    ? e
                    : new ProblemException(
                            e.code(),
                            step.what() + " is in no file and cannot go: " + e.detail() + "; nothing was changed",
                            e.extensions());
        }
    }

    private List<FleetKind.Delivery> deliveries(Handle handle, Who who, Asked asked, List<Step> steps) {
        List<FleetKind.Delivery> deliveries = new ArrayList<>();
        for (FleetKind kind : kinds) {
            Set<String> ours = new HashSet<>();
            steps.stream()
                    .filter(step -> step.of().equals(kind))
                    .forEach(step -> ours.add(step.kind() + "/" + step.name()));
            if (ours.isEmpty() || !kind.isUndelivered(handle, who.viewer())) {
                continue;
            }
            Access access = who.may(kind.deliveryRole(), "what devices hold");
            Optional<Long> changed = forecasts.stream()
                    .filter(forecast -> kind.kinds().contains(forecast.kind()))
                    .map(forecast -> forecast.changed(handle, access))
                    .findFirst();
            kind.deliver(handle, access, asked.terms(), ours)
                    .ifPresent(told -> deliveries.add(new FleetKind.Delivery(
                            told.kind(),
                            told.what(),
                            told.devices(),
                            changed.orElse(told.changed()),
                            told.rollout(),
                            told.waits())));
        }
        return deliveries;
    }

    private List<Step> steps(Handle handle, Who who, Asked asked, FleetParser.Result files) {
        List<Step> steps = new ArrayList<>();
        for (FleetKind kind : kinds) {
            for (FleetDocument document : files.documents()) {
                if (kind.kinds().contains(document.kind())) {
                    steps.add(new Step(
                            kind,
                            document.kind(),
                            document.name(),
                            Misplaced.asked(
                                    document, () -> kind.compare(handle, who.reads(kind, what(document)), document)),
                            document));
                }
            }
        }
        if (asked.prune()) {
            gone(handle, who, asked, files, steps);
        }
        return steps;
    }

    /** Things of the label that no file names, in the order in which they can go. */
    private void gone(Handle handle, Who who, Asked asked, FleetParser.Result files, List<Step> steps) {
        Set<String> written = new HashSet<>();
        files.documents().forEach(document -> written.add(document.kind() + "/" + document.name()));
        List<Managed> left = store.list(handle, Optional.of(asked.label())).stream()
                .filter(one -> !written.contains(one.kind() + "/" + one.name()))
                .toList();
        for (FleetKind of : kinds.reversed()) {
            for (String kind : of.kinds()) {
                List<String> names = left.stream()
                        .filter(one -> one.kind().equals(kind))
                        .map(Managed::name)
                        .toList();
                for (String name : of.removable(handle, kind, names)) {
                    // What went by other ways only loses its label.
                    steps.add(new Step(
                            of,
                            kind,
                            name,
                            of.removal(handle, who.reads(of, kind + " `" + name + "`"), kind, name)
                                    .orElse(FleetKind.Difference.NONE),
                            null));
                }
            }
        }
    }

    /** What comes under the label; the problem {@code conflict} for what is under another one. */
    private List<Managed> labels(Handle handle, Asked asked, FleetParser.Result files) {
        if (asked.label().isEmpty()) {
            return List.of();
        }
        Map<String, String> held = new LinkedHashMap<>();
        store.list(handle, Optional.empty()).forEach(one -> held.put(one.kind() + "/" + one.name(), one.label()));
        List<Managed> labels = new ArrayList<>();
        List<PolicyError> errors = new ArrayList<>();
        for (FleetDocument document : files.documents()) {
            String label = held.get(document.kind() + "/" + document.name());
            if (label != null && !label.equals(asked.label()) && !asked.takeOver()) {
                errors.add(new PolicyError(
                        document.file().name(),
                        document.at().line(),
                        document.at().column(),
                        document.kind() + " `" + document.name() + "`: label `" + asked.label()
                                + "` or none expected, found `" + label
                                + "`; other files say what it is, take it over or"
                                + " leave it out"));
            } else if (!asked.label().equals(label)) {
                labels.add(new Managed(document.kind(), document.name(), asked.label()));
            }
        }
        if (!errors.isEmpty()) {
            throw Misplaced.invalid(errors);
        }
        return labels;
    }

    private FleetParser.Result read(Asked asked) {
        long length =
                asked.files().stream().mapToLong(file -> file.text().length()).sum();
        if (length > LONGEST) {
            throw new ProblemException(
                    ProblemCode.TOO_LARGE,
                    "expected files of at most " + LONGEST + " characters together, found " + length);
        }
        if (!asked.label().isEmpty() && !LABEL.matcher(asked.label()).matches()) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `label` of letters, digits, '.', '_', '-', at most 63, found `" + asked.label() + "`");
        }
        if (asked.prune() && asked.label().isEmpty()) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `label` beside `prune`, found none: what goes is told by it");
        }
        FleetParser.Result files = FleetParser.parse(asked.files());
        if (!files.errors().isEmpty()) {
            throw Misplaced.invalid(files.errors());
        }
        if (files.documents().isEmpty() && !asked.prune()) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected at least one document, found none");
        }
        return new FleetParser.Result(
                files.documents().stream()
                        .map(document -> document.filled(
                                name -> Optional.ofNullable(asked.values().get(name))))
                        .toList(),
                files.policies(),
                List.of());
    }

    /** The same; whoever changes something has to bring along all that files only name. */
    private static FleetParser.Result complete(FleetParser.Result files) {
        List<PolicyError> missing = files.documents().stream()
                .flatMap(document -> document.spec().variables().stream()
                        .map(name -> new PolicyError(
                                document.file().name(),
                                document.at().line(),
                                document.at().column(),
                                what(document) + ": a value of `" + name + "` expected beside the files, found none")))
                .toList();
        if (!missing.isEmpty()) {
            throw Misplaced.invalid(missing);
        }
        return files;
    }

    private static String what(FleetDocument document) {
        return document.kind() + " `" + document.name() + "`";
    }

    private static boolean differs(Step step) {
        return step.difference().action() != Action.NONE;
    }

    private static FleetChange change(Step step, OptionalLong devices, Optional<String> note) {
        FleetDocument document = step.document();
        return new FleetChange(
                step.kind(),
                step.name(),
                step.difference().action(),
                step.difference().fields(),
                document == null ? null : document.file().name(),
                document == null ? null : document.at().line(),
                devices.isPresent() ? devices.getAsLong() : null,
                note.orElse(null));
    }

    private static Map<String, Object> detail(Asked asked, FleetPlan plan) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("plan", plan.digest());
        detail.put("label", asked.label());
        detail.put("comment", asked.terms().comment());
        detail.put(
                "changes",
                plan.changes().stream()
                        .map(change -> change.action() + " " + change.kind() + "/" + change.name())
                        .toList());
        detail.put(
                "brought",
                plan.deliveries().stream().map(FleetKind.Delivery::what).toList());
        return detail;
    }

    /** Ends a transaction that was only tried. */
    private static final class TakenBack extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient FleetPlan plan;

        TakenBack(FleetPlan plan) {
            super("taken back", null, false, false);
            this.plan = plan;
        }
    }
}
