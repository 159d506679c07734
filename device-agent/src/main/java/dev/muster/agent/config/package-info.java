/**
 * What an agent is told at start, and where its files lie.
 */
@NullMarked
package dev.muster.agent.config;

import org.jspecify.annotations.NullMarked;
