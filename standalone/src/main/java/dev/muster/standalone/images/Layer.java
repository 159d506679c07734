package dev.muster.standalone.images;

/**
 * A layer that lies in a layout.
 *
 * @param blob its compressed bytes
 * @param diffId digest of the tar in it
 * @param what it holds, for the history that people see
 */
record Layer(Descriptor blob, String diffId, String what) {}
