package dev.muster.agent.policy;

import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.delegation.ChainAnswer;
import dev.muster.policy.delegation.ChainCheck;
import dev.muster.policy.delegation.Claim;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationException;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.identity.DeviceRef;
import java.util.Base64;
import java.util.Optional;

/**
 * A delegated right as somebody presents it beside a question.
 *
 * @param data bytes of the chain, base64url
 * @param nonce what this asker was given for one proof; empty: none, one that was used, or one that is too old
 * @param proof signature of the chain's last holder, base64url
 */
public record PresentedChain(String data, Optional<String> nonce, String proof) {
    /** A question on one device at one moment. */
    record Asked(DeviceRef device, AppKey app, String permission, Situation situation, boolean timeIsKnown) {}

    /** What it comes to with the capabilities in force; refused when in doubt. */
    ChainAnswer judge(Asked asked, Optional<CapabilityFile> file) {
        if (nonce.isEmpty()) {
            return new ChainAnswer.Refused(
                    "no nonce of this connection waits for its proof: each is for one chain, for a"
                            + " minute, and this one is used, too old or was never asked for");
        }
        if (file.isEmpty()) {
            return new ChainAnswer.Refused("no capability that can be handed on is in force on this device");
        }
        try {
            DelegationChain chain = DelegationChain.read(Base64.getUrlDecoder().decode(data));
            Claim claim = new Claim(
                    nonce.get(),
                    asked.device().tenant().value(),
                    asked.device().device().value(),
                    asked.app(),
                    asked.permission());
            return ChainCheck.judge(chain, claim, proof, file.get(), asked.situation(), asked.timeIsKnown());
        } catch (DelegationException | IllegalArgumentException e) {
            return new ChainAnswer.Refused(String.valueOf(e.getMessage()));
        }
    }
}
