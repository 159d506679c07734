package dev.muster.agent.commands;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One command as the device remembers it.
 *
 * @param stage how far it came
 * @param archive what is to be uploaded, once it was made
 * @param outcome once it was answered
 * @param reason of the outcome
 */
record CommandEntry(
        Command command,
        Stage stage,
        Optional<Archive> archive,
        Optional<CommandAnswer.Outcome> outcome,
        String reason) {
    /** How far a command came. */
    enum Stage {
        /** Durable, and its turn will come. */
        ACCEPTED,
        /** Its act may have happened. */
        ACTING,
        /** Its answer is durable. */
        ANSWERED
    }

    /** A finished archive: lower-case hex, bytes. */
    record Archive(String sha256, long length) {}

    static CommandEntry accepted(Command command) {
        return new CommandEntry(command, Stage.ACCEPTED, Optional.empty(), Optional.empty(), "");
    }

    CommandEntry acting() {
        return new CommandEntry(command, Stage.ACTING, archive, outcome, reason);
    }

    CommandEntry with(Archive made) {
        return new CommandEntry(command, Stage.ACTING, Optional.of(made), outcome, reason);
    }

    CommandEntry answered(CommandAnswer answer) {
        return new CommandEntry(
                command, Stage.ANSWERED, Optional.empty(), Optional.of(answer.outcome()), answer.reason());
    }

    String id() {
        return command.id();
    }

    Instant deadline() {
        return command.deadline();
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("command", JsonObject.parse(command.toJson()).members());
        map.put("stage", stage.name().toLowerCase(Locale.ROOT));
        archive.ifPresent(made -> map.put("archive", Map.of("sha256", made.sha256(), "length", made.length())));
        outcome.ifPresent(value -> map.put("outcome", value.name().toLowerCase(Locale.ROOT)));
        map.put("reason", reason);
        return map;
    }

    static CommandEntry from(JsonObject json) {
        return new CommandEntry(
                Command.fromJson(JsonObject.write(json.object("command").members())),
                json.convert("stage", text -> Stage.valueOf(text.toUpperCase(Locale.ROOT))),
                json.optionalObject("archive").map(made -> new Archive(made.string("sha256"), made.number("length"))),
                json.optionalString("outcome")
                        .map(text -> CommandAnswer.Outcome.valueOf(text.toUpperCase(Locale.ROOT))),
                json.string("reason"));
    }
}
