package dev.muster.protocol.enrol;

import dev.muster.protocol.json.JsonObject;

/** What a device hears when it asks for its first certificate: the certificate, or that a person decides first. */
public sealed interface EnrolAnswer permits EnrolResponse, EnrolPending {
    byte[] toJson();

    static EnrolAnswer fromJson(byte[] json) {
        return JsonObject.parse(json).has("pending") ? EnrolPending.fromJson(json) : EnrolResponse.fromJson(json);
    }
}
