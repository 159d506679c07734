package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A freeze is put into the calendar, a rollout is put together and seen before it starts, and both are taken back. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class RolloutsST {
    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    RolloutsST(SharedProduct.Running running) {
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
    void aRolloutIsSeenBeforeItStartsAndAFreezeHoldsIt() {
        Page page = browser.tab("/rollouts");
        browser.login(page);
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MINUTES);
        button(page, "New freeze").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Freeze").first().fill("audit");
        dialog.getByLabel("From").fill(now.minusHours(1).toString());
        dialog.getByLabel("To").fill(now.plusDays(1).toString());
        dialog.getByLabel("Devices").fill("name==sim-02");
        dialog.getByLabel("Reason").fill("the auditors are here");
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Save"))
                .click();
        Locator freeze = page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("audit"));
        assertThat(freeze).containsText("the auditors are here");
        browser.screenshot(page, "rollouts-freezes");

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("New rollout"))
                .click();
        assertThat(page.getByText("Choose a release to see whom it reaches.")).isVisible();
        // That of the example story: other tests of this product made releases of their own.
        Locator release = page.getByLabel("Release");
        release.selectOption(release.locator("option")
                .filter(new Locator.FilterOptions().setHasText("example"))
                .first()
                .getAttribute("value"));

        Locator preview =
                page.locator("section.pf-v6-c-card").filter(new Locator.FilterOptions().setHasText("What it would do"));
        assertThat(preview).containsText("canary: 1, rest: " + (SharedProduct.DEVICES - 1));
        assertThat(preview).containsText("the auditors are here");
        browser.screenshot(page, "rollout-create");
        page.getByLabel("Devices", new Page.GetByLabelOptions().setExact(true)).fill("name==sim-02");
        assertThat(preview).containsText("canary: 1, rest: 0");
        button(page, "Start").click();

        page.waitForURL("**/rollouts/*-*");
        Locator causes = page.locator("section.pf-v6-c-card")
                .filter(new Locator.FilterOptions().setHasText("What stands still"));
        assertThat(causes).containsText("Waiting: freeze");
        assertThat(page.getByText("A freeze holds this rollout")).isVisible();
        browser.screenshot(page, "rollout-frozen");
        button(page, "Abort").click();
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Abort"))
                .click();
        assertThat(dialog).hasCount(0);
        assertThat(ConsoleBrowser.head(page)).containsText("Aborted");

        page.navigate(browser.address("/rollouts"));
        freeze.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Lift"))
                .click();
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Lift"))
                .click();
        assertThat(freeze).hasCount(0);
        assertThat(browser.complaints()).isEmpty();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
