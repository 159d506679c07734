package dev.muster.cli.artifacts;

import dev.muster.cli.http.Api;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.ProgressLine;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings one file to the server. Goes on with an upload of the same file that was begun before, found by the file's hash;
 * tries again when the connection breaks, and gives up when nothing more arrives for about a minute. For one thread.
 */
final class ResumableUpload {
    private static final int TRIES = 6;

    private final Api api;
    private final PrintWriter err;
    private final ProgressLine progress;
    private final Path file;
    private final Map<String, Object> what;
    private final Pause pause;

    /** Waits. */
    interface Pause {
        void of(Duration time);
    }

    ResumableUpload(Api api, PrintWriter err, ProgressLine progress, Path file, Map<String, Object> what, Pause pause) {
        this.api = api;
        this.err = err;
        this.progress = progress;
        this.file = file;
        this.what = Map.copyOf(what);
        this.pause = pause;
    }

    /** {@code what} is what a person says of the file, as {@code POST /artifacts/uploads} takes it. */
    static ResumableUpload of(Session session, Path file, Map<String, Object> what) {
        return new ResumableUpload(
                session.api(),
                session.err(),
                ProgressLine.of(
                        session.err(),
                        session.shell().environment(),
                        session.shell().clock(),
                        String.valueOf(file.getFileName())),
                file,
                what,
                ResumableUpload::sleep);
    }

    /** The artifact, as the server answers it. */
    Map<String, Object> send() {
        Announced announced = new Announced(size(), sha256());
        Row upload = begun(announced).orElseGet(() -> announce(announced));
        Url url = Url.of("artifacts", "uploads", upload.text("id"));
        long offset = upload.number("received");
        if (offset > 0) {
            err.println("going on at " + Show.bytes(offset) + " of " + Show.bytes(announced.length()));
        }
        sendFrom(url, offset, announced.length());
        return finish(upload.text("id"));
    }

    private record Announced(long length, String sha256) {}

    private void sendFrom(Url url, long begin, long length) {
        long offset = begin;
        int vain = 0;
        while (offset < length) {
            try {
                offset = new Row(api.append(url, file, offset, at -> progress.at(at, length))).number("received");
            } catch (CliException e) {
                if (!comesBack(e) || ++vain > TRIES) {
                    progress.end();
                    throw e;
                }
                pause.of(Duration.ofSeconds(1L << (vain - 1)));
                long known = offset;
                offset = ask(url).orElse(known);
                vain = offset > known ? 0 : vain;
            }
        }
        progress.end();
    }

    /** A connection that broke, a server that starts anew, or another place than we thought. */
    private static boolean comesBack(CliException e) {
        return e.exitCode() == ExitCode.UNREACHABLE || e.exitCode() == ExitCode.CONFLICT;
    }

    private Optional<Long> ask(Url url) {
        try {
            return Optional.of(new Row(api.get(url)).number("received"));
        } catch (CliException e) {
            if (e.exitCode() == ExitCode.UNREACHABLE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    // The answer may be lost after the work was done; the server answers a second question the same.
    private Map<String, Object> finish(String id) {
        Url url = Url.of("artifacts", "uploads", id, "finish");
        for (int vain = 1; ; vain++) {
            try {
                return api.post(url, Map.of());
            } catch (CliException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE || vain > TRIES) {
                    throw e;
                }
                pause.of(Duration.ofSeconds(1L << (vain - 1)));
            }
        }
    }

    private Optional<Row> begun(Announced announced) {
        return new Row(api.get(Url.of("artifacts", "uploads")))
                .rows("items").stream()
                        .filter(upload -> upload.flag("yours")
                                && upload.number("length") == announced.length()
                                && upload.text("sha256").equals(announced.sha256())
                                && isSame(upload))
                        .findFirst();
    }

    /** Whether the same was said of it. */
    private boolean isSame(Row upload) {
        return java.util.stream.Stream.of("kind", "name", "version", "hardware", "releaseCounter")
                .allMatch(member -> Objects.toString(what.get(member), Row.NONE).equals(upload.text(member)));
    }

    private Row announce(Announced announced) {
        Map<String, Object> body = new LinkedHashMap<>(what);
        body.put("fileName", String.valueOf(file.getFileName()));
        body.put("length", announced.length());
        body.put("sha256", announced.sha256());
        return new Row(api.post(Url.of("artifacts", "uploads"), body));
    }

    private long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private String sha256() {
        try (InputStream in = Files.newInputStream(file);
                DigestOutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(out);
            return HexFormat.of().formatHex(out.getMessageDigest().digest());
        } catch (IOException e) {
            throw unreadable(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private CliException unreadable(IOException e) {
        String reason =
                e instanceof java.nio.file.NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
        return new CliException(ExitCode.USAGE, "cannot read `" + file + "`: " + reason, e);
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }
}
