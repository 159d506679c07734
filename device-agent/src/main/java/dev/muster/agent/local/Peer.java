package dev.muster.agent.local;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Who is at the other end of a Unix domain socket, as the kernel says (SO_PEERCRED, unix(7)): whoever connected, at that
 * moment. Names, or numbers where the system knows no name.
 *
 * @param group the primary one; the kernel tells no others
 */
public record Peer(String user, String group) {
    private static final SocketOption<UnixDomainPrincipal> CREDENTIALS = ExtendedSocketOptions.SO_PEERCRED;

    /** Who connected; empty where the kernel does not say, which counts as nobody. */
    static Optional<Peer> of(SocketChannel connection) throws IOException {
        if (!connection.supportedOptions().contains(CREDENTIALS)) {
            return Optional.empty();
        }
        UnixDomainPrincipal principal = connection.getOption(CREDENTIALS);
        UserPrincipal user = principal.user();
        GroupPrincipal group = principal.group();
        return Optional.of(new Peer(user.getName(), group.getName()));
    }

    @Override
    public String toString() {
        return user + ":" + group;
    }
}
