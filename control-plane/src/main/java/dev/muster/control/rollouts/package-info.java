/**
 * Rollouts: a plan that moves devices to new targets in waves, with gates.
 *
 * <p>A rollout changes nothing on a device. It changes <em>desired states</em>, wave by wave, and reads reports. All of
 * it lives in the database: a worker that dies anywhere is replaced by any other, which goes on from the rows.
 *
 * <p>Transitions of a rollout ({@link dev.muster.control.rollouts.Rollout}):
 *
 * <pre>
 * state      | start    | pause   | resume          | abort    | supersede  | counters or clock moved
 * ready      | running  | -       | -               | aborted  | superseded | ready
 * running    | -        | paused  | -               | aborted  | superseded | running, paused (a gate) or completed
 * paused     | -        | -       | running, paused | aborted  | superseded | paused
 * completed  | -        | -       | -               | -        | completed  | completed
 * aborted    | -        | -       | -               | -        | aborted    | aborted
 * superseded | -        | -       | -               | -        | superseded | superseded
 * </pre>
 *
 * <p>Transitions of a device ({@link dev.muster.control.rollouts.DeviceStep}); reports below the generation at which
 * it was started mean nothing:
 *
 * <pre>
 * state      | start   | report: pending, done, broken        | time is up | superseded | cancelled
 * waiting    | started | -                                    | -          | superseded | cancelled
 * started    | -       | accepted, succeeded, failed          | unreached  | superseded | -
 * unreached  | -       | accepted, succeeded, failed          | -          | superseded | -
 * accepted   | -       | accepted, succeeded, failed          | failed     | superseded | -
 * . held     | -       | accepted, held, succeeded, failed    | -          | superseded | -
 * failed     | -       | succeeded, only after DeadlineExceeded and done | -  | -         | -
 * blocked    | -       | -                                    | -          | superseded | cancelled
 * succeeded, superseded, cancelled: nothing moves them
 * </pre>
 *
 * <p>{@code join} lets a newcomer into the last wave of a rollout that asks for newcomers: a completed one runs again, a wave
 * that had passed opens again for it.
 *
 * <p>{@code approve} changes no state: it lets one waiting wave that asks for it open, while the rollout is ready, running or
 * paused.
 *
 * <p><em>held</em> is accepted with the deadline stopped: all is loaded, and the device waits for its maintenance window or for
 * somebody on it ({@link dev.muster.protocol.desired.InstallRule}).
 *
 * <p><em>blocked</em>: its turn came and it did not meet what the release requires ({@link
 * dev.muster.control.releases.Requirements}); its desired state is untouched. It holds no wave and is no failure. It waits again
 * as soon as a report or a manifest says that it does, in a rollout that was completed as well, which then runs again.
 *
 * <p>Gates, looked at whenever counters or the clock moved, error gate first:
 *
 * <ul>
 *   <li>error: failures not yet accepted by a person are more than {@code maxFailurePercent} of the wave: paused.
 *   <li>success: at least {@code minReached} devices were heard from, and {@code successPercent} of those that are
 *       neither unreached nor blocked nor accepted failures have succeeded.
 *   <li>metric: what at least {@code minReached} of the devices that succeeded told of a metric since then is good
 *       ({@link dev.muster.control.rollouts.MetricGate}); looked at every few seconds once the success gate holds.
 *   <li>soak: the gates of success and metric have held for so long without a break; one that shuts starts it anew.
 *   <li>approval: a wave that asks for it opens only after another person than the rollout's maker agreed.
 *   <li>a wave in which nothing moves any more and whose success gate is shut: paused, with the reason.
 * </ul>
 *
 * <p>A device whose wave runs still waits, and says for what, as long as
 *
 * <ul>
 *   <li>its random delay lasts ({@link dev.muster.control.rollouts.Pacing}),
 *   <li>a freeze selects it ({@link dev.muster.control.freezes}), unless two people overrode freezes for this rollout,
 *   <li>the uplink of its site is taken: each download gets a time of its own, one after the other,
 *   <li>the pace, so many devices a minute, has no room.
 * </ul>
 *
 * <p>Two rollouts conflict only on the same target name of the same device: the one started later wins, the other shows
 * {@code superseded}.
 */
@NullMarked
package dev.muster.control.rollouts;

import org.jspecify.annotations.NullMarked;
