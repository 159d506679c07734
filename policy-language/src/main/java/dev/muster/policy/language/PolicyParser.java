package dev.muster.policy.language;

import dev.muster.policy.language.ParseResult.Invalid;
import dev.muster.policy.language.ParseResult.Parsed;
import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.language.condition.ConditionReader;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Role;
import dev.muster.policy.permission.PermissionCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads policy documents. Either all of them are good, or every mistake is told (up to a number nobody reads further than)
 * and nothing is used. Immutable and thread-safe; make one and keep it, the vocabulary of conditions is compiled with it.
 */
public final class PolicyParser {
    private final PermissionCatalog catalog;
    private final ConditionReader conditions = new ConditionReader();

    /** A parser that knows OpenHarmony's permissions. */
    public PolicyParser() {
        this(PermissionCatalog.builtIn());
    }

    public PolicyParser(PermissionCatalog catalog) {
        this.catalog = catalog;
    }

    /** Reads sources that are a policy by themselves: everything a document refers to is among them. */
    public ParseResult parse(List<PolicySource> sources) {
        return parse(sources, Known.NOTHING);
    }

    /** Reads sources beside which other roles are known. */
    public ParseResult parse(List<PolicySource> sources, Set<String> otherRoles) {
        return parse(sources, Known.roles(otherRoles));
    }

    /** Reads sources beside which other documents are known. */
    public ParseResult parse(List<PolicySource> sources, Known elsewhere) {
        Errors errors = new Errors(sources);
        List<Read> documents = new ArrayList<>();
        Map<String, Read> seen = new HashMap<>();
        for (PolicySource source : sources) {
            for (YamlReader.Document document : YamlReader.read(source, errors)) {
                if (errors.isFull()) {
                    break;
                }
                DocumentReader reader = new DocumentReader(source, errors);
                Optional<Header> header = reader.header(document.root());
                header.ifPresent(found -> documents.add(new Read(source, document, reader, found)));
            }
        }
        for (Read read : documents) {
            Header header = read.header;
            Read first = seen.putIfAbsent(header.kind() + "/" + header.name(), read);
            if (first != null) {
                errors.add(
                        read.source,
                        header.at(),
                        header.kind() + " `" + header.name()
                                + "`: one document of this name expected, found another at " + first.source.name() + ":"
                                + first.header.at().line());
            }
        }
        Known known = new Known(
                names(documents, "Role", elsewhere.roles()),
                names(documents, "Zone", elsewhere.zones()),
                names(documents, "Shift", elsewhere.shifts()));
        List<ParsedDocument> parsed = new ArrayList<>();
        IdentityHashMap<ParsedDocument, PolicySource> sourceOf = new IdentityHashMap<>();
        for (Read read : documents) {
            if (errors.isFull()) {
                break;
            }
            Reading reading = new Reading(catalog, conditions, known);
            read.reader.body(read.header, reading).ifPresent(document -> {
                ParsedDocument one = new ParsedDocument(
                        document,
                        read.source.name(),
                        read.document.root().at().line(),
                        read.document.text(),
                        reading.marks().places(read.header.at()));
                parsed.add(one);
                sourceOf.put(one, read.source);
            });
        }
        if (errors.isEmpty()) {
            combine(parsed, sourceOf, errors);
        }
        return errors.isEmpty() ? new Parsed(parsed) : new Invalid(errors.sorted());
    }

    private static void combine(
            List<ParsedDocument> parsed, IdentityHashMap<ParsedDocument, PolicySource> sourceOf, Errors errors) {
        Map<String, Role> roles = new HashMap<>();
        parsed.forEach(one -> {
            if (one.document() instanceof Role role) {
                roles.put(role.name(), role);
            }
        });
        for (ParsedDocument one : parsed) {
            if (!(one.document() instanceof Binding binding)) {
                continue;
            }
            for (String name : binding.roles()) {
                Role role = roles.get(name);
                Optional<String> reason = role == null ? Optional.empty() : Combinations.tooComplex(binding, role);
                PolicySource source = sourceOf.get(one);
                if (reason.isPresent() && source != null) {
                    errors.add(
                            source,
                            one.places().of("roles/" + name),
                            "Binding `" + binding.name() + "`: simpler conditions expected, found those of the binding"
                                    + " and of role `" + name + "` too complex together: " + reason.get());
                }
            }
        }
    }

    private static Set<String> names(List<Read> documents, String kind, Set<String> elsewhere) {
        Set<String> names = new TreeSet<>(elsewhere);
        documents.stream()
                .map(Read::header)
                .filter(header -> header.kind().equals(kind))
                .forEach(header -> names.add(header.name()));
        return names;
    }

    private record Read(PolicySource source, YamlReader.Document document, DocumentReader reader, Header header) {}
}
