package dev.muster.policy.atm;

import static dev.muster.policy.atm.Devices.*;
import static dev.muster.policy.atm.PermissionFlags.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessesAndToolsTest {
    private static final String PHOTO = "photo";

    private final Devices devices = new Devices();
    private final Atm atm =
            devices.atm(config().withToolCommands(Map.of(PHOTO, Set.of(CAMERA), "ping", Set.of(INTERNET))));

    @Test
    void givesSystemProcessesExactlyWhatTheyList() {
        for (TokenType type : List.of(TokenType.NATIVE, TokenType.SHELL)) {
            AccessTokenId process = atm.addProcess(new ProcessInfo(
                            "service", type, Apl.NORMAL, Set.of(PASTEBOARD, NEW), List.of(), List.of("dcap")))
                    .value()
                    .orElseThrow();

            assertThat(process.type()).contains(type);
            assertThat(atm.verify(process, PASTEBOARD))
                    .as("its level is not compared")
                    .isTrue();
            assertThat(atm.state(process, PASTEBOARD)).contains(new Atm.State(true, SYSTEM_FIXED, false));
            assertThat(atm.verify(process, CAMERA)).isFalse();
            assertThat(atm.state(process, CAMERA)).isEmpty();
            assertThat(atm.verify(process, NEW)).as("not defined").isFalse();
            assertThat(atm.verify(process.render(), PASTEBOARD)).isFalse();
        }
    }

    @Test
    void takesSystemProcessesForNoApps() {
        AccessTokenId process = atm.addProcess(ProcessInfo.of("service", TokenType.NATIVE, Set.of(CAMERA)))
                .value()
                .orElseThrow();

        assertThat(atm.isLive(process)).isFalse();
        assertThat(atm.delete(process, false, Caller.ROOT)).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.revoke(process, CAMERA, USER_FIXED, USER, Caller.ROOT)).isEqualTo(AtmCode.ERR_TOKENID_NOT_EXIST);
        assertThat(atm.changeWhitelist("edm", process, CAMERA, true, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
    }

    @Test
    void boundsWhatAProcessLists() {
        Set<String> tooMany = IntStream.range(0, 1025).mapToObj(i -> "p" + i).collect(Collectors.toSet());

        assertThat(List.of(
                        ProcessInfo.of("", TokenType.NATIVE, Set.of()),
                        ProcessInfo.of("x".repeat(257), TokenType.NATIVE, Set.of()),
                        ProcessInfo.of("app", TokenType.HAP, Set.of()),
                        ProcessInfo.of("many", TokenType.NATIVE, tooMany),
                        new ProcessInfo(
                                "acls",
                                TokenType.NATIVE,
                                Apl.NORMAL,
                                Set.of(),
                                Collections.nCopies(1025, CAMERA),
                                List.of()),
                        new ProcessInfo(
                                "dcaps",
                                TokenType.NATIVE,
                                Apl.NORMAL,
                                Set.of(),
                                List.of(),
                                Collections.nCopies(33, "dcap")),
                        new ProcessInfo(
                                "dcap", TokenType.NATIVE, Apl.NORMAL, Set.of(), List.of(), List.of("x".repeat(1025)))))
                .allMatch(process -> atm.addProcess(process).code() == AtmCode.ERR_PARAM_INVALID);
    }

    @Test
    void letsAToolDoWhatItsCommandNeedsAndItsHostMay() {
        AccessTokenId host = install(atm, "host", CAMERA, INTERNET);
        AccessTokenId tool = tool(host, PHOTO);
        assertThat(tool.type()).contains(TokenType.SHELL);
        assertThat(tool.isTool()).isTrue();
        assertThat(atm.verify(tool, CAMERA)).as("its host may not").isFalse();

        atm.grant(host, CAMERA, USER_FIXED, USER, Caller.ROOT);
        assertThat(atm.verify(tool, CAMERA)).isTrue();
        assertThat(atm.verify(tool, INTERNET))
                .as("its command does not need it")
                .isFalse();

        atm.revoke(host, CAMERA, USER_FIXED, USER, Caller.ROOT);
        assertThat(atm.verify(tool, CAMERA)).isFalse();
    }

    @Test
    void restrictsAndSparesToolsByUserPolicy() {
        AccessTokenId host = install(atm, "host", INTERNET);
        AccessTokenId tool = tool(host, "ping");
        atm.setUserPolicy("edm", List.of(restrict(INTERNET, false)), Caller.ROOT);
        atm.changeWhitelist("edm", host, INTERNET, true, Caller.ROOT);

        assertThat(atm.verify(host, INTERNET)).isTrue();
        assertThat(atm.verify(tool, INTERNET)).isFalse();
        assertThat(atm.state(tool, INTERNET)).contains(new Atm.State(true, SYSTEM_FIXED | RESTRICTED_BY_ADMIN, true));

        assertThat(atm.changeWhitelist("edm", tool, INTERNET, true, Caller.ROOT))
                .isEqualTo(AtmCode.OK);
        assertThat(atm.verify(tool, INTERNET)).isTrue();
        assertThat(atm.whitelist(INTERNET, Caller.ROOT).value()).contains(Set.of(host, tool));
        atm.deleteTool(tool, Caller.ROOT);
        assertThat(atm.whitelist(INTERNET, Caller.ROOT).value()).contains(Set.of(host));
    }

    @Test
    void endsToolsWithTheirRunAndWithTheirHost() {
        AccessTokenId host = install(atm, "host", INTERNET);
        AccessTokenId first = tool(host, "ping");
        AccessTokenId second = tool(host, "ping");

        assertThat(atm.deleteTool(first, Caller.ROOT)).isEqualTo(AtmCode.OK);
        assertThat(atm.verify(first, INTERNET)).isFalse();
        assertThat(atm.verify(second, INTERNET)).isTrue();
        assertThat(atm.deleteTool(first, Caller.ROOT)).isEqualTo(AtmCode.ERR_TOKENID_NOT_EXIST);

        atm.delete(host, false, Caller.ROOT);
        assertThat(atm.verify(second, INTERNET)).isFalse();
        assertThat(atm.deleteTool(second, Caller.ROOT)).isEqualTo(AtmCode.ERR_TOKENID_NOT_EXIST);
    }

    @Test
    void refusesToolsWithoutAHostACommandOrARight() {
        AccessTokenId host = install(atm, "host", INTERNET);
        AccessTokenId far =
                atm.setRemote("device", far(1), List.of(), Caller.ROOT).token();

        assertThat(atm.createTool(AccessTokenId.INVALID, "", "ping", Caller.ROOT)
                        .code())
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.createTool(host, "", "format", Caller.ROOT).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.createTool(host, "x".repeat(40_961), "ping", Caller.ROOT).code())
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.createTool(AccessTokenId.app(1), "", "ping", Caller.ROOT).code())
                .isEqualTo(AtmCode.ERR_TOKENID_NOT_EXIST);
        assertThat(atm.createTool(far, "", "ping", Caller.ROOT).code()).isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        assertThat(atm.createTool(host, "", "ping", Caller.ORDINARY_APP).code())
                .isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
    }

    @Test
    void mirrorsEveryEffectiveGrantIntoTheKernel() {
        AccessTokenId app = atm.install(
                        info("app"),
                        policy(Map.of(KERNEL_VALUE, "seven"), INTERNET, CAMERA, KERNEL, KERNEL_VALUE),
                        Caller.ROOT)
                .token();
        assertThat(kernel(app).effects())
                .containsExactlyInAnyOrderEntriesOf(Map.of(KERNEL, "true", KERNEL_VALUE, "seven"));
        assertThat(kernelBits(app)).containsExactly(INTERNET, KERNEL, KERNEL_VALUE);

        atm.grant(app, CAMERA, COMPONENT_SET, USER, Caller.ROOT);
        atm.setUserPolicy("edm", List.of(restrict(KERNEL, false)), Caller.ROOT);

        assertThat(kernelBits(app)).containsExactly(CAMERA, INTERNET, KERNEL_VALUE);
        assertThat(kernel(app).effects()).doesNotContainKey(KERNEL);
        assertThat(atm.kernel(AccessTokenId.app(1)).code()).isEqualTo(AtmCode.ERR_TOKEN_INVALID);
    }

    @Test
    void givesTheKernelAWordForAMissingValue() {
        AccessTokenId app = install(atm, "app", KERNEL_VALUE);

        assertThat(atm.value(app, KERNEL_VALUE, Caller.ROOT).value()).contains("");
        assertThat(kernel(app).effects()).containsEntry(KERNEL_VALUE, "true");
    }

    private KernelState kernel(AccessTokenId id) {
        return atm.kernel(id).value().orElseThrow();
    }

    private List<String> kernelBits(AccessTokenId id) {
        return kernel(id).granted().stream()
                .mapToObj(code -> catalog().at(code).name())
                .toList();
    }

    private AccessTokenId tool(AccessTokenId host, String command) {
        return atm.createTool(host, "yes", command, Caller.ROOT).value().orElseThrow();
    }
}
