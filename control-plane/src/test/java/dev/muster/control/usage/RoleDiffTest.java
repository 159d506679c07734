package dev.muster.control.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoleDiffTest {
    @Test
    void takesALineOfAListOut() {
        String yaml = "spec:\n  permissions:\n    - ohos.permission.CAMERA\n    - ohos.permission.MICROPHONE\n";

        assertThat(RoleDiff.without("r", yaml, "ohos.permission.CAMERA"))
                .contains("--- Role/r\n+++ Role/r\n@@ -3 @@\n-    - ohos.permission.CAMERA\n");
    }

    @Test
    void takesAPartOfAFlowListOut() {
        String yaml = "spec: {permissions: [ohos.permission.CAMERA, ohos.permission.MICROPHONE]}";

        assertThat(RoleDiff.without("r", yaml, "ohos.permission.MICROPHONE").orElseThrow())
                .contains("+spec: {permissions: [ohos.permission.CAMERA]}");
        assertThat(RoleDiff.without("r", yaml, "ohos.permission.CAMERA").orElseThrow())
                .contains("+spec: {permissions: [ohos.permission.MICROPHONE]}");
    }

    @Test
    void leavesLongerNamesAlone() {
        String yaml = "spec: {permissions: [ohos.permission.CAMERA_CONTROL, a]}";

        assertThat(RoleDiff.without("r", yaml, "ohos.permission.CAMERA")).isEmpty();
    }

    @Test
    void aSinglePermissionIsNotALineThatCanBeChanged() {
        assertThat(RoleDiff.without("r", "spec: {permissions: [a.b]}", "a.b")).isEmpty();
    }
}
