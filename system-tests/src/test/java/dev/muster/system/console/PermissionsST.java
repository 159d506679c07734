package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A policy is written, corrected, judged by its impact, published, explained and rolled back, all in the browser. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class PermissionsST {
    private static final String MISTAKEN = """
            apiVersion: muster.dev/v1
            kind: Role
            metadata:
              name: camera-user
            spec:
              permisions:
                - ohos.permission.CAMERA
            """;
    private static final String WITHOUT_INTERNET = """
            apiVersion: muster.dev/v1
            kind: Role
            metadata:
              name: camera-user
              description: may film, and tells nobody
            spec:
              permissions:
                - ohos.permission.CAMERA
            """;

    @TempDir
    Path folder;

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    PermissionsST(SharedProduct.Running running) {
        this.running = running;
    }

    @BeforeEach
    void open() {
        browser = ConsoleBrowser.open(running);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void aDraftIsCorrectedJudgedPublishedExplainedAndRolledBack() throws IOException {
        String before = running.product()
                .muster("policy", "show", "Role", "camera-user")
                .mustSucceed();
        Page page = browser.tab("/permissions/edit/Role/camera-user");
        browser.login(page);
        PolicyEditorPage editor = new PolicyEditorPage(page);
        assertThat(editor.text()).containsText("ohos.permission.INTERNET");

        editor.write(MISTAKEN);

        assertThat(editor.said()).containsText("did you mean permissions?");
        assertThat(editor.said()).containsText("line 6, column 3");
        assertThat(editor.marks()).hasCount(1);
        browser.screenshot(page, "policy-mistake");

        editor.write("apiVersion: muster.dev/v1\nkind: Role\nspec:\n  permissions:\n    - ohos.permission.CAM");

        assertThat(editor.completions().getByText("ohos.permission.CAMERA", exact()))
                .isVisible();
        page.keyboard().press("Escape");

        editor.write(WITHOUT_INTERNET);
        assertThat(editor.marks()).hasCount(0);
        editor.saveDraft();

        assertThat(editor.impact("INTERNET")).containsText("Granted → Denied");
        assertThat(editor.impact("INTERNET")).containsText("com.example.pitcamera");
        browser.screenshot(page, "policy-impact");
        Page device = browser.tab("/devices/sim-01");
        assertThat(internet(device)).containsText("Granted");

        editor.publish("no internet for cameras");

        assertThat(rolloutState(page)).containsText("Completed");
        assertThat(internet(device)).containsText("Denied");
        internet(device).getByRole(AriaRole.LINK).first().click();
        device.waitForURL("**/permissions?**");
        assertThat(device.getByText("The app is bound to roles, but none of them holds this permission."))
                .isVisible();
        browser.screenshot(device, "policy-explain");

        page.navigate(browser.address("/permissions?tab=versions"));
        PermissionsPage history = new PermissionsPage(page);
        history.unfold("no internet for cameras");
        assertThat(page.getByText("ohos.permission.INTERNET")).isVisible();
        browser.screenshot(page, "policy-history");
        history.actAndConfirm(history.row("example policy"), "Roll back to this");
        page.waitForURL("**/rollouts/**");

        assertThat(rolloutState(page)).containsText("Completed");
        device.navigate(browser.address("/devices/sim-01"));
        assertThat(internet(device)).containsText("Granted");
        running.product().muster("policy", "apply", file(before)).mustSucceed();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aRightThatEndsIsShownAndTakenBackAndTheFleetIsSeenToComply() throws IOException {
        running.product()
                .muster("policy", "apply", file("""
                apiVersion: muster.dev/v1
                kind: Capability
                metadata:
                  name: microphone-for-the-audit
                spec:
                  permissions: [ohos.permission.MICROPHONE]
                  apps:
                    bundles: [com.example.pitcamera]
                  devices:
                    ids: [sim-02]
                  notAfter: "%s"
                """.formatted(
                                Instant.now().plus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS))))
                .mustSucceed();
        Page page = browser.tab("/permissions");
        browser.login(page);
        PermissionsPage permissions = new PermissionsPage(page);

        assertThat(permissions.row("sim-01")).containsText("Compliant");
        browser.screenshot(page, "policy-compliance");

        running.product()
                .muster("policy", "publish", "--comment", "a right that ends")
                .mustSucceed();
        permissions.open("Capabilities");

        Locator capability = permissions.row("microphone-for-the-audit");
        assertThat(capability).containsText("Active");
        assertThat(capability).containsText("sim-02");
        browser.screenshot(page, "policy-capabilities");

        permissions.actAndConfirm(capability, "Revoke");

        assertThat(capability.first()).containsText("Revoked");
        assertThat(permissions.row("Revoked microphone-for-the-audit")).containsText("by admin");
        running.product()
                .muster("policy", "enforce-now", "no-microphones", "--reason", "a leak")
                .mustSucceed();
        page.reload();
        permissions.open("Capabilities");
        Locator enforced = permissions.row("Guard rail no-microphones");
        assertThat(enforced).containsText("a leak");
        permissions.actAndConfirm(enforced, "Withdraw");
        assertThat(enforced).hasCount(0);
        for (String tab : new String[] {"Usage", "Shadow", "Documents"}) {
            permissions.open(tab);
            browser.screenshot(page, "policy-" + tab.toLowerCase(java.util.Locale.ROOT));
        }
        assertThat(capability).isVisible();
        running.product()
                .muster("policy", "delete", "Capability", "microphone-for-the-audit")
                .mustSucceed();
        assertThat(browser.complaints()).isEmpty();
    }

    private static Locator internet(Page device) {
        return device.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("INTERNET"));
    }

    private static Locator rolloutState(Page rollout) {
        return ConsoleBrowser.head(rollout);
    }

    private static Locator.GetByTextOptions exact() {
        return new Locator.GetByTextOptions().setExact(true);
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("policy.yaml"), yaml).toString();
    }
}
