package dev.muster.control.doctor;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * One look at something; may take time and may fail.
 *
 * @param id of the finding where it fails or takes too long
 * @param what it looks at, for people
 * @param advice what to do where it fails
 */
record Probe(String id, String what, String advice, Callable<List<Finding>> look) {}
