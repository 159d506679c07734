package dev.muster.benchmarks.telemetry;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.main.Main;

/**
 * The peer behind a broker: Apache Camel takes messages from it and puts them into Kafka, and tells the broker that it has
 * one only when Kafka has it (manual acknowledgements).
 */
final class CamelChild {
    private static final int RECEIVE_MAXIMUM = 1_000;

    private CamelChild() {}

    /** Arguments: port of the broker, Kafka's bootstrap, topic. */
    public static void main(String[] args) throws Exception {
        String from = "paho-mqtt5:muster/1/" + LoadMessage.TENANT + "/+/telemetry/json?brokerUrl=tcp://127.0.0.1:"
                + args[0] + "&clientId=bridge&qos=1&manualAcksEnabled=true&cleanStart=true&receiveMaximum="
                + RECEIVE_MAXIMUM;
        String to = "kafka:" + args[2] + "?brokers=" + args[1] + "&requestRequiredAcks=all&enableIdempotence=true"
                + "&lingerMs=" + Producers.LINGER_MS + "&producerBatchSize=" + Producers.BATCH_BYTES
                + "&compressionCodec=" + Producers.COMPRESSION + "&bufferMemorySize=" + Producers.BUFFER_BYTES
                + "&maxInFlightRequest=5&valueSerializer=org.apache.kafka.common.serialization.ByteArraySerializer";
        Main main = new Main();
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from(from)
                        .setHeader(KafkaConstants.KEY, header("CamelMqttTopic"))
                        .to(to);
            }
        });
        main.start();
        ChildJvm.serve(order -> "runs");
        System.exit(0);
    }
}
