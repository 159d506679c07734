/** {@code muster tenants}: the life of tenants, for those who own the installation. */
@NullMarked
package dev.muster.cli.tenants;

import org.jspecify.annotations.NullMarked;
