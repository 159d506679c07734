/**
 * Impact: what a draft would change on the fleet, before anybody publishes it. Exact: every app of every device that
 * the caller may see is asked, but devices that no policy tells apart are asked once. What is known of apps is kept once
 * per distinct set ({@code policy_profile}), and devices are counted by the database.
 */
@NullMarked
package dev.muster.control.impact;

import org.jspecify.annotations.NullMarked;
