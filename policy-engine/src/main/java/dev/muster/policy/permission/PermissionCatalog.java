package dev.muster.policy.permission;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The permissions that are defined. {@link #builtIn()} holds OpenHarmony's; its first {@link #BASE_SIZE} entries are the
 * base registry, whose ids never change and are what compiled bundles speak of. Immutable and thread-safe.
 */
public final class PermissionCatalog {
    /**
     * INVARIANT (base registry): the first 1,134 lines of the resource are frozen; bundles of every format version refer
     * to them by position. Later definitions are appended and named in the bundles that use them.
     */
    public static final int BASE_SIZE = 1134;

    private static final String RESOURCE = "permissions.csv";

    private final DefinitionTable table;

    private PermissionCatalog(DefinitionTable table) {
        this.table = table;
    }

    /** OpenHarmony's definitions, read once when first asked for. */
    public static PermissionCatalog builtIn() {
        return BuiltIn.CATALOG;
    }

    /** A catalog of other definitions, in their order; refuses a name given twice. */
    public static PermissionCatalog of(Collection<PermissionDefinition> definitions) {
        return new PermissionCatalog(new ListedDefinitions(definitions));
    }

    /**
     * What a device type such as {@code phone} knows; the rest is disabled there and counts as not defined. What names no
     * type, or {@code general}, is known everywhere. The positions differ from those of this catalog.
     */
    public PermissionCatalog forDevice(String deviceType) {
        return of(definitions().stream()
                .filter(definition -> definition.deviceTypes().isEmpty()
                        || definition.deviceTypes().contains("general")
                        || definition.deviceTypes().contains(deviceType))
                .toList());
    }

    /** The definition of a name; empty where the permission is not defined. */
    public Optional<PermissionDefinition> find(String name) {
        int id = table.id(name);
        return id < 0 ? Optional.empty() : Optional.of(table.at(id));
    }

    /** Position of a name in this catalog, or -1 where it is not defined. Does not allocate but the first time that a name is asked for. */
    public int id(String name) {
        return table.id(name);
    }

    /** The definition at a position. */
    public PermissionDefinition at(int id) {
        return table.at(id);
    }

    /** All definitions in their order; unmodifiable. */
    public List<PermissionDefinition> definitions() {
        return new AbstractList<>() {
            @Override
            public PermissionDefinition get(int id) {
                return table.at(id);
            }

            @Override
            public int size() {
                return table.size();
            }
        };
    }

    public int size() {
        return table.size();
    }

    /** Whether every bundle knows a permission without naming it. */
    public static boolean isBase(String name) {
        int id = builtIn().id(name);
        return id >= 0 && id < BASE_SIZE;
    }

    /** CRC-32C over the names of the base registry; a bundle made for another registry is refused by it. */
    public static int baseChecksum() {
        return BuiltIn.BASE_CHECKSUM;
    }

    private static final class BuiltIn {
        static final PermissionCatalog CATALOG = read();
        static final int BASE_CHECKSUM = checksum(CATALOG);

        private static PermissionCatalog read() {
            try (InputStream in = PermissionCatalog.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new IllegalStateException("resource `" + RESOURCE + "` is missing from the policy engine");
                }
                DefinitionText text = new DefinitionText(in.readAllBytes());
                if (text.size() < BASE_SIZE) {
                    throw new IllegalStateException("resource `" + RESOURCE + "`: at least " + BASE_SIZE
                            + " definitions expected, found " + text.size());
                }
                return new PermissionCatalog(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int checksum(PermissionCatalog catalog) {
            CRC32C crc = new CRC32C();
            for (int id = 0; id < BASE_SIZE; id++) {
                crc.update((catalog.table.name(id) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return (int) crc.getValue();
        }
    }

    private static final class ListedDefinitions implements DefinitionTable {
        private final List<PermissionDefinition> definitions;
        private final Map<String, Integer> ids;

        ListedDefinitions(Collection<PermissionDefinition> definitions) {
            this.definitions = List.copyOf(definitions);
            this.ids = HashMap.newHashMap(definitions.size());
            for (PermissionDefinition definition : this.definitions) {
                if (ids.put(definition.name(), ids.size()) != null) {
                    throw new IllegalArgumentException("permission `" + definition.name() + "` is defined twice");
                }
            }
        }

        @Override
        public int size() {
            return definitions.size();
        }

        @Override
        public String name(int id) {
            return at(id).name();
        }

        @Override
        public int id(String name) {
            Integer id = ids.get(name);
            return id == null ? -1 : id;
        }

        @Override
        public PermissionDefinition at(int id) {
            return definitions.get(id);
        }
    }
}
