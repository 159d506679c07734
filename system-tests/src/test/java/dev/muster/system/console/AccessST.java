package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.system.console.Controls.button;
import static dev.muster.system.console.Controls.confirm;
import static dev.muster.system.console.Controls.row;
import static dev.muster.system.console.Controls.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import dev.muster.system.login.KeycloakRealm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who may do what, given and taken away in the console, and what people and programs then really can do. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class AccessST {
    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    AccessST(SharedProduct.Running running) {
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
    void aPersonOfAGroupSeesTheDevicesOfItsBindingsLessThoseThatAreDenied() {
        Page page = browser.tab("/access");
        browser.login(page);
        try (KeycloakRealm keycloak = KeycloakRealm.of(running)) {
            keycloak.group("/night-watch");
            KeycloakRealm.Person person = keycloak.person("wanda", "/night-watch");
            try {
                button(page, "Bind a role").click();
                Locator form = page.getByRole(AriaRole.DIALOG);
                form.locator("#bind-subject").fill("/night-watch");
                Locator devices = form.locator("#bind-selector");
                devices.pressSequentially("nam");
                assertThat(form.getByRole(AriaRole.LISTBOX)
                                .filter(new Locator.FilterOptions().setHasText("name"))
                                .getByRole(AriaRole.OPTION))
                        .hasCount(1);
                devices.press("ArrowDown");
                devices.press("Enter");
                assertThat(devices).hasValue("name");
                devices.pressSequentially("=in=(sim-02,sim-03");
                assertThat(form.getByText(Pattern.compile("^expected .*found"))).isVisible();
                devices.pressSequentially(")");
                assertThat(form).containsText("At this moment: sim-02, sim-03");
                browser.screenshot(page, "access-bind");
                within(form, "Bind").click();
                assertThat(row(page, "night-watch")).containsText("name=in=(sim-02,sim-03)");
                assertThat(row(page, "night-watch")).containsText("Allowed");

                button(page, "Bind a role").click();
                form.locator("#bind-subject").fill("/night-watch");
                form.locator("#bind-selector").fill("name==sim-03");
                form.getByLabel("Deny").check();
                assertThat(form).containsText("They will do and see nothing on these devices");
                browser.screenshot(page, "access-deny");
                within(form, "Deny").click();
                assertThat(row(page, "night-watch")).hasCount(2);
                assertThat(row(page, "night-watch").last()).containsText("Denied");
                fitsOnATablet(page);
                browser.screenshot(page, "access-roles");

                whatThePersonSees(person);

                page.getByLabel("Find bindings").fill("night-watch");
                assertThat(page).hasURL(Pattern.compile("find=night-watch"));
                for (int left = 1; left >= 0; left--) {
                    button(page, "Remove viewer of /night-watch").first().click();
                    confirm(page, "Remove");
                    assertThat(row(page, "night-watch")).hasCount(left);
                }
                seesNothing(person);
            } finally {
                keycloak.remove(person, "/night-watch");
                unbind("/night-watch");
            }
        }
        // A query that was only half typed is a 400, which Chromium logs.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    private void whatThePersonSees(KeycloakRealm.Person person) {
        try (ConsoleBrowser theirs = ConsoleBrowser.open(running)) {
            Page page = theirs.tab("/devices");
            theirs.login(page, person.name(), person.password());
            FleetPage fleet = new FleetPage(page);
            assertThat(fleet.row("sim-02")).isVisible();
            assertThat(fleet.rows()).hasCount(1);

            page.navigate(theirs.address("/access"));
            assertThat(page.getByRole(AriaRole.TAB)).hasText(new String[] {"What may I do"});
            Locator rights = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("What you may do"));
            assertThat(rights.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("viewer")))
                    .containsText("On some devices");
            assertThat(rights).containsText("except name==sim-03");
            assertThat(rights.getByRole(AriaRole.ROW)
                            .filter(new Locator.FilterOptions().setHasText("security-officer")))
                    .containsText("No");
            assertThat(page.getByText(person.id())).isVisible();
            Locator pages = page.getByRole(AriaRole.NAVIGATION).getByRole(AriaRole.LINK);
            assertThat(pages.filter(new Locator.FilterOptions().setHasText("Access")))
                    .hasCount(1);
            assertThat(pages.filter(new Locator.FilterOptions().setHasText(Pattern.compile("Enrolment|Audit"))))
                    .hasCount(0);
            fitsOnATablet(page);
            theirs.screenshot(page, "access-mine");
            // Until here nothing was refused, since nothing was offered that would be.
            assertThat(theirs.complaints()).isEmpty();

            page.navigate(theirs.address("/access?tab=roles"));
            assertThat(page.getByText("You are not allowed to see this")).isVisible();
            assertThat(button(page, "Bind a role")).hasCount(0);
            theirs.screenshot(page, "access-not-allowed");
            page.navigate(theirs.address("/enrolment"));
            assertThat(page.getByText("You are not allowed to see this")).isVisible();
            assertThat(button(page, "Create a token")).hasCount(0);
        }
    }

    private void seesNothing(KeycloakRealm.Person person) {
        try (ConsoleBrowser theirs = ConsoleBrowser.open(running)) {
            Page page = theirs.tab("/access");
            theirs.login(page, person.name(), person.password());
            assertThat(page.getByText("You have no role yet")).isVisible();
            theirs.screenshot(page, "access-no-role");
        }
    }

    @Test
    void aTokenOfAServiceAccountWorksWithinItsLimitsUntilItIsRevoked() throws Exception {
        Page page = browser.tab("/access?tab=accounts");
        browser.login(page);
        button(page, "Create an account").click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.locator("#account-name").fill("Not So");
        within(form, "Create").click();
        assertThat(form).containsText("found Not So");
        form.locator("#account-name").fill("night-reader");
        form.locator("#account-description").fill("reads at night");
        within(form, "Create").click();
        try {
            assertThat(page).hasURL(Pattern.compile("account=night-reader"));
            assertThat(page.locator("main")).containsText("It may do nothing before a role is bound to it");
            browser.screenshot(page, "access-account-new");

            button(page, "Bind a role").click();
            form.locator("#bind-role").selectOption("operator");
            within(form, "Bind").click();
            assertThat(row(page, "night-reader")).containsText("Service account");
            assertThat(row(page, "night-reader")).containsText("operator");

            page.navigate(browser.address("/access?tab=accounts&account=night-reader"));
            button(page, "Make a token").click();
            form.locator("#token-name").fill("ci");
            form.locator("#token-expires").selectOption("P7D");
            form.locator("#token-role").selectOption("viewer");
            form.locator("#token-selector").fill("name==sim-01");
            assertThat(form).containsText("At this moment: sim-01");
            browser.screenshot(page, "access-token");
            within(form, "Make the token").click();
            Locator made = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Token"));
            assertThat(page.getByText("It is shown only now")).isVisible();
            String token = made.innerText().strip();
            button(page, "I have copied it").click();
            assertThat(page.getByText(token)).hasCount(0);
            Locator tokens =
                    page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Tokens of night-reader"));
            assertThat(tokens).containsText("name==sim-01");
            assertThat(tokens).containsText("in 7 days");
            fitsOnATablet(page);
            browser.screenshot(page, "access-tokens");

            assertThat(token).startsWith("mst.default.");
            HttpResponse<String> devices = ask(token, "GET", "/devices");
            assertThat(devices.statusCode()).isEqualTo(200);
            assertThat(devices.body()).contains("\"sim-01\"").doesNotContain("\"sim-02\"");
            assertThat(ask(token, "POST", "/devices/sim-01/suspend").statusCode())
                    .isEqualTo(403);
            assertThat(ask(token, "GET", "/devices/sim-02").statusCode()).isEqualTo(404);

            button(page, "Revoke ci").click();
            assertThat(form).containsText("refused from the next request on");
            confirm(page, "Revoke");
            assertThat(page.getByText("It has no token yet")).isVisible();
            assertThat(ask(token, "GET", "/devices").statusCode()).isEqualTo(401);

            button(page, "Delete night-reader").click();
            confirm(page, "Delete");
            assertThat(row(page, "night-reader")).hasCount(0);
            page.navigate(browser.address("/access?tab=roles&find=night-reader"));
            assertThat(page.getByText("No binding matches")).isVisible();
        } finally {
            running.product().muster("accounts", "delete", "night-reader");
        }
        // The name that was refused is a 400, which Chromium logs.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    @Test
    void anEnrolmentTokenIsOneLineAndThePictureBesideItSaysTheSame() {
        Page page = browser.tab("/enrolment");
        browser.login(page);
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        button(page, "Create a token").first().click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.locator("#token-name").fill("hall 7");
        form.locator("#token-uses").fill("3");
        within(form, "Create").click();

        String line = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("The line to paste"))
                .innerText()
                .strip();
        assertThat(line).startsWith("./muster-agent enrol --server ").contains(" --token default.");
        assertThat(QrPicture.read(page.getByRole(AriaRole.IMG, new Page.GetByRoleOptions().setName("The same line"))
                        .screenshot()))
                .isEqualTo(line);
        button(page, "Copy").click();
        assertThat(button(page, "Copied")).isVisible();
        assertThat(page.evaluate("() => navigator.clipboard.readText()")).isEqualTo(line);
        browser.screenshot(page, "enrolment-token");

        button(page, "I have copied it").click();
        assertThat(row(page, "hall 7")).containsText("0 of 3");
        assertThat(row(page, "hall 7")).containsText("Open");
        fitsOnATablet(page);
        browser.screenshot(page, "enrolment");
        button(page, "Revoke hall 7").click();
        confirm(page, "Revoke");
        assertThat(row(page, "hall 7")).hasCount(0);
        assertThat(browser.complaints()).isEmpty();
    }

    private HttpResponse<String> ask(String token, String method, String path)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://localhost:" + running.product().port(0) + "/api/v1" + path))
                            .header("Authorization", "Bearer " + token)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** What a test that failed half-way leaves would give rights to those of the next. */
    private void unbind(String subject) {
        for (Map<String, Object> binding : running.product().items("roles", "list")) {
            if (subject.equals(binding.get("subject"))) {
                running.product().muster("roles", "unbind", String.valueOf(binding.get("id")));
            }
        }
    }

    /** Nothing needs scrolling sideways where there is room for 1024 pixels only. */
    private static void fitsOnATablet(Page page) {
        page.setViewportSize(1024, 768);
        assertThat(page.evaluate("""
                () => [...document.querySelectorAll('body, main, main section')]
                    .filter((part) => part.scrollWidth > part.clientWidth + 1)
                    .map((part) => part.tagName + ' ' + part.className)
                """))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .isEmpty();
        page.setViewportSize(1440, 900);
    }
}
