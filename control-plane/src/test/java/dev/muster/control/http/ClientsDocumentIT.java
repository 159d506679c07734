package dev.muster.control.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** What the OpenAPI document says of closed sets is what the server writes and reads. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ClientsDocumentIT {
    private static final String NO_WORD = "no-such-word";

    @Inject
    ObjectMapper mapper;

    @Test
    void everyEnumerationOfAnswersAndBodiesIsTheWordsThatTheServerWrites() throws Exception {
        JsonNode document = document();
        DocumentedTypes types = new DocumentedTypes(document, mapper);

        types.walk(ResourceClasses.all());

        assertThat(types.operations())
                .as("operations whose types were compared")
                .isGreaterThan(100);
        assertThat(types.complaints()).isEmpty();
        assertThat(types.compared()).as("enumerations").isGreaterThanOrEqualTo(10);
        assertThat(types.unseen())
                .as("enumerations that no type of Java explains")
                .isEmpty();
    }

    @Test
    void everyWordOfAParameterIsTakenAndNoOther() throws Exception {
        JsonNode document = document();
        SoftAssertions softly = new SoftAssertions();
        int asked = 0;
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            JsonNode get = path.getValue().path("get");
            for (JsonNode parameter : get.path("parameters")) {
                List<String> words = words(document, parameter.path("schema"));
                for (String word : words) {
                    softly.assertThat(ask(path.getKey(), get, parameter, word))
                            .as("GET %s with %s `%s`", path.getKey(), parameter.path("name"), word)
                            .isNotEqualTo(400);
                    asked++;
                }
                if (!words.isEmpty()) {
                    softly.assertThat(ask(path.getKey(), get, parameter, NO_WORD))
                            .as("GET %s with %s `%s`", path.getKey(), parameter.path("name"), NO_WORD)
                            .isEqualTo(400);
                }
            }
        }
        softly.assertAll();
        assertThat(asked).as("words of parameters").isGreaterThan(30);
    }

    private JsonNode document() throws IOException {
        return mapper.readTree(given().get("/q/openapi?format=json").asByteArray());
    }

    private static List<String> words(JsonNode document, JsonNode schema) {
        List<String> words = new ArrayList<>();
        DocumentedTypes.resolved(document, schema).path("enum").forEach(word -> words.add(word.asText()));
        return words;
    }

    private static int ask(String path, JsonNode operation, JsonNode parameter, String word) {
        Map<String, String> query = new LinkedHashMap<>();
        String filled = path;
        for (JsonNode other : operation.path("parameters")) {
            String name = other.path("name").asText();
            String value = other.equals(parameter) ? word : UUID.randomUUID().toString();
            if (other.path("in").asText().equals("path")) {
                filled = filled.replace("{" + name + "}", value);
            } else if (other.equals(parameter)) {
                query.put(name, value);
            }
        }
        return FleetApi.admin().queryParams(query).get(filled).statusCode();
    }
}
