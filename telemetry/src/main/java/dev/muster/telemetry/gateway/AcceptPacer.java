package dev.muster.telemetry.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Takes at most so many new connections a second: after a power cut in a mine every device comes back at once, and a
 * TLS handshake is the dearest thing a gateway does. Those not taken yet wait in the listener's backlog. Lives on the
 * listening channel; one thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a timer that is cancelled with its event loop
final class AcceptPacer extends ChannelInboundHandlerAdapter {
    private static final int TICKS_PER_SECOND = 10;
    private static final long TICK_MILLIS = 1_000 / TICKS_PER_SECOND;

    private final int perTick;
    private int taken;
    private boolean ticking;

    AcceptPacer(int perSecond) {
        this.perTick = Math.max(1, perSecond / TICKS_PER_SECOND);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
        taken++;
        if (!ticking) {
            ticking = true;
            context.executor().schedule(() -> tick(context), TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (taken >= perTick) {
            context.channel().config().setAutoRead(false);
        }
        context.fireChannelRead(child);
    }

    private void tick(ChannelHandlerContext context) {
        ticking = false;
        taken = 0;
        context.channel().config().setAutoRead(true);
    }
}
