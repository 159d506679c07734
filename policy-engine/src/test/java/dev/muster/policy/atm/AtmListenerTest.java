package dev.muster.policy.atm;

import static dev.muster.policy.atm.Devices.*;
import static dev.muster.policy.atm.PermissionFlags.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.token.AccessTokenId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtmListenerTest {
    private final Devices devices = new Devices();
    private final List<String> heard = new ArrayList<>();
    private final Atm atm = devices.atm(config(), new AtmListener() {
        @Override
        public void permissionChanged(AccessTokenId token, String permission, boolean granted) {
            heard.add((granted ? "+" : "-") + permission);
        }

        @Override
        public void processesKilled(AccessTokenId token) {
            heard.add("killed");
        }
    });

    private final AccessTokenId app = install(atm, "app", CAMERA, INTERNET);

    @Test
    void tellsWhatARevokeTakesAndThatItKills() {
        heard.clear();

        atm.grant(app, CAMERA, USER_FIXED, USER, Caller.ROOT);
        atm.grant(app, CAMERA, USER_SET, USER, Caller.ROOT);
        atm.revoke(app, CAMERA, USER_FIXED, USER, Caller.ROOT);
        atm.revoke(app, CAMERA, USER_FIXED, USER, Caller.ROOT);

        assertThat(heard).containsExactly("+" + CAMERA, "killed", "-" + CAMERA);
    }

    @Test
    void killsNothingForComponentsAndTimers() {
        heard.clear();

        atm.grant(app, CAMERA, COMPONENT_SET, USER, Caller.ROOT);
        atm.revoke(app, CAMERA, COMPONENT_SET, USER, Caller.ROOT);
        atm.grant(app, CAMERA, ALLOW_THIS_TIME, USER, Caller.ROOT);
        atm.stopped(app);

        assertThat(heard).containsExactly("+" + CAMERA, "-" + CAMERA, "+" + CAMERA, "-" + CAMERA);
    }

    @Test
    void tellsWhatUserPoliciesTakeAndGiveBack() {
        heard.clear();

        atm.setUserPolicy("edm", List.of(restrict(INTERNET, false), restrict(CAMERA, false)), Caller.ROOT);
        atm.changeWhitelist("edm", app, INTERNET, true, Caller.ROOT);

        assertThat(heard).containsExactly("-" + INTERNET, "+" + INTERNET);
    }

    @Test
    void tellsOfGrantsThatWereEffectiveWhenAnAppGoes() {
        atm.grant(app, CAMERA, COMPONENT_SET, USER, Caller.ROOT);
        heard.clear();

        atm.delete(app, false, Caller.ROOT);

        assertThat(heard).containsExactlyInAnyOrder("-" + CAMERA, "-" + INTERNET);
    }

    @Test
    void killsNothingForAnAdministratorsListThatIsTakenBack() {
        Atm strict = devices.atm(config().withStrict(AtmConfig.Strict.ON), new AtmListener() {
            @Override
            public void permissionChanged(AccessTokenId token, String permission, boolean granted) {
                heard.add("changed");
            }

            @Override
            public void processesKilled(AccessTokenId token) {
                heard.add("killed");
            }
        });
        AccessTokenId other = install(strict, "app", CAMERA);
        strict.grant(other, CAMERA, USER_FIXED, USER, Caller.ROOT);
        heard.clear();

        strict.setByAdmin(other, List.of(CAMERA, LOCATION), false, FIXED_BY_ADMIN_POLICY, Caller.ROOT);
        assertThat(heard).isEmpty();

        strict.setByAdmin(other, List.of(CAMERA), false, FIXED_BY_ADMIN_POLICY, Caller.ROOT);
        assertThat(heard).containsExactly("killed", "changed");
    }
}
