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
            run(
                    List.of(
                            programs.resolve("bin/initdb").toString(),
                            "--pgdata=" + data,
                            "--username=" + SUPERUSER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            // Byte order and Unicode case rules, the same on every machine and every libc.
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8"),
                    "");
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        run(
                List.of(programs.resolve("bin/postgres").toString(), "--single", "-D", data.toString(), "postgres"),
                String.join("\n", statements()) + "\n");
    }

    /** One statement per line, as single-user mode wants it. */
    private List<String> statements() {
        List<String> sql = new ArrayList<>();
        sql.add(role("muster_owner", passwords.owner()));
        sql.add(role("muster_app", passwords.app()));
        sql.add(role("muster_ingest", passwords.ingest()));
        sql.add(role("muster_jobs", passwords.jobs()));
        sql.add(role("keycloak", passwords.keycloak()));
        sql.add("CREATE DATABASE muster OWNER muster_owner");
        sql.add("CREATE DATABASE keycloak OWNER keycloak");
        sql.add("REVOKE ALL ON DATABASE muster, keycloak, postgres, template1 FROM PUBLIC");
        // What each role may do inside a schema is decided by that schema's migrations.
        sql.add("GRANT CONNECT ON DATABASE muster TO muster_app, muster_ingest, muster_jobs");
        // The sink stages COPY in temporary tables.
        sql.add("GRANT TEMPORARY ON DATABASE muster TO muster_ingest");
        return sql;
    }

    private static String role(String name, String password) {
        return "CREATE ROLE " + name + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '"
                + password.replace("'", "''") + "'";
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
