package dev.muster.system.console;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;

/** The console's page about permissions of the whole fleet, with its tabs. */
final class PermissionsPage {
    private final Page page;

    PermissionsPage(Page page) {
        this.page = page;
    }

    void open(String tab) {
        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName(tab).setExact(true))
                .click();
    }

    /** The row that names {@code text} in the table of the open tab. */
    Locator row(String text) {
        return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }

    /** Unfolds what version {@code number} changed. */
    void unfold(String comment) {
        row(comment).getByRole(AriaRole.BUTTON).first().click();
    }

    /** Says yes in the dialog that an action of {@code row} opens. */
    void actAndConfirm(Locator row, String action) {
        row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(action))
                .click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(action))
                .click();
        PlaywrightAssertions.assertThat(dialog).hasCount(0);
    }
}
