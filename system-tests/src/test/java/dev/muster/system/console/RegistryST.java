package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Groups, sites, and what the console knows of one device beyond its state. */
@ExtendWith(SharedProduct.class)
class RegistryST {
    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    RegistryST(SharedProduct.Running running) {
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
    void aGroupIsMadeInTheConsoleAndFollowsItsDevices() {
        Page page = browser.tab("/groups");
        browser.login(page);
        button(page, "New group").click();
        page.getByLabel("Name").fill("noted");
        page.getByLabel("Query").fill("meta.room==noted");
        button(page, "Save").click();
        try {
            assertThat(heading(page)).hasText("noted");
            assertThat(page.getByText("No device is in this group")).isVisible();

            running.product()
                    .muster("devices", "metadata", "sim-03", "--set", "room=noted")
                    .mustSucceed();

            Locator rows = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Devices in this group"))
                    .locator("tbody tr");
            assertThat(rows).hasCount(1);
            assertThat(rows.first()).containsText("sim-03");
            browser.screenshot(page, "group");
            page.navigate(browser.address("/devices/sim-03"));
            assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("noted")))
                    .isVisible();
            page.navigate(browser.address("/groups"));
            assertThat(page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("meta.room==noted")))
                    .containsText("Dynamic");
            browser.screenshot(page, "groups");
        } finally {
            running.product().muster("groups", "delete", "noted").mustSucceed();
            running.product()
                    .muster("devices", "metadata", "sim-03", "--unset", "room")
                    .mustSucceed();
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void sitesAreATreeThatInherits() {
        running.product()
                .muster("sites", "create", "works", "--time-zone", "Asia/Shanghai", "--uplink", "20000")
                .mustSucceed();
        running.product()
                .muster("sites", "create", "works-pit", "--parent", "works", "--window", "mon,tue=22:00-04:00")
                .mustSucceed();
        try {
            Page page = browser.tab("/sites");
            browser.login(page);

            Locator pit = page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("works-pit"));

            assertThat(pit).containsText("Asia/Shanghai");
            assertThat(pit).containsText("20,000 kbit/s");
            assertThat(pit).containsText("from above");
            assertThat(pit).containsText("Mon, Tue 22:00");
            browser.screenshot(page, "sites");
            assertThat(browser.complaints()).isEmpty();
        } finally {
            running.product().muster("sites", "delete", "works-pit").mustSucceed();
            running.product().muster("sites", "delete", "works").mustSucceed();
        }
    }

    @Test
    void theSearchBoxOffersWhatCanComeNext() {
        Page page = browser.tab("/");
        browser.login(page);
        Locator box = page.getByPlaceholder("site==north;tag=in=(camera,crusher)");
        Locator offered = page.getByRole(AriaRole.OPTION);

        box.pressSequentially("stat");
        assertThat(offered).hasCount(1);
        box.press("ArrowDown");
        box.press("Enter");
        assertThat(box).hasValue("status");
        assertThat(offered.first()).containsText("==");
        box.pressSequentially("==ac");
        assertThat(offered).hasText(new String[] {"active"});
        browser.screenshot(page, "search-completion");
        offered.first().click();
        assertThat(box).hasValue("status==active");
        box.press("Enter");

        assertThat(new FleetPage(page).rows()).hasCount(SharedProduct.DEVICES);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aDevicesPageTellsItsNotesDifferenceAndTimeline() {
        running.product()
                .muster("devices", "metadata", "sim-04", "--set", "owner=Jane")
                .mustSucceed();
        try {
            Page page = browser.tab("/devices/sim-04");
            browser.login(page);

            assertThat(page.getByText("Jane")).isVisible();
            // It rolled the image back.
            assertThat(page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Difference")))
                    .containsText("tried, and rolled back");
            Locator timeline = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Timeline"));
            assertThat(timeline).containsText("device.edit");
            button(page, "Older").click();
            assertThat(timeline).containsText("device.enrol");
            browser.screenshot(page, "device-registry");
            assertThat(browser.complaints()).isEmpty();
        } finally {
            running.product()
                    .muster("devices", "metadata", "sim-04", "--unset", "owner")
                    .mustSucceed();
        }
    }

    private static Locator heading(Page page) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
