package dev.muster.benchmarks.agent;

import java.io.IOException;

/** A program that is measured: started as on a device, waited for until it does its work, stopped in order. */
interface Subject {
    /** What the rows of the table call it. */
    String name();

    /** Starts it and returns as soon as it does its work; {@link Footprint} then tells what that took. */
    Process start() throws IOException, InterruptedException;
}
