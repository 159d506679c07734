package dev.muster.policy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.delegation.ChainAnswer;
import dev.muster.policy.delegation.ChainCheck;
import dev.muster.policy.delegation.Chains;
import dev.muster.policy.delegation.Delegation;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationException;
import dev.muster.policy.model.Condition;
import java.util.Arrays;

/**
 * Whatever bytes a chain has: it is refused with {@link DelegationException}, or written again it is the same bytes, and
 * it gives nothing to who cannot prove it.
 */
class DelegationChainFuzzTest {
    private static final CapabilityFile FILE = Chains.file(Condition.ALWAYS);

    @FuzzTest(maxDuration = "2m")
    void refusesOrComesBack(byte[] bytes) {
        DelegationChain chain;
        try {
            chain = DelegationChain.read(bytes);
        } catch (DelegationException refused) {
            return;
        }
        if (!Arrays.equals(chain.write(), bytes)) {
            throw new IllegalStateException("written again, it is other bytes");
        }
        chain.problems();
        chain.rights().forEach(Delegation::conditionText);
        ChainAnswer answer = ChainCheck.judge(chain, Chains.claim(), "A".repeat(86), FILE, Chains.docked(), true);
        if (!(answer instanceof ChainAnswer.Refused)) {
            throw new IllegalStateException("it gives something without a proof: " + answer);
        }
    }
}
