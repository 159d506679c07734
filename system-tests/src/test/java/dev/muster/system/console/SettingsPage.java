package dev.muster.system.console;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** The console's page about settings. */
final class SettingsPage {
    private final Page page;

    SettingsPage(Page page) {
        this.page = page;
    }

    /** The row of one level's document. */
    Locator document(String name) {
        return page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Documents"))
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(name));
    }

    /** What a rollout would change at {@code path}. */
    Locator change(String path) {
        return page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("What a rollout would change"))
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(path))
                .first();
    }

    void edit(String name) {
        document(name).getByRole(AriaRole.BUTTON).click();
    }

    /** Replaces the text in the open editor and saves it. */
    void save(String text) {
        page.getByLabel("JSON document").fill(text);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save"))
                .click();
    }
}
