package dev.muster.cli.help;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.protocol.help.HelpFrames;
import java.util.function.Consumer;

/** Waits for the device, which may refuse. */
final class HelpOpening {
    private HelpOpening() {}

    /** Goes on when the device came, with what it said first. */
    static void await(HelpLink link, Consumer<HelpFrames> then) {
        HelpFrames first = link.receiveWhenOpen();
        if (first.frames().isEmpty() && first.over().isPresent()) {
            throw new CliException(
                    ExitCode.FAILED, "the session ended: " + first.over().get());
        }
        then.accept(first);
    }
}
