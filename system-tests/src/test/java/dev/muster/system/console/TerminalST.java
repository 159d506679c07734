package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.Product;
import dev.muster.system.SharedProduct;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Remote help from the browser: what a person types reaches the shell of a device, and what it answers the page. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class TerminalST {
    // Another one than that of the tests of the command line: a session at a time is what a device has.
    private static final String DEVICE = "sim-04";

    private final SharedProduct.Running running;
    private final Product product;
    private ConsoleBrowser browser;

    TerminalST(SharedProduct.Running running) {
        this.running = running;
        this.product = running.product();
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
        settings("");
    }

    @Test
    void aShellIsOpenedTypedIntoLeftAndReadAgain() {
        Page page = browser.tab("/devices/" + DEVICE);
        browser.login(page);
        begin(page, "to see that nobody gets in");
        assertThat(page.getByText("remote help is off on this device").first()).isVisible();

        settings("{\"until\":\"" + Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS)
                + "\",\"kinds\":[\"terminal\"]}");
        page.navigate(browser.address("/devices/" + DEVICE));
        begin(page, "stuck spooler, ticket 12");
        Locator terminal = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Terminal of " + DEVICE));
        assertThat(terminal).containsText("The device is connected.");
        page.keyboard().type("echo $((6*7))-answer\n");
        assertThat(terminal).containsText("42-answer");
        browser.screenshot(page, "terminal");
        Page device = browser.tab("/devices/" + DEVICE);
        assertThat(device.getByText("Remote help is open")).isVisible();

        page.keyboard().type("exit\n");

        assertThat(terminal).containsText("The shell has ended.");
        assertThat(page.getByText("over", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        // Five pieces at a time: what does not fit is read on.
        page.route(
                "**/transcript?*",
                route -> route.resume(
                        new Route.ResumeOptions().setUrl(route.request().url().replace("limit=200", "limit=5"))));
        page.reload();
        page.getByText("Show it").click();
        Locator transcript = page.locator(".muster-transcript");
        Locator more = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show more"));
        assertThat(more).isVisible();
        assertThat(transcript).not().containsText("42-answer");
        await().pollInSameThread().atMost(Duration.ofMinutes(1)).until(() -> {
            if (transcript.innerText().contains("42-answer")) {
                return true;
            }
            more.click();
            return false;
        });
        browser.screenshot(page, "terminal-transcript");
        assertThat(browser.complaints()).isEmpty();
    }

    private static void begin(Page page, String reason) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Terminal").setExact(true))
                .click();
        page.locator("#help-reason").fill(reason);
        page.getByRole(AriaRole.DIALOG)
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName("Open").setExact(true))
                .click();
        page.waitForURL("**/help/**");
    }

    private void settings(String value) {
        product.muster("settings", "set", "device", DEVICE, "remoteHelp=" + value)
                .mustSucceed();
        product.muster("settings", "rollout", "-q", "id==" + DEVICE, "--wait").mustSucceed();
    }
}
