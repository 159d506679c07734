package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A boot loader that counts tries down, as U-Boot and barebox do, behind RAUC's {@code custom} interface: a program that RAUC
 * calls, over one file for each variable. A slot has three tries after each mark.
 */
final class CountingLoader implements RaucBoard.BootLoader {
    private static final int TRIES = 3;

    private Path variables = Path.of("unset");

    @Override
    public String configuration(Path root) throws IOException {
        variables = Files.createDirectories(root.resolve("variables"));
        Path program = root.resolve("boot-loader");
        if (!Files.exists(program)) {
            set("order", "A B");
            set("A", TRIES);
            set("B", 0);
            Files.writeString(program, """
                    #!/bin/sh
                    cd %s
                    case "$1" in
                      get-primary) for s in $(cat order); do if [ "$(cat $s)" -gt 0 ]; then echo $s; exit 0; fi; done; exit 1 ;;
                      set-primary) other=A; [ "$2" = A ] && other=B; echo %2$d > "$2"; echo "$2 $other" > order ;;
                      get-state) if [ "$(cat "$2")" -gt 0 ]; then echo good; else echo bad; fi ;;
                      set-state) if [ "$3" = good ]; then echo %2$d > "$2"; else echo 0 > "$2"; fi ;;
                      *) exit 1 ;;
                    esac
                    """.formatted(variables, TRIES));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return "bootloader=custom\n[handlers]\nbootloader-custom-backend=" + program;
    }

    @Override
    public String choose() throws IOException {
        for (String slot : get("order").split(" ", -1)) {
            int left = Integer.parseInt(get(slot));
            if (left > 0) {
                set(slot, left - 1);
                return slot;
            }
        }
        throw new AssertionError("no slot is left to start");
    }

    private String get(String name) throws IOException {
        return Files.readString(variables.resolve(name)).trim();
    }

    private void set(String name, Object value) throws IOException {
        Files.writeString(variables.resolve(name), value.toString());
    }
}
