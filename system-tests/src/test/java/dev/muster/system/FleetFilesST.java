package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A folder of files becomes the fleet by the command line, and goes again. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class FleetFilesST {
    private static final String HEAD = "apiVersion: muster.dev/v1\n";
    private static final int DIFFERS = 8;

    @TempDir
    Path folder;

    private final Product product;

    FleetFilesST(SharedProduct.Running running) {
        this.product = running.product();
    }

    @Test
    void aFolderIsPlannedAppliedComparedAndPruned() throws IOException {
        Files.writeString(
                folder.resolve("sites.yaml"),
                HEAD + "kind: Site\nmetadata: {name: st-files}\nspec: {uplinkKbps: 900}\n");
        Path groups = folder.resolve("groups.yaml");
        Files.writeString(groups, HEAD + "kind: Group\nmetadata: {name: st-files}\nspec: {devices: site==st-files}\n");

        assertThat(fleet("diff").exit()).isEqualTo(DIFFERS);
        assertThat(fleet("apply", "--dry-run").mustSucceed()).contains("st-files");
        assertThat(product.muster("sites", "show", "st-files").exit())
                .as("only planned")
                .isNotZero();

        fleet("apply", "--yes").mustSucceed();
        assertThat(product.json("sites", "show", "st-files").toString()).contains("900");
        fleet("diff").mustSucceed();

        Files.writeString(groups, HEAD + "kind: Group\nmetadata: {name: st-files}\nspec: {device: all}\n");
        Command wrong = fleet("apply", "--yes");
        assertThat(wrong.exit()).isNotZero();
        assertThat(wrong.out()).contains("groups.yaml").contains("4").contains("`device`");
        assertThat(product.json("groups", "show", "st-files").toString()).contains("site==st-files");

        Files.delete(groups);
        fleet("apply", "--prune", "--yes").mustSucceed();
        assertThat(product.muster("groups", "show", "st-files").exit()).isNotZero();
        Files.writeString(folder.resolve("sites.yaml"), "# nothing any more\n");
        fleet("apply", "--prune", "--yes").mustSucceed();
        assertThat(product.muster("sites", "show", "st-files").exit()).isNotZero();
    }

    private Command fleet(String verb, String... options) {
        String[] words = new String[options.length + 5];
        words[0] = verb;
        words[1] = "-f";
        words[2] = folder.toString();
        words[3] = "--label";
        words[4] = "st-files";
        System.arraycopy(options, 0, words, 5, options.length);
        return product.muster(words);
    }
}
