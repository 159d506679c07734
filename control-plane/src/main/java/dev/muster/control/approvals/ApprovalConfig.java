package dev.muster.control.approvals;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Devices that wait for a person. */
@ConfigMapping(prefix = "muster.enrolment.approval")
public interface ApprovalConfig {
    /** How long a device may wait for a decision, and how long it then has to fetch its certificate. */
    @WithDefault("P7D")
    Duration keep();
}
