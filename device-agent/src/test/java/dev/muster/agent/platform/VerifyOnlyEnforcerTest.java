package dev.muster.agent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyOnlyEnforcerTest {
    private static final AppKey PUMP = AppKey.of("com.example.pump");

    @TempDir
    Path directory;

    private PermissionEnforcer enforcer;

    @BeforeEach
    void open() throws IOException {
        Path app = Files.createDirectory(directory.toRealPath().resolve("app"));
        enforcer = new VerifyOnlyEnforcer(
                PlatformTraits.LINUX, bundle -> bundle.equals(PUMP.bundle()) ? Optional.of(app) : Optional.empty());
    }

    @Test
    void countsTheProcessesThatExecuteWhatLiesInTheAppsDirectory() throws IOException {
        Path program = directory.toRealPath().resolve("app/pump");
        Files.copy(Path.of("/bin/sleep"), program);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(enforcer.processes(PUMP)).contains(0L);

        Process process = new ProcessBuilder(program.toString(), "600").start();
        try {
            assertThat(enforcer.processes(PUMP)).contains(1L);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void doesNotGuessAboutAnAppWhosePlaceIsUnknown() {
        assertThat(enforcer.processes(AppKey.of("com.example.other"))).isEmpty();
    }

    @Test
    void saysThatItHasNoMeansRatherThanThatItIsDone() throws IOException {
        var change = new PermissionEnforcer.Change(new PermissionEnforcer.Entry(PUMP, "any"), false, true);

        assertThat(enforcer.apply(List.of(change)))
                .containsExactly(new PermissionEnforcer.Outcome.NoMeans(new Enforcement.AtVerify()));
        assertThat(enforcer.holdsTable()).isFalse();
    }
}
