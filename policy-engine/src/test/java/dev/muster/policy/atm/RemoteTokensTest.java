package dev.muster.policy.atm;

import static dev.muster.policy.atm.Devices.*;
import static dev.muster.policy.atm.PermissionFlags.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.atm.RemoteSource.RemoteChange;
import dev.muster.policy.atm.RemoteSource.RemoteCopy;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemoteTokensTest {
    private final Devices devices = new Devices();
    private final Atm atm = devices.atm(config());

    @Test
    void mapsATokenToAFreshIdOfTheSameKind() {
        AccessTokenId clone = AccessTokenId.of(TokenType.HAP, 77, true, false, false);
        RemoteApp far = new RemoteApp(1, 100, "far", 3, 0, clone, Optional.empty());

        AccessTokenId local =
                atm.setRemote("device", far, List.of(), Caller.ROOT).token();

        assertThat(local).isNotEqualTo(clone);
        assertThat(local.isClone()).isTrue();
        assertThat(local.type()).contains(TokenType.HAP);
        assertThat(atm.localOf("device", clone)).contains(local);
    }

    @Test
    void fetchesATokenOnce() {
        List<String> asked = new ArrayList<>();
        RemoteSource source = (device, remote) -> {
            asked.add(device);
            return device.equals("here")
                    ? Optional.of(new RemoteCopy(far(1), List.of(new AppPolicy.Request(CAMERA, true, USER_SET))))
                    : Optional.empty();
        };

        AccessTokenId local = atm.allocLocal("here", AccessTokenId.app(1), source, Caller.SERVICE)
                .value()
                .orElseThrow();

        assertThat(atm.verify(local, CAMERA)).isTrue();
        assertThat(atm.allocLocal("here", AccessTokenId.app(1), source, Caller.SERVICE)
                        .value())
                .contains(local);
        assertThat(asked).containsExactly("here");
        assertThat(atm.allocLocal("gone", AccessTokenId.app(1), source, Caller.SERVICE)
                        .code())
                .isEqualTo(AtmCode.ERR_TOKEN_MAP_FAILED);
        assertThat(atm.allocLocal("", AccessTokenId.app(1), source, Caller.SERVICE)
                        .code())
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.allocLocal("here", AccessTokenId.app(1), source, Caller.ORDINARY_APP)
                        .code())
                .isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
    }

    @Test
    void dropsAllTokensOfADevice() {
        AccessTokenId first =
                atm.setRemote("device", far(1), List.of(), Caller.ROOT).token();
        AccessTokenId second =
                atm.setRemote("device", far(2), List.of(), Caller.ROOT).token();
        AccessTokenId other =
                atm.setRemote("other", far(1), List.of(), Caller.ROOT).token();

        assertThat(atm.deleteRemoteDevice("device", Caller.ROOT)).isEqualTo(AtmCode.OK);

        assertThat(atm.isLive(first)).isFalse();
        assertThat(atm.isLive(second)).isFalse();
        assertThat(atm.isLive(other)).isTrue();
        assertThat(atm.deleteRemoteDevice("device", Caller.ROOT)).isEqualTo(AtmCode.ERR_DEVICE_NOT_EXIST);
        assertThat(atm.deleteRemoteDevice("", Caller.ROOT)).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.deleteMapped(other, Caller.ROOT)).isEqualTo(AtmCode.OK);
        assertThat(atm.deleteMapped(other, Caller.ROOT)).isEqualTo(AtmCode.ERR_TOKEN_MAP_FAILED);
    }

    @Test
    void copiesATokenFromOneDeviceToAnother() {
        Atm elsewhere = devices.atm(config());
        AccessTokenId app = install(elsewhere, "far", CAMERA, INTERNET);
        elsewhere.grant(app, CAMERA, USER_SET, USER, Caller.ROOT);

        AccessTokenId local = atm.allocLocal(
                        "elsewhere",
                        app,
                        (device, remote) -> elsewhere.export(remote).value(),
                        Caller.ROOT)
                .value()
                .orElseThrow();

        assertThat(atm.state(local, CAMERA)).isEqualTo(elsewhere.state(app, CAMERA));
        assertThat(atm.verify(local, INTERNET)).isTrue();
        assertThat(atm.export(local).code())
                .as("a mapped token is not passed on")
                .isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        assertThat(atm.export(AccessTokenId.INVALID).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
    }

    @Test
    void handsOutChangesOfExportedTokensInBatches() {
        AccessTokenId app = install(atm, "app", CAMERA, LOCATION);
        AccessTokenId unseen = install(atm, "unseen", CAMERA);
        atm.export(app);
        atm.grant(unseen, CAMERA, USER_SET, USER, Caller.ROOT);
        atm.grant(app, CAMERA, USER_SET, USER, Caller.ROOT);
        pass(Duration.ofSeconds(2));
        atm.grant(app, LOCATION, USER_SET, USER, Caller.ROOT);
        assertThat(atm.takeRemoteChanges()).isEmpty();

        pass(Duration.ofSeconds(1));
        List<RemoteChange> changes = atm.takeRemoteChanges();

        assertThat(changes).extracting(RemoteChange::token).containsExactly(app);
        assertThat(changes.getFirst().copy().orElseThrow().states())
                .containsExactly(
                        new AppPolicy.Request(CAMERA, true, USER_SET), new AppPolicy.Request(LOCATION, true, USER_SET));
        pass(Duration.ofHours(1));
        assertThat(atm.takeRemoteChanges()).as("each once").isEmpty();
    }

    @Test
    void tellsThatAnExportedTokenIsGone() {
        AccessTokenId app = install(atm, "app", CAMERA);
        atm.export(app);

        atm.delete(app, false, Caller.ROOT);
        pass(SyncObserver.BATCH);

        assertThat(atm.takeRemoteChanges()).containsExactly(new RemoteChange(app, Optional.empty()));
        pass(SyncObserver.BATCH);
        assertThat(atm.takeRemoteChanges()).isEmpty();
    }

    private void pass(Duration time) {
        devices.now = devices.now.plus(time);
    }
}
