package dev.muster.agent.store;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Told by the operating system (inotify) that something in a directory changed, so that nobody has to look again and again. It may miss
 * what no kernel tells: a directory that was moved away and replaced, another machine's writes to a network file system. Whoever
 * relies on it still looks from time to time. Thread-safe.
 */
public final class FileNews implements AutoCloseable {
    private static final WatchEvent.Kind<?>[] CHANGES = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE
    };

    private final WatchService service;
    private final Runnable changed;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    private FileNews(WatchService service, Runnable changed) {
        this.service = service;
        this.changed = changed;
        Thread.ofPlatform().name("agent-file-news").daemon().start(this::listen);
    }

    /**
     * Begins to listen; empty where the system has no more watches to give.
     *
     * @param changed called after one or several changes, on a thread of this class; must not throw
     */
    public static Optional<FileNews> open(Runnable changed) {
        try {
            return Optional.of(new FileNews(FileSystems.getDefault().newWatchService(), changed));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /**
     * From now on exactly these directories, without those below them.
     *
     * @return whether all of them were followed before this call already: what changed since the caller's last look is then told, or
     *     will be. Also false where one is not there, or cannot be followed
     */
    public synchronized boolean follows(Set<Path> directories) {
        keys.entrySet().removeIf(entry -> {
            boolean wanted = directories.contains(entry.getKey());
            if (!wanted) {
                entry.getValue().cancel();
            }
            return !wanted || !entry.getValue().isValid();
        });
        boolean all = true;
        for (Path directory : directories) {
            if (!keys.containsKey(directory)) {
                all = false;
                try {
                    keys.put(directory, directory.register(service, CHANGES));
                } catch (IOException | ClosedWatchServiceException e) {
                    // Not there, or no more watches: asked again at the next call.
                }
            }
        }
        return all;
    }

    private void listen() {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                key.reset();
                changed.run();
            }
        } catch (ClosedWatchServiceException e) {
            // The end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            // Nobody listens any more either way.
        }
    }
}
