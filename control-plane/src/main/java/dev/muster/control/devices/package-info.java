/**
 * The devices of a tenant: what people may change about them, their life from pending to retired, and the news of it to every gateway.
 *
 * <table>
 * <caption>States of a device; what the table does not name is refused and changes nothing</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>(none)</td><td>an inventory row is imported, or a replacement awaited</td><td>pending</td></tr>
 * <tr><td>(none)</td><td>it enrols</td><td>active</td></tr>
 * <tr><td>pending</td><td>hardware with its serial number or UDID enrols</td><td>active</td></tr>
 * <tr><td>pending</td><td>its row is imported again</td><td>pending</td></tr>
 * <tr><td>active</td><td>suspend</td><td>suspended</td></tr>
 * <tr><td>suspended</td><td>resume</td><td>active</td></tr>
 * <tr><td>pending, active, suspended</td><td>retire; it is replaced</td><td>retired</td></tr>
 * </table>
 */
@NullMarked
package dev.muster.control.devices;

import org.jspecify.annotations.NullMarked;
