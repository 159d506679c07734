package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Groups, sites, and what the console knows of one device beyond its state. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
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
            assertThat(ConsoleBrowser.title(page)).hasText("noted");
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
    void sitesAreMadeInTheConsoleAndInherit() {
        Page page = browser.tab("/sites");
        browser.login(page);
        button(page, "New site").click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.locator("#site-name").fill("works");
        form.getByLabel("Time zone").fill("Asia/Shanghai");
        form.getByLabel("Uplink").fill("20000");
        button(page, "Save").click();
        try {
            assertThat(row(page, "works")).containsText("20,000 kbit/s");
            button(page, "New site").click();
            form.locator("#site-name").fill("works-pit");
            form.getByLabel("Lies in").selectOption("works");
            form.getByLabel("Mon").check();
            form.getByLabel("Tue").check();
            button(page, "Save").click();

            Locator pit = row(page, "works-pit");
            assertThat(pit).containsText("Asia/Shanghai");
            assertThat(pit).containsText("20,000 kbit/s");
            assertThat(pit).containsText("from above");
            assertThat(pit).containsText("Mon, Tue 22:00");
            browser.screenshot(page, "sites");

            button(page, "Edit works-pit").click();
            form.getByLabel("Time zone").fill("Mars/Base");
            browser.screenshot(page, "site-form");
            button(page, "Save").click();
            assertThat(form).containsText("Mars/Base");
            form.getByLabel("Time zone").fill("Europe/Berlin");
            button(page, "Save").click();
            assertThat(pit).containsText("Europe/Berlin");

            button(page, "Delete the site works?").click();
            button(page, "Delete").click();
            assertThat(form).containsText("named by site works-pit");
            button(page, "Cancel").click();
            button(page, "Delete the site works-pit?").click();
            button(page, "Delete").click();
            assertThat(pit).hasCount(0);
            // What the server refused is a 400 and a 409, which Chromium logs.
            assertThat(browser.complaints())
                    .allMatch(complaint -> complaint.contains("400") || complaint.contains("409"));
        } finally {
            running.product().muster("sites", "delete", "works-pit");
            running.product().muster("sites", "delete", "works").mustSucceed();
        }
    }

    @Test
    void aWrongInventoryIsRefusedWithItsPlacesARightOneTakenAndTheFleetIsSavedAsAFile() throws IOException {
        Page page = browser.tab("/devices");
        browser.login(page);
        FleetPage fleet = new FleetPage(page);
        assertThat(fleet.rows()).hasCount(SharedProduct.DEVICES);
        button(page, "Import").click();
        Locator form = page.getByRole(AriaRole.DIALOG);

        form.getByRole(AriaRole.TEXTBOX).last().fill("""
                id,serial,site
                press-07,SN-4711,nowhere
                press 08,SN-4712,
                """);
        form.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Import"))
                .click();

        assertThat(form).containsText("Nothing is imported: 2 rows are wrong");
        assertThat(form).containsText("Line 2, site");
        assertThat(form).containsText("Line 3, id");
        browser.screenshot(page, "inventory-import");

        form.getByRole(AriaRole.TEXTBOX).last().fill("id,serial,meta.owner\npress-07,SN-4711,Jane\n");
        form.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Import"))
                .click();
        try {
            assertThat(form).hasCount(0);
            assertThat(fleet.row("press-07")).containsText("Pending");
            browser.screenshot(page, "inventory-imported");
        } finally {
            running.product().muster("devices", "retire", "press-07", "--yes").mustSucceed();
        }

        Path saved = page.waitForDownload(() -> button(page, "Export").click()).path();
        assertThat(Files.readAllLines(saved))
                .anyMatch(line -> line.startsWith("sim-04,"))
                .anyMatch(line -> line.startsWith("press-07,") && line.contains("SN-4711"));
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    @Test
    void otherHardwareTakesThePlaceOfADevice() {
        running.enrolAnother("mill-1");
        try {
            running.product()
                    .muster("devices", "metadata", "mill-1", "--set", "owner=Joan")
                    .mustSucceed();
            Page page = browser.tab("/devices/mill-1");
            browser.login(page);
            button(page, "Replace").click();
            Locator form = page.getByRole(AriaRole.DIALOG);
            form.getByLabel("Serial number").fill("SN-4799");
            form.getByLabel("Type mill-1 to go on").fill("mill-1");
            form.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Replace"))
                    .click();

            // The page of the one that came, with what people had noted of the one that went.
            assertThat(form).hasCount(0);
            assertThat(page).hasURL(browser.address("/devices/mill-1-r2"));
            assertThat(page.getByText("Joan", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();
            assertThat(ConsoleBrowser.head(page)).containsText("Pending");
            browser.screenshot(page, "device-replaced");
            page.navigate(browser.address("/devices/mill-1"));
            assertThat(ConsoleBrowser.head(page)).containsText("Retired");
            // What a device never told is a 404, which Chromium logs.
            assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("404"));
        } finally {
            running.product().muster("devices", "retire", "mill-1", "--yes");
            running.product().muster("devices", "retire", "mill-1-r2", "--yes");
        }
    }

    @Test
    void theSearchBoxOffersWhatCanComeNext() {
        Page page = browser.tab("/devices");
        browser.login(page);
        Locator box = page.getByPlaceholder("site==north;tag=in=(camera,crusher)");
        Locator offered = page.getByRole(AriaRole.LISTBOX).getByRole(AriaRole.OPTION);

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
        Page page = browser.tab("/devices/sim-04");
        browser.login(page);
        Locator form = page.getByRole(AriaRole.DIALOG);
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Edit").setExact(true))
                .click();
        button(page, "Add a note").click();
        form.getByLabel("Key").fill("owner");
        form.getByLabel("Text of owner").fill("Jane");
        form.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Save"))
                .click();
        try {
            assertThat(form).hasCount(0);
            assertThat(page.getByText("Jane")).isVisible();
            // It rolled the image back.
            assertThat(page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Difference")))
                    .containsText("tried, and rolled back");
            Locator timeline = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Timeline"));
            assertThat(timeline).containsText("device.edit");
            // How much happened to it depends on the tests before.
            while (button(page, "Older").isVisible()) {
                String newer = timeline.innerText();
                button(page, "Older").click();
                assertThat(timeline).not().hasText(newer);
            }
            assertThat(timeline).containsText("device.enrol");
            browser.screenshot(page, "device-registry");
            button(page, "Replace").click();
            form.getByLabel("Serial number").fill("SN-1");
            Locator replace = form.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Replace"));
            assertThat(replace).isDisabled();
            form.getByLabel("Type sim-04 to go on").fill("sim-04");
            assertThat(replace).isEnabled();
            browser.screenshot(page, "device-replace");
            button(page, "Cancel").click();
            assertThat(browser.complaints()).isEmpty();
        } finally {
            running.product()
                    .muster("devices", "metadata", "sim-04", "--unset", "owner")
                    .mustSucceed();
        }
    }

    private static Locator row(Page page, String text) {
        return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
