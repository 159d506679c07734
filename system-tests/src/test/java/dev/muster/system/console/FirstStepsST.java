package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.AgentProcess;
import dev.muster.system.Product;
import dev.muster.system.SharedProduct;
import dev.muster.system.login.KeycloakRealm;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A new tenant with nothing in it: its administrator is led through the first steps, by the keyboard alone. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class FirstStepsST {
    private static final String TENANT = "first-steps";
    private static final String GROUP = "/first-steps-admins";

    @TempDir
    Path folder;

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    FirstStepsST(SharedProduct.Running running) {
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
        running.product().muster("tenants", "suspend", TENANT, "--reason", "its test is over");
        running.product().muster("tenants", "delete", TENANT, "--confirm", TENANT);
    }

    @Test
    void anEmptyTenantLeadsThroughItsFirstStepsUntilTheyAreClosedAndCalledAgain() {
        try (KeycloakRealm keycloak = KeycloakRealm.of(running)) {
            keycloak.group(GROUP);
            KeycloakRealm.Person person = keycloak.person("nia", GROUP);
            try {
                running.product()
                        .muster("tenants", "create", TENANT, "--name", "First steps", "--admin-group", GROUP)
                        .mustSucceed();
                Page page = browser.tab("/?tenant=" + TENANT);
                browser.login(page, person.name(), person.password());
                walk(page);
            } finally {
                keycloak.remove(person, GROUP);
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }

    private void walk(Page page) {
        Locator tour = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("First steps"));
        Locator next = tour.locator("[aria-current=step]");
        Locator progress = tour.getByRole(AriaRole.STATUS);
        assertThat(progress).hasText("0 of 4 done");
        assertThat(page.getByRole(AriaRole.BANNER)).containsText("nia · " + TENANT);
        assertThat(next).containsText("Let a device in");
        browser.screenshot(page, "first-steps");

        press(page, link(tour, "Create a token"));
        assertThat(page).hasURL(Pattern.compile("/enrolment$"));
        enrol(page);
        page.navigate(browser.address("/"));
        assertThat(progress).hasText("1 of 4 done");
        assertThat(next).containsText("Make a group");

        press(page, link(tour, "Make a group"));
        press(page, page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("New group")));
        page.locator("#group-name").fill("all-of-it");
        page.keyboard().press("Enter");
        page.waitForURL("**/groups/all-of-it");
        page.navigate(browser.address("/"));
        assertThat(progress).hasText("2 of 4 done");
        assertThat(next).containsText("Roll something out");
        browser.screenshot(page, "first-steps-half");

        press(page, tour.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Not now")));
        assertThat(tour).hasCount(0);
        assertThat(page.locator("#content")).isFocused();
        page.reload();
        assertThat(page.getByText("What each device must be, and whether it is"))
                .isVisible();
        assertThat(tour).hasCount(0);

        press(page, page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Your account: nia")));
        press(page, page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("First steps")));
        assertThat(page).hasURL(Pattern.compile("\\?tour=open$"));
        assertThat(tour.getByRole(AriaRole.HEADING, new Locator.GetByRoleOptions().setName("First steps")))
                .isFocused();
        assertThat(progress).hasText("2 of 4 done");
    }

    /** A device of this tenant, with the line that the page shows. */
    private void enrol(Page page) {
        press(
                page,
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Create a token"))
                        .first());
        assertThat(page.locator("#token-name")).isFocused();
        page.keyboard().press("Enter");
        String line = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("The line to paste"))
                .innerText()
                .strip();
        try (AgentProcess agent = new AgentProcess(folder, "first-pump")) {
            agent.enrol(Product.flagsOf(line));
        }
        press(page, page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("I have copied it")));
    }

    private static void press(Page page, Locator control) {
        control.focus();
        page.keyboard().press("Enter");
    }

    private static Locator link(Locator part, String name) {
        return part.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
    }
}
