package dev.muster.control.notices;

import dev.muster.control.alerts.Alert;
import dev.muster.control.alerts.AlertBook;
import dev.muster.control.outbound.CloudEvent;
import dev.muster.protocol.identity.TenantId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is told: subject and data. The same for every channel; a webhook wraps it as a CloudEvent 1.0, a mail writes it out. Pure.
 *
 * @param what firing, resolved or test
 */
record Notice(String what, String subject, Map<String, Object> data) {
    private static final int LISTED = 20;

    /** Of alerts of one rule at one site. */
    static Notice of(AlertBook.Due due) {
        Alert first = due.alerts().getFirst();
        int count = due.alerts().size();
        String what = due.over() ? "resolved" : "firing";
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("rule", due.rule());
        data.put("site", due.site());
        data.put("severity", first.severity());
        data.put("labels", first.labels());
        data.put("count", count);
        data.put(
                "alerts",
                due.alerts().stream().limit(LISTED).map(Notice::listed).toList());
        String many = count == 1 ? first.summary() : count + " devices" + at(due.site()) + ", first " + first.summary();
        return new Notice(
                what,
                "[" + (due.over() ? "resolved" : first.severity().toUpperCase(Locale.ROOT)) + "] " + due.rule() + ": "
                        + many,
                data);
    }

    /** To see whether a channel works. */
    static Notice test(String channel) {
        return new Notice("test", "[test] channel " + channel, Map.of("channel", channel));
    }

    private static String at(String site) {
        return site.isEmpty() ? "" : " at " + site;
    }

    private static Map<String, Object> listed(Alert alert) {
        Map<String, Object> listed = new LinkedHashMap<>();
        listed.put("id", alert.id());
        listed.put("device", alert.device());
        listed.put("summary", alert.summary());
        listed.put("since", alert.since().toString());
        listed.put("state", alert.state());
        return listed;
    }

    /** As a CloudEvent; the id is the same however often it is sent. */
    static CloudEvent cloudEvent(TenantId tenant, Sender.Parcel parcel) {
        return new CloudEvent(
                parcel.id().toString(),
                "/muster/tenants/" + tenant + "/alerts",
                "dev.muster.alert." + parcel.what(),
                parcel.subject(),
                parcel.at(),
                Optional.empty(),
                parcel.data());
    }

    /** As lines for people. */
    static String lines(Map<String, ?> data) {
        StringBuilder text = new StringBuilder();
        data.forEach((name, value) -> {
            if (value instanceof List<?> list) {
                text.append('\n');
                list.forEach(item -> text.append("- ").append(line(item)).append('\n'));
            } else if (!String.valueOf(value).isEmpty()) {
                text.append(name).append(": ").append(value).append('\n');
            }
        });
        return text.toString();
    }

    private static String line(Object item) {
        return item instanceof Map<?, ?> map
                ? map.get("summary") + " (since " + map.get("since") + ", " + map.get("id") + ")"
                : String.valueOf(item);
    }
}
