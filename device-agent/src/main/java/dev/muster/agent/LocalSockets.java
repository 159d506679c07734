package dev.muster.agent;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.AgentSettings;
import dev.muster.agent.local.LocalSocket;
import dev.muster.agent.local.PeerRules;
import dev.muster.protocol.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The places where services of the device ask. One thread. */
final class LocalSockets {
    private final AgentSettings settings;
    private final LongSupplier nanos;
    private final AgentLog log;
    private final List<LocalSocket> open = new ArrayList<>();

    LocalSockets(AgentSettings settings, LongSupplier nanos, AgentLog log) {
        this.settings = settings;
        this.nanos = nanos;
        this.log = log;
    }

    void listen(LocalSocket.Place place, LocalAnswers answers) throws IOException {
        open.add(new LocalSocket(place, answers, this::rules, nanos, log));
    }

    // Settings that cannot be read let nobody in but those who always may.
    private PeerRules rules() {
        try {
            return settings.whole().map(PeerRules::in).orElse(PeerRules.OWNER);
        } catch (ProtocolException e) {
            return PeerRules.OWNER;
        }
    }

    void close() throws IOException {
        for (LocalSocket socket : open) {
            socket.close();
        }
    }
}
