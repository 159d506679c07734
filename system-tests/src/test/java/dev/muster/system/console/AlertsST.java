package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A rule written in the console, telemetry of a real agent that breaks it, and what a person then does. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class AlertsST {
    private static final String RULE = """
            apiVersion: muster.dev/v1
            kind: AlertRule
            metadata: {name: st-alive}
            spec:
              devices: "name==sim-04"
              severity: critical
              summary: "{device} tells of its load"
              when:
                threshold: {metric: cpu.load, above: -1}
            """;

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    AlertsST(SharedProduct.Running running) {
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
        running.product().muster("alerts", "rules", "delete", "st-alive");
    }

    @Test
    void aRuleIsWrittenFiresIsTakenAndEnds() {
        Page page = browser.tab("/alerts");
        browser.login(page);
        page.navigate(browser.address("/alerts"));
        assertThat(page.getByText("Nothing fires, for there are no rules")).isVisible();
        browser.screenshot(page, "alerts-empty");
        page.getByText("Write the first rule").click();

        PolicyEditorPage editor = new PolicyEditorPage(page);
        editor.write(RULE.replace("threshold", "treshold"));
        assertThat(editor.marks()).hasCount(1);
        assertThat(page.getByText("did you mean")).isVisible();
        assertThat(button(page, "Save")).isDisabled();
        browser.screenshot(page, "alerts-rule-wrong");
        editor.write(RULE);
        assertThat(page.getByText("Would watch one device.")).isVisible();
        button(page, "Save").click();
        assertThat(page).hasURL(Pattern.compile("/alerts/rules/st-alive$"));
        browser.screenshot(page, "alerts-rule");

        page.navigate(browser.address("/alerts"));
        Locator entry = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Book of alerts"))
                .getByRole(AriaRole.LINK)
                .filter(new Locator.FilterOptions().setHasText("sim-04 tells of its load"));
        assertThat(entry).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(90_000));
        Locator counted = page.getByRole(AriaRole.NAVIGATION)
                .getByRole(AriaRole.LINK)
                .filter(new Locator.FilterOptions().setHasText(Pattern.compile("Alerts.*1.*One alert fires")));
        assertThat(counted).isVisible();
        browser.screenshot(page, "alerts");

        entry.click();
        assertThat(page.getByText("It fires")).isVisible();
        button(page, "I take care").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Note").fill("on my way");
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("I take care"))
                .click();
        assertThat(page.getByText("on my way")).isVisible();
        assertThat(counted).hasCount(0);

        running.product().muster("alerts", "rules", "delete", "st-alive").mustSucceed();
        // The page hears of it and shows it by itself.
        assertThat(page.getByText(Pattern.compile("the rule (does not watch this device any more|is gone)")))
                .isVisible();
        browser.screenshot(page, "alert");
        assertThat(running.product().items("alerts", "list", "--state", "resolved", "--rule", "st-alive"))
                .hasSize(1);
        // What was half written is a 400, which Chromium logs.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
