package dev.muster.standalone.postgres;

import dev.muster.standalone.process.ChildMark;
import dev.muster.standalone.process.Commands;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.OnceInstaller;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes a cluster with Muster's databases and roles, whole or not at all. */
final class PostgresCluster {
    static final String SUPERUSER = "postgres";

    private final Path programs;
    private final PostgresPasswords passwords;
    private final Path log;

    /** What it runs is marked as belonging to {@code log}. */
    PostgresCluster(Path programs, PostgresPasswords passwords, Path log) {
        this.programs = programs;
        this.passwords = passwords;
        this.log = log;
    }

    /** Makes the cluster in {@code data} unless it exists; refuses one of another major version. */
    void ensure(Path data) {
        OnceInstaller.ensure(data, this::create);
        try {
            String found = Files.readString(data.resolve("PG_VERSION")).strip();
            String expected = major();
            if (!found.equals(expected)) {
                throw new StandaloneException(
                        ExitCode.DATA_UNUSABLE,
                        "`" + data + "` was written by PostgreSQL " + found + ", this build runs " + expected
                                + "; start the older Muster once more and dump the data");
            }
        } catch (IOException e) {
            throw Folders.unusable(data, e);
        }
    }

    private void create(Path data) throws IOException {
        Path passwordFile = Path.of(data + ".pw");
        try {
            Folders.writeOwnerOnly(passwordFile, passwords.superuser() + "\n");
            List<String> initdb = new ArrayList<>(List.of(
                    programs.resolve("bin/initdb").toString(),
                    "--pgdata=" + data,
                    "--username=" + SUPERUSER,
                    "--pwfile=" + passwordFile));
            initdb.addAll(PostgresSettings.initdb());
            run(initdb, "");
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        run(
                List.of(programs.resolve("bin/postgres").toString(), "--single", "-D", data.toString(), "postgres"),
                // One statement per line, as single-user mode wants it.
                String.join("\n", PostgresSettings.statements(passwords)) + "\n");
    }

    private void run(List<String> command, String input) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Commands.notAsRoot(command)).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        ChildMark.put(builder, log);
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int exit = process.waitFor();
            // Single-user mode reports a failed statement and goes on, with exit code 0.
            if (exit != 0 || output.contains("ERROR:") || output.contains("FATAL:")) {
                if (output.contains("No space left")) {
                    throw new IOException("No space left on device");
                }
                throw new StandaloneException(
                        ExitCode.CHILD_FAILED,
                        "`" + command.get(0) + "` failed with exit code " + exit + ":\n" + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new StandaloneException(ExitCode.FAILED, "interrupted while making the database", e);
        }
    }

    private static String major() {
        String version = dev.muster.standalone.process.RuntimeFiles.version("postgres");
        return version.substring(0, version.indexOf('.'));
    }
}
