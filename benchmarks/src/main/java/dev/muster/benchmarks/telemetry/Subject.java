package dev.muster.benchmarks.telemetry;

import java.io.IOException;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * One way from devices to Kafka.
 *
 * @param name for the table
 * @param driver makes the messages: a {@link LoadChild}, or a {@link RawProducerChild}
 * @param cpuSeconds of everything of this way but devices and Kafka
 */
record Subject(String name, ChildJvm driver, DoubleSupplier cpuSeconds) {
    /**
     * What one trial saw.
     *
     * @param perSecond messages, from the first one sent to the last one in Kafka
     * @param cpuPerMillion seconds of CPU for a million messages, Kafka's included
     * @param kafkaPerMillion Kafka's part of that
     */
    record Trial(double perSecond, double cpuPerMillion, double kafkaPerMillion, double p50Millis, double p99Millis) {}

    /** Sends {@code total} messages, {@code rate} a second, 0 for as fast as possible. */
    Trial run(long total, int rate, DoubleSupplier kafkaCpu) throws IOException {
        double ownBefore = cpuSeconds.getAsDouble();
        double kafkaBefore = kafkaCpu.getAsDouble();
        List<String> answer = driver.ask("run " + total + " " + rate);
        double kafka = (kafkaCpu.getAsDouble() - kafkaBefore) / total * 1_000_000;
        double own = (cpuSeconds.getAsDouble() - ownBefore) / total * 1_000_000;
        if (!answer.getFirst().equals("done")) {
            throw new IOException(name + " did not get through: " + String.join(" ", answer));
        }
        if (!answer.get(4).equals("0") || !answer.get(5).equals("0")) {
            throw new IOException(
                    name + " refused " + answer.get(4) + " messages and answered " + answer.get(5) + " out of order");
        }
        return new Trial(total / number(answer, 1), own + kafka, kafka, number(answer, 2), number(answer, 3));
    }

    private static double number(List<String> answer, int index) {
        return Double.parseDouble(answer.get(index));
    }
}
