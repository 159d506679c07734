package dev.muster.cli.login;

import dev.muster.cli.session.Session;
import picocli.CommandLine.Command;

@Command(
        name = "logout",
        headerHeading = "Example: muster logout%n%n",
        header = "End the login at this server, here and at the OpenID provider.")
public final class LogoutCommand implements Runnable {
    private final Session session;

    public LogoutCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.forget();
        session.printer().done("logged out of " + session.server());
    }
}
