/** Policies as people write them: YAML documents to the engine's model, every mistake reported with its place. */
@NullMarked
package dev.muster.policy.language;

import org.jspecify.annotations.NullMarked;
