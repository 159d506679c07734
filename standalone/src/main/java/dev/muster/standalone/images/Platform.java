package dev.muster.standalone.images;

import dev.muster.standalone.dist.Architecture;
import dev.muster.standalone.dist.JavaRuntime;
import java.nio.file.Path;

/**
 * What images for one processor rest on.
 *
 * @param java the runtime to link
 * @param root of the system whose libraries are taken
 */
record Platform(Architecture architecture, JavaRuntime java, Path root) {}
