package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Login through the real Keycloak, the fleet, one device, and changes that appear by themselves. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class ConsoleST {
    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    ConsoleST(SharedProduct.Running running) {
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
    void asksForTheLoginAndShowsTheFleet() {
        Page page = browser.tab("/devices");
        assertThat(page.locator("#kc-login")).isVisible();
        assertThat(page.url()).contains("/realms/muster/");

        browser.login(page);

        FleetPage fleet = new FleetPage(page);
        assertThat(fleet.rows()).hasCount(SharedProduct.DEVICES);
        assertThat(fleet.row("sim-01")).containsText("Online");
        assertThat(fleet.row("sim-01")).containsText("2.0.0");
        fleet.search("image==1.0.0");
        assertThat(fleet.rows()).hasCount(1);
        assertThat(fleet.row("sim-04")).isVisible();
        fleet.search("no such field");
        assertThat(page.getByText("This query was not understood")).isVisible();
        fleet.search("");
        assertThat(fleet.rows()).hasCount(SharedProduct.DEVICES);
        browser.screenshot(page, "fleet");
        // The refused query is a 400, which Chromium logs.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    @Test
    void showsWhatADeviceMustBeAndWhatItHolds() {
        Page page = browser.tab("/devices");
        browser.login(page);
        FleetPage fleet = new FleetPage(page);

        DevicePage device = fleet.open("sim-01");

        assertThat(device.title()).hasText("sim-01");
        assertThat(device.target("image")).containsText("2.0.0");
        assertThat(device.target("app/com.example.pitcamera")).isVisible();
        assertThat(device.tile("CPU load")).isVisible();
        browser.screenshot(page, "device");

        page.navigate(browser.address("/devices/sim-04"));

        assertThat(device.target("image")).containsText("1.0.0");
        browser.screenshot(page, "device-rolled-back");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void eachCountOfTheFirstPageLeadsToThoseDevices() {
        Page page = browser.tab("/");
        browser.login(page);
        Locator legend = page.locator(".muster-legend > div");
        Locator differs = legend.filter(new Locator.FilterOptions().setHasText("Differs"));
        // The device whose new image failed its health check.
        assertThat(differs.locator("dd")).hasText("1");

        differs.getByRole(AriaRole.LINK).click();

        FleetPage fleet = new FleetPage(page);
        assertThat(fleet.row("sim-04")).isVisible();
        assertThat(fleet.rows()).hasCount(1);
        assertThat(page).hasURL(Pattern.compile("q=document.*differs$"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatTheServerRefusesIsExplainedInTheReadersLanguageAboveItsOwnSentence() {
        Page page = browser.tab("/devices/nobody-there");
        browser.login(page);
        page.navigate(browser.address("/devices/nobody-there"));
        assertThat(page.locator("main")).containsText("nobody-there");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Language: English"))
                .click();
        page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("中文"))
                .click();

        Locator problem = page.locator("main .pf-v6-c-empty-state__body").first();
        assertThat(problem).containsText("没有此设备。");
        assertThat(problem.locator("[lang=en]")).containsText("nobody-there");
        browser.screenshot(page, "problem-zh");
    }

    @Test
    void changesAppearByThemselvesInTheListAndOnTheDevicesPage() {
        Page page = browser.tab("/devices");
        browser.login(page);
        FleetPage fleet = new FleetPage(page);
        assertThat(fleet.row("sim-02")).containsText("Active");
        DevicePage device = new DevicePage(browser.tab("/devices/sim-02"));
        assertThat(device.title()).hasText("sim-02");

        running.product().muster("devices", "suspend", "sim-02").mustSucceed();
        try {
            assertThat(fleet.row("sim-02")).containsText("Suspended");
            assertThat(fleet.row("sim-02")).containsText("Offline");
            assertThat(device.marks()).containsText("Suspended");
        } finally {
            running.product().muster("devices", "resume", "sim-02").mustSucceed();
        }

        assertThat(fleet.row("sim-02")).containsText("Active");
        assertThat(fleet.row("sim-02")).containsText("Online");
        assertThat(browser.complaints()).isEmpty();
    }
}
