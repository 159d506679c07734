package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A release goes from channel to channel, and a change of keys waits for its signatures. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class ReleasesST {
    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    @TempDir
    Path folder;

    ReleasesST(SharedProduct.Running running) {
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
    void aReleaseIsPromotedThroughTheChannels() {
        Page page = browser.tab("/channels");
        browser.login(page);
        assertThat(column(page, "dev")).containsText("No release here");
        browser.screenshot(page, "channels-empty");

        button(page, "Put a release into dev").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Release").selectOption(new com.microsoft.playwright.options.SelectOption().setIndex(1));
        dialog.getByLabel("Note").fill("built tonight");
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Put it there"))
                .click();
        assertThat(dialog).hasCount(0);
        assertThat(column(page, "dev")).containsText("built tonight");

        column(page, "dev")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Promote to beta"))
                .click();
        assertThat(dialog).containsText("No device changes by that alone.");
        dialog.getByLabel("Note").fill("two weeks on the bench");
        browser.screenshot(page, "channels-promote");
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Promote to beta"))
                .click();

        assertThat(dialog).hasCount(0);
        assertThat(column(page, "beta")).containsText("two weeks on the bench");
        assertThat(column(page, "dev")).containsText("No release here");
        assertThat(page.getByRole(AriaRole.GRID)).containsText("promoted: dev → beta");
        browser.screenshot(page, "channels");
        column(page, "beta")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Withdraw"))
                .click();
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Withdraw"))
                .click();
        assertThat(column(page, "beta")).containsText("Nothing got this far.");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aChangeOfKeysShowsWhichSignatureItWaitsFor() {
        for (String name : List.of("alice", "bob")) {
            running.product().muster("trust", "init", file(name + ".pem")).mustSucceed();
        }
        running.product()
                .muster(
                        "trust",
                        "delegate",
                        "acme",
                        "--key",
                        file("alice.pub.json"),
                        "--key",
                        file("bob.pub.json"),
                        "--threshold",
                        "2")
                .mustSucceed();
        Page page = browser.tab("/trust");
        browser.login(page);

        Locator draft =
                page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("images/publisher-acme"));
        assertThat(draft).containsText("waiting for signature 1 of 2");
        assertThat(page.getByText("Starter mode")).isVisible();
        // Every role tells when it ends.
        Locator roles = page.getByRole(AriaRole.GRID).last();
        assertThat(roles).containsText("timestamp");
        assertThat(roles).containsText("director");
        browser.screenshot(page, "trust-waiting");

        draft.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Discard"))
                .click();
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Discard"))
                .click();
        assertThat(page.getByText("Nothing waits")).isVisible();
        browser.screenshot(page, "trust");
        assertThat(browser.complaints()).isEmpty();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static Locator column(Page page, String channel) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName(channel).setExact(true));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
