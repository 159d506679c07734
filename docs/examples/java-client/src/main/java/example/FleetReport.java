package example;

import dev.muster.client.ApiClient;
import dev.muster.client.ApiException;
import dev.muster.client.api.DevicesApi;
import dev.muster.client.api.SitesApi;
import dev.muster.client.model.Device;
import dev.muster.client.model.PageDevice;
import dev.muster.client.model.Status;

/**
 * Prints each device with its image and whether it is in step with its document, page by page. Where to ask and as whom: environment
 * variables {@code MUSTER_SERVER} and {@code MUSTER_TOKEN} (of a service account).
 */
public final class FleetReport {
    private static final int ROWS = 100;

    public static void main(String[] args) throws ApiException {
        ApiClient muster = new ApiClient();
        muster.updateBaseUri(System.getenv("MUSTER_SERVER"));
        muster.setRequestInterceptor(
                request -> request.header("Authorization", "Bearer " + System.getenv("MUSTER_TOKEN")));
        DevicesApi devices = new DevicesApi(muster);
        String cursor = null;
        do {
            PageDevice page = devices.listPage(cursor, ROWS, args.length == 0 ? null : args[0]);
            for (Device device : page.getItems()) {
                String image = device.getImage() == null ? "no image" : device.getImage().getVersion();
                String status = device.getStatus() == Status.ACTIVE ? "" : " (" + device.getStatus().getValue() + ")";
                System.out.println(
                        device.getId() + " " + image + (device.getInSync() ? " in step" : " not in step") + status);
            }
            cursor = page.getNext();
        } while (cursor != null);
        try {
            new SitesApi(muster).get("no-such-site");
        } catch (ApiException e) {
            // A problem document of RFC 9457: `code` is stable, `detail` is for people.
            System.out.println(e.getCode() + " " + e.getResponseBody());
        }
    }
}
