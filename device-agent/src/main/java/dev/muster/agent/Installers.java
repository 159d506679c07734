package dev.muster.agent;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.policy.DevicePolicy;
import dev.muster.agent.settings.SettingsKeeper;
import dev.muster.agent.update.AppInstaller;
import dev.muster.agent.update.Downloads;
import dev.muster.agent.update.ImageInstaller;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.SettingsInstaller;
import dev.muster.protocol.desired.TargetName;
import java.io.IOException;
import java.util.function.Function;

/** Who brings which kind of target into force on this device. */
final class Installers {
    private Installers() {}

    static Function<TargetName, Installer> of(
            StateDir state, Platform platform, DevicePolicy policy, SettingsKeeper keeper) throws IOException {
        Downloads downloads = new Downloads(state.downloads());
        Installer image = new ImageInstaller(platform.slots());
        Installer permissions = policy.policyInstaller();
        Installer shadow = policy.shadowInstaller();
        Installer capabilities = policy.capabilitiesInstaller();
        Installer settings = new SettingsInstaller(state.settings(), downloads, keeper);
        AppStore apps = platform.apps();
        return name -> switch (name) {
            case TargetName.Image i -> image;
            case TargetName.App app -> new AppInstaller(app.bundle(), apps, downloads, keeper::allowsApp);
            case TargetName.Policy p -> permissions;
            case TargetName.Capabilities c -> capabilities;
            case TargetName.PolicyShadow s -> shadow;
            case TargetName.Settings s -> settings;
        };
    }
}
