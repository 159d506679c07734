package dev.muster.control.views;

import java.util.UUID;

/**
 * A query of the list of devices under a name.
 *
 * @param query RSQL; empty for every device
 * @param shared whether everybody of the tenant sees it
 * @param owner who made it, {@code issuer#subject}; only they change it
 * @param ownerName name of that day, for people; proves nothing
 * @param mine whether the caller is the owner
 * @param revision grows by one with every change; its ETag
 */
public record SavedView(
        UUID id,
        String name,
        String query,
        boolean shared,
        String owner,
        String ownerName,
        boolean mine,
        long revision) {}
