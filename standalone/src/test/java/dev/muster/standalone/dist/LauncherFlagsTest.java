package dev.muster.standalone.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LauncherFlagsTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern FLAG = Pattern.compile("-X[-+A-Za-z0-9=:]+");

    @Test
    void theScriptForDevelopersAndThePackageStartTheJvmAlike() throws IOException {
        List<String> packaged = Files.readAllLines(HOME.resolve("device-agent/linux/jvm.options")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        String script = Files.readString(HOME.resolve("muster-agent"));
        String flags = script.substring(script.indexOf("flags=("), script.indexOf(")", script.indexOf("flags=(")));

        assertThat(FLAG.matcher(flags).results().map(found -> found.group())).containsExactlyElementsOf(packaged);
    }

    @Test
    void anArchitectureWithoutARuntimeIsRefusedBeforeAnythingIsMade() {
        assertThat(Main.run("agent", "--arch", "riscv64", "--to", "target/none"))
                .isEqualTo(2);
        assertThat(Main.run("agent", "--arch", "vax", "--to", "target/none")).isEqualTo(2);
        assertThat(Main.run("agent", "--layout", "windows", "--to", "target/none"))
                .isEqualTo(2);
        assertThat(Path.of("target/none")).doesNotExist();
    }
}
