package dev.muster.cli.rollouts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a rollout proceeds: {@code --wave canary=1 --wave 25% --wave 100% --success 95}. */
public final class WaveOptions {
    private static final Pattern WAVE = Pattern.compile("(?:(?<name>[^=]{1,64})=)?(?<amount>\\d{1,9})(?<percent>%)?");

    @Option(
            names = "--wave",
            paramLabel = "[NAME=]N|N%",
            description =
                    "So many devices, or percent of all, in this order; repeatable. The last takes all that are left.")
    private List<String> waves = List.of();

    @Option(
            names = "--success",
            paramLabel = "PERCENT",
            defaultValue = "100",
            description = "How much of a wave must succeed before the next opens (default: 100).")
    private int success = 100;

    @Option(
            names = "--soak",
            paramLabel = "DURATION",
            description = "How long that has to hold before the next wave opens, ISO-8601 such as PT1H.")
    private @Nullable Duration soak;

    @Option(
            names = "--metric",
            paramLabel = "GATE",
            description = {
                "What the devices that succeeded have to tell before the next wave opens,",
                "such as 'max(disk.used) < 0.9'; mean, min or max."
            })
    private @Nullable String metric;

    @Option(
            names = "--approval",
            paramLabel = "NAME",
            description = "This wave opens only after a second person approved it; repeatable.")
    private List<String> approval = List.of();

    /** The waves as the API takes them; none if none was asked for. */
    public List<Map<String, Object>> plan() {
        List<Map<String, Object>> plan = new ArrayList<>();
        for (String wave : waves) {
            Matcher matcher = WAVE.matcher(wave);
            if (!matcher.matches()) {
                throw new CliException(
                        ExitCode.USAGE, "expected a wave like `1`, `25%` or `canary=1`, found `" + wave + "`");
            }
            Map<String, Object> entry = new LinkedHashMap<>();
            if (matcher.group("name") != null) {
                entry.put("name", matcher.group("name"));
            }
            entry.put(
                    matcher.group("percent") != null ? "percent" : "count", Integer.parseInt(matcher.group("amount")));
            entry.put("successPercent", success);
            if (soak != null) {
                entry.put("soak", soak.toString());
            }
            if (metric != null) {
                entry.put("metric", metric);
            }
            if (matcher.group("name") != null && approval.contains(matcher.group("name"))) {
                entry.put("approval", true);
            }
            plan.add(entry);
        }
        for (String name : approval) {
            if (plan.stream().noneMatch(entry -> name.equals(entry.get("name")))) {
                throw new CliException(
                        ExitCode.USAGE, "expected --approval to name a wave of --wave NAME=N, found `" + name + "`");
            }
        }
        return List.copyOf(plan);
    }
}
