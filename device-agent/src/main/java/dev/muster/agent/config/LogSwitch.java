package dev.muster.agent.config;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sends each line where the settings of that moment want it. A system's log that the process' output does not end in cannot be had: the
 * lines then stay in the files, which say so once. Thread-safe.
 */
public final class LogSwitch implements AgentLog {
    private final AgentLog files;
    private final AgentLog output;
    private final Supplier<Optional<LogTarget>> wanted;
    private volatile Optional<LogTarget> missed = Optional.empty();

    /**
     * Decides line by line.
     *
     * @param files keeps the lines, and hands them to {@code output} as well
     * @param wanted what the settings say; empty for the default
     */
    public LogSwitch(AgentLog files, AgentLog output, Supplier<Optional<LogTarget>> wanted) {
        this.files = files;
        this.output = output;
        this.wanted = wanted;
    }

    @Override
    public void line(String text) {
        LogTarget target = wanted.get().orElse(LogTarget.FILE);
        switch (target) {
            case FILE -> files.line(text);
            case JOURNALD, HILOG -> {
                if (output.endsIn().equals(Optional.of(target))) {
                    output.line(text);
                } else {
                    tellOnce(target);
                    files.line(text);
                }
            }
            case NONE -> {}
        }
    }

    private synchronized void tellOnce(LogTarget target) {
        if (!missed.equals(Optional.of(target))) {
            missed = Optional.of(target);
            files.line("expected this process' output to end in `" + target.word()
                    + "`, found another: its lines stay in the files");
        }
    }
}
