package dev.muster.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.identity.Keys;
import dev.muster.protocol.enrol.CertificationRequest;
import java.io.StringReader;
import java.security.KeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

class CertificationRequestTest {
    @Test
    void isReadAndVerifiedByAnIndependentParser() throws Exception {
        KeyPair pair = Keys.generate();

        String pem = CertificationRequest.pem("pump-7", pair);

        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            PKCS10CertificationRequest request = (PKCS10CertificationRequest) parser.readObject();
            assertThat(request.getSubject()).hasToString("CN=pump-7");
            assertThat(request.getSubjectPublicKeyInfo().getEncoded())
                    .isEqualTo(pair.getPublic().getEncoded());
            assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(pair.getPublic())))
                    .isTrue();
        }
    }

    @Test
    void holdsLongNames() throws Exception {
        String name = "x".repeat(200);

        String pem = CertificationRequest.pem(name, Keys.generate());

        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            assertThat(((PKCS10CertificationRequest) parser.readObject()).getSubject())
                    .hasToString("CN=" + name);
        }
    }
}
