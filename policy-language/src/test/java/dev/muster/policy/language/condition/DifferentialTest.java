package dev.muster.policy.language.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelOptions;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.language.condition.ConditionReader.Read;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the device judges and what dev.cel's own evaluator answers is the same, for random conditions and moments. */
class DifferentialTest {
    private static final int CONDITIONS = 2_000;
    private static final int MOMENTS = 12;
    private static final ZoneId HERE = ZoneId.of("Europe/Berlin");
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private final CelCompiler compiler = Vocabulary.compiler();
    private final ConditionReader reader = new ConditionReader();
    private final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(CelOptions.current()
                    .evaluateCanonicalTypesToNativeValues(true)
                    .build())
            .addFunctionBindings(CelFunctionBinding.from("clock_string", String.class, text ->
                    (long) ClockTime.minute(text).orElseThrow()))
            .build();

    @Test
    void judgesLikeCelsOwnEvaluator() throws Exception {
        int judged = 0;
        int held = 0;
        for (int i = 0; i < CONDITIONS; i++) {
            Random random = new Random(1_000_003L * i);
            Node node = Node.random(random, 3);
            List<Moment> moments =
                    Stream.generate(() -> Moment.random(random)).limit(MOMENTS).toList();
            Optional<Condition> read = ours(node.text());
            CelRuntime.Program program = cels(node.text());
            for (Moment moment : read.isPresent() ? moments : List.<Moment>of()) {
                boolean ours = moment.holds(read.orElseThrow());
                judged++;
                held += ours ? 1 : 0;
                if (ours != answer(program, moment)) {
                    Node small = shrunk(node, moment);
                    assertThat(ours(small.text()).map(moment::holds))
                            .as("seed %d, shrunk to `%s` at %s, found from `%s`", i, small.text(), moment, node.text())
                            .contains(answer(cels(small.text()), moment));
                }
            }
        }
        assertThat(judged).isGreaterThan(CONDITIONS * MOMENTS * 9 / 10);
        assertThat(held).isBetween(judged / 10, judged * 9 / 10);
    }

    /** The smallest part that still disagrees. */
    private Node shrunk(Node node, Moment moment) throws Exception {
        for (Node part : node.parts()) {
            Optional<Boolean> ours = ours(part.text()).map(moment::holds);
            if (ours.isPresent() && ours.get() != answer(cels(part.text()), moment)) {
                return shrunk(part, moment);
            }
        }
        return node;
    }

    /** Empty where the condition is too complex. */
    private Optional<Condition> ours(String text) {
        return switch (reader.read(text, Set.copyOf(NAMES), Set.copyOf(NAMES))) {
            case Read read -> Optional.of(read.condition());
            case ConditionReader.Refused refused -> {
                assertThat(refused.problems())
                        .allMatch(problem -> problem.message().contains("too complex"));
                yield Optional.empty();
            }
        };
    }

    private CelRuntime.Program cels(String text) throws Exception {
        return runtime.createProgram(compiler.compile(text).getAst());
    }

    private static boolean answer(CelRuntime.Program program, Moment moment) throws Exception {
        return (Boolean) program.eval(moment.variables());
    }

    /** A moment both sides are told in their own words. */
    private record Moment(
            Instant now,
            Set<String> zones,
            Set<String> shifts,
            Set<String> groups,
            Set<String> states,
            String network) {
        static Moment random(Random random) {
            return new Moment(
                    Instant.parse("2026-03-28T00:00:00Z").plusSeconds(random.nextInt(4 * 86_400) / 60 * 60L),
                    some(random),
                    some(random),
                    some(random),
                    some(random),
                    random.nextInt(3) == 0 ? "" : NAMES.get(random.nextInt(NAMES.size())));
        }

        private static Set<String> some(Random random) {
            return NAMES.stream().filter(name -> random.nextInt(3) == 0).collect(Collectors.toSet());
        }

        Map<String, Object> variables() {
            var local = now.atZone(HERE);
            return Map.of(
                    "zones",
                    List.copyOf(zones),
                    "shifts",
                    List.copyOf(shifts),
                    "groups",
                    List.copyOf(groups),
                    "states",
                    List.copyOf(states),
                    "network",
                    network,
                    "minute",
                    (long) (local.getHour() * 60 + local.getMinute()),
                    "weekday",
                    (long) local.getDayOfWeek().getValue(),
                    "now",
                    now);
        }

        /** Zones and shifts have no definitions here: their facts are told as groups. */
        boolean holds(Condition condition) {
            Condition told = asGroups(condition);
            FactTable facts = FactTable.of(List.of(told), PolicySnapshot.empty(0));
            TreeSet<String> all = new TreeSet<>();
            groups.forEach(name -> all.add("group-" + name));
            zones.forEach(name -> all.add("zone-" + name));
            shifts.forEach(name -> all.add("shift-" + name));
            Situation situation = new Situation(
                    now,
                    Optional.empty(),
                    new TreeSet<>(),
                    all,
                    new TreeSet<>(states),
                    Optional.of(network).filter(name -> !name.isEmpty()));
            return ((Terms) Lowering.lower(told, facts)).holds(facts.context(situation, HERE));
        }

        private static Condition asGroups(Condition condition) {
            return switch (condition) {
                case Condition.Fact fact ->
                    switch (fact.kind()) {
                        case ZONE, SHIFT, GROUP ->
                            new Condition.Fact(FactKind.GROUP, fact.kind().text() + "-" + fact.name());
                        case STATE, NETWORK -> fact;
                    };
                case Condition.All all ->
                    new Condition.All(all.of().stream().map(Moment::asGroups).toList());
                case Condition.Any any ->
                    new Condition.Any(any.of().stream().map(Moment::asGroups).toList());
                case Condition.Not not -> new Condition.Not(asGroups(not.of()));
                case Condition.Always always -> always;
                case Condition.Minutes minutes -> minutes;
                case Condition.Weekdays weekdays -> weekdays;
                case Condition.From from -> from;
                case Condition.Until until -> until;
            };
        }
    }

    /** A random expression of the vocabulary. */
    private record Node(String text, List<Node> parts) {
        private static final List<String> COMPARE = List.of("==", "!=", "<", "<=", ">", ">=");

        static Node random(Random random, int depth) {
            int choice = random.nextInt(depth == 0 ? 6 : 10);
            return switch (choice) {
                case 6 -> joined(random, depth, " && ");
                case 7 -> joined(random, depth, " || ");
                case 8 -> {
                    Node inner = random(random, depth - 1);
                    yield new Node("!(" + inner.text + ")", List.of(inner));
                }
                case 9 -> {
                    Node inner = random(random, depth - 1);
                    yield new Node("(" + inner.text + ")", List.of(inner));
                }
                default -> new Node(leaf(random, choice), List.of());
            };
        }

        private static Node joined(Random random, int depth, String with) {
            List<Node> parts = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(2); i++) {
                parts.add(random(random, depth - 1));
            }
            // No parentheses: CEL's own precedence is part of what is compared.
            return new Node(parts.stream().map(Node::text).collect(Collectors.joining(with)), parts);
        }

        private static String leaf(Random random, int choice) {
            String name = "'" + NAMES.get(random.nextInt(NAMES.size())) + "'";
            String operator = COMPARE.get(random.nextInt(COMPARE.size()));
            return switch (choice) {
                case 0 ->
                    name + " in "
                            + List.of("zones", "shifts", "groups", "states").get(random.nextInt(4));
                case 1 ->
                    switch (random.nextInt(3)) {
                        case 0 -> "network == " + name;
                        case 1 -> name + " != network";
                        default -> "network in [" + name + ", 'b']";
                    };
                case 2 -> {
                    int minute = random.nextInt(1441);
                    String constant = random.nextBoolean() ? "clock('" + ClockTime.text(minute) + "')" : "" + minute;
                    yield random.nextBoolean()
                            ? "minute " + operator + " " + constant
                            : constant + " " + operator + " minute";
                }
                case 3 ->
                    random.nextInt(4) == 0
                            ? "weekday in [" + (1 + random.nextInt(7)) + ", " + (1 + random.nextInt(7)) + "]"
                            : "weekday " + operator + " " + (1 + random.nextInt(7));
                case 4 ->
                    "now " + operator + " timestamp('2026-03-"
                            + (28 + random.nextInt(4)) + "T0" + random.nextInt(10) + ":00:00"
                            + (random.nextBoolean() ? "Z" : "+02:00") + "')";
                default -> random.nextBoolean() ? "true" : "false";
            };
        }
    }
}
