package dev.muster.agent;

import dev.muster.agent.commands.CommandRunner;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.gateway.GatewayRole;
import dev.muster.agent.reconcile.AgentLoop;
import dev.muster.agent.reconcile.Reporter;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.transport.ChangeTrace;
import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.Journal;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.help.HelpStart;
import dev.muster.protocol.trace.Traceparent;
import java.util.Optional;

/** What the gateway says; called by the client's threads, so everything is handed on. */
record Ears(
        Journal journal,
        Reporter reporter,
        Outbox outbox,
        GatewayRole gateway,
        CommandRunner commands,
        HelpDesk help,
        ChangeTrace trace,
        AgentLoop loop,
        AgentLog log)
        implements Transport.Listener {
    @Override
    public void connected() {
        log.line("connected");
        reporter.connected();
        outbox.connected();
        gateway.connected();
        commands.connected();
        loop.wake();
    }

    @Override
    public void disconnected(String why) {
        log.line("disconnected: " + why);
    }

    @Override
    public void desired(DesiredHint hint, Optional<Traceparent> trace) {
        if (hint.generation() > journal.state().generation()) {
            trace.ifPresent(this.trace::heard);
            loop.wake();
        }
    }

    @Override
    public void command(Command command) {
        if (command.verb().equals(HelpStart.VERB)) {
            help.take(command.id());
        } else {
            commands.take(command);
        }
    }
}
