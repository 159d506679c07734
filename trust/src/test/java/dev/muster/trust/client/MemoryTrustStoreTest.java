package dev.muster.trust.client;

class MemoryTrustStoreTest implements TrustStoreContract {
    @Override
    public TrustStore store() {
        return new MemoryTrustStore();
    }
}
