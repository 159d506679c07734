package dev.muster.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void isTheOwnersOnlyAndFoundAgain() throws IOException {
        DataDirectory data = DataDirectory.prepare(folder.resolve("data"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.root())))
                .isEqualTo("rwx------");
        assertThat(DataDirectory.prepare(folder.resolve("data"))).isEqualTo(data);
        assertThat(DataDirectory.existing(folder.resolve("data"))).isEqualTo(data);
    }

    @Test
    void unpacksProgramsInItselfOrWhereSeveralInstancesShareThem() {
        DataDirectory data = new DataDirectory(folder);

        assertThat(data.programs(Map.of())).isEqualTo(folder.resolve("runtime"));
        assertThat(data.programs(Map.of("MUSTER_PROGRAMS", " "))).isEqualTo(folder.resolve("runtime"));
        assertThat(data.programs(Map.of("MUSTER_PROGRAMS", "shared")))
                .isEqualTo(Path.of("shared").toAbsolutePath());
    }

    @Test
    void refusesAFolderThatHoldsSomethingElseAndChangesNothing() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "mine");

        assertThatThrownBy(() -> DataDirectory.prepare(folder))
                .isInstanceOfSatisfying(
                        StandaloneException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA_UNUSABLE))
                .hasMessageContaining("not Muster's");
        assertThat(folder)
                .isDirectoryNotContaining(file -> !file.getFileName().toString().equals("thesis.txt"));
    }

    @Test
    void refusesTheFormatOfAnotherMuster() throws IOException {
        DataDirectory.prepare(folder.resolve("data"));
        Files.writeString(folder.resolve("data/muster.instance"), "2\n");

        assertThatThrownBy(() -> DataDirectory.prepare(folder.resolve("data"))).hasMessageContaining("data format `2`");
    }

    @Test
    void refusesAFileInItsPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "a file");

        assertThatThrownBy(() -> DataDirectory.prepare(file))
                .isInstanceOfSatisfying(
                        StandaloneException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA_UNUSABLE));
    }

    @Test
    void keepsSecretsOwnerOnlyAndNeverChangesThem() throws IOException {
        Path file = folder.resolve("secrets.properties");

        Secrets first = Secrets.loadOrCreate(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Secrets.loadOrCreate(file).get("login.admin")).isEqualTo(first.get("login.admin"));
        assertThat(first.get("login.admin"))
                .isNotEqualTo(first.get("postgres.app"))
                .hasSizeGreaterThan(20);
    }

    @Test
    void remembersWhatUpWasAskedFor() {
        DataDirectory data = DataDirectory.prepare(folder.resolve("data"));
        RunState state = new RunState(
                new UpOptions(3, data.root(), new PortPlan(9000), Optional.of("muster.example"), false),
                RunState.Phase.READY);

        state.save(data);

        assertThat(RunState.load(data)).contains(state);
    }
}
