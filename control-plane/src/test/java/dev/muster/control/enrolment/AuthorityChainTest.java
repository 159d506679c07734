package dev.muster.control.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemException;
import dev.muster.control.testing.TestAuthority;
import dev.muster.control.testing.TestAuthority.Wish;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorityChainTest {
    private static final Duration LIFE = Duration.ofDays(42);
    private static final Wish GOOD = Wish.authority(0);

    private final Instant now = Instant.now();
    private final KeyPair ours = Certificates.newKey();

    AuthorityChainTest() throws Exception {}

    @Test
    void takesAnAuthorityBelowARootAndBelowAnotherAuthority() throws Exception {
        TestAuthority root = TestAuthority.root("CN=Root", Wish.authority(2));
        TestAuthority plant = root.below("CN=Plant", Wish.authority(1));

        assertThat(checked(root.answer(csr(), GOOD))).hasSize(2);
        assertThat(checked(plant.answer(csr(), GOOD)))
                .hasSize(3)
                .last()
                .isEqualTo(root.chain().getLast());
    }

    @Test
    void refusesWhatIsNoAuthorityOrHasNoRoomBelow() throws Exception {
        TestAuthority root = TestAuthority.root("CN=Root", Wish.authority(1));

        refuses(root.answer(csr(), Wish.leaf()), "that it is none");
        refuses(TestAuthority.root("CN=Shallow", GOOD).answer(csr(), GOOD), "allows 0");
        refuses(root.below("CN=Shallow", GOOD).answer(csr(), GOOD), "allows 0");
    }

    @Test
    void refusesWhatEndsBeforeTheCertificatesItIsToIssue() throws Exception {
        TestAuthority root = TestAuthority.root("CN=Root", Wish.authority(1));
        TestAuthority ending = TestAuthority.root(
                "CN=Ending", Wish.authority(1).within(now.minusSeconds(9), now.plus(Duration.ofDays(9))));

        refuses(root.answer(csr(), GOOD.within(now.minusSeconds(9), now.plus(Duration.ofDays(9)))), "outlive");
        refuses(ending.answer(csr(), GOOD), "outlive");
        refuses(root.answer(csr(), GOOD.within(now.plusSeconds(900), now.plus(Duration.ofDays(900)))), "valid path");
    }

    @Test
    void refusesAPathThatDoesNotHold() throws Exception {
        TestAuthority root = TestAuthority.root("CN=Root", Wish.authority(2));
        TestAuthority twin = TestAuthority.root("CN=Root", Wish.authority(2));
        X509Certificate own = certificate(root);

        refuses(TestAuthority.pem(List.of(own, twin.chain().getFirst())), "valid path");
        refuses(TestAuthority.pem(List.of(own)), "2 to 6");
        refuses(
                TestAuthority.pem(List.of(
                        own, root.below("CN=Plant", Wish.authority(1)).chain().getFirst())),
                "issued itself");
        refuses("no certificate at all", "valid path");
        refuses("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "valid path");
    }

    @Test
    void refusesTheAnswerToAnotherRequest() throws Exception {
        TestAuthority root = TestAuthority.root("CN=Root", Wish.authority(1));
        String other = Certificates.request("Muster issuing", Certificates.newKey());

        refuses(root.answer(other, GOOD), "another key");
    }

    private X509Certificate certificate(TestAuthority root) throws Exception {
        return root.certificate("CN=Muster issuing", ours.getPublic(), GOOD);
    }

    private String csr() throws Exception {
        return Certificates.request("Muster issuing", ours);
    }

    private List<X509Certificate> checked(String pem) {
        return AuthorityChain.checked(pem, ours.getPrivate(), now, LIFE);
    }

    private void refuses(String pem, String why) {
        assertThatThrownBy(() -> checked(pem))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(why);
    }
}
