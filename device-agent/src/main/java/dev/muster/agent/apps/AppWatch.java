package dev.muster.agent.apps;

import dev.muster.agent.apps.Inventory.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds installed apps whose files are not those of their package any more, and lets them count as such: the reconciler
 * fetches them anew. A look costs one {@code stat} per file; what a {@code stat} does not show, such as a block that went
 * bad, is found by reading everything once a day, a part of it per look. One thread.
 */
public final class AppWatch {
    /** How often it is worth looking. */
    private static final long EVERY_NANOS = Duration.ofMinutes(5).toNanos();

    private static final long ROUND_NANOS = Duration.ofDays(1).toNanos();

    /** Read per look for the round of the day; a file that was begun is read to its end. */
    private static final long BYTES_PER_LOOK = 8L << 20;

    private final AppStore store;
    private final LongSupplier nanos;

    /** Touched, and found to hold the same nevertheless. */
    private final Map<Path, FileTime> touched = new HashMap<>();

    private long nextLook;
    private long nextRound;
    private @Nullable Path readLast;

    /** {@code nanos} is a clock that never goes back. */
    public AppWatch(AppStore store, LongSupplier nanos) {
        this.store = store;
        this.nanos = nanos;
        this.nextLook = nanos.getAsLong();
        // Not at the start of the agent, which is dear enough.
        this.nextRound = nextLook + EVERY_NANOS;
    }

    /** Looks, if it is time; each line names a file. */
    public List<String> lookIfDue() throws IOException {
        long now = nanos.getAsLong();
        if (now - nextLook < 0) {
            return List.of();
        }
        nextLook = now + EVERY_NANOS;
        List<String> found = new ArrayList<>();
        Budget budget = new Budget(now - nextRound >= 0);
        for (AppStore.Installed app : store.installed()) {
            Optional<Path> version =
                    app.sha256().isPresent() ? store.location(app.app().bundle()) : Optional.empty();
            Optional<String> problem = version.isEmpty() ? Optional.empty() : problem(version.get(), budget);
            if (problem.isPresent()) {
                store.distrust(app.app().bundle());
                found.add(problem.get() + ": the app is fetched anew");
            }
        }
        if (budget.isRound && budget.left > 0) {
            // All was read, or what was read last is gone with its version: then the next round begins at once.
            if (budget.isReached) {
                nextRound = now + ROUND_NANOS;
            }
            readLast = null;
        }
        return found;
    }

    /** What may still be read in this look; files up to and with {@link #readLast} were read in this round. */
    private final class Budget {
        final boolean isRound;
        boolean isReached = readLast == null;
        long left = BYTES_PER_LOOK;

        Budget(boolean isRound) {
            this.isRound = isRound;
        }

        boolean takes(Path file, long length) {
            if (!isRound || left <= 0) {
                return false;
            }
            if (!isReached) {
                isReached = file.equals(readLast);
                return false;
            }
            left -= length;
            readLast = file;
            return true;
        }
    }

    private Optional<String> problem(Path version, Budget budget) {
        Path file = version.resolve(Inventory.FILE);
        try {
            Optional<Inventory> inventory = Inventory.read(version);
            for (Entry entry : inventory.map(Inventory::entries).orElse(List.of())) {
                file = version.resolve(entry.name());
                if (!isWell(file, entry, budget)) {
                    return Optional.of("`" + file + "` is not what was installed");
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("`" + file + "` cannot be read: " + e.getMessage());
        }
    }

    private boolean isWell(Path file, Entry entry, Budget budget) throws IOException {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return false;
        }
        boolean isDue = budget.takes(file, entry.length());
        if (entry.looksUntouched(now) && !isDue) {
            return true;
        }
        if (!isDue && now.lastModifiedTime().equals(touched.get(file)) && now.size() == entry.length()) {
            return true;
        }
        boolean isWell = now.isRegularFile() && entry.holds(file);
        if (isWell && !entry.looksUntouched(now)) {
            touched.put(file, now.lastModifiedTime());
        }
        return isWell;
    }
}
