package dev.muster.control.usage;

import dev.muster.control.access.Access;
import dev.muster.control.explain.Bundles;
import dev.muster.control.permissions.PolicyReading;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.usage.SuggestionStore.Group;
import dev.muster.control.usage.SuggestionStore.Present;
import dev.muster.control.usage.SuggestionStore.Span;
import dev.muster.control.usage.SuggestionStore.Used;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Finds grants that nobody needed for a number of days. A device counts only where its silence means something: it was
 * heard of on at least half of the days and lately, dropped no counts, had the app all the time, and every bundle it
 * answered from during that time granted the permission. Thread-safe.
 */
@Singleton
final class SuggestionService {
    private final TenantTransactions transactions;
    private final SuggestionStore store;
    private final Bundles bundles;
    private final PolicyReading policies;
    private final Clock clock;
    private final PolicyParser parser = new PolicyParser();

    SuggestionService(
            TenantTransactions transactions,
            SuggestionStore store,
            Bundles bundles,
            PolicyReading policies,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.bundles = bundles;
        this.policies = policies;
        this.clock = clock;
    }

    private record Through(String binding, String role, String permission, String bundle) {}

    private record Asked(AppKey app, String permission) {}

    /** Of one way to a permission: on how many devices it was open, and used. */
    private static final class Tally {
        private long open;
        private long used;
        private @Nullable Instant last;

        void add(long devices, Optional<Used> asked) {
            open += devices;
            asked.ifPresent(found -> {
                used += found.devices();
                Instant at = found.last();
                if (at != null && (last == null || at.isAfter(last))) {
                    last = at;
                }
            });
        }
    }

    /** All of them, by role, permission and app; {@code days} from 1 to 60. */
    List<Suggestion> suggestions(Access access, int days) {
        Instant now = clock.instant();
        int today = Math.toIntExact(Math.floorDiv(now.getEpochSecond(), 86_400L));
        Span span = new Span(now.minus(Duration.ofDays(days)), today, (1L << days) - 1, (days + 1) / 2);
        return transactions.in(access.tenant(), handle -> {
            Map<Group, Map<Asked, Used>> used = new HashMap<>();
            for (Used found : store.used(handle, access.scope(), span)) {
                used.computeIfAbsent(found.group(), group -> new HashMap<>())
                        .put(
                                new Asked(
                                        new AppKey(found.bundle(), found.user(), found.instance()), found.permission()),
                                found);
            }
            Map<Through, Tally> tallies = new HashMap<>();
            long version = 0;
            for (Present present : store.present(handle, access.scope(), span)) {
                version = Math.max(
                        version,
                        tally(handle, access.tenant(), present, used.getOrDefault(present.group(), Map.of()), tallies));
            }
            return suggestions(handle, tallies, version, days);
        });
    }

    /** Counts one app of one group; answers the policy version that grants it now. */
    private long tally(
            Handle handle, TenantId tenant, Present present, Map<Asked, Used> used, Map<Through, Tally> tallies) {
        AppKey app = new AppKey(present.bundle(), present.user(), present.instance());
        List<Bundle> held = present.group().shas().stream()
                .flatMap(sha256 -> bundles.find(handle, tenant, sha256).stream())
                .map(Bundles.Known::bundle)
                .toList();
        Optional<Bundle> now =
                bundles.find(handle, tenant, present.group().now()).map(Bundles.Known::bundle);
        if (now.isEmpty()
                || held.size() != present.group().shas().size()
                || now.get().row(app) < 0) {
            return 0;
        }
        for (Bundle.Requested requested : now.get().requested(now.get().row(app))) {
            String permission = requested.permission();
            Answer answer = now.get().describe(requested.decision());
            if (answer.rule().filter(rule -> rule.kind() == Rule.Kind.BINDING).isPresent()
                    && held.stream().allMatch(bundle -> grants(bundle, app, permission))) {
                Rule rule = answer.rule().get();
                tallies.computeIfAbsent(
                                new Through(rule.name(), rule.role().orElse(""), permission, app.bundle()),
                                way -> new Tally())
                        .add(present.devices(), Optional.ofNullable(used.get(new Asked(app, permission))));
            }
        }
        return now.get().policyVersion();
    }

    private static boolean grants(Bundle bundle, AppKey app, String permission) {
        int row = bundle.row(app);
        return row >= 0
                && bundle.requested(row).stream()
                        .anyMatch(requested -> requested.permission().equals(permission)
                                && bundle.describe(requested.decision()).granted());
    }

    private List<Suggestion> suggestions(Handle handle, Map<Through, Tally> tallies, long version, int days) {
        Map<String, Boolean> needed = new HashMap<>();
        tallies.forEach(
                (way, tally) -> needed.merge(way.role() + "\n" + way.permission(), tally.used > 0, Boolean::logicalOr));
        Map<String, String> roles = roles(handle, version);
        List<Suggestion> found = new ArrayList<>();
        tallies.forEach((way, tally) -> {
            if (tally.used == 0) {
                boolean wholeRole = !needed.getOrDefault(way.role() + "\n" + way.permission(), true);
                Optional<String> diff = wholeRole
                        ? Optional.ofNullable(roles.get(way.role()))
                                .flatMap(yaml -> RoleDiff.without(way.role(), yaml, way.permission()))
                        : Optional.empty();
                found.add(new Suggestion(
                        way.role(),
                        way.binding(),
                        way.permission(),
                        way.bundle(),
                        tally.open,
                        tally.last,
                        wholeRole,
                        text(way, tally, wholeRole, days),
                        diff.orElse(null)));
            }
        });
        found.sort(Comparator.comparing(Suggestion::role)
                .thenComparing(Suggestion::permission)
                .thenComparing(Suggestion::bundle)
                .thenComparing(Suggestion::binding));
        return found;
    }

    private static String text(Through way, Tally tally, boolean wholeRole, int days) {
        String base = "`" + way.bundle() + "` may use `" + way.permission() + "` by role `" + way.role()
                + "` of binding `" + way.binding() + "` and did not ask for it in " + days + " days on " + tally.open
                + (tally.open == 1 ? " device" : " devices") + " that would have told";
        return base
                + (wholeRole
                        ? "; no app did: take it out of the role"
                        : "; other apps with the role did: give this one a role without it");
    }

    private Map<String, String> roles(Handle handle, long version) {
        Map<String, String> roles = new TreeMap<>();
        policies.documents(handle, version)
                .map(text -> parser.parse(List.of(new PolicySource("version " + version, text))))
                .ifPresent(result -> {
                    if (result instanceof ParseResult.Parsed parsed) {
                        parsed.documents().stream()
                                .filter(document -> document.document().kind().equals("Role"))
                                .forEach(document ->
                                        roles.put(document.document().name(), document.yaml()));
                    }
                });
        return roles;
    }
}
