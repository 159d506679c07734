package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import dev.muster.system.SharedProduct;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Charts of real agents' telemetry, and the pages about alerts that are not the book. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class TelemetryST {
    private static final String RULE = """
            apiVersion: muster.dev/v1
            kind: AlertRule
            metadata: {name: st-busy}
            spec:
              devices: "name==sim-01"
              severity: info
              when:
                threshold: {metric: cpu.load, above: -1}
            """;

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    TelemetryST(SharedProduct.Running running) {
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
    void theChartOfADeviceIsZoomedIntoAndBackOut() {
        Page page = browser.tab("/devices");
        browser.login(page);
        page.navigate(browser.address("/devices/sim-01?metric=cpu.load"));

        zooms(page, "device");

        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theChartOfManyDevicesIsZoomedIntoAndBackOut() {
        Page page = browser.tab("/devices");
        browser.login(page);
        page.navigate(browser.address("/devices"));
        Locator metric = page.getByLabel("Metric", new Page.GetByLabelOptions().setExact(true));
        assertThat(page.getByRole(AriaRole.IMG)).hasCount(0);
        metric.selectOption("cpu.load");

        zooms(page, "fleet");

        assertThat(browser.complaints()).isEmpty();
    }

    private void zooms(Page page, String name) {
        Locator chart = page.locator(".muster-chart svg");
        assertThat(chart).isVisible();
        String wide = chart.locator("title").textContent();
        browser.screenshot(page, "chart-" + name);
        chart.scrollIntoViewIfNeeded();
        BoundingBox box = chart.boundingBox();
        double height = box.y + box.height / 2;

        page.mouse().move(box.x + box.width * 0.8, height);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.95, height);
        page.mouse().up();

        assertThat(page).hasURL(Pattern.compile("from=\\d+&to=\\d+|to=\\d+&from=\\d+"));
        Locator back = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Back to now"));
        assertThat(back).isVisible();
        browser.screenshot(page, "chart-" + name + "-zoomed");
        back.click();
        assertThat(back).hasCount(0);
        assertThat(chart).isVisible();
        assertThat(wide).isNotBlank();
    }

    @Test
    void aRuleIsTriedOutOverWhatDevicesSent() {
        Page page = browser.tab("/devices");
        browser.login(page);
        page.navigate(browser.address("/alerts/rules/new"));
        new PolicyEditorPage(page).write(RULE);
        assertThat(page.getByText("Would watch one device.")).isVisible();

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Look back"))
                .click();

        assertThat(page.getByText("One alert on one device.")).isVisible();
        Locator row = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("What would have fired"))
                .locator("tbody tr");
        assertThat(row).hasCount(1);
        assertThat(row).containsText("sim-01");
        browser.screenshot(page, "alert-rule-preview");
        new PolicyEditorPage(page).write(RULE.replace("above: -1", "above: 5"));
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Look back"))
                .click();
        assertThat(page.getByText("0 alerts on one device.")).isVisible();
        // Tried out, not stored.
        assertThat(running.product().items("alerts", "rules", "list")).isEmpty();
        // What was half written is a 400, which Chromium logs.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    @Test
    void aSilenceIsMadeAndEnded() {
        Page page = browser.tab("/devices");
        browser.login(page);
        page.navigate(browser.address("/alerts?tab=silences"));
        assertThat(page.getByText("Nothing is silenced.")).isVisible();
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Silence").setExact(true))
                .click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        page.locator("#silence-selector").fill("name==sim-02");
        page.locator("#silence-until")
                .fill(java.time.LocalDateTime.now(java.time.ZoneId.systemDefault())
                        .plusDays(1)
                        .truncatedTo(java.time.temporal.ChronoUnit.MINUTES)
                        .toString());
        page.locator("#silence-reason").fill("overhaul");
        dialog.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName("Silence").setExact(true))
                .click();
        Locator row = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Silences"))
                .locator("tbody tr");
        assertThat(row).containsText("overhaul");
        assertThat(row).containsText("name==sim-02");
        browser.screenshot(page, "alerts-silences");

        row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("End"))
                .click();
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("End"))
                .click();

        assertThat(row).containsText("over");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aChannelIsTriedAndSaysWhyItDoesNotWork() {
        running.product()
                .muster(
                        "alerts",
                        "channels",
                        "webhook",
                        "st-hook",
                        "--url",
                        "https://hooks.muster.invalid/x",
                        "--severity",
                        "critical")
                .mustSucceed();
        try {
            Page page = browser.tab("/devices");
            browser.login(page);
            page.navigate(browser.address("/alerts?tab=notices"));
            Locator row = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Whom to tell"))
                    .locator("tbody tr");
            assertThat(row).containsText("st-hook");
            assertThat(row).containsText("https://hooks.muster.invalid/x");
            assertThat(row).containsText("critical");

            row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Test"))
                    .click();

            assertThat(page.getByText(Pattern.compile("Not delivered"))).isVisible();
            browser.screenshot(page, "alerts-notices");
        } finally {
            running.product().muster("alerts", "channels", "delete", "st-hook");
        }
    }
}
