package dev.muster.system.console;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** The console's page about one device. */
final class DevicePage {
    private final Page page;

    DevicePage(Page page) {
        this.page = page;
    }

    Page page() {
        return page;
    }

    Locator title() {
        return ConsoleBrowser.title(page);
    }

    /** The row of {@code target}, such as {@code image}, under what is desired and reported. */
    Locator target(String target) {
        return page.getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText(target))
                .first();
    }

    /** Status and connection, beside the title. */
    Locator marks() {
        return ConsoleBrowser.head(page);
    }

    /** The newest value of one metric. */
    Locator tile(String metric) {
        return page.getByRole(AriaRole.BUTTON).filter(new Locator.FilterOptions().setHasText(metric));
    }

    /** The newest row of this command in the device's history. */
    Locator command(String kind) {
        return page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Commands"))
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(kind))
                .first();
    }

    /** Asks the device for one of its diagnostics. */
    void runDiagnostic(String name) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Run a command"))
                .click();
        page.locator("#kind").selectOption("diagnostic");
        page.locator("#diagnostic").selectOption(name);
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Run").setExact(true))
                .click();
    }

    /** Follows the link in the command's row. */
    void openCommand(String kind) {
        command(kind).getByRole(AriaRole.LINK).first().click();
    }
}
