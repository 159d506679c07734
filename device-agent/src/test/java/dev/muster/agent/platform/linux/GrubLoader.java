package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * GRUB's part, by the script that RAUC's manual gives for it: the first slot of {@code ORDER} that is good and was not tried
 * since it was marked. The variables lie in a real environment block, which RAUC changes through {@code grub-editenv}.
 */
public final class GrubLoader implements RaucBoard.BootLoader {
    private Path environment = Path.of("unset");

    @Override
    public String configuration(Path root) throws IOException, InterruptedException {
        environment = root.resolve("grubenv");
        if (!Files.exists(environment)) {
            RaucBoard.run("grub-editenv", environment.toString(), "create");
            set("ORDER=A B", "A_OK=1", "B_OK=0", "A_TRY=0", "B_TRY=0");
        }
        return "bootloader=grub\ngrubenv=" + environment;
    }

    @Override
    public String choose() throws IOException, InterruptedException {
        Map<String, String> values = RaucBoard.run("grub-editenv", environment.toString(), "list")
                .lines()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));
        for (String slot : values.getOrDefault("ORDER", "").split(" ", -1)) {
            if ("1".equals(values.get(slot + "_OK")) && "0".equals(values.get(slot + "_TRY"))) {
                set(slot + "_TRY=1");
                return slot;
            }
        }
        // None is left: all get another try, and the first entry of the menu is started.
        set("A_TRY=0", "B_TRY=0");
        return "A";
    }

    private void set(String... values) throws IOException, InterruptedException {
        String[] command = new String[3 + values.length];
        command[0] = "grub-editenv";
        command[1] = environment.toString();
        command[2] = "set";
        System.arraycopy(values, 0, command, 3, values.length);
        RaucBoard.run(command);
    }
}
