package dev.muster.agent.platform.openharmony;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An API level as systems and permission definitions write it: {@code 12}, or dotted, {@code 26.1.0}. Compared part by part; what is
 * missing counts as zero. Distributions that pack three parts into one number of 10000 and more are unpacked.
 */
public record ApiLevel(List<Integer> parts) implements Comparable<ApiLevel> {
    private static final int PACKED = 10_000;
    private static final int HUNDRED = 100;
    private static final int MOST_PARTS = 4;

    public ApiLevel {
        parts = List.copyOf(parts);
    }

    /** Empty for what is no level. */
    public static Optional<ApiLevel> parse(String text) {
        String[] words = text.strip().split("\\.", -1);
        if (words.length > MOST_PARTS) {
            return Optional.empty();
        }
        List<Integer> parts = new ArrayList<>();
        for (String word : words) {
            if (!word.matches("[0-9]{1,9}")) {
                return Optional.empty();
            }
            parts.add(Integer.parseInt(word));
        }
        if (parts.size() == 1 && parts.getFirst() >= PACKED) {
            int packed = parts.getFirst();
            return Optional.of(new ApiLevel(List.of(packed / PACKED, packed / HUNDRED % HUNDRED, packed % HUNDRED)));
        }
        return Optional.of(new ApiLevel(parts));
    }

    @Override
    public int compareTo(ApiLevel other) {
        for (int i = 0; i < Math.max(parts.size(), other.parts.size()); i++) {
            int order = Integer.compare(part(i), other.part(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private int part(int at) {
        return at < parts.size() ? parts.get(at) : 0;
    }

    /** As people write it. */
    @Override
    public String toString() {
        return String.join(".", parts.stream().map(String::valueOf).toList());
    }
}
