package dev.muster.control.deviceapi;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * Passes a stream on to a device, one piece at a time: the next is read when the last is on its way, so a slow device holds
 * one piece in memory and no more. Runs on a virtual thread, which waits for both sides.
 */
// The end of a response that failed has nobody left to tell.
@SuppressWarnings("FutureReturnValueIgnored")
public final class StreamPump {
    private static final Logger LOG = Logger.getLogger(StreamPump.class);
    private static final int PIECE_BYTES = 1 << 17;

    private final HttpServerResponse response;

    /** For one response whose head is written or ready to be. */
    public StreamPump(HttpServerResponse response) {
        this.response = response;
    }

    /** Sends {@code length} bytes from {@code from} on; a source that ends early ends the connection, as a device expects. */
    public void send(DeviceAnswer.RangeSource source, long from, long length) {
        try (InputStream in = source.open(from, length)) {
            long left = length;
            while (left > 0) {
                byte[] piece = in.readNBytes((int) Math.min(PIECE_BYTES, left));
                if (piece.length == 0) {
                    throw new IOException("expected " + left + " more bytes, found the end");
                }
                left -= piece.length;
                response.write(Buffer.buffer(piece))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
            }
            response.end();
        } catch (IOException e) {
            // Nothing else can tell the device any more: the head promised the length.
            LOG.warnf("bytes for a device broke off: %s", e.getMessage());
            response.reset();
        } catch (ExecutionException e) {
            LOG.debugf("a device went away in the middle: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response.reset();
        }
    }
}
