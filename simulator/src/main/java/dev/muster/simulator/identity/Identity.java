package dev.muster.simulator.identity;

import dev.muster.protocol.identity.DeviceRef;

/**
 * One device's key and certificate, as bytes: parsed they would take ten times the memory, and are needed at handshakes only.
 *
 * @param index from 0, in the order of enrolment
 * @param key PKCS#8
 * @param certificate X.509 in DER
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Identity(int index, DeviceRef ref, byte[] key, byte[] certificate) {
    @Override
    public String toString() {
        return "Identity[" + ref + "]";
    }
}
