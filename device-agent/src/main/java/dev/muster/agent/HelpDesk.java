package dev.muster.agent;

import dev.muster.agent.help.HelpRunner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Remote help, made when it is first asked for: a device that needs none pays nothing for it. Thread-safe. */
final class HelpDesk {
    private final Supplier<HelpRunner> make;
    private volatile @Nullable HelpRunner made;

    HelpDesk(Supplier<HelpRunner> make) {
        this.make = make;
    }

    /** Somebody asks to help; {@code id} is the command's. */
    void take(String id) {
        runner().take(id);
    }

    private synchronized HelpRunner runner() {
        HelpRunner runner = made;
        if (runner == null) {
            runner = make.get();
            made = runner;
        }
        return runner;
    }

    void look() {
        HelpRunner helping = made;
        if (helping != null) {
            helping.look();
        }
    }

    void close() {
        HelpRunner helping = made;
        if (helping != null) {
            helping.close();
        }
    }
}
