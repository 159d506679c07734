package dev.muster.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnceInstallerTest {
    @TempDir
    Path folder;

    @Test
    void fillsOnceHoweverManyAskAtTheSameTime() {
        AtomicInteger fillings = new AtomicInteger();
        OnceInstaller.Filling filling = target -> {
            fillings.incrementAndGet();
            Files.writeString(target.resolve("program"), "whole");
        };

        CompletableFuture<?>[] callers = new CompletableFuture<?>[4];
        for (int i = 0; i < callers.length; i++) {
            callers[i] = CompletableFuture.runAsync(
                    () -> OnceInstaller.ensure(folder.resolve("tool"), filling),
                    task -> Thread.ofPlatform().start(task));
        }
        CompletableFuture.allOf(callers).join();

        assertThat(fillings).hasValue(1);
        assertThat(folder.resolve("tool/program")).hasContent("whole");
    }

    @Test
    void leavesNothingUnderTheNameWhenFillingFailsAndDoesItAgainNextTime() {
        assertThatThrownBy(() -> OnceInstaller.ensure(folder.resolve("tool"), target -> {
                    Files.writeString(target.resolve("half"), "written");
                    throw new IOException("No space left on device");
                }))
                .isInstanceOfSatisfying(
                        StandaloneException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA_UNUSABLE))
                .hasMessageContaining("the disk is full");
        assertThat(folder.resolve("tool")).doesNotExist();

        OnceInstaller.ensure(folder.resolve("tool"), target -> Files.writeString(target.resolve("program"), "whole"));

        assertThat(folder.resolve("tool/half")).doesNotExist();
        assertThat(folder.resolve("tool/program")).exists();
    }
}
