package dev.muster.telemetry.gateway;

import dev.muster.protocol.kafka.KafkaTopics;
import java.time.InstantSource;

/** What all connections of one gateway share. */
record GatewayContext(
        String instance,
        GatewayLimits limits,
        Front front,
        Quotas quotas,
        KafkaTopics topics,
        InstantSource clock,
        DeviceDirectory directory,
        SessionRegistry sessions,
        HandOff handOff,
        PublishRouter router,
        GatewayMeters meters) {}
