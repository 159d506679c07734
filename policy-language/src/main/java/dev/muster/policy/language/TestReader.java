package dev.muster.policy.language;

import dev.muster.policy.decision.Reason;
import dev.muster.policy.language.Fields.Text;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.language.message.Suggestion;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.permission.Apl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads policy tests: an imagined device, app and moment, and what is expected of them. */
final class TestReader {
    static final Set<String> DEVICE = Set.of("site", "tags", "hardware", "groups", "timeZone", "queries");
    static final Set<String> APP = Set.of("bundle", "user", "instance", "apl", "requested", "acls", "signer", "labels");
    static final Set<String> EXPECTATION = Set.of("permission", "answer", "reason");
    static final List<String> ANSWERS = List.of("granted", "denied");
    static final List<String> LEVELS =
            Arrays.stream(Apl.values()).map(Apl::text).toList();
    static final List<String> REASONS =
            Arrays.stream(Reason.values()).map(Reason::code).toList();

    private static final int MOST_BUNDLE = 256;

    private final Reading reading;
    private final Header header;

    TestReader(Reading reading, Header header) {
        this.reading = reading;
        this.header = header;
    }

    Optional<PolicyDocument> test(Fields spec) {
        Optional<DeviceAttributes> device = spec.node("device")
                .map(node -> spec.inner("device", node, DEVICE).map(TestReader::device))
                .orElse(Optional.of(DeviceAttributes.NONE));
        Optional<AppInstance> app = spec.required("app")
                .flatMap(node -> spec.inner("app", node, APP))
                .flatMap(this::app);
        Optional<Instant> at = spec.requiredValue("at", Scalars.INSTANT, Scalars::instant);
        spec.texts("zones")
                .ifPresent(texts -> reading.references(
                        spec, "zones", "zone", texts, reading.known().zones()));
        Optional<YamlNode> written = spec.required("expect");
        List<YamlNode> items = spec.items("expect").orElse(List.of());
        if (written.isPresent() && written.get() instanceof YamlNode.Sequence && items.isEmpty()) {
            spec.error(written.get().at(), "field `expect`: at least one expectation expected, found none");
        }
        List<PolicyTest.Expectation> expectations = new ArrayList<>();
        for (YamlNode item : items) {
            int index = expectations.size();
            spec.inner("expect", item, EXPECTATION)
                    .flatMap(fields -> expectation(fields, index))
                    .ifPresent(expectations::add);
        }
        if (device.isEmpty() || app.isEmpty() || at.isEmpty() || expectations.isEmpty()) {
            return Optional.empty();
        }
        PolicyTest.Moment moment = new PolicyTest.Moment(
                at.get(),
                new TreeSet<>(spec.values("zones")),
                new TreeSet<>(spec.values("groups")),
                new TreeSet<>(spec.values("states")),
                spec.text("network").map(Text::value).orElse(""));
        return Optional.of(
                new PolicyTest(header.name(), header.description(), device.get(), app.get(), moment, expectations));
    }

    private static DeviceAttributes device(Fields fields) {
        return DeviceAttributes.of(
                fields.text("site").map(Text::value).orElse(""),
                fields.values("tags"),
                fields.text("hardware").map(Text::value).orElse(""),
                fields.values("groups"),
                fields.value("timeZone", "an IANA time zone, such as `Europe/Berlin`,", Scalars::timeZone)
                        .orElse(""),
                fields.values("queries"));
    }

    private Optional<AppInstance> app(Fields fields) {
        Optional<String> bundle = fields.requiredValue(
                "bundle", "a bundle name of 1 to " + MOST_BUNDLE + " characters", text -> Optional.of(text)
                        .filter(name -> !name.isBlank() && name.length() <= MOST_BUNDLE));
        Optional<Integer> user = number(fields, "user", AppKey.FIRST_USER);
        Optional<Integer> instance = number(fields, "instance", 0);
        Optional<Apl> apl = fields.node("apl").isEmpty()
                ? Optional.of(Apl.NORMAL)
                : fields.value("apl", "one of " + String.join(", ", LEVELS), Apl::parse);
        List<Text> requested = fields.requiredTexts("requested").orElse(List.of());
        List<Text> acls = fields.texts("acls").orElse(List.of());
        reading.permissions(fields, "requested", requested);
        reading.permissions(fields, "acls", acls);
        if (bundle.isEmpty() || user.isEmpty() || instance.isEmpty() || apl.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(AppInstance.of(
                new AppKey(bundle.get(), user.get(), instance.get()),
                apl.get(),
                requested.stream().map(Text::value).toList(),
                acls.stream().map(Text::value).toList(),
                fields.text("signer").map(Text::value).orElse(""),
                fields.values("labels")));
    }

    private static Optional<Integer> number(Fields fields, String name, int otherwise) {
        return fields.node(name).isEmpty()
                ? Optional.of(otherwise)
                : fields.value(name, "a number of 0 or more", text -> Scalars.integer(text, 0, Integer.MAX_VALUE));
    }

    private Optional<PolicyTest.Expectation> expectation(Fields fields, int index) {
        Optional<Text> permission = fields.requiredText("permission");
        Optional<Boolean> granted = fields.requiredValue(
                "answer", "one of " + String.join(", ", ANSWERS), text -> Optional.of(text.equals("granted"))
                        .filter(ignored -> ANSWERS.contains(text)));
        Optional<Text> reason = fields.text("reason");
        reason.filter(text -> !REASONS.contains(text.value()))
                .ifPresent(text -> fields.error(
                        text.at(),
                        "field `reason`: one of " + String.join(", ", REASONS) + " expected, found "
                                + Quote.of(text.value()) + Suggestion.didYouMean(text.value(), REASONS)));
        permission.ifPresent(text -> reading.marks().put("expect/" + index, text.at()));
        if (permission.isEmpty() || granted.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new PolicyTest.Expectation(permission.get().value(), granted.get(), reason.map(Text::value)));
    }
}
