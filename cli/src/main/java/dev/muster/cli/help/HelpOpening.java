package dev.muster.cli.help;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.protocol.help.HelpFrames;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Waits for the device, which may refuse. */
final class HelpOpening {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private HelpOpening() {}

    /** Goes on when the device came, with what it said first, if it said anything yet. */
    static void await(HelpLink link, Consumer<HelpFrames> then) {
        CountDownLatch never = new CountDownLatch(1);
        String state = link.state();
        try {
            while (state.equals("starting")) {
                boolean unused = never.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                state = link.state();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
        if (state.equals("open")) {
            then.accept(new HelpFrames(1, List.of(), Optional.empty()));
            return;
        }
        // What it said before the end is still there.
        HelpFrames last = link.receive();
        if (last.frames().isEmpty() && last.over().isPresent()) {
            throw new CliException(
                    ExitCode.FAILED, "the session ended: " + last.over().get());
        }
        then.accept(last);
    }
}
