package dev.muster.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    Path folder;

    @Test
    void findsTheVeryProcessThatWasRemembered() {
        PidFile file = PidFile.besideLog(folder.resolve("kafka.log"));

        file.write(ProcessHandle.current());

        assertThat(file.file()).isEqualTo(folder.resolve("kafka.pid"));
        assertThat(file.alive()).contains(ProcessHandle.current());
    }

    @Test
    void doesNotTakeALaterProcessWithTheSameNumberForTheOldOne() throws Exception {
        PidFile file = PidFile.besideLog(folder.resolve("kafka.log"));

        Files.writeString(file.file(), ProcessHandle.current().pid() + " 1000\n");
        assertThat(file.alive()).isEmpty();

        file.write(ProcessHandle.current());
        Files.writeString(file.file(), Files.readString(file.file()).replaceFirst("\\d\n", "x\n"));
        assertThat(file.alive()).isEmpty();
    }

    @Test
    void findsNothingInWhatIsNoPidFile() throws Exception {
        PidFile file = PidFile.besideLog(folder.resolve("kafka.log"));

        assertThat(file.alive()).isEmpty();
        Files.writeString(file.file(), "half");
        assertThat(file.alive()).isEmpty();
    }
}
