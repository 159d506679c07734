package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.telemetry.fixture.TestAuthority;
import org.junit.jupiter.api.Test;

class CertificateIdentityTest {
    private final TestAuthority authority = new TestAuthority();

    @Test
    void readsTheDeviceFromItsUri() {
        assertThat(CertificateIdentity.of(authority.certificate("muster://north/crusher-1")))
                .contains(DeviceRef.of("north", "crusher-1"));
    }

    @Test
    void refusesACertificateThatNamesNoDeviceOrTwo() {
        assertThat(CertificateIdentity.of(authority.certificate())).isEmpty();
        assertThat(CertificateIdentity.of(authority.certificate("https://north/crusher-1")))
                .isEmpty();
        assertThat(CertificateIdentity.of(authority.certificate("muster://NORTH/crusher-1")))
                .isEmpty();
        assertThat(CertificateIdentity.of(authority.certificate("muster://north/a", "muster://north/b")))
                .isEmpty();
    }
}
