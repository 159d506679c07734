package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import dev.muster.system.login.KeycloakRealm;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What nobody does alone, by two people in two browsers. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class FourEyesST {
    private static final String GROUP = "/second-eyes";

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    FourEyesST(SharedProduct.Running running) {
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
    void whatOneAdministratorAsksForHappensWhenAnotherApprovesAndNotBefore() {
        Page page = browser.tab("/four-eyes");
        browser.login(page);
        assertThat(page.getByText("Nobody has set it yet")).isVisible();
        assertThat(page.getByText("Nothing waits")).isVisible();
        browser.screenshot(page, "four-eyes-empty");
        try (KeycloakRealm keycloak = KeycloakRealm.of(running)) {
            keycloak.group(GROUP);
            KeycloakRealm.Person second = keycloak.person("greta", GROUP);
            running.product().muster("roles", "bind", "admin", "--group", GROUP).mustSucceed();
            try (ConsoleBrowser theirs = ConsoleBrowser.open(running)) {
                Page other = theirs.tab("/four-eyes");
                theirs.login(other, second.name(), second.password());

                turn(page, "Switch on");
                assertThat(rule(page)).isChecked();

                turn(page, "Ask for it");
                assertThat(row(page, "waits")).hasCount(1);
                assertThat(rule(page)).isChecked();
                assertThat(button(page, "Approve")).hasCount(0);
                browser.screenshot(page, "four-eyes-asked");
                settle(other, "Reject", "not while nobody looks after it");
                assertThat(row(other, "rejected")).containsText("not while nobody looks after it");
                page.reload();
                assertThat(row(page, "rejected")).hasCount(1);
                assertThat(rule(page)).isChecked();

                turn(page, "Ask for it");
                button(page, "Withdraw").click();
                confirm(page, "Withdraw");
                assertThat(row(page, "withdrawn")).hasCount(1);
                assertThat(rule(page)).isChecked();

                turn(page, "Ask for it");
                assertThat(row(page, "waits")).hasCount(1);
                settle(other, "Approve", "");
                assertThat(row(other, "approved")).containsText("by greta");
                assertThat(rule(other)).not().isChecked();
                theirs.screenshot(other, "four-eyes-approved");
                page.reload();
                assertThat(row(page, "approved")).hasCount(1);
                assertThat(rule(page)).not().isChecked();
                assertThat(theirs.complaints()).isEmpty();
            } finally {
                for (Map<String, Object> binding : running.product().items("roles", "list")) {
                    if (GROUP.equals(binding.get("subject"))) {
                        running.product().muster("roles", "unbind", String.valueOf(binding.get("id")));
                    }
                }
                keycloak.remove(second, GROUP);
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }

    private static void turn(Page page, String action) {
        rule(page).click(new Locator.ClickOptions().setForce(true));
        confirm(page, action);
    }

    private static void settle(Page page, String verb, String reason) {
        page.reload();
        button(page, verb).click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        assertThat(form).containsText("freeze");
        if (!reason.isEmpty()) {
            form.locator("#four-eyes-reason").fill(reason);
        }
        confirm(page, verb);
    }

    private static Locator rule(Page page) {
        return page.locator("#four-eyes-freezeOverrides");
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
