package dev.muster.standalone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** TCP ports: free ones for tests, and who holds one that is not free. */
public final class Ports {
    private static final String LISTENING = "0A";

    private Ports() {}

    /** A port that is free on loopback right now; another process may still take it first. */
    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something could listen on {@code port} on every address of this machine. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As servers do: connections that linger from a previous run do not count as busy.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Fails when {@code port} is taken, naming its owner if the system tells.
     *
     * @param purpose what the port is for, such as {@code PostgreSQL}
     */
    public static void requireFree(int port, String purpose) {
        if (!isFree(port)) {
            String owner = owner(port)
                    .map(process -> "process " + process.pid()
                            + process.info()
                                    .command()
                                    .map(c -> " (`" + c + "`)")
                                    .orElse(""))
                    .orElse("a process that cannot be named from here");
            throw new StandaloneException(
                    ExitCode.PORT_BUSY,
                    "port " + port + " is needed for " + purpose + " but is held by " + owner
                            + "; stop it or choose other ports with `--port-base`");
        }
    }

    /** The process that listens on {@code port}, where {@code /proc} shows it to us. */
    public static Optional<ProcessHandle> owner(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                lines.map(line -> line.strip().split("\\s+"))
                        .filter(columns -> columns.length > 9
                                && LISTENING.equals(columns[3])
                                && columns[1].endsWith(":%04X".formatted(port)))
                        .forEach(columns -> sockets.add("socket:[" + columns[9] + "]"));
            } catch (IOException | UncheckedIOException e) {
                // No such table on this system: the owner stays unknown, which the caller says.
            }
        }
        return sockets.isEmpty()
                ? Optional.empty()
                : ProcessHandle.allProcesses()
                        .filter(process -> holdsOne(process.pid(), sockets))
                        .findFirst();
    }

    private static boolean holdsOne(long pid, Set<String> sockets) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors.anyMatch(descriptor -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    return false;
                }
            });
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
