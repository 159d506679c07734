package dev.muster.control.search;

import java.util.List;

/**
 * What a text found.
 *
 * @param items at most 10 of each kind, kind by kind
 */
public record Found(List<Item> items) {
    public Found {
        items = List.copyOf(items);
    }

    /**
     * One thing.
     *
     * @param kind {@code device}, {@code site}, {@code group}, {@code rollout}, {@code release}, {@code app} or {@code policy}
     * @param id names it in paths of this API; of a policy document {@code kind/name}
     * @param detail says more, such as where a device is; may be empty
     */
    public record Item(String kind, String id, String name, String detail) {}
}
