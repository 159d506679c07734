/**
 * What every REST resource shares: RFC 9457 problems with stable codes, pages with cursors, request ids, JSON settings. Depends on no feature.
 */
@NullMarked
package dev.muster.control.http;

import org.jspecify.annotations.NullMarked;
