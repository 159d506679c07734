package dev.muster.control.releases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.desired.DesiredContent;
import dev.muster.protocol.desired.TargetName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReleaseTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final TargetName APP = new TargetName.App("com.example.drill");
    private static final TargetName GONE = new TargetName.App("com.example.gone");

    @Test
    void givesEachHardwareItsOwnTargets() {
        Release release = release(
                new Release.Target(IMAGE, content("a", "board-a")), new Release.Target(IMAGE, content("b", "board-b")));

        assertThat(release.contentFor("board-a")).containsEntry(IMAGE, content("a", "board-a"));
        assertThat(release.contentFor("board-b")).containsEntry(IMAGE, content("b", "board-b"));
        assertThat(release.contentFor("board-c")).containsOnlyKeys(GONE);
    }

    @Test
    void prefersWhatWasMadeForTheHardwareOverWhatFitsAny() {
        Release anyFirst = release(
                new Release.Target(APP, content("any", "*")), new Release.Target(APP, content("own", "board-a")));
        Release ownFirst = release(
                new Release.Target(APP, content("own", "board-a")), new Release.Target(APP, content("any", "*")));

        assertThat(anyFirst.contentFor("board-a")).containsEntry(APP, content("own", "board-a"));
        assertThat(ownFirst.contentFor("board-a")).containsEntry(APP, content("own", "board-a"));
        assertThat(anyFirst.contentFor("board-b")).containsEntry(APP, content("any", "*"));
    }

    private static Release release(Release.Target... targets) {
        return new Release(
                new UUID(0, 1),
                "r",
                "1",
                List.of(targets),
                List.of(GONE),
                Requirements.NONE,
                Instant.EPOCH,
                "somebody",
                "Somebody");
    }

    private static DesiredContent.Present content(String sha256, String hardware) {
        return new DesiredContent.Present(
                sha256, "p/" + sha256, 1, "1", hardware, 1, Optional.empty(), Optional.empty());
    }
}
