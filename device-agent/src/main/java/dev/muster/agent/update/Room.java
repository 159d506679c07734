package dev.muster.agent.update;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Room on a disk, looked at before the first byte of a target is asked for. */
public final class Room {
    /** Left by images and apps: the journal, the queues, and a policy that revokes something must still fit. */
    public static final long RESERVE_BYTES = 4L << 20;

    private Room() {}

    /**
     * Throws {@link RefusedException} if {@code times} times the target does not fit.
     *
     * @param directory where the bytes go
     * @param reserve bytes that must be left
     */
    public static void require(Path directory, DesiredTarget target, long times, long reserve) throws IOException {
        long room = Math.max(0, Files.getFileStore(directory).getUsableSpace() - reserve);
        if (target.length() > room / times) {
            throw new RefusedException(
                    Reasons.NO_SPACE,
                    "expected room for " + times + " times " + target.length() + " bytes, found " + room
                            + (reserve > 0 ? " beside the reserve of " + reserve : ""));
        }
    }
}
