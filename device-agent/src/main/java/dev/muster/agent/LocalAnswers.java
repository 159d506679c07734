package dev.muster.agent;

import dev.muster.agent.bundle.BundleDesk;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.local.LocalRequests;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Slots;
import dev.muster.agent.policy.DevicePolicy;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.policy.PresentedChain;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.Journal;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.reported.TargetCondition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Predicate<String> agree,
        BundleDesk bundles)
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
