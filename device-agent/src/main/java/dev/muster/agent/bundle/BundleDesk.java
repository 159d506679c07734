package dev.muster.agent.bundle;

import dev.muster.agent.reconcile.Delivery;
import dev.muster.agent.reconcile.DesiredSource.Refresh;
import dev.muster.agent.reconcile.DesiredState;
import dev.muster.agent.reconcile.TrustGate;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Installer;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes one bundle after the other: rehearses it on a copy of the trusted metadata, reads all bytes that it needs through, and only then
 * lets the loop follow it. {@link #offer} and {@link #standing} by any thread; the rest by the loop's.
 */
public final class BundleDesk {
    private final Supplier<DeviceRef> device;
    private final Carrier carrier;
    private final TrustGate gate;
    private final Function<TargetName, Installer> installers;
    private final Consumer<Delivery> loop;

    private volatile Standing standing = new Standing("none", "", "", 0, 0, 0);

    /**
     * How far the last bundle came.
     *
     * @param state "none", {@code checking}, {@code applying}, {@code applied}, {@code held}, {@code restarting},
     *     {@code unfinished} or {@code refused}
     * @param code why it was refused, as a word
     * @param done bytes read through so far
     * @param generation of its document, once that was verified
     */
    public record Standing(String state, String code, String message, long done, long total, long generation) {
        /** Whether there is a bundle that is being worked on. */
        public boolean isRunning() {
            return state.equals("checking") || state.equals("applying");
        }

        /** The answer on the local socket. */
        public Map<String, Object> answer() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("state", state);
            map.put("code", code);
            map.put("message", message);
            map.put("doneBytes", done);
            map.put("totalBytes", total);
            map.put("generation", generation);
            return map;
        }
    }

    /** A desk in front of {@code loop}. */
    public BundleDesk(
            Supplier<DeviceRef> device,
            Carrier carrier,
            TrustGate gate,
            Function<TargetName, Installer> installers,
            Consumer<Delivery> loop) {
        this.device = device;
        this.carrier = carrier;
        this.gate = gate;
        this.installers = installers;
        this.loop = loop;
    }

    /** Begins with a bundle unless one is being worked on; returns at once. */
    public synchronized Standing offer(Path file) {
        if (!standing.isRunning()) {
            standing = new Standing("checking", "", "", 0, 0, 0);
            loop.accept(new One(file));
        }
        return standing;
    }

    /** How far the last bundle came since the agent started. */
    public Standing standing() {
        return standing;
    }

    private final class One implements Delivery {
        private final Path file;
        private @Nullable BundleFile bundle;

        One(Path file) {
            this.file = file;
        }

        @Override
        public Refresh begin() {
            try {
                BundleFile opened = BundleFile.open(file, device.get());
                bundle = opened;
                return begin(opened);
            } catch (BundleRefusedException e) {
                return new Refresh.Refused(e.code(), String.valueOf(e.getMessage()));
            } catch (IOException e) {
                return new Refresh.Refused("storage", String.valueOf(e.getMessage()));
            }
        }

        private Refresh begin(BundleFile opened) throws BundleRefusedException, IOException {
            return switch (gate.rehearse(opened.director(), opened.images())) {
                case Refresh.Fresh fresh -> {
                    requireBytes(opened, fresh.state());
                    carrier.mount(opened);
                    standing = new Standing(
                            "applying",
                            "",
                            "",
                            standing.total(),
                            standing.total(),
                            fresh.state().generation());
                    yield gate.refresh();
                }
                case Refresh.Refused refused -> refused;
                // A bundle has no bad days: what it does not have is missing, and what cannot be read is damaged.
                case Refresh.Unreachable unreadable -> new Refresh.Refused("altered", unreadable.message());
            };
        }

        private void requireBytes(BundleFile opened, DesiredState state) throws BundleRefusedException, IOException {
            List<DesiredTarget> needed = new ArrayList<>();
            for (DesiredTarget target : state.targets()) {
                if (!installers.apply(target.name()).inForce().equals(Optional.of(target.sha256()))) {
                    needed.add(target);
                }
            }
            long total = needed.stream().mapToLong(DesiredTarget::length).sum();
            long before = 0;
            for (DesiredTarget target : needed) {
                long base = before;
                opened.requireWhole(
                        target.name().text(),
                        target.sha256(),
                        target.length(),
                        done -> standing = new Standing("checking", "", "", base + done, total, state.generation()));
                before += target.length();
            }
        }

        @Override
        public void end(Ending ending, String code, String message) {
            carrier.unmount();
            if (bundle != null) {
                bundle.close();
            }
            standing = new Standing(
                    ending.text(), code, message, standing.done(), standing.total(), standing.generation());
        }
    }
}
