package dev.muster.control.bridges;

import dev.muster.control.access.Selector;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.policy.language.BridgeDocument;
import dev.muster.policy.language.BridgeDocument.Said;
import dev.muster.policy.language.BridgeParser;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicySource;
import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.bridge.BridgeTls;
import dev.muster.telemetry.bridge.JsonPath;
import dev.muster.telemetry.bridge.Mapping;
import dev.muster.telemetry.bridge.MessageReader;
import dev.muster.telemetry.bridge.SparkplugReader;
import dev.muster.telemetry.bridge.Template;
import dev.muster.telemetry.bridge.TopicMapping;
import dev.muster.telemetry.bridge.TopicPattern;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A connection read from its text: what is wrong with it is a problem with every mistake in its place. Pure. */
record BridgeText(BridgeDocument document, Selector selector, List<Mapping> mappings) {
    private static final String REQUEST = "request";
    private static final int LONGEST = 128 * 1024;

    BridgeText {
        mappings = List.copyOf(mappings);
    }

    /** The one connection of a text. */
    static BridgeText parse(String yaml) {
        if (yaml.length() > LONGEST) {
            throw new ProblemException(
                    ProblemCode.TOO_LARGE,
                    "expected a connection of at most " + LONGEST + " characters, found " + yaml.length());
        }
        BridgeParser.Result result = BridgeParser.parse(new PolicySource(REQUEST, yaml));
        if (!result.errors().isEmpty()) {
            throw invalid(result.errors());
        }
        if (result.bridges().size() != 1) {
            throw invalid(List.of(new PolicyError(
                    REQUEST,
                    1,
                    1,
                    "one connection expected, found " + result.bridges().size())));
        }
        return new Reading(result.bridges().getFirst()).text();
    }

    /** What reads its messages; one of Sparkplug keeps what it heard, so that each run has its own. */
    MessageReader reader() {
        return document.sparkplug().isPresent() ? sparkplug(document.sparkplug().get()) : new TopicMapping(mappings);
    }

    private static SparkplugReader sparkplug(BridgeDocument.Sparkplug host) {
        return SparkplugReader.of(host.hostId(), host.groups(), host.device().text());
    }

    static ProblemException invalid(List<PolicyError> errors) {
        return new ProblemException(
                ProblemCode.BRIDGE_INVALID,
                errors.size() + (errors.size() == 1 ? " mistake: " : " mistakes, the first: ") + errors.getFirst(),
                Map.of("errors", errors));
    }

    /** Reads what the parser of the form does not know: queries, patterns, paths and certificates. */
    private static final class Reading {
        private final BridgeDocument document;
        private final List<PolicyError> errors = new ArrayList<>();

        Reading(BridgeDocument document) {
            this.document = document;
        }

        BridgeText text() {
            Optional<Selector> selector = selector();
            document.ca().ifPresent(this::authorities);
            document.sparkplug().ifPresent(host -> read(host.device(), () -> sparkplug(host)));
            List<Mapping> mappings = new ArrayList<>();
            document.mappings().forEach(mapped -> mapping(mapped).ifPresent(mappings::add));
            if (!errors.isEmpty() || selector.isEmpty()) {
                throw invalid(errors);
            }
            return new BridgeText(document, selector.get(), mappings);
        }

        private Optional<Selector> selector() {
            try {
                return Optional.of(Selector.parse(document.devices().text()).timeless());
            } catch (ProblemException e) {
                wrong(document.devices(), "field `devices`: " + e.detail());
                return Optional.empty();
            }
        }

        private void authorities(Said pem) {
            try {
                new BridgeTls(Optional.of(pem.text()), Optional.empty()).sockets();
            } catch (GeneralSecurityException e) {
                wrong(pem, "field `ca`: certificates in PEM expected, found something else");
            }
        }

        private Optional<Mapping> mapping(BridgeDocument.Mapped mapped) {
            boolean json = mapped.payload().equals("json");
            Optional<TopicPattern> topic =
                    read(mapped.topic(), () -> TopicPattern.parse(mapped.topic().text()));
            if (topic.isEmpty()) {
                return Optional.empty();
            }
            Optional<Template> device = template(mapped.device(), topic.get(), json);
            Optional<Template> metric = mapped.metric().flatMap(said -> template(said, topic.get(), false));
            Optional<JsonPath> at = mapped.at().flatMap(this::path);
            List<Mapping.Value> values = new ArrayList<>();
            for (BridgeDocument.Value value : mapped.values()) {
                Optional<Template> name = template(value.metric(), topic.get(), json);
                Optional<JsonPath> path = path(value.path());
                if (name.isPresent() && path.isPresent()) {
                    values.add(new Mapping.Value(name.get(), path.get(), value.optional()));
                }
            }
            return device.map(one ->
                    new Mapping(topic.get(), one, format(mapped.payload()), metric, at, clock(mapped.clock()), values));
        }

        private Optional<Template> template(Said said, TopicPattern topic, boolean json) {
            return read(said, () -> Template.parse(said.text(), topic, json));
        }

        private Optional<JsonPath> path(Said said) {
            return read(said, () -> JsonPath.parse(said.text()));
        }

        private static Mapping.Format format(String word) {
            return switch (word) {
                case "json" -> Mapping.Format.JSON;
                case "text" -> Mapping.Format.TEXT;
                default -> Mapping.Format.SENML;
            };
        }

        private static Mapping.Clock clock(String word) {
            return switch (word) {
                case "ms" -> Mapping.Clock.MILLIS;
                case "s" -> Mapping.Clock.SECONDS;
                default -> Mapping.Clock.ISO;
            };
        }

        private <T> Optional<T> read(Said said, Supplier<T> reader) {
            try {
                return Optional.of(reader.get());
            } catch (ProtocolException e) {
                wrong(said, String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }

        private void wrong(Said said, String message) {
            errors.add(new PolicyError(
                    REQUEST,
                    said.at().line(),
                    said.at().column(),
                    BridgeParser.KIND + " `" + document.name() + "`: " + message));
        }
    }
}
