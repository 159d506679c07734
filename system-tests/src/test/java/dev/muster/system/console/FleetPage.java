package dev.muster.system.console;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** The console's list of devices. */
final class FleetPage {
    private final Page page;

    FleetPage(Page page) {
        this.page = page;
    }

    Page page() {
        return page;
    }

    /** The row of each device that came with the product; a test may have brought others. */
    Locator rows() {
        return row("sim-");
    }

    Locator row(String device) {
        return page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Devices"))
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(device));
    }

    void search(String query) {
        Locator box = page.getByPlaceholder("site==north;tag=in=(camera,crusher)");
        box.fill(query);
        box.press("Enter");
    }

    /** Follows the link in the device's row. */
    DevicePage open(String device) {
        row(device).getByRole(AriaRole.LINK).click();
        return new DevicePage(page);
    }
}
