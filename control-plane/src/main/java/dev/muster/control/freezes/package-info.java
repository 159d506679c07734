/**
 * The freeze calendar: times in which no rollout starts a device, for all devices or for those a query selects. What is under
 * way goes on. A rollout passes a freeze only after one person asked and another one agreed; where
 * the tenant asks for four eyes, the same holds for lifting a freeze or making it weaker.
 */
@NullMarked
package dev.muster.control.freezes;

import org.jspecify.annotations.NullMarked;
