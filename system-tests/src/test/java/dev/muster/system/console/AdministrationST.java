package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.muster.system.AgentProcess;
import dev.muster.system.SharedProduct;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What administrators do in the console: letting devices in, keeping tenants, noticing who came without the provider. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class AdministrationST {
    private static final Locator.WaitForOptions HIDDEN =
            new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN);

    @TempDir
    Path folder;

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    AdministrationST(SharedProduct.Running running) {
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
    void aDeviceThatWaitsComesInUnderTheNameThatAPersonGivesIt() throws Exception {
        Page page = browser.tab("/enrolment?tab=waiting");
        browser.login(page);
        assertThat(page.getByText("No device waits")).isVisible();
        AgentProcess agent = new AgentProcess(folder, "door-asks");
        Process asking = agent.askToEnrol(running.product().enrolFlags("--uses", "1", "--approval"));
        try {
            for (int tries = 0; tries < 30 && row(page, "door-asks").count() == 0; tries++) {
                page.reload();
                page.getByText("What a device says of itself").waitFor();
                page.locator("[aria-busy]").first().waitFor(HIDDEN);
            }
            assertThat(row(page, "door-asks")).containsText("waits");
            assertThat(row(page, "door-asks")).containsText(Pattern.compile("sha256:[0-9a-f]{64}"));
            browser.screenshot(page, "enrolment-waiting");

            button(page, "Reject door-asks").click();
            Locator form = page.getByRole(AriaRole.DIALOG);
            form.locator("#waiting-reason").fill("not today");
            confirm(page, "Reject");
            assertThat(page.getByText("No device waits")).isVisible();

            page.getByLabel("Which to show").selectOption("rejected");
            assertThat(row(page, "door-asks")).containsText("not today");
            button(page, "Let door-asks in").click();
            form.locator("#waiting-device").fill("door-7");
            browser.screenshot(page, "enrolment-let-in");
            confirm(page, "Let in");

            assertThat(asking.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(asking.exitValue()).isZero();
            page.navigate(browser.address("/devices/door-7"));
            assertThat(ConsoleBrowser.title(page)).containsText("door-7");
            assertThat(page.getByText("The device has not sent a signed manifest yet."))
                    .isVisible();
        } finally {
            asking.destroyForcibly();
            running.product().muster("devices", "retire", "door-7", "--yes");
        }
        // What it says of itself it has not said yet: no failure either.
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aTenantIsMadeLimitedSuspendedAndLetGoOn() {
        Page page = browser.tab("/access?tab=tenants");
        browser.login(page);
        assertThat(row(page, "default")).containsText("active");
        button(page, "Make a tenant").click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.locator("#tenant-id").fill("Not So");
        form.locator("#tenant-admin").fill("/plant-9/admins");
        button(page, "Make it").click();
        assertThat(form).containsText("found");
        form.locator("#tenant-id").fill("plant-9");
        form.locator("#tenant-name").fill("Plant nine");
        confirm(page, "Make it");

        Locator quotas = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Quotas of plant-9"));
        assertThat(quotas).containsText("Devices that are not retired");
        button(page, "Change the quotas").click();
        form.locator("#quota-devices").fill("25");
        confirm(page, "Save");
        assertThat(quotas).containsText("25 set for this tenant");
        browser.screenshot(page, "tenants");
        page.navigate(browser.address("/access?tab=tenants"));

        button(page, "Suspend plant-9").click();
        form.locator("#tenant-reason").fill("has not paid");
        confirm(page, "Suspend");
        assertThat(row(page, "plant-9")).containsText("has not paid");
        button(page, "Let plant-9 go on").click();
        confirm(page, "Let it go on");
        assertThat(row(page, "plant-9")).containsText("active");

        button(page, "Suspend plant-9").click();
        form.locator("#tenant-reason").fill("is gone");
        confirm(page, "Suspend");
        button(page, "Delete plant-9").click();
        confirm(page, "Delete");
        assertThat(row(page, "plant-9")).containsText("is being deleted");
        browser.screenshot(page, "tenants-deleting");
        // The name that was refused is a 400, which Chromium logs.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    @Test
    void whoIsResponsibleSeesABreakGlassLoginThatStandsOpen() {
        Page page = browser.tab("/");
        browser.login(page);
        Locator banner = page.locator(".pf-v6-c-banner");
        assertThat(page.getByRole(AriaRole.NAVIGATION)).isVisible();
        assertThat(banner).hasCount(0);
        String data = running.product().data().toString();
        running.product()
                .muster("break-glass", "create", "--for", "PT1H", "--data", data)
                .mustSucceed();
        try {
            page.reload();
            assertThat(banner).containsText(Pattern.compile("A break-glass login, made by .* stands open"));
            browser.screenshot(page, "break-glass");
            banner.getByRole(AriaRole.LINK).click();
            assertThat(page).hasURL(Pattern.compile("/audit\\?actor=muster"));
        } finally {
            running.product().muster("break-glass", "revoke", "--data", data).mustSucceed();
        }
        page.reload();
        assertThat(page.getByRole(AriaRole.NAVIGATION)).isVisible();
        assertThat(banner).hasCount(0);
        assertThat(browser.complaints()).isEmpty();
    }

    /** Says yes, and waits for the end of the question: behind it nothing is found by its role. */
    private static void confirm(Page page, String name) {
        Locator question = page.getByRole(AriaRole.DIALOG);
        question.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true))
                .click();
        assertThat(question).hasCount(0);
    }

    private static Locator row(Page page, String text) {
        return page.locator("main").getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
