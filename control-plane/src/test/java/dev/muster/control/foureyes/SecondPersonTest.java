package dev.muster.control.foureyes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.access.Caller;
import dev.muster.protocol.identity.TenantId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecondPersonTest {
    private static final String ISSUER = "https://idp.test";
    private static final Caller.Login ANN = login("ann", "Ann");

    private static Caller.Login login(String subject, String name, String... groups) {
        return new Caller.Login(TenantId.DEFAULT, ISSUER, subject, name, Set.of(groups));
    }

    @Test
    void whoAskedIsNoSecondPerson() {
        assertThat(SecondPerson.refusal(ANN, Set.of(ISSUER + "#ann"), List.of(), false))
                .hasValueSatisfying(reason -> assertThat(reason).contains("another person"));
        assertThat(SecondPerson.refusal(ANN, Set.of(ISSUER + "#bob"), List.of(), false))
                .isEmpty();
    }

    @Test
    void aNameOrGroupsMakeNobodyAnother() {
        assertThat(SecondPerson.refusal(
                        login("ann", "Somebody Else", "approvers"), Set.of(ISSUER + "#ann"), List.of(), false))
                .isPresent();
    }

    @Test
    void whoStandsBehindAProgramThatAskedIsNoSecondPerson() {
        Set<String> behind = Set.of("muster#service/nightly", ISSUER + "#bob", ISSUER + "#ann");

        assertThat(SecondPerson.refusal(ANN, behind, List.of(), false)).isPresent();
        assertThat(SecondPerson.refusal(login("carl", "Carl"), behind, List.of(), false))
                .isEmpty();
    }

    @Test
    void theSamePersonUnderTheProvidersFormerNameIsTheSame() {
        Set<String> asked = Set.of("https://old.test#ann");

        assertThat(SecondPerson.refusal(ANN, asked, List.of("https://old.test"), false))
                .isPresent();
        assertThat(SecondPerson.refusal(ANN, asked, List.of(), false)).isEmpty();
    }

    @Test
    void aServiceOfTheProviderApprovesNothing() {
        assertThat(SecondPerson.refusal(ANN, Set.of(), List.of(), true))
                .hasValueSatisfying(reason -> assertThat(reason).contains("a program approves nothing"));
    }

    @Test
    void nobodyAgreesToWhatBreakGlassAskedForAlsoThroughAProgramMadeWithIt() {
        String glass = new Caller.BreakGlass("0123456789abcdef", "root").actor();

        assertThat(SecondPerson.refusal(ANN, Set.of(glass), List.of(), false)).hasValue(SecondPerson.BREAK_GLASS);
        assertThat(SecondPerson.refusal(ANN, Set.of("muster#service/nightly", glass), List.of(), false))
                .hasValue(SecondPerson.BREAK_GLASS);
    }
}
