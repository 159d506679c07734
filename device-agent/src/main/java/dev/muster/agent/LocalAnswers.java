package dev.muster.agent;

import dev.muster.agent.bundle.BundleDesk;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.local.LocalRefusal;
import dev.muster.agent.local.LocalRequests;
import dev.muster.agent.local.Peer;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Slots;
import dev.muster.agent.policy.CapabilityWishes;
import dev.muster.agent.policy.DevicePolicy;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.policy.PresentedChain;
import dev.muster.agent.telemetry.LocalMetrics;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.telemetry.Sampling;
import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.Journal;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the local socket answers. Thread-safe. */
record LocalAnswers(
        Supplier<DeviceIdentity> identity,
        Platform platform,
        DeviceTime time,
        DevicePolicy policy,
        Journal journal,
        Transport transport,
        Outbox outbox,
        Sampling sampling,
        Predicate<String> agree,
        BundleDesk bundles,
        LocalMetrics metrics,
        CapabilityWishes wishes)
        implements LocalRequests {
    @Override
    public Verdict verify(Question question) {
        AppKey app = new AppKey(question.app(), question.user(), question.instance());
        DevicePolicy.Answer answer = policy.verify(
                app,
                question.permission(),
                question.chain().map(one -> new PresentedChain(one.data(), one.nonce(), one.proof())));
        Enforcement level = answer.level();
        return new Verdict(
                answer.verdict().granted(),
                answer.verdict().reason().code(),
                answer.verdict().text(),
                level.code(),
                level.text(),
                answer.verdict().policyVersion(),
                DevicePolicy.text(answer.lease()));
    }

    @Override
    public boolean consent(String target) {
        return agree.test(target);
    }

    @Override
    public Map<String, Object> applyBundle(Path file) {
        return bundles.offer(file).answer();
    }

    @Override
    public Map<String, Object> bundle() {
        return bundles.standing().answer();
    }

    @Override
    public String device() {
        return identity.get().ref().key();
    }

    @Override
    public Map<String, Object> explain(Question question) {
        AppKey app = new AppKey(question.app(), question.user(), question.instance());
        DevicePolicy.Explained found = policy.explain(app, question.permission());
        DevicePolicy.Answer answer = found.answer();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("granted", answer.verdict().granted());
        map.put("reason", answer.verdict().reason().code());
        map.put("text", answer.verdict().text());
        found.rule().ifPresent(rule -> map.put("rule", rule));
        found.role().ifPresent(role -> map.put("role", role));
        found.condition().ifPresent(condition -> map.put("condition", condition));
        map.put("holding", found.holding());
        PermissionCatalog.builtIn().find(question.permission()).ifPresent(definition -> {
            map.put("permissionLevel", word(definition.availableLevel()));
            map.put("grantMode", word(definition.grantMode()));
        });
        map.put("level", answer.level().code());
        map.put("levelText", answer.level().text());
        DevicePolicy.mechanism(answer.level()).ifPresent(mechanism -> map.put("mechanism", mechanism));
        found.deviation().ifPresent(since -> map.put("deviatesSince", since.toString()));
        map.put("policyVersion", answer.verdict().policyVersion());
        policy.sha256().ifPresent(sha256 -> map.put("policySha256", sha256));
        map.put("lease", DevicePolicy.text(answer.lease()));
        policy.leaseEnds().ifPresent(end -> map.put("leaseEnds", end.toString()));
        map.put("time", time.instant().toString());
        map.put("clockSet", platform.clockIsSet());
        map.put("situation", situation(platform.situation(time.instant())));
        return map;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int publish(Peer peer, Map<String, Object> values) {
        List<Sample> samples =
                metrics.samples(peer.user(), values, time.instant().toEpochMilli());
        try {
            outbox.telemetry(sampling.given(samples));
        } catch (IOException e) {
            throw new LocalRefusal("internal", "the values are not in the queue: " + e.getMessage());
        }
        return samples.size();
    }

    @Override
    public boolean request(Peer peer, Question question, String reason) {
        AppKey app = new AppKey(question.app(), question.user(), question.instance());
        if (policy.explain(app, question.permission()).answer().verdict().granted()) {
            return false;
        }
        Optional<DeviceEvent> wish = wishes.wish(peer.user(), app, question.permission(), reason, time.instant());
        try {
            if (wish.isPresent()) {
                outbox.event(wish.get());
            }
        } catch (IOException e) {
            throw new LocalRefusal("internal", "the request is not in the queue: " + e.getMessage());
        }
        return wish.isPresent();
    }

    @Override
    public Map<String, Object> status() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("device", device());
        map.put("platform", platform.name());
        map.put("connected", transport.isConnected());
        map.put("generation", journal.state().generation());
        permissions(map);
        try {
            if (platform.slots().isPresent()) {
                Slots.Booted booted = platform.slots().get().booted();
                map.put("image", booted.version());
                map.put("slot", booted.slot());
            }
            map.put(
                    "apps",
                    platform.apps().installed().stream()
                            .map(app -> app.app().bundle() + " " + app.app().versionCode())
                            .toList());
        } catch (IOException e) {
            map.put("error", String.valueOf(e.getMessage()));
        }
        map.put(
                "targets",
                journal.state().conditions().values().stream()
                        .map(LocalAnswers::condition)
                        .toList());
        map.put("waiting", outbox.waiting());
        map.put(
                "certificateUntil",
                identity.get().certificate().getNotAfter().toInstant().toString());
        return map;
    }

    private void permissions(Map<String, Object> map) {
        map.put("policyVersion", policy.version());
        map.put("lease", policy.lease());
        policy.leaseEnds().ifPresent(end -> map.put("leaseEnds", end.toString()));
        policy.shadowVersion().ifPresent(version -> map.put("shadowVersion", version));
        policy.capabilitiesSha256().ifPresent(sha256 -> map.put("capabilities", sha256));
        map.put("deviations", policy.deviations());
        map.put("time", time.instant().toString());
        map.put("clockSet", platform.clockIsSet());
        map.put("situation", situation(platform.situation(time.instant())));
        platform.situationProblem().ifPresent(problem -> map.put("situationProblem", problem));
    }

    private static Map<String, Object> situation(Situation situation) {
        Map<String, Object> map = new LinkedHashMap<>();
        situation
                .position()
                .ifPresent(point ->
                        map.put("position", Map.of("latitude", point.latitude(), "longitude", point.longitude())));
        map.put("locationTags", List.copyOf(situation.locationTags()));
        map.put("groups", List.copyOf(situation.groups()));
        map.put("states", List.copyOf(situation.states()));
        situation.network().ifPresent(network -> map.put("network", network));
        return map;
    }

    private static Map<String, Object> condition(TargetCondition condition) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", condition.name().text());
        map.put("state", condition.state().text());
        map.put("version", condition.version());
        map.put("reason", condition.reason());
        map.put("message", condition.message());
        return map;
    }
}
