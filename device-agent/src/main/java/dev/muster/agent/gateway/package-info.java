/**
 * What an agent does for others at its site: a cache of content that several devices load. Off until the signed settings ask for it; nothing of it is
 * loaded before.
 */
@NullMarked
package dev.muster.agent.gateway;

import org.jspecify.annotations.NullMarked;
