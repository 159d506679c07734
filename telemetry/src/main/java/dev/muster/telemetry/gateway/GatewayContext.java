package dev.muster.telemetry.gateway;

import dev.muster.protocol.kafka.KafkaTopics;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What all connections of one gateway share.
 *
 * @param host id under which foreign edge nodes see their host
 * @param startedAt since when that host is online, here
 */
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
        GatewayMeters meters,
        String host,
        Instant startedAt) {}
