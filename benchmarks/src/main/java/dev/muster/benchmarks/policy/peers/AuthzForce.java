package dev.muster.benchmarks.policy.peers;

import dev.muster.benchmarks.policy.Engine;
import dev.muster.benchmarks.policy.Names;
import dev.muster.benchmarks.policy.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import oasis.names.tc.xacml._3_0.core.schema.wd_17.DecisionType;
import org.ow2.authzforce.core.pdp.api.AttributeFqns;
import org.ow2.authzforce.core.pdp.api.DecisionRequest;
import org.ow2.authzforce.core.pdp.api.DecisionRequestBuilder;
import org.ow2.authzforce.core.pdp.api.value.AttributeBag;
import org.ow2.authzforce.core.pdp.api.value.Bags;
import org.ow2.authzforce.core.pdp.api.value.IntegerValue;
import org.ow2.authzforce.core.pdp.api.value.StandardDatatypes;
import org.ow2.authzforce.core.pdp.api.value.StringValue;
import org.ow2.authzforce.core.pdp.impl.BasePdpEngine;
import org.ow2.authzforce.core.pdp.impl.PdpEngineConfiguration;

/** AuthzForce, its decision point called in the process with requests already built. The policy is {@link Xacml}. */
final class AuthzForce implements Engine {
    private final BasePdpEngine decisionPoint;
    private final DecisionRequest[] requests;

    AuthzForce(Workload workload) {
        try {
            this.decisionPoint = decisionPoint(workload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.requests = requests(workload);
    }

    @Override
    public boolean isGranted(int question) {
        return decisionPoint.evaluate(requests[question]).getDecision() == DecisionType.PERMIT;
    }

    private static BasePdpEngine decisionPoint(Workload workload) throws IOException {
        Path directory = Files.createTempDirectory("muster-bench-xacml");
        Path policy = directory.resolve("policy.xml");
        Path configuration = directory.resolve("pdp.xml");
        try {
            Files.writeString(policy, Xacml.policy(workload));
            Files.writeString(configuration, """
                    <?xml version="1.0" encoding="UTF-8"?>
                    <pdp xmlns="http://authzforce.github.io/core/xmlns/pdp/8"
                        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="8.1">
                      <policyProvider id="workload" xsi:type="StaticPolicyProvider">
                        <policyLocation>%s</policyLocation>
                      </policyProvider>
                      <rootPolicyRef policySet="true">root</rootPolicyRef>
                    </pdp>
                    """.formatted(policy.toUri()));
            return new BasePdpEngine(PdpEngineConfiguration.getInstance(configuration.toString()));
        } finally {
            Files.deleteIfExists(policy);
            Files.deleteIfExists(configuration);
            Files.deleteIfExists(directory);
        }
    }

    private DecisionRequest[] requests(Workload workload) {
        Workload.Questions questions = workload.questions();
        List<DecisionRequest> requests = new ArrayList<>();
        for (int i = 0; i < questions.count(); i++) {
            DecisionRequestBuilder<?> request = decisionPoint.newRequestBuilder(3, 6);
            int token = questions.token()[i];
            put(request, Xacml.SUBJECT, Xacml.ROLE, texts(workload.roles(token), Names::role));
            put(request, Xacml.SUBJECT, Xacml.REQUESTED, texts(workload.requested(token), Names::permission));
            put(
                    request,
                    Xacml.RESOURCE,
                    Xacml.PERMISSION,
                    text(Names.permission(questions.permission()[i])));
            put(request, Xacml.ENVIRONMENT, Xacml.MINUTE, number(questions.minute()[i]));
            put(
                    request,
                    Xacml.ENVIRONMENT,
                    Xacml.LOCATION,
                    text(Names.location(questions.location()[i])));
            put(
                    request,
                    Xacml.ENVIRONMENT,
                    Xacml.GROUP,
                    text(Names.group(questions.group()[i])));
            requests.add(request.build(false));
        }
        return requests.toArray(DecisionRequest[]::new);
    }

    private static void put(DecisionRequestBuilder<?> request, String category, String name, AttributeBag<?> values) {
        request.putNamedAttributeIfAbsent(AttributeFqns.newInstance(category, Optional.empty(), name), values);
    }

    private static AttributeBag<StringValue> texts(int[] numbers, IntFunction<String> name) {
        return Bags.newAttributeBag(
                StandardDatatypes.STRING,
                IntStream.of(numbers).mapToObj(name).map(StringValue::new).toList());
    }

    private static AttributeBag<StringValue> text(String text) {
        return Bags.singletonAttributeBag(StandardDatatypes.STRING, new StringValue(text));
    }

    private static AttributeBag<IntegerValue> number(int number) {
        return Bags.singletonAttributeBag(StandardDatatypes.INTEGER, IntegerValue.valueOf(number));
    }
}
