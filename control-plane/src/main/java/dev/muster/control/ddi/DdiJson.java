package dev.muster.control.ddi;

import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bodies that clients read. Pure. */
final class DdiJson {
    private final String root;

    /**
     * For one client.
     *
     * @param base scheme and authority by which it reaches us
     * @param tenant as the client writes it
     */
    DdiJson(String base, String tenant, String controller) {
        this.root = base + "/" + encoded(tenant) + "/controller/v1/" + encoded(controller);
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Map<String, Object> href(String url) {
        return Map.of("href", url);
    }

    /**
     * What a client asks for again and again.
     *
     * @param action what it is offered, if anything
     */
    Map<String, Object> base(Client client, Duration sleep, java.util.Optional<Offer> action) {
        Map<String, Object> links = new LinkedHashMap<>();
        action.ifPresent(offer -> {
            int id = offer.action().id();
            switch (offer.action().state()) {
                case WAITING ->
                    links.put("confirmationBase", href(root + "/confirmationBase/" + id + "?c=" + offer.c()));
                case RUNNING -> links.put("deploymentBase", href(root + "/deploymentBase/" + id + "?c=" + offer.c()));
                // Without a query: clients put `/feedback` behind it.
                case CANCELING -> links.put("cancelAction", href(root + "/cancelAction/" + id));
                case FINISHED, DOWNLOADED, FAILED, CANCELED -> {}
            }
        });
        client.installed().ifPresent(id -> links.put("installedBase", href(root + "/installedBase/" + id)));
        if (client.attributesWanted()) {
            links.put("configData", href(root + "/configData"));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("config", Map.of("polling", Map.of("sleep", Polling.format(sleep))));
        if (!links.isEmpty()) {
            body.put("_links", links);
        }
        return body;
    }

    /**
     * An action as it is offered now.
     *
     * @param windowOpen whether it may be installed now
     */
    record Offer(DdiAction action, boolean windowOpen) {
        int c() {
            return action.c(windowOpen);
        }
    }

    /**
     * What to install.
     *
     * @param member {@code deployment} or {@code confirmation}
     * @param entries of the history, newest first; none if the client asked for none
     */
    Map<String, Object> deployment(
            String member, Offer offer, Map<String, DdiAction.Digest> digests, List<DdiAction.Entry> entries) {
        DdiAction action = offer.action();
        String load = action.mode() == InstallRule.Mode.SOFT ? "attempt" : "forced";
        Map<String, Object> deployment = new LinkedHashMap<>();
        deployment.put("download", load);
        deployment.put(
                "update", action.mode() == InstallRule.Mode.DOWNLOAD_ONLY || !offer.windowOpen() ? "skip" : load);
        if (action.inWindow()) {
            deployment.put("maintenanceWindow", offer.windowOpen() ? "available" : "unavailable");
        }
        deployment.put(
                "chunks",
                action.targets().stream().map(target -> chunk(target, digests)).toList());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", Integer.toString(action.id()));
        body.put(member, deployment);
        if (!entries.isEmpty()) {
            List<String> messages = new ArrayList<>();
            entries.forEach(entry -> messages.addAll(entry.messages()));
            body.put("actionHistory", Map.of("status", entries.getFirst().status(), "messages", messages));
        }
        return body;
    }

    private Map<String, Object> chunk(DdiAction.Target target, Map<String, DdiAction.Digest> digests) {
        Map<String, Object> chunk = new LinkedHashMap<>();
        chunk.put("part", target.name() instanceof TargetName.App ? "bApp" : "os");
        chunk.put("version", target.version());
        chunk.put("name", target.title());
        chunk.put("artifacts", List.of(artifact(target, digests)));
        return chunk;
    }

    Map<String, Object> artifact(DdiAction.Target target, Map<String, DdiAction.Digest> digests) {
        DdiAction.Digest digest = digests.get(target.sha256());
        if (digest == null) {
            throw DdiException.notFound("the update is being prepared");
        }
        String file = Digests.fileName(target, digest);
        String url = root + "/softwaremodules/" + target.id() + "/artifacts/" + encoded(file);
        Map<String, Object> links = new LinkedHashMap<>();
        // Both relations, always: clients look for one of them, and which one differs.
        links.put("download", href(url));
        links.put("md5sum", href(url + ".MD5SUM"));
        links.put("download-http", href(url));
        links.put("md5sum-http", href(url + ".MD5SUM"));
        Map<String, Object> hashes = new LinkedHashMap<>();
        hashes.put("sha1", digest.sha1());
        hashes.put("md5", digest.md5());
        hashes.put("sha256", target.sha256());
        Map<String, Object> artifact = new LinkedHashMap<>();
        artifact.put("filename", file);
        artifact.put("size", target.length());
        artifact.put("hashes", hashes);
        artifact.put("_links", links);
        return artifact;
    }

    Map<String, Object> cancel(int id) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", Integer.toString(id));
        body.put("cancelAction", Map.of("stopId", Integer.toString(id)));
        return body;
    }

    Map<String, Object> confirmation(Client client) {
        Client.AutoConfirm auto = client.autoConfirm();
        Map<String, Object> confirm = new LinkedHashMap<>();
        confirm.put("active", auto.active());
        if (auto.active()) {
            confirm.put("initiator", auto.initiator());
            if (!auto.remark().isEmpty()) {
                confirm.put("remark", auto.remark());
            }
            if (auto.at() != null) {
                confirm.put("activatedAt", auto.at().toEpochMilli());
            }
        }
        Map<String, Object> links = new LinkedHashMap<>();
        String turn = auto.active() ? "deactivateAutoConfirm" : "activateAutoConfirm";
        links.put(turn, href(root + "/confirmationBase/" + turn));
        client.open()
                .filter(action -> action.state() == ActionState.WAITING)
                .ifPresent(action -> links.put(
                        "confirmationBase", href(root + "/confirmationBase/" + action.id() + "?c=" + action.c(true))));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("autoConfirm", confirm);
        body.put("_links", links);
        return body;
    }

    static Map<String, Object> error(DdiException error) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("exceptionClass", "dev.muster.ddi." + error.code());
        body.put("errorCode", "hawkbit.server.error." + error.code());
        body.put("message", String.valueOf(error.getMessage()));
        return body;
    }
}
