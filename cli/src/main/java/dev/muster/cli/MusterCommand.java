package dev.muster.cli;

import dev.muster.cli.accounts.AccountsCommand;
import dev.muster.cli.alerts.AlertsCommand;
import dev.muster.cli.artifacts.ArtifactCommand;
import dev.muster.cli.audit.AuditCommand;
import dev.muster.cli.bridges.BridgesCommand;
import dev.muster.cli.bundles.BundleCommand;
import dev.muster.cli.capability.CapabilityCommand;
import dev.muster.cli.channels.ChannelCommand;
import dev.muster.cli.commands.CommandVerbs;
import dev.muster.cli.contexts.ContextCommand;
import dev.muster.cli.ddi.DdiCommand;
import dev.muster.cli.deltas.DeltasCommand;
import dev.muster.cli.devices.DevicesCommand;
import dev.muster.cli.doctor.DoctorCommand;
import dev.muster.cli.enrolment.CaCommand;
import dev.muster.cli.enrolment.EnrolCommand;
import dev.muster.cli.fleet.FleetCommand;
import dev.muster.cli.fleetfiles.ApplyCommand;
import dev.muster.cli.fleetfiles.DiffCommand;
import dev.muster.cli.foureyes.FourEyesCommand;
import dev.muster.cli.freezes.FreezesCommand;
import dev.muster.cli.groups.GroupsCommand;
import dev.muster.cli.hdc.HdcCommand;
import dev.muster.cli.help.HelpCommand;
import dev.muster.cli.importing.ImportCommand;
import dev.muster.cli.login.LoginCommand;
import dev.muster.cli.login.LogoutCommand;
import dev.muster.cli.login.WhoamiCommand;
import dev.muster.cli.overview.OverviewCommand;
import dev.muster.cli.overview.SearchCommand;
import dev.muster.cli.policy.PolicyCommand;
import dev.muster.cli.releases.ReleaseCommand;
import dev.muster.cli.roles.RolesCommand;
import dev.muster.cli.rollouts.RolloutCommand;
import dev.muster.cli.session.Session;
import dev.muster.cli.settings.SettingsCommand;
import dev.muster.cli.sites.SitesCommand;
import dev.muster.cli.support.SupportCommand;
import dev.muster.cli.telemetry.TelemetryCommand;
import dev.muster.cli.tenants.TenantsCommand;
import dev.muster.cli.trust.TrustCommand;
import dev.muster.cli.views.ViewsCommand;
import dev.muster.cli.webhooks.WebhooksCommand;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "muster",
        headerHeading = "Example: muster login && muster devices list%n%n",
        header = "Gathers a fleet of devices, tells each what it must be, and shows that it is.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        version = "muster 0.1.0-SNAPSHOT",
        scope = picocli.CommandLine.ScopeType.INHERIT,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not logged in, 4 not allowed, 5 not found, 6 conflict, 7"
                    + " server unreachable, 8 differs (diff), 9 needs attention (doctor)."
        })
final class MusterCommand {
    /** The verbs and groups of verbs, in the order of {@code --help}. */
    static final List<Class<?>> VERBS = List.of(
            LoginCommand.class,
            LogoutCommand.class,
            WhoamiCommand.class,
            ContextCommand.class,
            OverviewCommand.class,
            SearchCommand.class,
            FleetCommand.class,
            ApplyCommand.class,
            DiffCommand.class,
            DevicesCommand.class,
            ViewsCommand.class,
            SitesCommand.class,
            GroupsCommand.class,
            EnrolCommand.class,
            CaCommand.class,
            PolicyCommand.class,
            CapabilityCommand.class,
            ArtifactCommand.class,
            ReleaseCommand.class,
            ChannelCommand.class,
            RolloutCommand.class,
            AlertsCommand.class,
            WebhooksCommand.class,
            BridgesCommand.class,
            DeltasCommand.class,
            FreezesCommand.class,
            TelemetryCommand.class,
            SettingsCommand.class,
            CommandVerbs.class,
            HelpCommand.class,
            HdcCommand.class,
            RolesCommand.class,
            AccountsCommand.class,
            DdiCommand.class,
            ImportCommand.class,
            BundleCommand.class,
            FourEyesCommand.class,
            TenantsCommand.class,
            TrustCommand.class,
            AuditCommand.class,
            DoctorCommand.class,
            SupportCommand.class,
            CompletionCommand.class);

    @Mixin
    private final Session session;

    MusterCommand(Session session) {
        this.session = session;
    }

    Session session() {
        return session;
    }
}
