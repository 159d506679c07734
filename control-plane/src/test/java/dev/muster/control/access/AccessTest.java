package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.TenantId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTest {
    @Test
    void onlyALoginOfTheProviderIsAPerson() {
        Access person = access(new Caller.Login(TenantId.DEFAULT, "https://idp.test", "ann", "ann", Set.of()));

        assertThat(person.person()).isEqualTo(person);
        assertThatThrownBy(() ->
                        access(new Caller.Service(TenantId.DEFAULT, "ci", "1")).person())
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("service account `ci`");
        assertThatThrownBy(() -> access(new Caller.BreakGlass("1", "root@box")).person())
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("break-glass");
    }

    private static Access access(Caller caller) {
        return new Access(caller, Role.ADMIN, Scope.wholeTenant(TenantId.DEFAULT));
    }
}
