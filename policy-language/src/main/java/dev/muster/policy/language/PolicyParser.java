package dev.muster.policy.language;

import dev.muster.policy.language.ParseResult.Invalid;
import dev.muster.policy.language.ParseResult.Parsed;
import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.permission.PermissionCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads policy documents. Either all of them are good, or every mistake is told and nothing is used. Stateless and
 * thread-safe.
 */
public final class PolicyParser {
    private final PermissionCatalog catalog;

    /** A parser that knows OpenHarmony's permissions. */
    public PolicyParser() {
        this(PermissionCatalog.builtIn());
    }

    public PolicyParser(PermissionCatalog catalog) {
        this.catalog = catalog;
    }

    /** Reads sources that are a policy by themselves: every role a binding gives is among them. */
    public ParseResult parse(List<PolicySource> sources) {
        return parse(sources, Set.of());
    }

    /** Reads sources beside which other roles are known. */
    public ParseResult parse(List<PolicySource> sources, Set<String> otherRoles) {
        Errors errors = new Errors(sources);
        List<Read> documents = new ArrayList<>();
        Set<String> roles = new TreeSet<>(otherRoles);
        Map<String, Read> seen = new HashMap<>();
        for (PolicySource source : sources) {
            for (YamlReader.Document document : YamlReader.read(source, errors)) {
                DocumentReader reader = new DocumentReader(catalog, source, errors);
                Optional<Header> header = reader.header(document.root());
                if (header.isEmpty()) {
                    continue;
                }
                Read read = new Read(source, document, reader, header.get());
                Read first = seen.putIfAbsent(
                        header.get().kind() + "/" + header.get().name(), read);
                if (first != null) {
                    errors.add(
                            source,
                            header.get().at(),
                            header.get().kind() + " `" + header.get().name()
                                    + "`: one document of this name expected, found another at " + first.source.name()
                                    + ":"
                                    + first.header.at().line());
                }
                if (header.get().kind().equals("Role")) {
                    roles.add(header.get().name());
                }
                documents.add(read);
            }
        }
        List<ParsedDocument> parsed = new ArrayList<>();
        for (Read read : documents) {
            Optional<PolicyDocument> document = read.reader.body(read.header, roles);
            document.ifPresent(value -> parsed.add(new ParsedDocument(
                    value, read.source.name(), read.document.root().at().line(), read.document.text())));
        }
        return errors.isEmpty() ? new Parsed(parsed) : new Invalid(errors.sorted());
    }

    /** What is known about a document before its body is read. */
    record Header(String kind, String name, String description, YamlNode.Place at, YamlNode spec) {}

    private record Read(PolicySource source, YamlReader.Document document, DocumentReader reader, Header header) {}
}
