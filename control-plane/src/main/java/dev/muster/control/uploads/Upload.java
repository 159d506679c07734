package dev.muster.control.uploads;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.upload.UploadStatus;
import java.util.UUID;

/**
 * One upload.
 *
 * @param received bytes that are on disk
 * @param sha256 as announced
 */
record Upload(UUID id, UUID command, DeviceId device, long length, String sha256, long received, boolean complete) {
    UploadStatus status() {
        return new UploadStatus(id.toString(), received, length, complete);
    }
}
