package dev.muster.control.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Hears what the server writes into its log, with the fields that each line has. */
public final class Lines implements AutoCloseable {
    /** One line. */
    public record Line(String logger, String message, Map<String, String> fields) {}

    private static final PatternFormatter FORM = new PatternFormatter("%s");

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = LogContext.getLogContext().getLogger("dev.muster");
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord record) {
            ExtLogRecord line = ExtLogRecord.wrap(record);
            lines.add(new Line(line.getLoggerName(), FORM.format(line), line.getMdcCopy()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Begins to listen. */
    public Lines() {
        logger.addHandler(ear);
    }

    /** The lines that have {@code text} in them. */
    public List<Line> with(String text) {
        return lines.stream().filter(line -> line.message().contains(text)).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(ear);
    }
}
