package dev.muster.simulator.behaviour;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Which share of the devices behaves how, in percent.
 *
 * @param percent every behaviour that occurs; together 100
 */
public record Mix(Map<Behaviour, Integer> percent) {
    private static final int WHOLE = 100;

    public Mix {
        percent = Collections.unmodifiableMap(new LinkedHashMap<>(percent));
        int sum = percent.values().stream().mapToInt(Integer::intValue).sum();
        if (sum != WHOLE) {
            throw new IllegalArgumentException("expected shares of together 100, found " + sum);
        }
    }

    /**
     * Reads {@code steady=80,flapping=20}.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public static Mix parse(String text) {
        Map<Behaviour, Integer> percent = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            String[] pair = part.strip().split("=", -1);
            if (pair.length != 2) {
                throw new IllegalArgumentException("expected `behaviour=percent`, found `" + part + "`");
            }
            Behaviour behaviour = behaviour(pair[0]);
            if (percent.put(behaviour, number(pair[1])) != null) {
                throw new IllegalArgumentException("expected each behaviour once, found `" + pair[0] + "` twice");
            }
        }
        return new Mix(percent);
    }

    private static Behaviour behaviour(String text) {
        return Behaviours.ALL.stream()
                .filter(one -> one.text().equals(text))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Behaviours.ALL.stream().map(Behaviour::text).collect(Collectors.joining(", ")) + "; found `"
                        + text + "`"));
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= WHOLE) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("expected a percentage from 0 to 100, found `" + text + "`");
    }

    /** How many of {@code devices} behave how: whole devices, rounded so that they add up. */
    public Map<Behaviour, Integer> counts(int devices) {
        Map<Behaviour, Integer> counts = new LinkedHashMap<>();
        percent.forEach((behaviour, share) -> counts.put(behaviour, (int) ((long) devices * share / WHOLE)));
        int left =
                devices - counts.values().stream().mapToInt(Integer::intValue).sum();
        // The largest remainder gets what is left: one each.
        List<Behaviour> byRemainder = percent.keySet().stream()
                .sorted(Comparator.comparingLong(
                        (Behaviour one) -> -((long) devices * percent.getOrDefault(one, 0) % WHOLE)))
                .toList();
        byRemainder.subList(0, left).forEach(one -> counts.merge(one, 1, Integer::sum));
        return counts;
    }

    /** How each of {@code devices} behaves; the same for the same seed. */
    public List<Behaviour> deal(int devices, long seed) {
        List<Behaviour> dealt = new ArrayList<>(devices);
        counts(devices).forEach((behaviour, count) -> dealt.addAll(Collections.nCopies(count, behaviour)));
        Collections.shuffle(dealt, new Random(seed));
        return dealt;
    }
}
